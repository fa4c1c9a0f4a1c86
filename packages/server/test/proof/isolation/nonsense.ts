/**
 * Requests that were right and are spoilt in one to three places.
 *
 * Owns: what callers get wrong and what attackers try. Does not own: what must come back.
 * Invariant: a spoilt request is plain data that its seed makes again.
 */
import { type Endpoint } from '@tollkeeper/contract'
import fc from 'fast-check'
import { fieldsOf, type Sent } from './calls.ts'

/** Stands in JSON as it is, without quotes: what `JSON.stringify` can't say. */
const raw = (text: string) => `raw:${text}`
const deep = 6_000
const rawTexts: Record<string, string> = {
  'deep lists': '['.repeat(deep) + ']'.repeat(deep),
  'deep objects': '{"a":'.repeat(deep) + '1' + '}'.repeat(deep),
  'deep with NUL': '["\\u0000",'.repeat(deep) + '1' + ']'.repeat(deep),
}

const numbers: unknown[] = [
  0,
  -1,
  1.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  Number.MIN_VALUE,
  1e308,
  raw('-0'),
  raw('1e999'),
  raw('-1E-999'),
  raw('123456789012345678901234567890'),
  raw('NaN'),
  raw('Infinity'),
  raw('0x10'),
  raw('01'),
]
const times = [
  '31 February',
  '2026-02-31T00:00:00Z',
  '2026-02-28T24:00:00Z',
  '2026-02-28T23:59:60Z',
  '2026-02-28',
  '2026-02-28T10:00:00',
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-23:59',
  '+275760-09-13T00:00:00Z',
  '2026-02-28T10:00:00.123456789012345Z',
  'infinity',
  'now',
]
const texts = [
  '',
  ' ',
  '.',
  '..',
  '0',
  '-1',
  '1e3',
  'NaN',
  'null',
  'undefined',
  'true',
  'XOF',
  'xof',
  'USD',
  'Africa/Dakar',
  'Mars/Olympus',
  'fr',
  'x-',
  'base',
  'grand',
  'calls',
  'credits',
  'shiny',
  'alpha',
  'beta-ann',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  "'; drop table customer; --",
  '1 or 1=1',
  '<script>alert(1)</script>',
  '{{7*7}}${7*7}%s%n',
  '../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '%ff',
  'a\u0000b',
  'a\ud800b',
  '\udc00',
  '\u202egnp.exe',
  '\ufeff',
  '👩‍👩‍👧‍👦',
  'İ̇ıſ',
  'é'.repeat(260),
  'a'.repeat(255),
  'a'.repeat(256),
  'a'.repeat(1_001),
  'a'.repeat(70_000),
  '2 months',
  '999 years',
  '1000 years',
  'sub_test_00000000000000000000000000',
  'grt_live_00000000000000000000000000',
  'eyJhIjoxfQ',
  'W10',
  'bnVsbA',
]
const others: unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { a: {} },
  { length: 1 },
  { constructor: { prototype: 1 } },
  { toString: 1, valueOf: 2 },
  { toJSON: 1 },
  JSON.parse('{"__proto__": {"admin": true}}'),
  Array.from({ length: 2_000 }, () => 1),
  Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, index])),
  ...Object.keys(rawTexts).map(raw),
]

const hostile = fc.oneof(
  { arbitrary: fc.constantFrom<unknown>(...texts, ...times), weight: 5 },
  { arbitrary: fc.constantFrom<unknown>(...numbers), weight: 3 },
  { arbitrary: fc.constantFrom<unknown>(...others), weight: 2 },
  { arbitrary: fc.string({ unit: 'binary' }), weight: 1 },
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
)

export interface Spoil {
  /** Which of the places, counted around. */
  place: number
  how: 'replace' | 'remove' | 'wrap' | 'add'
  value: unknown
}

const spoil: fc.Arbitrary<Spoil> = fc.record({
  place: fc.nat({ max: 10_000 }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'replace', 'remove', 'wrap', 'add'),
  value: hostile,
})

/** What goes wrong with one request. */
export interface Nonsense {
  spoils: Spoil[]
  /** Instead of the whole body. */
  body: unknown
  headers: Record<string, string>
}

const headerTexts = [
  '',
  'x',
  'é',
  'a'.repeat(256),
  '"',
  'fr;q=NaN, *;q=-1',
  'text/plain',
  '-1',
  '99999999999999999999',
]
const headers = fc.dictionary(
  fc.constantFrom(
    'idempotency-key',
    'accept-language',
    'x-request-id',
    'content-type',
    'last-event-id',
    'origin',
  ),
  fc.constantFrom(...headerTexts),
  { maxKeys: 1 },
)

export const nonsense: fc.Arbitrary<Nonsense> = fc.record({
  spoils: fc.array(spoil, { minLength: 1, maxLength: 3 }),
  body: fc.option(hostile, { freq: 12, nil: undefined }),
  headers: fc.oneof({ arbitrary: fc.constant({}), weight: 5 }, { arbitrary: headers, weight: 1 }),
})

type Place = { owner: Record<string, unknown>; name: string }

/** Every place of a request, those that it left out as well. */
function placesOf({ params, query, body }: Endpoint, sent: Sent): Place[] {
  const places: Place[] = []
  const top = (owner: Record<string, unknown>, names: string[]) => {
    for (const name of names) if (!Object.hasOwn(owner, name)) places.push({ owner, name })
  }
  walk(sent.params, places)
  walk(sent.query, places)
  top(sent.query as Record<string, unknown>, fieldsOf(query))
  if (params === undefined && query === undefined && body === undefined)
    places.push({ owner: sent.query as Record<string, unknown>, name: 'extra' })
  walk(sent.body, places)
  if (isObject(sent.body)) top(sent.body, fieldsOf(body))
  return places
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function walk(value: unknown, places: Place[]): void {
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) {
    places.push({ owner: value as Record<string, unknown>, name })
    walk(member, places)
  }
}

export function spoilt(endpoint: Endpoint, sent: Sent, { spoils, body }: Nonsense): Sent {
  const copy: Sent = { params: {}, query: {}, ...structuredClone(sent) }
  for (const { place, how, value: given } of spoils) {
    // a spoil may go into what another one put there, which is shared by all runs
    const value = structuredClone(given)
    const places = placesOf(endpoint, copy)
    // an earlier spoil may have taken everything away
    if (places.length === 0) continue
    const { owner, name } = places[place % places.length] as Place
    if (how === 'remove' && owner !== copy.params) delete owner[name]
    else if (how === 'wrap') owner[name] = [owner[name]]
    else if (how === 'add' && owner !== copy.params) owner[nameOf(value)] = value
    else owner[name] = value
  }
  copy.params = flattened(copy.params)
  copy.query = flattened(copy.query)
  if (endpoint.method === 'GET') delete copy.body
  else copy.body = jsonOf(body === undefined ? (copy.body ?? {}) : body)
  return copy
}

/** A name is told back to whoever gave it: one that looks like a leak of ours would be taken for one. */
function nameOf(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 40)
}

/** In an address everything is a text. */
function flattened(values: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
      // an address longer than this is refused by Node itself, before anything of ours is asked
      return [name.slice(0, 40), text.replace(/^raw:/, '').slice(0, 2_000)]
    }),
  )
}

function jsonOf(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.replaceAll(/"raw:([^"]*)"/g, (_all, name: string) => rawTexts[name] ?? name)
}
