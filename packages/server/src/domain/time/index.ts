/**
 * Calendar arithmetic: instants, local dates and times, billing periods, usage windows.
 *
 * Owns: what a day, a month, a period and a window are in a time zone, across summer time, month ends and leap years.
 * Does not own: what time it is (`now` is always an argument) and whose time zone or anchor it is.
 * Invariant: spans are half-open and follow each other without a gap or an overlap; the nth boundary is computed
 * from the anchor and never chained. What is remembered between calls never shows in an answer.
 */
export * from './instant.ts'
export {
  addLocalDays,
  endOfLocalDay,
  endOfMonth,
  isTimeZone,
  localDateText,
  type LocalDateTime,
  localDateTime,
  localDaysBetween,
  nextCalendarStart,
  nextLocalTime,
  type Weekday,
} from './local-time.ts'
export {
  boundary,
  fullPeriod,
  inTimeZone,
  type Interval,
  type Period,
  periodContaining,
  periodsBetween,
} from './period.ts'
export { type WindowContext, type WindowKind, windowAt } from './window.ts'
