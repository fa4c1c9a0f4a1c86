import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { requireCurrency } from '../../domain/money/index.ts'
import { openAttemptOf } from '../../domain/payments/collect.ts'
import { dropExpiredOrders } from '../../domain/payments/drop-orders.ts'
import { receiveMoney } from '../../domain/payments/receive.ts'
import { recordOutcome } from '../../domain/payments/record-outcome.ts'
import type { Instant } from '../../domain/time/index.ts'
import { Refusal } from '../../refusal.ts'
import { loadInvoice } from '../../store/invoices.ts'
import { loadLastAttempt } from '../../store/payments.ts'
import { hasReceipt, lockReceipt } from '../../store/receipts.ts'
import { collectionTools } from '../collection/tools.ts'
import { changeCustomer } from '../customers/command.ts'
import { providerByHand } from './by-hand.ts'
import { finaliseOrder } from './finalise-order.ts'
import { getPayment, type PaymentResult } from './get.ts'

export interface RecordReceipt {
  currency: string
  amountMinor: number
  /** What tells it from every other one. */
  transaction: string
  invoice: string | null
  /** null: now. */
  receivedAt: Instant | null
}

/**
 * Money that people have seen: a transfer, cash. It lands like any other, once for each reference; what it pays for is
 * given, by whichever way it was to be paid.
 *
 * @throws Refusal `currency_unknown`, `customer_not_found`, `payment_exists`, `invoice_not_found` for one that isn't the customer's,
 * `invoice_currency` for one in another currency, `invalid_request` for a moment in the future
 */
export async function recordReceipt(
  ctx: OperationContext,
  customer: string,
  command: RecordReceipt,
): Promise<PaymentResult> {
  requireCurrency(command.currency)
  const { name: provider } = providerByHand(ctx, ctx.environment)
  let id = ''
  await changeCustomer(
    ctx,
    customer,
    async (state) => {
      await requireFit(ctx, state, provider, command)
      const tools = await collectionTools(ctx, state)
      const { receivedAt, ...money } = command
      const attempt = command.invoice === null ? null : waitingFor(state, command.invoice, provider)
      const incoming = {
        ...money,
        provider,
        attempt: attempt?.id ?? null,
        receivedAt: receivedAt ?? state.now,
      }
      const ordered = await finaliseOrder(ctx, dropExpiredOrders(unchanged(state)), command.invoice)
      const received = receiveMoney(ordered, incoming, tools)
      id = (received.state.money as CustomerMoney).receipts.at(-1)?.id ?? ''
      return attempt === null ? received : settleAttempt(received, attempt.id, command, tools)
    },
    { acceptDeleted: true },
  )
  return getPayment(ctx, id)
}

async function requireFit(
  ctx: OperationContext,
  state: CustomerState,
  provider: string,
  { transaction, invoice, currency, receivedAt }: RecordReceipt,
): Promise<void> {
  if (invoice !== null) await requirePayable(ctx, state, invoice, currency)
  // another customer's clerk may be typing in the same reference
  await lockReceipt(ctx.tx, ctx.environment.id, provider, transaction)
  if (await hasReceipt(ctx.tx, ctx.environment.id, provider, transaction)) {
    throw new Refusal('payment_exists', { param: 'transaction', values: { transaction } })
  }
  if (receivedAt !== null && receivedAt > state.now) {
    const message = 'Money is recorded once it has come in: send a moment that has passed.'
    throw new Refusal('invalid_request', { param: 'receivedAt', errors: [{ param: 'receivedAt', message }] })
  }
}

/** @throws Refusal `invoice_not_found`, `invoice_currency` */
export async function requirePayable(
  ctx: OperationContext,
  state: CustomerState,
  invoice: string,
  currency: string,
): Promise<void> {
  const expected = await currencyOf(ctx, state, invoice)
  if (expected === null)
    throw new Refusal('invoice_not_found', { param: 'invoice', values: { invoice, of: 'customer' } })
  if (expected !== currency)
    throw new Refusal('invoice_currency', { param: 'currency', values: { invoice, expected, currency } })
}

/**
 * Of an invoice of theirs. One that is settled by now takes nothing, and the money goes on; so it does where an order went
 * away before it was paid. null where the customer never had it.
 */
async function currencyOf(
  { tx, environment }: OperationContext,
  { customer }: CustomerState,
  id: string,
): Promise<string | null> {
  const found = await loadInvoice(tx, environment.id, id)
  if (found === null) return (await loadLastAttempt(tx, environment.id, customer.id, id))?.currency ?? null
  return found.customer === customer.id && found.invoice.kind === 'invoice' ? found.invoice.currency : null
}

/** The customer was asked to pay by hand: this is it. */
function waitingFor(state: CustomerState, invoice: string, provider: string) {
  const open = openAttemptOf(state.money as CustomerMoney, invoice)
  return open?.provider === provider ? open : null
}

function settleAttempt(
  change: CustomerChange,
  id: string,
  { transaction, amountMinor, invoice }: RecordReceipt,
  tools: Parameters<typeof recordOutcome>[3],
): CustomerChange {
  const { attempts, invoices } = change.state.money as CustomerMoney
  const attempt = attempts.find((each) => each.id === id)
  // a part of it: the rest is still awaited
  const isPaid = invoices.find((each) => each.id === invoice)?.status === 'paid'
  if (attempt === undefined || !isPaid) return change
  return recordOutcome(change, attempt, { status: 'succeeded', transaction, amountMinor }, tools)
}
