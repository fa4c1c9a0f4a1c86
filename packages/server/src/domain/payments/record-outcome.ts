/**
 * An attempt has an outcome: it moves on, and a failure leads to another method, to a later try, or to dunning.
 *
 * Owns: what is charged next, and when. Does not own: what an attempt brought in, which was received before
 * (`receive.ts`); its states (`attempts.ts`); the days of the policy (`retry.ts`).
 * Invariant: only what is collected automatically is ever charged by itself. Within one try nothing that declined is
 * asked again; a holder is asked to confirm only once nothing else pays.
 */
import { replaceAttempt, replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import { isNegligible } from '../dunning/negligible.ts'
import type { DomainEvent } from '../events.ts'
import { invoiceEvent } from '../invoices/documents.ts'
import type { Invoice } from '../invoices/model.ts'
import { policiesOf } from '../invoices/policies.ts'
import { addMinor } from '../money/index.ts'
import { toIso, type Instant } from '../time/index.ts'
import { applyOutcome, moneyIn } from './attempts.ts'
import { afterDecline, chooseMethod, isPaidByHand, preferredMethod, usableMethods } from './choose-method.ts'
import { startCollecting } from './collect.ts'
import type { ChargeOutcome, PaymentAttempt, PaymentMethod } from './model.ts'
import type { PaymentTools } from './receive.ts'
import { nextRetryAt } from './retry.ts'

export function recordOutcome(
  change: CustomerChange,
  attempt: PaymentAttempt,
  outcome: ChargeOutcome,
  tools: PaymentTools,
): CustomerChange {
  const { state } = change
  const moved = applyOutcome(attempt, outcome, state.now)
  if (moved === attempt) return change
  const money = withDecline(replaceAttempt(state.money as CustomerMoney, moved), moved, state.now)
  const next: CustomerChange = { ...change, state: { ...state, money } }
  const told = attemptEvents(attempt, moved, { occurredAt: state.now, outcome, money })
  const invoice = money.invoices.find(({ id, status }) => id === moved.invoice && status === 'open')
  if (invoice === undefined || !FAILED.includes(moved.status)) {
    const paid = { ...next, events: [...change.events, ...told] }
    return invoice === undefined || moved.status !== 'succeeded' ? paid : afterPart(paid, invoice)
  }
  return afterFailure(next, { before: attempt, attempt: moved, invoice, told }, tools)
}

const FAILED: readonly PaymentAttempt['status'][] = ['declined', 'expired', 'action_needed']

function withDecline(money: CustomerMoney, { method, decline }: PaymentAttempt, now: Instant): CustomerMoney {
  if (decline === null) return money
  const methods = money.methods.map((each) =>
    each.id === method ? afterDecline(each, decline.kind, now) : each,
  )
  return { ...money, methods }
}

/** A part of it came in: of the rest somebody is asked as after a charge that failed, but for what is negligible. */
function afterPart(change: CustomerChange, invoice: Invoice): CustomerChange {
  const { state } = change
  const { retries, failure } = policiesOf(state, invoice)
  if (invoice.collection !== 'automatic' || isNegligible(failure, invoice)) return change
  const zone = state.catalog.operator.timeZone
  const firstFailedAt = invoice.firstFailedAt ?? state.now
  const attempts = Math.max(invoice.attempts, 1)
  const nextAttemptAt = nextRetryAt(retries, firstFailedAt, attempts, zone, state.now)
  const rest: Invoice = { ...invoice, firstFailedAt, attempts, nextAttemptAt }
  return { ...change, state: { ...state, money: replaceInvoice(state.money as CustomerMoney, rest) } }
}

interface Failure {
  before: PaymentAttempt
  attempt: PaymentAttempt
  invoice: Invoice
  /** Of the attempt itself. */
  told: DomainEvent[]
}

function afterFailure(
  change: CustomerChange,
  { before, attempt, invoice, told }: Failure,
  tools: PaymentTools,
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const zone = state.catalog.operator.timeZone
  const usable = usableMethods(money.methods, zone, state.now)
  const waits = attempt.status === 'action_needed'
  const next = nextOfTry(usable, before, attempt, invoice)
  // who would have to act anyway may as well confirm
  const further = waits && next !== null && isPaidByHand(next) ? null : next
  // which comes with the next try; while somebody is asked, only where another method can be
  const charged = usable.filter((method) => !isPaidByHand(method))
  const later = waits
    ? preferredMethod(charged.filter(({ id }) => id !== attempt.method))
    : chooseMethod(charged)
  const isAutomatic = invoice.collection === 'automatic'
  const firstFailedAt = invoice.firstFailedAt ?? state.now
  // a first try that nobody had planned counts too
  const attempts = isAutomatic ? Math.max(invoice.attempts, 1) : invoice.attempts
  const { retries } = policiesOf(state, invoice)
  const failed: Invoice = {
    ...invoice,
    failure: waits ? 'action_needed' : (attempt.decline?.kind ?? 'soft'),
    firstFailedAt,
    attempts,
    nextAttemptAt:
      isAutomatic && later !== null ? nextRetryAt(retries, firstFailedAt, attempts, zone, state.now) : null,
  }
  const over = { ...change, state: { ...state, money: replaceInvoice(money, failed) } }
  if (further === null) {
    const ends = waits ? [] : [failedEvent(failed, attempt, state.now)]
    return { ...over, events: [...change.events, ...told, ...ends] }
  }
  // the try goes on: the customer hears what it comes to, once
  const first = waits ? change.events : [...change.events, ...told]
  // what somebody may pay by hand ends the try all the same
  const ends = isPaidByHand(further) ? [failedEvent(failed, attempt, state.now)] : []
  const events = [...first, ...ends]
  return startCollecting({ ...over, events }, failed, 'fallback', tools.newId, { method: further })
}

/**
 * What is charged at once, within the same try: the fallback; else, once the method is out of use, whatever has taken its
 * place. Where the default needed its holder and nothing else has paid, its holder is asked after all.
 *
 * @param usable after the failure
 * @param before the attempt as it was: whoever was asked to confirm has had that chance
 */
function nextOfTry(
  usable: readonly PaymentMethod[],
  before: PaymentAttempt,
  attempt: PaymentAttempt,
  { failure }: Invoice,
): PaymentMethod | null {
  const others = usable.filter(({ id }) => id !== attempt.method)
  const needsHolder = failure === 'action_needed' && before.status !== 'action_needed'
  const asked = needsHolder ? others.find(({ isDefault }) => isDefault) : undefined
  if (attempt.trigger === 'fallback') return asked ?? null
  if (attempt.trigger !== 'automatic') return null
  const isInUse = usable.length > others.length
  return others.find(({ isFallback }) => isFallback) ?? asked ?? (isInUse ? null : chooseMethod(others))
}

function failedEvent(invoice: Invoice, { id, decline }: PaymentAttempt, at: Instant): DomainEvent {
  return invoiceEvent('invoice.payment_failed', invoice, at, {
    attempt: id,
    kind: decline?.kind ?? 'soft',
    reason: decline?.reason ?? 'expired',
    ...(invoice.nextAttemptAt === null ? {} : { nextAttemptAt: toIso(invoice.nextAttemptAt) }),
  })
}

function attemptEvents(
  before: PaymentAttempt,
  after: PaymentAttempt,
  { occurredAt, outcome, money }: { occurredAt: Instant; outcome: ChargeOutcome; money: CustomerMoney },
): DomainEvent[] {
  if (before.status === after.status) return []
  const type = attemptEventTypes[after.status]
  if (type === undefined) return []
  const payload = {
    attempt: after.id,
    invoice: after.invoice,
    provider: after.provider,
    currency: after.currency,
    // of a part, what came in
    amountMinor: outcome.status === 'succeeded' ? receivedMinor(outcome) : after.amountMinor,
    ...(after.url === null ? {} : { url: after.url }),
    ...(after.decline === null ? {} : { decline: after.decline }),
    ...(after.status === 'pending' ? toldToPay(after, money) : {}),
  }
  return [{ type, subject: after.id, payload, occurredAt }]
}

/** What whoever pays by hand has to know. */
function toldToPay({ instructions, invoice: id }: PaymentAttempt, { invoices }: CustomerMoney) {
  if (instructions === null) return {}
  const invoice = invoices.find((each) => each.id === id)
  const number = invoice?.documentNumber ?? null
  const dueAt = invoice?.dueAt ?? null
  return {
    instructions,
    ...(number === null ? {} : { number }),
    ...(dueAt === null ? {} : { dueAt: toIso(dueAt) }),
  }
}

const receivedMinor = (outcome: ChargeOutcome): number =>
  addMinor(...moneyIn(outcome).map(({ amountMinor }) => amountMinor))

const attemptEventTypes: Partial<Record<PaymentAttempt['status'], DomainEvent['type']>> = {
  succeeded: 'payment.succeeded',
  declined: 'payment.failed',
  expired: 'payment.failed',
  pending: 'payment.pending',
  action_needed: 'invoice.payment_action_required',
}
