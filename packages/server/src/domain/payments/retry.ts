/** When a charge that failed is tried again. Invariant: the answer is later than `now`. */
import type { RetryPolicy } from '../catalog/model.ts'
import { addLocalDays, DAY_MS, endOfLocalDay, localDaysBetween, nextLocalTime } from '../time/index.ts'
import type { Instant } from '../time/index.ts'

/** What an outage delayed is made up for until this day, or until the policy's last where that is later. */
const LATEST_DAY = 7

const CARD_CHARGES = 20
const CARD_DAYS = 30

/**
 * The next retry after an attempt that failed, or null when none will follow.
 *
 * @param attemptsMade automatic attempts, the first included
 * @param timeZone of the operator
 * @example nextRetryAt({ hour: 2, afterDays: [1, 2, 3] }, failedAt, 1, 'Africa/Dakar', now) // 02:00 tomorrow
 */
export function nextRetryAt(
  policy: RetryPolicy,
  firstFailureAt: Instant,
  attemptsMade: number,
  timeZone: string,
  now: Instant,
): Instant | null {
  const days = policy.afterDays[attemptsMade - 1]
  if (days === undefined) return null
  let at = retryOnDay(policy, firstFailureAt, days, timeZone)
  // Made too late, after an outage: the next local day that still has its hour to come.
  for (let late = localDaysBetween(firstFailureAt, now, timeZone); at <= now; late += 1) {
    at = retryOnDay(policy, firstFailureAt, late, timeZone)
  }
  const latestDay = Math.max(LATEST_DAY, policy.afterDays.at(-1) as number)
  return localDaysBetween(firstFailureAt, at, timeZone) > latestDay ? null : at
}

function retryOnDay(policy: RetryPolicy, firstFailureAt: Instant, days: number, timeZone: string): Instant {
  if (policy.hour === null) return addLocalDays(firstFailureAt, days, timeZone)
  const dayStart = endOfLocalDay(addLocalDays(firstFailureAt, days - 1, timeZone), timeZone)
  return nextLocalTime(dayStart - 1, timeZone, policy.hour, 0)
}

/** Card networks fine whoever tries a card that declines more than 20 times in 30 days. `triedAt`: such tries so far. */
export function networkAllows(triedAt: readonly Instant[], at: Instant): boolean {
  return triedAt.filter((one) => one > at - CARD_DAYS * DAY_MS && one <= at).length < CARD_CHARGES
}
