import { MINUTE_MS, nextLocalTime, type Instant } from '../time/index.ts'
import type { Site } from './model.ts'

/** Waits after the first, second, … failed try of a day; after the last one it is left in peace until tomorrow. */
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS, 360 * MINUTE_MS]

/** The next daily visit. @param timeZone the operator's */
export function nextVisitAt(hour: number, now: Instant, timeZone: string): Instant {
  return nextLocalTime(now, timeZone, hour, 0)
}

/** After a failed try: the same day once more, or tomorrow. */
export function afterFailure(
  { attempts, hour }: Pick<Site, 'attempts' | 'hour'>,
  now: Instant,
  timeZone: string,
): Pick<Site, 'attempts' | 'dueAt'> & { givenUp: boolean } {
  const tomorrow = nextVisitAt(hour, now, timeZone)
  const wait = WAITS_MS[attempts]
  if (wait === undefined || now + wait >= tomorrow) return { attempts: 0, dueAt: tomorrow, givenUp: true }
  return { attempts: attempts + 1, dueAt: now + wait, givenUp: false }
}
