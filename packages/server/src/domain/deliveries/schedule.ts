import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../time/instant.ts'
import type { DeliveryStatus, Outcome, WebhookEndpoint } from './model.ts'

/** Waits after the first, second, … failed try; after the last one it is given up. About three days in all. */
const WAITS_MS = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]
export const MOST_ATTEMPTS = WAITS_MS.length + 1

/** Up to a fifth is added, by what the delivery is: many that failed together don't come back together. */
const JITTER = 0.2

/** An endpoint that has only failed for this long is disabled. */
export const DISABLE_AFTER_MS = 5 * DAY_MS

export interface AfterAttempt {
  status: Extract<DeliveryStatus, 'delivered' | 'failed' | 'abandoned'>
  nextAttemptAt: Instant
}

/** What becomes of a delivery after its try number `attempts`, counted from 1. */
export function afterAttempt(
  delivery: { id: string; attempts: number },
  outcome: Outcome,
  now: Instant,
): AfterAttempt {
  if (outcome.delivered) return { status: 'delivered', nextAttemptAt: Number.POSITIVE_INFINITY }
  const wait = WAITS_MS[delivery.attempts - 1]
  if (outcome.permanent || wait === undefined)
    return { status: 'abandoned', nextAttemptAt: Number.POSITIVE_INFINITY }
  return { status: 'failed', nextAttemptAt: now + Math.round(wait * (1 + JITTER * fractionOf(delivery))) }
}

/** The same for the same try of the same delivery, spread evenly over 0 … 1. */
function fractionOf({ id, attempts }: { id: string; attempts: number }): number {
  let hash = 0x811c9dc5
  for (const character of `${id} ${attempts}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  // the last bits of this hash are spread best
  return ((hash ^ (hash >>> 15)) & 0xffff) / 0xffff
}

type Health = Pick<WebhookEndpoint, 'status' | 'disabledReason' | 'failingSince'>

/** How the endpoint stands after a try; the same object when nothing has changed. */
export function healthAfter<Endpoint extends Health>(
  endpoint: Endpoint,
  outcome: Outcome,
  now: Instant,
): Endpoint {
  if (outcome.delivered)
    return endpoint.failingSince === null ? endpoint : { ...endpoint, failingSince: null }
  if (endpoint.status === 'disabled') return endpoint
  const failingSince = endpoint.failingSince ?? now
  if (outcome.responseCode === 410)
    return { ...endpoint, failingSince, status: 'disabled', disabledReason: 'gone' }
  if (now - failingSince >= DISABLE_AFTER_MS)
    return { ...endpoint, failingSince, status: 'disabled', disabledReason: 'failures' }
  return endpoint.failingSince === null ? { ...endpoint, failingSince } : endpoint
}
