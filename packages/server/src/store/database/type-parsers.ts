import { types } from 'pg'

/** `timestamptz` text as PostgreSQL writes it with TimeZone=UTC and DateStyle=ISO → epoch milliseconds. */
export function parseInstant(text: string): number {
  // the usual shape: 2026-01-31 09:30:00+00, with up to six digits after a dot
  if (text.charCodeAt(4) === 45 && text.charCodeAt(10) === 32 && text.endsWith('+00')) {
    const seconds = Date.UTC(
      digits(text, 0, 4),
      digits(text, 5, 7) - 1,
      digits(text, 8, 10),
      digits(text, 11, 13),
      digits(text, 14, 16),
      digits(text, 17, 19),
    )
    // Date.UTC takes the years 0 to 99 for 1900 to 1999
    if (text.charCodeAt(0) !== 48) return seconds + millisecondsAfterDot(text)
  }
  return parseUnusualInstant(text)
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let index = from; index < to; index += 1) value = value * 10 + text.charCodeAt(index) - 48
  return value
}

function millisecondsAfterDot(text: string): number {
  if (text.charCodeAt(19) !== 46) return 0
  let value = 0
  let scale = 100
  for (let index = 20; scale >= 1 && index < text.length - 3; index += 1) {
    value += (text.charCodeAt(index) - 48) * scale
    scale /= 10
  }
  return Math.trunc(value)
}

function parseUnusualInstant(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY
  if (text === '-infinity') return Number.NEGATIVE_INFINITY
  const match = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?\+00( BC)?$/.exec(text)
  if (match === null) throw new Error(`Not a timestamp in UTC: ${text}. The session must keep TimeZone=UTC.`)
  const [, year, month, day, hour, minute, second, fraction = '', before] = match
  const date = new Date(0)
  date.setUTCFullYear(before === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.slice(0, 3).padEnd(3, '0')))
  return date.getTime()
}

/** `int8` text → a number, refusing what a number can't hold exactly. */
function parseSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The integer ${text} is too large to be read exactly`)
  return value
}

/** The same for an instant that may be missing. */
export const nullableTimestamp = (instant: number | null): string | null =>
  instant === null ? null : timestampParameter(instant)

const REMEMBERED_TEXTS = 4_096
const texts = new Map<number, string>()

/** An epoch-milliseconds instant as a parameter for a `timestamptz`; the infinities are kept. */
export function timestampParameter(instant: number): string {
  // what is written together has few instants, many times
  const known = texts.get(instant)
  if (known !== undefined) return known
  if (texts.size >= REMEMBERED_TEXTS) texts.clear()
  const text = timestampText(instant)
  texts.set(instant, text)
  return text
}

function timestampText(instant: number): string {
  if (instant === Number.POSITIVE_INFINITY) return 'infinity'
  if (instant === Number.NEGATIVE_INFINITY) return '-infinity'
  const text = new Date(instant).toISOString()
  // ISO 8601 writes years outside 0…9999 with a sign and six digits, which PostgreSQL doesn't read
  return text.startsWith('+') ? text.slice(1).replace(/^0+/, '') : text
}

type Parser = (text: string) => unknown
const asText: Parser = (text) => text

/** PostgreSQL's text form of a one-dimensional array of numbers or times: none of these elements needs quoting rules. */
function arrayOf(element: Parser): Parser {
  return (text) => {
    const inner = text.slice(text.indexOf('{') + 1, -1)
    if (inner === '') return []
    if (inner.startsWith('{')) throw new Error('Arrays with more than one dimension are not read')
    return inner.split(',').map((item) => (item === 'NULL' ? null : element(item.replaceAll('"', ''))))
  }
}

const parsers = new Map<number, Parser>([
  [20, parseSafeInteger],
  [1016, arrayOf(parseSafeInteger)],
  [1184, parseInstant],
  [1185, arrayOf(parseInstant)],
  [1700, asText],
  [1231, arrayOf(asText)],
  // a date and a local time have no instant: the driver's default would put them into this machine's time zone
  [1082, asText],
  [1182, arrayOf(asText)],
  [1114, asText],
])

/** Type parsers for one pool; the driver's global ones stay as they are. */
export const typeParsers = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parser = format === 'binary' ? undefined : parsers.get(oid)
    return parser ?? types.getTypeParser(oid, format as 'text')
  },
}
