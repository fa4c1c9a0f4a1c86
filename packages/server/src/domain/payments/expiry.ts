import { addLocalDays, endOfMonth, type Instant } from '../time/index.ts'

const WARNING_DAYS = 14

/**
 * When a method's end is announced: some days before its last month is over for the operator. Null where it has no end, or
 * it is over: then a charge says so.
 */
export function expiryWarningAt(expires: string | null, timeZone: string, now: Instant): Instant | null {
  if (expires === null) return null
  const end = endOfMonth(expires, timeZone)
  return end <= now ? null : addLocalDays(end, -WARNING_DAYS, timeZone)
}
