/**
 * Money came in, and an attempt has an outcome: what follows for invoices, balance, books and access.
 *
 * Owns: that order. Does not own: where the money goes (`allocate-receipt.ts`), the attempt's states (`attempts.ts`).
 * Invariant: what came in lands, once for each transaction of the provider, whatever became of its attempt. Paying
 * restores access in the same change.
 */
import { changeBalance, replaceAttempt, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import type { ModuleVersions } from '../dunning/modules.ts'
import { reviseStanding } from '../dunning/standing.ts'
import type { DomainEvent } from '../events.ts'
import { creditBalanceEvent, invoiceEvent, type NewId } from '../invoices/documents.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import { policiesOf } from '../invoices/policies.ts'
import { allocatedPostings, entry, receivedPostings, recoveredPostings } from '../ledger/postings.ts'
import type { LedgerEntry } from '../ledger/model.ts'
import { toIso, type Instant } from '../time/index.ts'
import { allocateReceipt } from './allocate-receipt.ts'
import { applyOutcome, supersedeAttempt } from './attempts.ts'
import { afterDecline, chooseMethod } from './choose-method.ts'
import { startCollecting } from './collect.ts'
import {
  OPEN_ATTEMPTS,
  type ChargeOutcome,
  type PaymentAttempt,
  type PaymentMethod,
  type Receipt,
} from './model.ts'
import { retryAfterDecline } from './retry.ts'

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
  const { allocations, toBalanceMinor } = allocateReceipt(incoming, incoming.invoice, money.invoices)
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
  const events: DomainEvent[] = [receivedEvent(receipt, state.now)]
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

function receivedEvent(receipt: Receipt, occurredAt: Instant): DomainEvent {
  const { id, provider, currency, amountMinor, allocations, toBalanceMinor } = receipt
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

/**
 * An attempt has an outcome. What it brought in was received before (`receiveMoney`); here the attempt moves on, and a
 * decline leads to the fallback, to a retry, or to dunning.
 */
export function recordOutcome(
  change: CustomerChange,
  attempt: PaymentAttempt,
  outcome: ChargeOutcome,
  tools: PaymentTools,
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const moved = applyOutcome(attempt, outcome, state.now)
  if (moved === attempt) return change
  const next: CustomerChange = {
    ...change,
    state: { ...state, money: replaceAttempt(money, moved) },
    events: [...change.events, ...attemptEvents(attempt, moved, state.now)],
  }
  return FAILED.includes(moved.status) ? afterFailure(next, moved, tools) : next
}

const FAILED: readonly PaymentAttempt['status'][] = ['declined', 'expired', 'action_needed']

function afterFailure(change: CustomerChange, attempt: PaymentAttempt, tools: PaymentTools): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const invoice = money.invoices.find((each) => each.id === attempt.invoice)
  const kind = attempt.decline?.kind ?? 'soft'
  const methods = money.methods.map((method) =>
    method.id === attempt.method && attempt.decline !== null
      ? afterDecline(method, attempt.decline.kind, state.now)
      : method,
  )
  if (invoice === undefined || invoice.status !== 'open') {
    return { ...change, state: { ...state, money: { ...money, methods } } }
  }
  const { retries } = policiesOf(state, invoice)
  const zone = state.catalog.operator.timeZone
  const firstFailedAt = invoice.firstFailedAt ?? state.now
  const other = otherMethod(methods, attempt, zone, state.now)
  const attemptsMade = Math.max(invoice.attempts, 1)
  const nextAttemptAt = retryAfterDecline(kind, retries, firstFailedAt, attemptsMade, zone, state.now)
  if (attempt.status === 'action_needed') {
    // its holder has until the next try; then another method is charged, where there is one
    const waits: Invoice = {
      ...invoice,
      failure: 'action_needed',
      firstFailedAt,
      nextAttemptAt: other === null ? null : nextAttemptAt,
    }
    return { ...change, state: { ...state, money: replaceInvoice(money, waits) } }
  }
  const failed: Invoice = { ...invoice, failure: kind, firstFailedAt, nextAttemptAt }
  const next: CustomerChange = {
    ...change,
    state: { ...state, money: { ...replaceInvoice(money, failed), methods } },
    events: [
      ...change.events,
      invoiceEvent('invoice.payment_failed', failed, state.now, {
        attempt: attempt.id,
        kind,
        reason: attempt.decline?.reason ?? 'expired',
        ...(failed.nextAttemptAt === null ? {} : { nextAttemptAt: toIso(failed.nextAttemptAt) }),
      }),
    ],
  }
  // what came after the first choice has no further one
  const first = chooseMethod(money.methods, zone, state.now)
  if (other === null || (kind === 'soft' && first?.id !== attempt.method)) return next
  // at once, as part of the same try: the policy's days count tries, not methods
  const sameTry = { ...failed, attempts: failed.attempts - 1 }
  return startCollecting(next, sameTry, 'automatic', tools.newId, { method: other })
}

/** What else can be charged with nobody there. */
function otherMethod(
  methods: readonly PaymentMethod[],
  { trigger, method }: PaymentAttempt,
  timeZone: string,
  now: Instant,
): PaymentMethod | null {
  if (trigger !== 'automatic') return null
  const others = methods.filter(({ id }) => id !== method)
  return chooseMethod(others, timeZone, now)
}

function attemptEvents(before: PaymentAttempt, after: PaymentAttempt, occurredAt: Instant): DomainEvent[] {
  if (before.status === after.status) return []
  const type = attemptEventTypes[after.status]
  if (type === undefined) return []
  const payload = {
    attempt: after.id,
    invoice: after.invoice,
    provider: after.provider,
    currency: after.currency,
    amountMinor: after.amountMinor,
    ...(after.url === null ? {} : { url: after.url }),
    ...(after.decline === null ? {} : { decline: after.decline }),
  }
  return [{ type, subject: after.id, payload, occurredAt }]
}

const attemptEventTypes: Partial<Record<PaymentAttempt['status'], DomainEvent['type']>> = {
  succeeded: 'payment.succeeded',
  declined: 'payment.failed',
  expired: 'payment.failed',
  pending: 'payment.pending',
  action_needed: 'invoice.payment_action_required',
}
