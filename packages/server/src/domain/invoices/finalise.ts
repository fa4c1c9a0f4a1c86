/**
 * A draft becomes a document: number, dates, the customer's balance, the books, and what is asked of a payment method.
 *
 * Owns: what happens at that moment. Does not own: the number (the caller takes it, last), the charge itself (a job
 * carries the attempt out).
 * Invariant: figures and lines are those of the draft; the entry and the status change together or not at all.
 */
import { changeBalance, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { firstDunningAt } from '../dunning/schedule.ts'
import type { DomainEvent } from '../events.ts'
import type { LedgerEntry } from '../ledger/model.ts'
import {
  creditAppliedPostings,
  creditedPostings,
  entry,
  issuedPostings,
  recoveredPostings,
} from '../ledger/postings.ts'
import { startCollecting } from '../payments/collect.ts'
import { payGivenUp } from '../payments/pay-from-balance.ts'
import { addLocalDays, type Instant } from '../time/index.ts'
import { creditBalanceEvent, invoiceEvent, runningLines, type NewId } from './documents.ts'
import { amountDueMinor, isUnpaid, type Invoice, type InvoiceLine, type InvoiceParties } from './model.ts'
import { collectionPolicies, policiesOf } from './policies.ts'

export interface GivenNumber {
  documentNumber: string
  series: string
  /** Never before an earlier one of the series. */
  issuedAt: Instant
}

/** @param refundMinor of a credit note: what of it goes back; the rest lowers what is due, and then is the customer's */
export function finaliseInvoice(
  change: CustomerChange,
  draft: Invoice,
  number: GivenNumber,
  newId: NewId,
  refundMinor = 0,
): CustomerChange {
  const lines = (change.state.money as CustomerMoney).lines.get(draft.id) ?? []
  return draft.kind === 'credit_note'
    ? finaliseCreditNote(change, draft, lines, { ...number, refundMinor }, newId)
    : finaliseOwed(change, draft, lines, number, newId)
}

function finaliseOwed(
  { state, events }: CustomerChange,
  draft: Invoice,
  lines: readonly InvoiceLine[],
  { documentNumber, series, issuedAt }: GivenNumber,
  newId: NewId,
): CustomerChange {
  const money = state.money as CustomerMoney
  const { currency } = draft
  const policies = policiesOf(state, draft)
  const isPrepaid = draft.collection === 'prepaid'
  const balance = money.balances[currency] ?? 0
  // an order is paid by the balance as a whole or not at all
  const applied = isPrepaid && balance < draft.totalMinor ? 0 : Math.min(balance, draft.totalMinor)
  const dueAt = addLocalDays(issuedAt, draft.dueDays ?? policies.dueDays, state.catalog.operator.timeZone)
  const open: Invoice = {
    ...draft,
    status: 'open',
    documentNumber,
    series,
    issuedAt,
    dueAt,
    creditAppliedMinor: applied,
    policies: collectionPolicies(policies),
    parties: partiesOf(state),
  }
  const isPaid = amountDueMinor(open) === 0
  const issued: Invoice = isPaid
    ? { ...open, status: 'paid', paidAt: issuedAt }
    : isPrepaid
      ? open
      : { ...open, dunningAt: firstDunningAt(policies.dunning, dueAt, state.catalog.operator.timeZone) }
  const entries = entriesOf(newId, issued, [
    ['issued', issuedPostings(issued, lines, issuedAt)],
    ['credit_applied', creditAppliedPostings(applied)],
  ])
  const told: DomainEvent[] = [invoiceEvent('invoice.issued', issued, issuedAt)]
  const balanced = applied === 0 ? money : changeBalance(money, currency, -applied)
  const running = isPrepaid ? [...money.running, ...runningLines(issued, lines)] : money.running
  if (applied > 0) told.push(creditBalanceEvent(balanced, currency, -applied, issuedAt))
  if (isPaid) told.push(invoiceEvent('invoice.paid', issued, issuedAt))
  const next: CustomerChange = {
    state: withEntries(state, { ...replaceInvoice(balanced, issued), running }, entries),
    events: [...events, ...told],
  }
  return isPaid || issued.collection !== 'automatic'
    ? next
    : startCollecting(next, issued, 'automatic', newId)
}

/**
 * What goes back is decided; the rest lowers the invoice that it credits while that is not paid, or is the customer's. That
 * pays what else is owed, in the same change.
 */
function finaliseCreditNote(
  { state, events }: CustomerChange,
  draft: Invoice,
  lines: readonly InvoiceLine[],
  { documentNumber, series, issuedAt, refundMinor }: GivenNumber & { refundMinor: number },
  newId: NewId,
): CustomerChange {
  const money = state.money as CustomerMoney
  const credited = money.invoices.find((each) => each.id === draft.credits && isUnpaid(each))
  const toRefundMinor = Math.min(refundMinor, draft.totalMinor)
  const toInvoiceMinor =
    credited === undefined ? 0 : Math.min(amountDueMinor(credited), draft.totalMinor - toRefundMinor)
  const toBalanceMinor = draft.totalMinor - toInvoiceMinor - toRefundMinor
  const issued: Invoice = {
    ...draft,
    status: 'paid',
    documentNumber,
    series,
    issuedAt,
    paidAt: issuedAt,
    creditedMinor: toInvoiceMinor,
    refundedMinor: toRefundMinor,
    parties: credited?.parties ?? partiesOf(state),
  }
  const entries = entriesOf(newId, issued, [
    ['issued', creditedPostings(lines, issuedAt, { toInvoiceMinor, toBalanceMinor, toRefundMinor })],
    ['recovered', recoveredPostings(credited?.status === 'uncollectible' ? toInvoiceMinor : 0)],
  ])
  const told: DomainEvent[] = [
    invoiceEvent('credit_note.issued', issued, issuedAt, { invoice: draft.credits, creditNote: draft.id }),
  ]
  let next = replaceInvoice(money, issued)
  if (credited !== undefined && toInvoiceMinor > 0) {
    const lowered = { ...credited, creditedMinor: credited.creditedMinor + toInvoiceMinor }
    const isPaid = amountDueMinor(lowered) === 0
    const settled: Invoice = isPaid
      ? { ...lowered, status: 'paid', paidAt: issuedAt, nextAttemptAt: null, dunningAt: null }
      : lowered
    next = replaceInvoice(next, settled)
    if (isPaid) told.push(invoiceEvent('invoice.paid', settled, issuedAt))
  }
  if (toBalanceMinor > 0) {
    next = changeBalance(next, draft.currency, toBalanceMinor)
    told.push(creditBalanceEvent(next, draft.currency, toBalanceMinor, issuedAt))
    const given = { mostMinor: toBalanceMinor, at: issuedAt, newId }
    const lowered = payGivenUp({ ...state, money: next }, draft, given)
    next = lowered.money
    told.push(...lowered.events)
  }
  return { state: withEntries(state, next, entries), events: [...events, ...told] }
}

/** As both are now. */
export function partiesOf({ catalog, customer, money }: CustomerState): InvoiceParties {
  const { logo: _, paymentInstructions: __, ...seller } = catalog.operator
  return { seller, buyer: (money as CustomerMoney).billing, timeZone: customer.timeZone }
}

function entriesOf(
  newId: NewId,
  invoice: Invoice,
  movements: [kind: string, lines: Parameters<typeof entry>[1]][],
): LedgerEntry[] {
  return movements.flatMap(([kind, lines]) => {
    const header = {
      id: newId('le'),
      cause: `invoice:${invoice.id}:${kind}`,
      kind: `${invoice.kind}.${kind}`,
      currency: invoice.currency,
      invoice: invoice.id,
      occurredAt: invoice.issuedAt as Instant,
    }
    return entry(header, lines) ?? []
  })
}

function withEntries(state: CustomerState, money: CustomerMoney, entries: LedgerEntry[]): CustomerState {
  return { ...state, money: { ...money, entries: [...money.entries, ...entries] } }
}
