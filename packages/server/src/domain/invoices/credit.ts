/**
 * Credit notes by hand: what an invoice charged is taken back, whole or in part.
 *
 * Owns: the draft, and what it means for later credits of the same lines. Does not own: the figures
 * (`compose-credit-note.ts`), where the money goes (`finalise.ts`), refunds (`payments/refunds.ts`).
 * Invariant: what is credited by hand, by a later invoice, and by what waits for one together never exceeds a line.
 */
import { refuseState } from './refuse-state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { addMinor } from '../money/index.ts'
import { stopAttempts } from '../payments/stop-attempts.ts'
import { composeCreditNote, leftToCreditMinor, type CreditRequest } from './compose-credit-note.ts'
import { composeInvoice } from './compose.ts'
import { invoiceEvent, taxTerms, type NewId } from './documents.ts'
import { keptUse } from './kept-use.ts'
import { amountDueMinor, type Invoice, type InvoiceLine, type RunningLine } from './model.ts'

export interface CreditInvoice {
  request: CreditRequest
  note: string
  metadata: Record<string, unknown>
  /** Every line of a document that credits one of the invoice's. */
  earlier: readonly InvoiceLine[]
}

/**
 * A draft of a credit note, to be finalised in the same change.
 *
 * @throws Refusal `invoice_state` for what is a draft, void or no invoice; `credit_too_much`, `amount_invalid`;
 * `payment_in_flight`, because what is being charged can't be lowered
 */
export function draftCreditNote(
  change: CustomerChange,
  invoice: Invoice,
  command: CreditInvoice,
  newId: NewId,
): { change: CustomerChange; draft: Invoice } {
  requireCreditable(invoice)
  const { state } = change
  const loaded = state.money as CustomerMoney
  const stopped = stopAttempts(loaded, invoice.id, state.now)
  const { creditNote: draft, lines } = composeCreditNote({
    invoice,
    lines: loaded.lines.get(invoice.id) ?? [],
    earlier: [...command.earlier, ...waitingCredits(state)],
    request: command.request,
    newId,
    header: {
      createdAt: state.now,
      finaliseAt: state.now,
      note: command.note,
      metadata: command.metadata,
    },
  })
  // what was to be charged is charged anew, if anything is left
  const asksAgain = stopped !== loaded && invoice.status === 'open' && invoice.collection === 'automatic'
  const money: CustomerMoney = {
    ...stopped,
    invoices: [
      ...stopped.invoices.map((each) =>
        each.id === invoice.id && asksAgain ? { ...each, nextAttemptAt: state.now } : each,
      ),
      draft,
    ],
    lines: new Map([...stopped.lines, [draft.id, lines]]),
    documents: [...stopped.documents, { invoice: draft, lines, onPaid: null }],
    running: stopped.running.map((line) => lowered(line, lines)),
    // what comes back by hand doesn't count as paid for any more
    keptUse: [
      ...stopped.keptUse,
      ...lines.flatMap((line) => keptUse(invoice.subscription, line, 0 - line.amountMinor)),
    ],
  }
  const events = [...change.events, invoiceEvent('invoice.created', draft, state.now)]
  return { change: { ...change, state: { ...state, money }, events }, draft }
}

/** What can still be credited of an invoice, with tax. 0 of one that can't be credited. */
export function creditableMinor(
  state: CustomerState,
  invoice: Invoice,
  earlier: readonly InvoiceLine[],
): number {
  if (!isCreditable(invoice)) return 0
  const lines = (state.money as CustomerMoney).lines.get(invoice.id) ?? []
  return leftToCreditMinor(lines, [...earlier, ...waitingCredits(state)])
}

/** How much of a credit note goes back as money: what it doesn't take off what is due, as far as it was paid that way. */
export function refundOf(invoice: Invoice, creditedMinor: number, refundableMinor: number): number {
  const dueMinor = invoice.status === 'paid' ? 0 : amountDueMinor(invoice)
  return Math.max(Math.min(addMinor(creditedMinor, -dueMinor), refundableMinor), 0)
}

function isCreditable({ kind, status }: Invoice): boolean {
  return kind === 'invoice' && (status === 'open' || status === 'paid' || status === 'uncollectible')
}

function requireCreditable(invoice: Invoice): void {
  if (!isCreditable(invoice)) {
    throw refuseState(invoice)
  }
}

/** What a change has given back and no invoice has yet, with its figures. */
export function waitingCredits(state: CustomerState): InvoiceLine[] {
  const money = state.money as CustomerMoney
  return money.items
    .filter(({ line, invoice }) => line.credits !== null && invoice === null)
    .flatMap(
      ({ line, currency }) =>
        composeInvoice({
          drafts: [line],
          discounts: [],
          tax: taxTerms(state, money, state.now),
          currency,
          creditBalanceMinor: 0,
          newId: (prefix) => prefix,
          header: {
            reason: 'change',
            subscription: null,
            plan: null,
            periodStart: null,
            periodEnd: null,
            collection: 'automatic',
            createdAt: state.now,
            finaliseAt: state.now,
          },
        }).lines,
    )
}

/** A later proration gives back at most the rest. */
function lowered(line: RunningLine, credits: readonly InvoiceLine[]): RunningLine {
  const own = credits.filter((each) => each.credits === line.id)
  if (own.length === 0) return line
  return {
    ...line,
    creditedMinor: addMinor(line.creditedMinor, ...own.map(({ amountMinor }) => amountMinor)),
    creditedDiscountMinor: addMinor(
      line.creditedDiscountMinor,
      ...own.map(({ discountMinor }) => discountMinor),
    ),
  }
}
