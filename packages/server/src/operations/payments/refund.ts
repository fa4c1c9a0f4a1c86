import type { OperationContext, UsageContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { reviseStanding } from '../../domain/dunning/standing.ts'
import { creditableMinor, draftCreditNote } from '../../domain/invoices/credit.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import type { Receipt } from '../../domain/payments/model.ts'
import {
  createRefund,
  leftToRefundMinor,
  refundTargets,
  splitRefund,
  type RefundTarget,
} from '../../domain/payments/refunds.ts'
import { Refusal } from '../../refusal.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { loadDisputedLines } from '../../store/disputed-lines.ts'
import { loadCreditingLines } from '../../store/invoice-lines.ts'
import { recallMoney } from '../../store/recalled-money.ts'
import { loadRefunds } from '../../store/refunds.ts'
import { beginOnce } from '../answers/begin-once.ts'
import { collectionTools, type CollectionTools } from '../collection/tools.ts'
import { changeCustomer } from '../customers/command.ts'
import { finaliseNow } from '../invoices/change-invoice.ts'
import { runOperation } from '../run.ts'
import { carryOutRefund } from './carry-out-refunds.ts'
import { requirePayment } from './get.ts'
import { getRefund, type RefundResult } from './get-refund.ts'

export interface RefundPayment {
  /** null: all that is left. */
  amountMinor: number | null
  reason: string
  /** With a credit note for each invoice that the payment paid; without, it comes from the balance. */
  creditNote: boolean
  idempotencyKey: string | undefined
}

/**
 * Gives money back: written down with its credit notes, then the provider is asked. The same key again answers what became
 * of that refund.
 *
 * @throws Refusal `payment_not_found`, `refund_too_much`, `refund_unsupported`, `payment_in_flight`
 */
export async function refundPayment(
  ctx: UsageContext,
  id: string,
  { idempotencyKey, ...command }: RefundPayment,
): Promise<RefundResult> {
  const begun = await runOperation(ctx, ctx, async (own) => {
    const { customer, receipt } = await requirePayment(own, id)
    await lockCustomer(own.tx, own.environment.id, customer)
    const once = { customer, verb: `refund ${receipt.id}`, key: idempotencyKey, body: command }
    const { reference } = await beginOnce(own, once, () => begin(own, customer, receipt, command))
    return { customer, id: reference }
  })
  await carryOutRefund(ctx, { ...begun, environment: ctx.environment }, { waits: true })
  return runOperation(ctx, { ...ctx, readOnly: true }, (own) => getRefund(own, begun.id))
}

type Command = Omit<RefundPayment, 'idempotencyKey'>

/** @returns the id of the refund */
async function begin(
  ctx: OperationContext,
  customer: number,
  { id, allocations }: Receipt,
  command: Command,
): Promise<string> {
  let refund = ''
  const invoices = allocations.map(({ invoice }) => invoice)
  await changeCustomer(
    ctx,
    customer,
    async (loaded) => {
      const money = await recallMoney(ctx.tx, loaded, { invoices, receipts: [id] })
      const state = { ...loaded, money }
      const tools = await collectionTools(ctx, state)
      const receipt = money.receipts[0] as Receipt
      const mostMinor = await paidOutMinor(ctx, state, receipt)
      const targets = command.creditNote
        ? await creditTargets(ctx, state, receipt, mostMinor)
        : [{ invoice: null, mostMinor }]
      const split = splitRefund(command.amountMinor, targets)
      requireSupported(ctx, receipt, split)
      const made = await refundWithCredit(ctx, unchanged(state), receipt, split, command, tools)
      refund = made.refund.id
      return reviseStanding(made.change, tools.versions)
    },
    { acceptDeleted: true },
  )
  return refund
}

/** From the balance: whatever of the receipt can still be given back, as far as the balance goes that no payer disputes. */
async function paidOutMinor(
  { tx, environment }: OperationContext,
  { customer, money }: CustomerState,
  receipt: Receipt,
): Promise<number> {
  const balanceMinor = money?.balances[receipt.currency] ?? 0
  if (balanceMinor === 0) return 0
  const disputed = await loadDisputedLines(tx, environment.id, customer.id)
  const oursMinor = Math.max(balanceMinor - disputed.onBalanceMinor(receipt.currency), 0)
  return Math.min(leftToRefundMinor(receipt), oursMinor)
}

/** Of each invoice no more than can still be credited, and of the balance no more than is there. */
async function creditTargets(
  ctx: OperationContext,
  state: CustomerState,
  receipt: Receipt,
  fromBalanceMinor: number,
): Promise<RefundTarget[]> {
  const own = { environment: ctx.environment.id, customer: state.customer.id }
  const given = await loadRefunds(ctx.tx, own.environment, own.customer, { receipts: [receipt.id] })
  const targets: RefundTarget[] = []
  for (const { invoice: id, mostMinor } of refundTargets(receipt, given)) {
    const invoice = state.money?.invoices.find((each) => each.id === id)
    if (invoice === undefined) {
      targets.push({ invoice: null, mostMinor: Math.min(mostMinor, fromBalanceMinor) })
      continue
    }
    const earlier = await loadCreditingLines(ctx.tx, own.environment, own.customer, [invoice.id])
    const creditable = creditableMinor(state, invoice, earlier)
    targets.push({ invoice: invoice.id, mostMinor: Math.min(mostMinor, creditable) })
  }
  return targets
}

function requireSupported(ctx: OperationContext, receipt: Receipt, split: readonly RefundTarget[]): void {
  const { provider: name, amountMinor } = receipt
  const { refunds } = ctx.payments.provider(name, ctx.environment).capabilities
  const wanted = split.reduce((sum, { mostMinor }) => sum + mostMinor, 0)
  if (refunds === 'none' || (refunds === 'full' && wanted !== amountMinor)) {
    throw new Refusal('refund_unsupported', { values: { provider: name } })
  }
}

async function refundWithCredit(
  ctx: OperationContext,
  change: CustomerChange,
  receipt: Receipt,
  split: readonly RefundTarget[],
  { reason }: Command,
  { newId }: CollectionTools,
) {
  let next = change
  const parts: { invoice: string | null; creditNote: string | null; amountMinor: number }[] = []
  const drafts: { id: string; amountMinor: number }[] = []
  for (const { invoice: id, mostMinor: amountMinor } of split) {
    const invoice = (next.state.money as CustomerMoney).invoices.find((each) => each.id === id)
    const drafted = invoice === undefined ? null : await credit(ctx, next, invoice, amountMinor, newId)
    if (drafted !== null) {
      next = drafted.change
      drafts.push({ id: drafted.draft.id, amountMinor })
    }
    parts.push({ invoice: id, creditNote: drafted?.draft.id ?? null, amountMinor })
  }
  // numbers last, when nothing can refuse any more
  for (const { id, amountMinor } of drafts) next = await finaliseNow(ctx, next, id, amountMinor)
  return createRefund(next, { receipt: receipt.id, parts, reason }, newId)
}

async function credit(
  ctx: OperationContext,
  change: CustomerChange,
  invoice: Invoice,
  amountMinor: number,
  newId: CollectionTools['newId'],
) {
  const { customer } = change.state
  const earlier = await loadCreditingLines(ctx.tx, ctx.environment.id, customer.id, [invoice.id])
  const command = { request: { type: 'amount' as const, amountMinor }, note: '', metadata: {}, earlier }
  return draftCreditNote(change, invoice, command, newId)
}
