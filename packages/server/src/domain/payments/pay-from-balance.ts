/**
 * The customer's balance pays what the customer owes.
 *
 * Owns: which invoices it pays, and what that means for attempts, books and access. Does not own: how the balance came to
 * be, and what a new invoice takes from it (`invoices/finalise.ts`).
 * Invariant: at rest nobody has a balance and owes in the same currency: who never paid has nothing to spend. While a
 * charge can't be told from one that has happened, its invoice waits for that outcome.
 */
import { changeBalance, invoiceOf, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { reviseStanding } from '../dunning/standing.ts'
import type { DomainEvent } from '../events.ts'
import { creditBalanceEvent, invoiceEvent, type NewId } from '../invoices/documents.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import type { LedgerEntry } from '../ledger/model.ts'
import { creditAppliedPostings, entry, recoveredPostings } from '../ledger/postings.ts'
import type { Instant } from '../time/index.ts'
import { byAge } from './allocate-receipt.ts'
import { givesNothing } from './orders-in-part.ts'
import type { PaymentTools } from './receive.ts'
import { isBeingAsked, stopAttempts } from './stop-attempts.ts'

/** Pays open invoices, the oldest first. The same change where nothing is owed, or there is nothing to pay with. */
export function payFromBalance(change: CustomerChange, tools: PaymentTools): CustomerChange {
  const { state } = change
  const open = payableFromBalance(state)
  if (open.length === 0) return change
  let money = state.money as CustomerMoney
  const events = [...change.events]
  for (const { id } of open) {
    const paid = applyBalance(money, id, { at: state.now, newId: tools.newId })
    money = paid.money
    events.push(...paid.events)
  }
  return reviseStanding({ ...change, state: { ...state, money }, events }, tools.versions)
}

/** Open invoices that the balance in their currency can pay something of now. */
export function payableFromBalance(state: CustomerState): Invoice[] {
  const money = state.money as CustomerMoney
  return money.invoices
    .filter((each) => each.kind === 'invoice' && each.status === 'open' && !givesNothing(state, each))
    .filter(({ currency }) => (money.balances[currency] ?? 0) > 0)
    .filter((invoice) => amountDueMinor(invoice) > 0 && !isBeingAsked(money, invoice.id))
    .sort(byAge)
}

/** What is credited of a subscription first pays what was given up of it: of what nobody paid nothing comes back. */
export function payGivenUp(
  state: CustomerState,
  { subscription, currency }: Pick<Invoice, 'subscription' | 'currency'>,
  { mostMinor, at, newId }: { mostMinor: number; at: Instant; newId: NewId },
): { money: CustomerMoney; events: DomainEvent[] } {
  const money = state.money as CustomerMoney
  const givenUp = money.invoices
    .filter(({ status }) => status === 'uncollectible')
    .filter((each) => subscription !== null && each.subscription === subscription)
    .filter((each) => each.currency === currency && !givesNothing(state, each))
    .sort(byAge)
  const events: DomainEvent[] = []
  let next = money
  const spentMinor = () => (money.balances[currency] ?? 0) - (next.balances[currency] ?? 0)
  for (const { id } of givenUp) {
    const paid = applyBalance(next, id, { at, newId, mostMinor: mostMinor - spentMinor() })
    next = paid.money
    events.push(...paid.events)
  }
  return { money: next, events }
}

/**
 * Of one invoice as much as the balance has. What was asked of a payment method is given up; of what is left the
 * sweep asks anew.
 */
function applyBalance(
  money: CustomerMoney,
  id: string,
  { at, newId, mostMinor = Number.MAX_SAFE_INTEGER }: { at: Instant; newId: NewId; mostMinor?: number },
): { money: CustomerMoney; events: DomainEvent[] } {
  const invoice = invoiceOf(money, id)
  const { currency } = invoice
  const appliedMinor = Math.min(money.balances[currency] ?? 0, amountDueMinor(invoice), mostMinor)
  if (appliedMinor <= 0) return { money, events: [] }
  const stopped = stopAttempts(money, id, at)
  const asksAgain = stopped !== money && invoice.status === 'open' && invoice.collection === 'automatic'
  const lowered: Invoice = {
    ...invoice,
    creditAppliedMinor: invoice.creditAppliedMinor + appliedMinor,
    nextAttemptAt: asksAgain ? at : invoice.nextAttemptAt,
  }
  const isPaid = amountDueMinor(lowered) === 0
  const next: Invoice = isPaid
    ? { ...lowered, status: 'paid', paidAt: at, nextAttemptAt: null, dunningAt: null }
    : lowered
  const recoveredMinor = invoice.status === 'uncollectible' ? appliedMinor : 0
  const balanced = changeBalance(replaceInvoice(stopped, next), currency, -appliedMinor)
  return {
    money: {
      ...balanced,
      entries: [...balanced.entries, ...entriesOf(next, { appliedMinor, recoveredMinor }, at, newId)],
    },
    events: [
      creditBalanceEvent(balanced, currency, -appliedMinor, at),
      ...(isPaid ? [invoiceEvent('invoice.paid', next, at)] : []),
    ],
  }
}

function entriesOf(
  { id: invoice, currency }: Invoice,
  { appliedMinor, recoveredMinor }: { appliedMinor: number; recoveredMinor: number },
  occurredAt: Instant,
  newId: NewId,
): LedgerEntry[] {
  const made = (kind: string, lines: Parameters<typeof entry>[1]) => {
    const id = newId('le')
    const cause = `invoice:${invoice}:${kind}:${id}`
    return entry({ id, cause, kind: `invoice.${kind}`, currency, invoice, occurredAt }, lines) ?? []
  }
  return [
    made('recovered', recoveredPostings(recoveredMinor)),
    made('credit_applied', creditAppliedPostings(appliedMinor)),
  ].flat()
}
