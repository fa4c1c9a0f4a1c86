import type { PlanVersion } from '../catalog/model.ts'
import { nextCalendarStart, periodContaining } from '../time/index.ts'
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
export function fullIntervalOf(
  { anchorAt, interval, periodStart }: Pick<Subscription, 'anchorAt' | 'interval' | 'periodStart'>,
  timeZone: string,
): Span {
  const { start, end } = periodContaining(anchorAt, interval, periodStart, timeZone)
  return { start, end }
}
