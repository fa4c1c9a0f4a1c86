import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { reviseStanding } from '../../domain/dunning/standing.ts'
import type { CreditRequest } from '../../domain/invoices/compose-credit-note.ts'
import { creditableMinor, draftCreditNote, refundOf } from '../../domain/invoices/credit.ts'
import type { DisputedLines } from '../../domain/invoices/disputed-lines.ts'
import type { Invoice, InvoiceLine } from '../../domain/invoices/model.ts'
import { createRefund, refundTargets } from '../../domain/payments/refunds.ts'
import { Refusal } from '../../refusal.ts'
import { loadDisputedLines } from '../../store/disputed-lines.ts'
import { loadCreditingLines } from '../../store/invoice-lines.ts'
import { loadReceipts } from '../../store/receipts.ts'
import { loadRefunds } from '../../store/refunds.ts'
import { collectionTools } from '../collection/tools.ts'
import { idsOf } from '../customers/command.ts'
import { changeInvoice, finaliseNow } from './change-invoice.ts'
import { getInvoice, type InvoiceResult } from './get.ts'

export interface CreditInvoice {
  request: CreditRequest
  /** Where what is not due any more goes. */
  destination: 'balance' | 'refund'
  reason: string
  note: string
  metadata: Record<string, unknown>
}

/**
 * Takes back what an invoice charged: lowers what is due, and what was paid goes to the balance, or back the way it came as
 * far as it came by a provider that gives back.
 *
 * @throws Refusal `invoice_not_found`, `invoice_state`, `credit_too_much`, `amount_invalid`, `payment_in_flight`,
 * `refund_too_much` where nothing can go back
 */
export async function creditInvoice(
  ctx: OperationContext,
  id: string,
  command: CreditInvoice,
): Promise<InvoiceResult> {
  let creditNote = ''
  await changeInvoice(
    ctx,
    id,
    async (state, invoice) => {
      const tools = await collectionTools(ctx, state)
      const earlier = await loadCreditingLines(ctx.tx, ctx.environment.id, state.customer.id, [id])
      const { change, draft } = draftCreditNote(
        unchanged(state),
        invoice,
        { ...command, earlier },
        tools.newId,
      )
      creditNote = draft.id
      const ways = command.destination === 'refund' ? await waysBack(ctx, change, invoice) : []
      const refundMinor = refundOf(invoice, draft.totalMinor, sumOf(ways))
      if (command.destination === 'refund' && invoice.status === 'paid' && refundMinor === 0) {
        throw new Refusal('refund_too_much', { param: 'destination', values: { available: 0 } })
      }
      const disputed = await loadDisputedLines(ctx.tx, ctx.environment.id, state.customer.id)
      requireReceived(state, invoice, { earlier, disputed }, draft.totalMinor)
      const issued = await finaliseNow(ctx, change, draft.id, refundMinor)
      const refunded = giveBack(ctx, issued, refundMinor, ways, { invoice: id, creditNote, ...command })
      return reviseStanding(refunded, tools.versions)
    },
    async (customer) => {
      const receipts = await loadReceipts(ctx.tx, ctx.environment.id, customer, { invoice: id })
      return { receipts: receipts.map((each) => each.id) }
    },
  )
  return getInvoice(ctx, creditNote)
}

/** What its payer disputes, or has back through the bank, can't be given back once more. @throws Refusal `credit_too_much` */
function requireReceived(
  state: CustomerState,
  invoice: Invoice,
  { earlier, disputed }: { earlier: readonly InvoiceLine[]; disputed: DisputedLines },
  creditedMinor: number,
): void {
  const disputedMinor = disputed.ofInvoiceMinor(invoice.id)
  const available = Math.max(creditableMinor(state, invoice, earlier) - disputedMinor, 0)
  if (disputedMinor === 0 || creditedMinor <= available) return
  throw new Refusal('credit_too_much', { param: 'amountMinor', values: { available } })
}

interface WayBack {
  receipt: string
  mostMinor: number
}

const sumOf = (ways: readonly WayBack[]) => ways.reduce((sum, { mostMinor }) => sum + mostMinor, 0)

/** The receipts that paid the invoice, the latest first, with what each can give back of it. */
async function waysBack(
  ctx: OperationContext,
  { state }: CustomerChange,
  { id }: Invoice,
): Promise<WayBack[]> {
  const { receipts } = state.money as CustomerMoney
  const ids = receipts.map((each) => each.id)
  const given = await loadRefunds(ctx.tx, ctx.environment.id, state.customer.id, { receipts: ids })
  return receipts.toReversed().flatMap((receipt) => {
    const { refunds } = ctx.payments.provider(receipt.provider, ctx.environment).capabilities
    const target = refundTargets(receipt, given).find(({ invoice }) => invoice === id)
    const isEnough =
      refunds === 'partial' || (refunds === 'full' && target?.mostMinor === receipt.amountMinor)
    return target === undefined || !isEnough ? [] : { receipt: receipt.id, mostMinor: target.mostMinor }
  })
}

function giveBack(
  ctx: OperationContext,
  change: CustomerChange,
  refundMinor: number,
  ways: readonly WayBack[],
  of: { invoice: string; creditNote: string; reason: string },
): CustomerChange {
  let left = refundMinor
  let next = change
  for (const { receipt, mostMinor } of ways) {
    const amountMinor = Math.min(left, mostMinor)
    if (amountMinor === 0) break
    left -= amountMinor
    const parts = [{ invoice: of.invoice, creditNote: of.creditNote, amountMinor }]
    next = createRefund(next, { receipt, parts, reason: of.reason }, idsOf(ctx)).change
  }
  return next
}
