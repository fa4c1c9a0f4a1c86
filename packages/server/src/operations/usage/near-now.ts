import { MINUTE_MS, type Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'

/** Clocks of callers differ from ours by this much. */
export const CLOCK_SKEW_MS = 5 * MINUTE_MS

/** @throws Refusal for a take that names another moment than the customer's present: it would count in the wrong window */
export function requireNearNow(at: Instant | null, now: Instant): void {
  if (at === null || Math.abs(at - now) <= CLOCK_SKEW_MS) return
  const message = 'A take counts now. Report what was used at another time with POST /v1/events.'
  throw new Refusal('invalid_request', { param: 'at', errors: [{ param: 'at', message }] })
}
