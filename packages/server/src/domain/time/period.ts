import type { Temporal } from 'temporal-polyfill'
import type { Instant, Span } from './instant.ts'
import { startOfDate, zonedDateTime } from './local-time.ts'

/** A length of the calendar; a quarter is three months. `count` is a whole number of 1 or more. */
export type Interval = { unit: 'day' | 'week' | 'month' | 'year'; count: number }

/** `index` 0 is the period that starts at the anchor; those before it are negative. */
export type Period = Span & Readonly<{ index: number }>

/**
 * The nth boundary, always counted from the anchor and never from the one before, so it does not drift:
 * from 31 January, 29 February, then 31 March. The local wall-clock time of the anchor is kept; a time lost to
 * summer time moves past the gap, of a repeated one the first is taken.
 *
 * With a billing day (months and years only) the boundaries after the anchor fall at the start of that day of the
 * month, or of the month's last day when it is shorter: the first period is then cut short. The anchor's own
 * month decides which months they are.
 *
 * Boundaries strictly increase, but for a daily one on a date the zone skipped whole (Apia, 30 December 2011):
 * it equals the next. Such an empty period contains nothing and `periodContaining` never answers it.
 *
 * @throws RangeError for an interval, an index or a billing day that makes no sense.
 * @example boundary(anchor, 1, { unit: 'month', count: 1 }, 'Europe/Paris')
 */
export function boundary(
  anchor: Instant,
  n: number,
  interval: Interval,
  timeZone: string,
  billingDay?: number,
): Instant {
  if (!Number.isSafeInteger(n)) throw new RangeError(`A boundary's index is a whole number, not ${n}.`)
  return scheduleOf(anchor, interval, timeZone, billingDay).boundary(n)
}

const REMEMBERED_PERIODS = 8_192
type Remembered = Interval & { timeZone: string; billingDay: number | undefined; period: Period }
/** The last two of an anchor: at the end of a period the one before it is asked for too. */
const remembered = new Map<Instant, readonly Remembered[]>()

/**
 * The period that contains `at`, for any `at`, before the anchor too.
 *
 * @throws RangeError as `boundary` does.
 */
export function periodContaining(
  anchor: Instant,
  interval: Interval,
  at: Instant,
  timeZone: string,
  billingDay?: number,
): Period {
  const last = remembered.get(anchor) ?? []
  const known = last.find(
    (each) =>
      at >= each.period.start &&
      at < each.period.end &&
      each.unit === interval.unit &&
      each.count === interval.count &&
      each.timeZone === timeZone &&
      each.billingDay === billingDay,
  )
  if (known !== undefined) return known.period
  const period = findPeriod(scheduleOf(anchor, interval, timeZone, billingDay), at)
  if (last.length === 0 && remembered.size >= REMEMBERED_PERIODS) remembered.clear()
  const found = { unit: interval.unit, count: interval.count, timeZone, billingDay, period }
  remembered.set(anchor, [found, ...last.slice(0, 1)])
  return period
}

/**
 * The full-length span that period `index` is part of. It differs from the period itself only beside an anchor
 * that is not on its billing day: a first period cut short is prorated over this span.
 */
export function fullPeriod(
  anchor: Instant,
  index: number,
  interval: Interval,
  timeZone: string,
  billingDay?: number,
): Span {
  return scheduleOf(anchor, interval, timeZone, billingDay).fullPeriod(index)
}

/** As many years as it takes for every local time to come without a gap in it, and every leap day. */
const YEARS = 40

/**
 * The anchor of the same schedule in another time zone: the same day and time on the wall. Where that time doesn't exist
 * on the anchor's own day, an earlier one of the schedule is the anchor: no schedule drifts by going to and fro.
 *
 * @example inTimeZone(march1stInUtc, month, 'UTC', 'America/New_York') // the same first, at 00:00 there
 */
export function inTimeZone(anchor: Instant, interval: Interval, from: string, to: string): Instant {
  if (from === to) return anchor
  const local = zonedDateTime(anchor, from).toPlainDateTime()
  const isMonths = interval.unit === 'month' || interval.unit === 'year'
  for (let back = 0; back < YEARS; back += 1) {
    const wall = isMonths
      ? local.subtract({ years: interval.count * back })
      : local.subtract(durationOf(interval, back))
    const moved = wall.toZonedDateTime(to)
    const isSame = moved.toPlainDateTime().equals(wall) && (!isMonths || wall.day === local.day)
    if (isSame) return moved.epochMilliseconds
  }
  return local.toZonedDateTime(to).epochMilliseconds
}

