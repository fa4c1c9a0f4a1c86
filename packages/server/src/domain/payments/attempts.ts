/**
 * The states of a payment attempt as data: state → event → state. Everything that moves an attempt goes through here.
 *
 * Invariant: money that came in is believed whatever the state; older news never moves an attempt back; not knowing
 * never replaces what is known.
 */
import type { Instant } from '../time/instant.ts'
import type { AttemptStatus, ChargeOutcome, IncomingMoney, PaymentAttempt } from './model.ts'

export type AttemptEvent = 'start' | 'wait' | 'ask' | 'lose' | 'succeed' | 'decline' | 'expire' | 'supersede'

type Steps = Partial<Record<AttemptEvent, AttemptStatus>>

const ends: Steps = {
  succeed: 'succeeded',
  decline: 'declined',
  expire: 'expired',
  supersede: 'superseded',
}
const answers: Steps = { wait: 'pending', ask: 'action_needed', ...ends }
/** Paid late, or by a rail that was given up. */
const paidAfterAll: Steps = { succeed: 'succeeded' }

export const attemptTransitions: Record<AttemptStatus, Steps> = {
  created: { start: 'started', supersede: 'superseded' },
  started: { lose: 'unknown', ...answers },
  unknown: answers,
  pending: answers,
  action_needed: answers,
  declined: paidAfterAll,
  expired: paidAfterAll,
  superseded: paidAfterAll,
  succeeded: {},
}

const eventOf: Record<ChargeOutcome['status'], AttemptEvent> = {
  succeeded: 'succeed',
  declined: 'decline',
  pending: 'wait',
  action_needed: 'ask',
  expired: 'expire',
  canceled: 'supersede',
  unknown: 'lose',
}

/** The state after an event; null where the event is older than what is known, which changes nothing. */
export function transitionAttempt(status: AttemptStatus, event: AttemptEvent): AttemptStatus | null {
  return attemptTransitions[status][event] ?? null
}

/** The attempt as it goes to the provider. Null where that has happened, or is no longer wanted. */
export function startAttempt(attempt: PaymentAttempt, now: Instant): PaymentAttempt | null {
  const status = transitionAttempt(attempt.status, 'start')
  return status === null ? null : { ...attempt, status, startedAt: now }
}

/** The attempt given up for another one. What was paid to it nevertheless still lands. Null where it is over. */
export function supersedeAttempt(attempt: PaymentAttempt, now: Instant): PaymentAttempt | null {
  const status = transitionAttempt(attempt.status, 'supersede')
  return status === null ? null : { ...attempt, status, endedAt: now }
}

/** The attempt after what the provider says of it; the same object where that says nothing new. */
export function applyOutcome(attempt: PaymentAttempt, outcome: ChargeOutcome, now: Instant): PaymentAttempt {
  const status = transitionAttempt(attempt.status, eventOf[outcome.status])
  if (status === null) return attempt
  switch (outcome.status) {
    case 'succeeded':
      return end(attempt, status, now, { transaction: outcome.transaction, decline: null })
    case 'declined':
      return end(attempt, status, now, { decline: { kind: outcome.kind, reason: outcome.reason } })
    case 'expired':
    case 'canceled':
      return end(attempt, status, now, {})
    case 'unknown':
      return { ...attempt, status }
    default:
      return waiting(attempt, status, outcome)
  }
}

function end(
  attempt: PaymentAttempt,
  status: AttemptStatus,
  now: Instant,
  known: Partial<PaymentAttempt>,
): PaymentAttempt {
  return { ...attempt, ...known, status, endedAt: now, url: null }
}

function waiting(
  attempt: PaymentAttempt,
  status: AttemptStatus,
  outcome: Extract<ChargeOutcome, { status: 'pending' | 'action_needed' }>,
): PaymentAttempt {
  const transaction = outcome.transaction ?? attempt.transaction
  const url = outcome.url ?? attempt.url
  const expiresAt = outcome.expiresAt ?? attempt.expiresAt
  // what somebody has been told to quote stays
  const told = outcome.status === 'pending' ? outcome.instructions : undefined
  const instructions = attempt.instructions ?? told ?? null
  const isSame =
    status === attempt.status &&
    transaction === attempt.transaction &&
    url === attempt.url &&
    expiresAt === attempt.expiresAt &&
    instructions === attempt.instructions
  return isSame ? attempt : { ...attempt, status, transaction, url, expiresAt, instructions }
}

/** All that came in by an outcome, each a receipt of its own. */
export function moneyIn(outcome: ChargeOutcome): IncomingMoney[] {
  if (outcome.status !== 'succeeded') return []
  const { transaction, amountMinor, feeMinor, receivedAt, further = [] } = outcome
  return [{ transaction, amountMinor, feeMinor, receivedAt }, ...further]
}
