import type { Temporal } from 'temporal-polyfill'
import { DAY_MS, END_OF_TIME, type Instant, type Span } from './instant.ts'
import { startOfDate, zonedDateTime } from './local-time.ts'

/** The interval after which a meter starts again. */
export type WindowKind = 'day' | 'week' | 'month' | 'billing_period' | 'rolling_30_days' | 'lifetime'

export type WindowContext = {
  /** The customer's. */
  timeZone: string
  /** The subscription's period; needed by `billing_period`, which answers it as it is. */
  billingPeriod?: { start: Instant; end: Instant } | undefined
  /** When the meter was first used; the start of the first `rolling_30_days` window. */
  firstUseAt?: Instant | undefined
}

type CalendarKind = 'day' | 'week' | 'month'

const ROLLING_MS = 30 * DAY_MS
const LIFETIME: Span = Object.freeze({ start: 0, end: END_OF_TIME })

/**
 * The window of a meter at an instant: `start <= at < end`.
 *
 * - `day`, `week` (from Monday), `month`: of the calendar in the customer's time zone.
 * - `billing_period`: the one given.
 * - `rolling_30_days`: back to back 30 times 24 hours, counted from the first use, into the past too. Without a
 *   first use it is the window that a use at `at` would open.
 * - `lifetime`: from 1970 to `END_OF_TIME`.
 *
 * @throws RangeError for `billing_period` without one, and for a time zone that is not known.
 * @example windowAt('month', now, { timeZone: 'Africa/Abidjan' })
 */
export function windowAt(kind: WindowKind, at: Instant, context: WindowContext): Span {
  switch (kind) {
    case 'day':
    case 'week':
    case 'month':
      return calendarWindow(kind, at, context.timeZone)
    case 'billing_period':
      if (context.billingPeriod === undefined) {
        throw new RangeError('A window of the billing period needs the billing period.')
      }
      return context.billingPeriod
    case 'rolling_30_days':
      return rollingWindow(at, context.firstUseAt ?? at)
    case 'lifetime':
      return LIFETIME
  }
}

function rollingWindow(at: Instant, firstUseAt: Instant): Span {
  const start = firstUseAt + Math.floor((at - firstUseAt) / ROLLING_MS) * ROLLING_MS
  return { start, end: start + ROLLING_MS }
}

// One window each is enough: nearly all questions are about now.
const REMEMBERED_ZONES = 1_024
const remembered: Record<CalendarKind, Map<string, Span>> = {
  day: new Map(),
  week: new Map(),
  month: new Map(),
}

function calendarWindow(kind: CalendarKind, at: Instant, timeZone: string): Span {
  const ofKind = remembered[kind]
  const last = ofKind.get(timeZone)
  if (last !== undefined && at >= last.start && at < last.end) return last
  const span = findCalendarWindow(kind, at, timeZone)
  if (last === undefined && ofKind.size >= REMEMBERED_ZONES) ofKind.clear()
  ofKind.set(timeZone, span)
  return span
}

function findCalendarWindow(kind: CalendarKind, at: Instant, timeZone: string): Span {
  let date = firstDate(kind, zonedDateTime(at, timeZone).toPlainDate())
  let start = startOfDate(date, timeZone)
  for (;;) {
    date = date.add(STEPS[kind])
    const end = startOfDate(date, timeZone)
    // Clocks set back just past midnight show the old date again: that hour already belongs to the new day.
    if (at < end) return Object.freeze({ start, end })
    start = end
  }
}

const STEPS = { day: { days: 1 }, week: { days: 7 }, month: { months: 1 } } as const

function firstDate(kind: CalendarKind, date: Temporal.PlainDate): Temporal.PlainDate {
  if (kind === 'week') return date.subtract({ days: date.dayOfWeek - 1 })
  return kind === 'month' ? date.with({ day: 1 }) : date
}
