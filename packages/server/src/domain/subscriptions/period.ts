import type { PlanVersion } from '../catalog/model.ts'
import { DAY_MS, inTimeZone, nextCalendarStart, periodContaining } from '../time/index.ts'
import type { Instant, Interval, Span } from '../time/index.ts'
import type { Subscription } from './model.ts'

/**
 * From where periods are counted, for a subscription that begins to be paid at `startAt`: that moment itself or, on the
 * calendar, the next first of a month (for weeks the next Monday, for days the next midnight).
 */
export function anchorFor(
  plan: PlanVersion,
  interval: Interval,
  startAt: Instant,
  timeZone: string,
): Instant {
  if (plan.policies.anchor === 'subscription') return startAt
  const unit = interval.unit === 'year' ? 'month' : interval.unit
  return nextCalendarStart(startAt, unit, timeZone)
}

/** The period that contains `at`, of what began at `startAt`: the first is cut short where the anchor lies ahead. */
export function runningPeriod(
  anchorAt: Instant,
  interval: Interval,
  startAt: Instant,
  at: Instant,
  timeZone: string,
): Span {
  const { start, end } = periodContaining(anchorAt, interval, at, timeZone)
  return anchorAt > startAt ? { start: Math.max(start, startAt), end } : { start, end }
}

/** The whole interval that the running period is part of: what a part is a part of. */
export function fullIntervalOf({
  anchorAt,
  interval,
  periodStart,
  periodEnd,
  timeZone,
}: Pick<Subscription, 'anchorAt' | 'interval' | 'periodStart' | 'periodEnd' | 'timeZone'>): Span {
  // only the calendar cuts one short: the first, which ends where periods are counted from
  if (periodEnd !== anchorAt) return { start: periodStart, end: periodEnd }
  const { start, end } = periodContaining(anchorAt, interval, periodStart, timeZone)
  return { start, end }
}

/**
 * The period that contains `at`, once the running one is over. Has the customer moved to another time zone, periods go on
 * by the same local day and hour there: the first of them begins where the running one ended, and ends with the first
 * boundary of the new zone that is at least half an interval away, and a day. It is a whole period, some hours shorter or longer.
 *
 * @param at the end of the running period or later
 */
export function periodAfter(
  subscription: Pick<Subscription, 'anchorAt' | 'interval' | 'periodEnd' | 'timeZone'>,
  at: Instant,
  timeZone: string,
): Pick<Subscription, 'anchorAt' | 'timeZone' | 'periodStart' | 'periodEnd'> {
  const { interval, periodEnd } = subscription
  const anchorAt = inTimeZone(subscription.anchorAt, interval, subscription.timeZone, timeZone)
  const counted = { anchorAt, timeZone }
  const period = periodContaining(anchorAt, interval, at, timeZone)
  if (period.start >= periodEnd) return { ...counted, periodStart: period.start, periodEnd: period.end }
  const least = Math.max((period.end - period.start) / 2, DAY_MS)
  let { end } = period
  while (end - periodEnd < least) end = periodContaining(anchorAt, interval, end, timeZone).end
  return { ...counted, periodStart: periodEnd, periodEnd: end }
}