/** How many whole periods, counted from `from`, are over at `to`; 0 when `to` is earlier. */
export function periodsBetween(from: Instant, to: Instant, interval: Interval, timeZone: string): number {
  return to <= from ? 0 : periodContaining(from, interval, to, timeZone).index
}

type Schedule = {
  /** The index at which to start looking for the period of an instant; near it, not always right. */
  estimate(at: Instant): number
  boundary(n: number): Instant
  fullPeriod(index: number): Span
}

function scheduleOf(
  anchor: Instant,
  interval: Interval,
  timeZone: string,
  billingDay: number | undefined,
): Schedule {
  if (!Number.isSafeInteger(interval.count) || interval.count < 1) {
    throw new RangeError(`An interval's count is a whole number of 1 or more, not ${interval.count}.`)
  }
  return billingDay === undefined
    ? anchorSchedule(anchor, interval, timeZone)
    : billingDaySchedule(anchor, interval, timeZone, billingDay)
}

function findPeriod(schedule: Schedule, at: Instant): Period {
  let index = schedule.estimate(at)
  let start = schedule.boundary(index)
  while (start > at) {
    index -= 1
    start = schedule.boundary(index)
  }
  let end = schedule.boundary(index + 1)
  while (end <= at) {
    index += 1
    start = end
    end = schedule.boundary(index + 1)
  }
  return Object.freeze({ index, start, end })
}

function anchorSchedule(anchor: Instant, interval: Interval, timeZone: string): Schedule {
  const local = zonedDateTime(anchor, timeZone).toPlainDateTime()
  const nth = (n: number): Instant => {
    // Going through the wall clock would move an anchor that lies in the second half of a repeated hour.
    if (n === 0) return anchor
    return local.add(durationOf(interval, n)).toZonedDateTime(timeZone).epochMilliseconds
  }
  return {
    estimate: (at) => elapsed(local.toPlainDate(), zonedDateTime(at, timeZone).toPlainDate(), interval),
    boundary: nth,
    fullPeriod: (index) => ({ start: nth(index), end: nth(index + 1) }),
  }
}

function billingDaySchedule(
  anchor: Instant,
  interval: Interval,
  timeZone: string,
  billingDay: number,
): Schedule {
  if (interval.unit !== 'month' && interval.unit !== 'year') {
    throw new RangeError(`A billing day goes with months and years, not with the unit "${interval.unit}".`)
  }
  if (!Number.isInteger(billingDay) || billingDay < 1 || billingDay > 31) {
    throw new RangeError(`A billing day is a day of the month, 1 to 31, not ${billingDay}.`)
  }
  const anchorMonth = zonedDateTime(anchor, timeZone).toPlainDate().toPlainYearMonth()
  const onDay = (k: number): Instant => {
    const month = anchorMonth.add(durationOf(interval, k))
    return startOfDate(month.toPlainDate({ day: billingDay }), timeZone)
  }
  let next = 0
  while (onDay(next) <= anchor) next += 1
  const anchorIsOnDay = onDay(next - 1) === anchor
  const nth = (n: number): Instant => {
    if (n === 0) return anchor
    return onDay(n > 0 || anchorIsOnDay ? next - 1 + n : next + n)
  }
  return {
    estimate: (at) =>
      elapsed(anchorMonth.toPlainDate({ day: 1 }), zonedDateTime(at, timeZone).toPlainDate(), interval),
    boundary: nth,
    fullPeriod: (index) =>
      !anchorIsOnDay && (index === 0 || index === -1)
        ? { start: onDay(next - 1), end: onDay(next) }
        : { start: nth(index), end: nth(index + 1) },
  }
}

function durationOf({ unit, count }: Interval, n: number): Temporal.DurationLike {
  if (unit === 'day') return { days: count * n }
  if (unit === 'week') return { days: 7 * count * n }
  return { months: (unit === 'year' ? 12 : 1) * count * n }
}

function elapsed(from: Temporal.PlainDate, to: Temporal.PlainDate, { unit, count }: Interval): number {
  if (unit === 'day' || unit === 'week') {
    return Math.floor(from.until(to, { largestUnit: 'day' }).days / (count * (unit === 'week' ? 7 : 1)))
  }
  const months = (to.year - from.year) * 12 + to.month - from.month
  return Math.floor(months / (count * (unit === 'year' ? 12 : 1)))
}
