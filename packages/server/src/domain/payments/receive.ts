/**
 * Money came in: what follows for invoices, balance, books and access.
 *
 * Owns: that order. Does not own: where the money goes (`allocate-receipt.ts`), what becomes of its attempt
 * (`record-outcome.ts`).
 * Invariant: what came in lands, once for each transaction of the provider, whatever became of its attempt. Paying
 * restores access in the same change.
 */
import { changeBalance, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import type { ModuleVersions } from '../dunning/modules.ts'
import { reviseStanding } from '../dunning/standing.ts'
import type { DomainEvent } from '../events.ts'
import { creditBalanceEvent, invoiceEvent, type NewId } from '../invoices/documents.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import { allocatedPostings, entry, receivedPostings, recoveredPostings } from '../ledger/postings.ts'
import type { LedgerEntry } from '../ledger/model.ts'
import type { Instant } from '../time/index.ts'
import { allocateReceipt } from './allocate-receipt.ts'
import { supersedeAttempt } from './attempts.ts'
import { givesNothing } from './orders-in-part.ts'
import { OPEN_ATTEMPTS, type Receipt } from './model.ts'

export interface PaymentTools {
  newId: NewId
  versions: ModuleVersions
}

/** What a provider (or the operator) says has come in. */
export interface Incoming {
  provider: string
  transaction: string
  attempt: string | null
  /** The invoice that it was paid for; null where nobody said. */
  invoice: string | null
  currency: string
  amountMinor: number
  feeMinor?: number | undefined
  receivedAt: Instant
}

/** A receipt, allocated. The caller has made sure that the transaction is new. */
export function receiveMoney(
  change: CustomerChange,
  incoming: Incoming,
  tools: PaymentTools,
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const { currency, amountMinor } = incoming
  const payable = money.invoices.filter((invoice) => !givesNothing(state, invoice))
  const { allocations, toBalanceMinor } = allocateReceipt(incoming, incoming.invoice, payable)
  const receipt: Receipt = {
    id: tools.newId('rec'),
    provider: incoming.provider,
    transaction: incoming.transaction,
    attempt: incoming.attempt,
    currency,
    amountMinor,
    receivedAt: incoming.receivedAt,
    allocations,
    toBalanceMinor,
    refundedMinor: 0,
    disputedMinor: 0,
  }
  const events: DomainEvent[] = [receivedEvent(money, receipt, state.now)]
  let next: CustomerMoney = {
    ...money,
    receipts: [...money.receipts, receipt],
    entries: [...money.entries, ...entriesOf(money, receipt, incoming.feeMinor ?? 0, state.now, tools)],
  }
  for (const { invoice, amountMinor: part } of allocations) {
    const paid = payInvoice(next, invoice, part, state.now)
    next = paid.money
    events.push(...paid.events)
  }
  if (toBalanceMinor > 0) {
    next = changeBalance(next, currency, toBalanceMinor)
    events.push(creditBalanceEvent(next, currency, toBalanceMinor, state.now))
  }
  return reviseStanding(
    { ...change, state: { ...state, money: next }, events: [...change.events, ...events] },
    tools.versions,
  )
}

/** Lowers what an invoice owes; when nothing is left, nothing more is asked of anybody. */
function payInvoice(
  money: CustomerMoney,
  id: string,
  amountMinor: number,
  at: Instant,
): { money: CustomerMoney; events: DomainEvent[] } {
  const invoice = money.invoices.find((each) => each.id === id) as Invoice
  const paid: Invoice = { ...invoice, amountPaidMinor: invoice.amountPaidMinor + amountMinor }
  if (amountDueMinor(paid) > 0) return { money: replaceInvoice(money, paid), events: [] }
  const settled: Invoice = {
    ...paid,
    status: 'paid',
    paidAt: at,
    nextAttemptAt: null,
    dunningAt: null,
  }
  const attempts = money.attempts.map((attempt) =>
    attempt.invoice === id && OPEN_ATTEMPTS.includes(attempt.status)
      ? (supersedeAttempt(attempt, at) ?? attempt)
      : attempt,
  )
  return {
    money: { ...replaceInvoice(money, settled), attempts },
    events: [invoiceEvent('invoice.paid', settled, at)],
  }
}

function receivedEvent({ invoices }: CustomerMoney, receipt: Receipt, occurredAt: Instant): DomainEvent {
  const { id, provider, currency, amountMinor, toBalanceMinor } = receipt
  const allocations = receipt.allocations.map((part) => ({
    ...part,
    number: invoices.find((invoice) => invoice.id === part.invoice)?.documentNumber ?? null,
  }))
  return {
    type: 'payment.received',
    subject: id,
    payload: { payment: id, provider, currency, amountMinor, allocations, toBalanceMinor },
    occurredAt,
  }
}

function entriesOf(
  { invoices }: CustomerMoney,
  receipt: Receipt,
  feeMinor: number,
  at: Instant,
  { newId }: PaymentTools,
): LedgerEntry[] {
  const allocated = receipt.amountMinor - receipt.toBalanceMinor
  const header = (kind: string) => ({
    id: newId('le'),
    cause: `receipt:${receipt.id}:${kind}`,
    kind: `receipt.${kind}`,
    currency: receipt.currency,
    invoice: receipt.allocations[0]?.invoice ?? null,
    occurredAt: at,
  })
  const givenUp = new Set(invoices.filter(({ status }) => status === 'uncollectible').map(({ id }) => id))
  const recovered = receipt.allocations.filter(({ invoice }) => givenUp.has(invoice))
  const recoveredMinor = recovered.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  return [
    entry(header('received'), receivedPostings(receipt.provider, receipt.amountMinor, feeMinor)),
    entry(header('recovered'), recoveredPostings(recoveredMinor)),
    entry(header('allocated'), allocatedPostings(allocated, receipt.toBalanceMinor)),
  ].flatMap((each) => each ?? [])
}
