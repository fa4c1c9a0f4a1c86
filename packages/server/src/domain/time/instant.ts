import { Temporal } from 'temporal-polyfill'

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. `END_OF_TIME` stands for "never". */
export type Instant = number

/** Half-open: `start <= t < end`. */
export type Span = Readonly<{ start: Instant; end: Instant }>

/** Later than every instant. Used as the end of what does not end. It has no ISO form. */
export const END_OF_TIME: Instant = Number.POSITIVE_INFINITY

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
/** 24 hours, which is not always one local day. */
export const DAY_MS = 86_400_000

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const FIRST_WRITABLE = Date.UTC(2000, 0, 1) - 730_485 * DAY_MS

const REMEMBERED_DATES = 4_096
const dateTexts = new Map<number, string>()

/**
 * Writes an instant as UTC text with milliseconds. Texts of equal length sort as the instants do.
 *
 * @throws RangeError for `END_OF_TIME` and for years outside 0000–9999: they have no such text.
 * @example toIso(0) // '1970-01-01T00:00:00.000Z'
 */
export function toIso(instant: Instant): string {
  if (!Number.isInteger(instant) || instant < FIRST_WRITABLE || instant > LAST_INSTANT) {
    throw new RangeError(
      `The instant ${instant} has no ISO text: expected whole milliseconds, years 0000 to 9999.`,
    )
  }
  const day = Math.floor(instant / DAY_MS)
  const rest = instant - day * DAY_MS
  const hour = Math.floor(rest / HOUR_MS)
  const minute = Math.floor(rest / MINUTE_MS) % 60
  const second = Math.floor(rest / 1_000) % 60
  const millisecond = rest % 1_000
  return `${dateText(day)}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(millisecond, 3)}Z`
}

/** The same for a moment that may never come: null for none, and for the ends of time. */
export const toIsoOrNull = (instant: Instant | null): string | null =>
  instant === null || !Number.isFinite(instant) ? null : toIso(instant)

// Answers are full of instants of the same few days, and the calendar is the slow part of writing one.
function dateText(day: number): string {
  const known = dateTexts.get(day)
  if (known !== undefined) return known
  const text = new Temporal.PlainDate(1970, 1, 1).add({ days: day }).toString()
  if (dateTexts.size >= REMEMBERED_DATES) dateTexts.clear()
  dateTexts.set(day, text)
  return text
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

const ISO_TEXT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * Reads `YYYY-MM-DDTHH:MM:SS[.fraction]` followed by `Z` or `±HH:MM`. Digits of the fraction after the third
 * are dropped. Answers null for anything else: no offset, a date or time that does not exist, second 60,
 * or an instant outside the years 1970 to 9999 in UTC.
 *
 * @example parseInstant('2024-02-29T12:00:00+01:00') // 1709204400000
 */
export function parseInstant(text: string): Instant | null {
  const match = ISO_TEXT.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59) return null
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const offset = offsetMs(match[8], Number(match[9] ?? 0), Number(match[10] ?? 0))
  if (offset === null) return null
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offset
  return year >= 1969 && instant >= 0 && instant <= LAST_INSTANT ? instant : null
}

/**
 * The same for a text whose form has been checked: nothing that was sent may silently count as not given.
 *
 * @throws RangeError for a text that is no instant
 */
export function readInstant(text: string): Instant {
  const instant = parseInstant(text)
  if (instant === null) throw new RangeError(`"${text.slice(0, 60)}" is no instant.`)
  return instant
}

/** The same for one that may be left out. */
export const readInstantOrNull = (text: string | null | undefined): Instant | null =>
  text === undefined || text === null ? null : readInstant(text)

type Six = [number, number, number, number, number, number]

function daysInMonth(year: number, month: number): number {
  return (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS
}

function offsetMs(sign: string | undefined, hours: number, minutes: number): number | null {
  if (hours > 23 || minutes > 59) return null
  const size = hours * HOUR_MS + minutes * MINUTE_MS
  return sign === '-' ? -size : size
}
