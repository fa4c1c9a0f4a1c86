import { Temporal } from 'temporal-polyfill'
import type { Instant, Span } from './instant.ts'

export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

export type LocalDateTime = {
  year: number
  /** 1 to 12. */
  month: number
  /** 1 to 31. */
  day: number
  /** 0 to 23. */
  hour: number
  /** 0 to 59. */
  minute: number
  /** ISO: Monday is 1, Sunday is 7. */
  weekday: Weekday
}

const REMEMBERED_NAMES = 2_048
const knownNames = new Map<string, boolean>()

/**
 * Whether the name is a time zone of the IANA database (`Europe/Paris`, `UTC`). Offsets such as `+02:00` are not:
 * they know nothing of summer time.
 */
export function isTimeZone(name: string): boolean {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const answer = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name) && isAccepted(name)
  if (knownNames.size >= REMEMBERED_NAMES) knownNames.clear()
  knownNames.set(name, answer)
  return answer
}

function isAccepted(name: string): boolean {
  try {
    zonedDateTime(0, name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** For this folder: the instant on the zone's calendar and wall clock. */
export function zonedDateTime(at: Instant, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
}

/**
 * For this folder: the first instant of a local date. When midnight does not exist it is the first instant after
 * the gap; a date the zone skipped whole begins, and ends, where the next one begins.
 */
export function startOfDate(date: Temporal.PlainDate, timeZone: string): Instant {
  return date.toZonedDateTime(timeZone).epochMilliseconds
}

/** What a calendar and a clock on the wall show in the zone. */
export function localDateTime(at: Instant, timeZone: string): LocalDateTime {
  const { year, month, day, hour, minute, dayOfWeek } = zonedDateTime(at, timeZone)
  return { year, month, day, hour, minute, weekday: dayOfWeek as Weekday }
}

/**
 * The next time the local clock is at `hour:minute`, strictly after `after`. It comes once for each local date:
 * a time lost to summer time comes as much later as the gap is long, of a repeated one only the first counts.
 *
 * @throws RangeError when the hour or the minute is not on a clock.
 * @example nextLocalTime(now, 'Africa/Abidjan', 3, 0) // the next daily job
 */
export function nextLocalTime(after: Instant, timeZone: string, hour: number, minute: number): Instant {
  const time = Temporal.PlainTime.from({ hour, minute }, { overflow: 'reject' })
  let date = zonedDateTime(after, timeZone).toPlainDate().subtract({ days: 1 })
  for (;;) {
    const candidate = date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds
    if (candidate > after) return candidate
    date = date.add({ days: 1 })
  }
}

/** Calendar days from the local date of `from` to that of `to`; negative when `to` is earlier. */
export function localDaysBetween(from: Instant, to: Instant, timeZone: string): number {
  const first = zonedDateTime(from, timeZone).toPlainDate()
  return first.until(zonedDateTime(to, timeZone).toPlainDate(), { largestUnit: 'day' }).days
}

/** The same wall-clock time `days` local days later (or earlier); times lost to a gap move past it. */
export function addLocalDays(at: Instant, days: number, timeZone: string): Instant {
  return zonedDateTime(at, timeZone).add({ days }).epochMilliseconds
}

/** The local date as `YYYY-MM-DD`. */
export function localDateText(at: Instant, timeZone: string): string {
  return zonedDateTime(at, timeZone).toPlainDate().toString()
}

type Unit = 'day' | 'week' | 'month'
const lastStarts = new Map<string, Span>()

/** The first instant of the local day, week (Monday) or month that begins at `at` or next after it. */
export function nextCalendarStart(at: Instant, unit: Unit, timeZone: string): Instant {
  const key = `${unit} ${timeZone}`
  const last = lastStarts.get(key)
  // most who ask are within the same one
  if (last !== undefined && last.start < at && at <= last.end) return last.end
  const found = findCalendarStart(at, unit, timeZone)
  if (last === undefined && lastStarts.size >= REMEMBERED_NAMES) lastStarts.clear()
  if (found.start < at) lastStarts.set(key, found)
  return found.end
}

/** From the start before, where there is one between, to the one that is asked for. */
function findCalendarStart(at: Instant, unit: Unit, timeZone: string): Span {
  const today = zonedDateTime(at, timeZone).toPlainDate()
  let date = today
  if (unit === 'week') date = today.subtract({ days: today.dayOfWeek - 1 })
  if (unit === 'month') date = today.with({ day: 1 })
  let before = at
  for (;;) {
    const start = startOfDate(date, timeZone)
    if (start >= at) return { start: before, end: start }
    before = start
    date = date.add({ [`${unit}s`]: 1 })
  }
}

/** The instant at which a month of the form `YYYY-MM` is over. @throws RangeError for another form */
export function endOfMonth(month: string, timeZone: string): Instant {
  return startOfDate(Temporal.PlainYearMonth.from(month).add({ months: 1 }).toPlainDate({ day: 1 }), timeZone)
}

/**
 * The instant at which the local day of `at` is over, which is where the next one starts. A span that ends here
 * has its last day included.
 */
export function endOfLocalDay(at: Instant, timeZone: string): Instant {
  let date = zonedDateTime(at, timeZone).toPlainDate()
  for (;;) {
    date = date.add({ days: 1 })
    const start = startOfDate(date, timeZone)
    // Clocks set back just past midnight show the old date again: that hour already belongs to the new day.
    if (start > at) return start
  }
}
