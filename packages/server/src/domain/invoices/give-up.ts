/**
 * Invoices that nobody will pay: void, as if never written, or uncollectible, given up though owed.
 *
 * Owns: what both do to the document, the books, the balance and access. Does not own: giving back what was paid
 * (`credit.ts`).
 * Invariant: the number stays; the books of a void invoice sum to zero. Its period and the use it billed stay billed:
 * nothing of it comes back on a later invoice by itself.
 */
import { refuseState } from './refuse-state.ts'
import { changeBalance, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import { reviseStanding } from '../dunning/standing.ts'
import type { DomainEvent } from '../events.ts'
import type { LedgerEntry, Posting } from '../ledger/model.ts'
import { creditAppliedPostings, entry, voidedPostings, writtenOffPostings } from '../ledger/postings.ts'
import { stopAttempts } from '../payments/stop-attempts.ts'
import type { PaymentTools } from '../payments/receive.ts'
import type { Instant } from '../time/index.ts'
import { waitingCredits } from './credit.ts'
import { creditBalanceEvent, invoiceEvent, type NewId } from './documents.ts'
import { keptUse } from './kept-use.ts'
import { amountDueMinor, type Invoice, type InvoiceLine, type RunningLine } from './model.ts'

/**
 * Takes an invoice back. Its lines pay for their time still, and give nothing back; what the balance had paid goes back
 * there.
 *
 * @param known what of its net is earned by now, and every line of a document that credits one of its
 * @throws Refusal `invoice_state` unless it is open and nothing of it is paid or credited; `payment_in_flight`
 */
export function voidInvoice(
  change: CustomerChange,
  invoice: Invoice,
  { earnedMinor, credits }: { earnedMinor: number; credits: readonly InvoiceLine[] },
  tools: PaymentTools,
): CustomerChange {
  requireOpen(invoice)
  if (invoice.amountPaidMinor > 0) throw refuseState(invoice, 'paid_in_part')
  const { state } = change
  // also where a later invoice has given back of its lines, or will: that would be given once more
  const own = new Set(state.money?.lines.get(invoice.id)?.map(({ id }) => id))
  const waits = waitingCredits(state).some((line) => line.credits !== null && own.has(line.credits))
  if (invoice.creditedMinor > 0 || credits.length > 0 || waits) throw refuseState(invoice, 'credited')
  const { now } = state
  const money = stopAttempts(state.money as CustomerMoney, invoice.id, now)
  const appliedMinor = invoice.creditAppliedMinor
  const voided: Invoice = {
    ...invoice,
    status: 'void',
    voidedAt: now,
    nextAttemptAt: null,
    dunningAt: null,
    creditAppliedMinor: 0,
  }
  const lines = money.lines.get(invoice.id) ?? []
  const entries = [
    posted(tools.newId, voided, 'voided', now, voidedPostings(invoice, lines, earnedMinor)),
    posted(tools.newId, voided, 'credit_returned', now, negated(creditAppliedPostings(appliedMinor))),
  ]
  const events: DomainEvent[] = [invoiceEvent('invoice.voided', voided, now)]
  let next = replaceInvoice(money, voided)
  if (appliedMinor > 0) {
    next = changeBalance(next, invoice.currency, appliedMinor)
    events.push(creditBalanceEvent(next, invoice.currency, appliedMinor, now))
  }
  // what it gave back of use hasn't come back
  const gaveBack = ({ credits: of }: InvoiceLine) => of !== null
  const keptOf = (line: InvoiceLine) => keptUse(invoice.subscription, line, 0 - line.amountMinor)
  // an order has paid for nothing
  const left = (line: RunningLine) => (invoice.collection === 'prepaid' ? [] : worthless(line))
  next = {
    ...next,
    running: next.running.flatMap((line) => (line.invoice === invoice.id ? left(line) : line)),
    keptUse: [...next.keptUse, ...lines.filter(gaveBack).flatMap(keptOf)],
  }
  return reviseStanding(withEntries(change, next, entries, events), tools.versions)
}

/**
 * Gives up what is still due: it is a loss, though it stays owed. Nobody is asked for it any more, and access stays as
 * dunning has left it; a payment or a credit note still settles it.
 *
 * @throws Refusal `invoice_state` unless it is open; `payment_in_flight`
 */
export function markUncollectible(
  change: CustomerChange,
  invoice: Invoice,
  tools: PaymentTools,
): CustomerChange {
  requireOpen(invoice)
  const { state } = change
  const { now } = state
  const money = stopAttempts(state.money as CustomerMoney, invoice.id, now)
  const givenUp: Invoice = { ...invoice, status: 'uncollectible', nextAttemptAt: null, dunningAt: null }
  const lost = writtenOffPostings(amountDueMinor(invoice))
  const events = [
    invoiceEvent('invoice.uncollectible', givenUp, now, { amountDueMinor: amountDueMinor(invoice) }),
  ]
  const entries = [posted(tools.newId, givenUp, 'written_off', now, lost)]
  const next = replaceInvoice(money, givenUp)
  return reviseStanding(withEntries(change, next, entries, events), tools.versions)
}

const worthless = (line: RunningLine): RunningLine => ({
  ...line,
  creditedMinor: line.amountMinor,
  creditedDiscountMinor: line.discountMinor,
})

function requireOpen(invoice: Invoice): void {
  if (invoice.kind !== 'invoice' || invoice.status !== 'open') throw refuseState(invoice)
}

function negated(lines: Posting[]): Posting[] {
  return lines.map(({ account, amountMinor }) => ({ account, amountMinor: 0 - amountMinor }))
}

function posted(
  newId: NewId,
  { id, currency }: Invoice,
  kind: string,
  occurredAt: Instant,
  lines: Posting[],
): LedgerEntry | null {
  const cause = `invoice:${id}:${kind}`
  return entry({ id: newId('le'), cause, kind: `invoice.${kind}`, currency, invoice: id, occurredAt }, lines)
}

function withEntries(
  { state, events, ...rest }: CustomerChange,
  money: CustomerMoney,
  entries: (LedgerEntry | null)[],
  told: DomainEvent[],
): CustomerChange {
  const made = entries.flatMap((each) => each ?? [])
  return {
    ...rest,
    state: { ...state, money: { ...money, entries: [...money.entries, ...made] } },
    events: [...events, ...told],
  }
}
