import { Temporal } from 'temporal-polyfill'
import { Refusal } from '../../refusal.ts'
import { parseInstant, windowAt, type Instant } from '../time/index.ts'

export type RangeInterval = 'day' | 'week' | 'month'

/** Intervals that follow each other: the nth is from boundary n to boundary n + 1. */
export interface Range {
  interval: RangeInterval
  timeZone: string
  boundaries: Instant[]
}

export interface RangeRequest {
  /** A date of the time zone (`2026-03-01`) or an instant. */
  from: string | undefined
  to: string | undefined
  interval: RangeInterval
}

/** How many intervals there are unless `from` is told. */
const USUAL = { day: 30, week: 12, month: 12 } as const
export const MOST_INTERVALS = 400

/**
 * Whole days, weeks from Monday or months of the time zone that cover what is asked for, `to` exclusive. Unless told it
 * goes to the end of the running interval, and back from there by 30 days, 12 weeks or 12 months.
 *
 * @throws Refusal `invalid_request` for a date that doesn't exist, an empty range, and one of more than 400 intervals.
 * @example divideRange({ from: '2026-01-01', to: '2026-03-01', interval: 'month' }, 'UTC', now) // January, February
 */
export function divideRange(request: RangeRequest, timeZone: string, now: Instant): Range {
  const { interval } = request
  const windowOf = (at: Instant) => windowAt(interval, at, { timeZone })
  const to = request.to === undefined ? windowOf(now).end : instantOf('to', request.to, timeZone)
  if (to <= 0) throw invalid('to', 'It is before 1970.')
  const end = windowOf(to - 1).end
  const boundaries = [end]
  const from = request.from === undefined ? null : instantOf('from', request.from, timeZone)
  if (from !== null && from >= to) throw invalid('from', 'It must be before `to`.')
  while (from === null ? boundaries.length <= USUAL[interval] : (boundaries[0] as Instant) > from) {
    if (boundaries.length > MOST_INTERVALS) {
      throw invalid('from', `At most ${MOST_INTERVALS} intervals; choose a longer interval.`)
    }
    boundaries.unshift(windowOf((boundaries[0] as Instant) - 1).start)
  }
  return { interval, timeZone, boundaries }
}

function instantOf(param: string, text: string, timeZone: string): Instant {
  const isDate = !text.includes('T')
  const at = parseInstant(isDate ? `${text}T00:00:00Z` : text)
  if (at === null) throw invalid(param, 'There is no such date from 1970 on.')
  return isDate ? Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds : at
}

/** `2026-03-01`, of the zone's calendar. */
export function localDate(at: Instant, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

function invalid(param: string, message: string): Refusal {
  return new Refusal('invalid_request', { param, errors: [{ param, message }] })
}
