import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { assignedPostings, entry } from '../../domain/ledger/postings.ts'
import { dropExpiredOrders } from '../../domain/payments/drop-orders.ts'
import { receiveMoney } from '../../domain/payments/receive.ts'
import { Refusal } from '../../refusal.ts'
import { insertEntries, NOBODY } from '../../store/ledger.ts'
import {
  assignUnallocatedReceipt,
  lockUnallocatedReceipt,
  type UnallocatedReceipt,
} from '../../store/unallocated-receipts.ts'
import { collectionTools } from '../collection/tools.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'
import { finaliseOrder } from './finalise-order.ts'
import { getPayment, type PaymentResult } from './get.ts'
import { receivedOn } from './record-outcome.ts'
import { requirePayable } from './record-receipt.ts'

/**
 * Somebody has found out whose money it is: it lands there as if it had been known at once, and what it pays for is given.
 *
 * @throws Refusal `unallocated_payment_not_found`, `payment_assigned`, `customer_not_found`, `invoice_not_found` for one
 * that isn't the customer's, `invoice_currency` for one in another currency
 */
export async function assignUnallocated(
  ctx: OperationContext,
  id: string,
  { customer, invoice }: { customer: string; invoice: string | null },
): Promise<PaymentResult> {
  const { tx, environment } = ctx
  let payment = ''
  await changeCustomer(
    ctx,
    customer,
    async (state) => {
      const found = await requireUnassigned(ctx, id)
      const { provider, transaction, currency, amountMinor } = found
      if (invoice !== null) await requirePayable(ctx, state, invoice, currency)
      const tools = await collectionTools(ctx, state)
      const receivedAt = receivedOn(state, found)
      const incoming = { provider, transaction, attempt: null, invoice, currency, amountMinor, receivedAt }
      const ordered = await finaliseOrder(ctx, dropExpiredOrders(unchanged(state)), invoice)
      const received = receiveMoney(ordered, incoming, tools)
      payment = (received.state.money as CustomerMoney).receipts.at(-1)?.id ?? ''
      await assignUnallocatedReceipt(tx, environment.id, id, payment)
      await takeFromNobody(ctx, found)
      return received
    },
    { acceptDeleted: true },
  )
  return getPayment(ctx, payment)
}

async function requireUnassigned(ctx: OperationContext, id: string): Promise<UnallocatedReceipt> {
  const found = await lockUnallocatedReceipt(ctx.tx, ctx.environment.id, id)
  if (found === null)
    throw new Refusal('unallocated_payment_not_found', { param: 'id', values: { payment: id } })
  if (found.receipt !== null)
    throw new Refusal('payment_assigned', { param: 'id', values: { payment: found.receipt } })
  return found
}

async function takeFromNobody(ctx: OperationContext, found: UnallocatedReceipt): Promise<void> {
  const now = ctx.clock.now()
  const { id, provider, currency, amountMinor } = found
  const header = {
    cause: `assigned:${id}`,
    kind: 'receipt.assigned',
    currency,
    invoice: null,
    occurredAt: now,
  }
  const made = entry({ id: idsOf(ctx)('le'), ...header }, assignedPostings(provider, amountMinor))
  const entries = made === null ? [] : [made]
  for (const statement of insertEntries(ctx.environment.id, NOBODY, entries, now))
    await ctx.tx.query(statement)
}
