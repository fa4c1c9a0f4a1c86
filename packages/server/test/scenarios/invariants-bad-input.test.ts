/** I-9 by hand: what people get wrong, and exactly what they are told. Generated nonsense is in proof/. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CatalogDefinition } from '@tollkeeper/contract'
import { type CustomerBench, startBench } from '../customers/support.ts'
import { changes, createSnapshots, type Snapshots } from '../proof/isolation/snapshot.ts'

const catalog = {
  features: {
    calls: { kind: 'meter' },
    sites: { kind: 'gauge' },
    own: { kind: 'meter' },
    tokens: { kind: 'credits' },
    dark: { kind: 'flag' },
  },
  plans: {
    basic: {
      prices: { XOF: { month: 5_000 } },
      allowances: { calls: 10, sites: 2, own: { limit: 5, scope: 'member' }, tokens: 10, dark: true },
    },
  },
  addOns: { pack: { kind: 'one_off', prices: { XOF: 1_000 }, allowances: { tokens: 50 } } },
} satisfies CatalogDefinition

let bench: CustomerBench
let snapshots: Snapshots
let liveKey: string
/** Names in the paths and bodies below that are known only once they are made. */
const names: Record<string, string> = {}
beforeAll(async () => {
  bench = await startBench(catalog)
  const { id } = await bench.subscribe('acme', 'basic')
  await bench.subscribe('other', 'basic')
  await bench.ok('PUT', '/v1/customers/acme/members/ann', {})
  const reservation = await bench.ok('POST', '/v1/reservations', { customer: 'acme', feature: 'calls' })
  await bench.ok('POST', `/v1/reservations/${reservation.id}/settle`, { amount: 1 })
  const { event } = await bench.ok('POST', '/v1/consume', { customer: 'other', feature: 'calls' })
  const clock = await bench.ok('POST', '/v1/test-clocks', { now: '2026-03-10T00:00:00Z' })
  liveKey = (await bench.server.createKey({ mode: 'live' })).secret
  await bench.server.request('PUT', '/v1/catalog', { key: liveKey, body: catalog })
  await bench.server.request('PUT', '/v1/customers/live-one', { key: liveKey, body: {} })
  await bench.ok('PUT', '/v1/customers/gone', {})
  await bench.ok('DELETE', '/v1/customers/gone')
  Object.assign(names, { id, settled: reservation.id, event, clock: clock.id })
  snapshots = await createSnapshots(bench.database.db)
})
afterAll(() => bench.stop())

type Case = [what: string, call: string, body: unknown, told: string, param: string]
const take = { customer: 'acme', feature: 'calls' }

const amounts: Case[] = [
  ['nothing at all', 'POST /v1/consume', {}, '400 invalid_request', 'customer feature'],
  ['a negative amount', 'POST /v1/consume', { ...take, amount: -1 }, '400 invalid_request', 'amount'],
  ['none', 'POST /v1/consume', { ...take, amount: 0 }, '400 invalid_request', 'amount'],
  ['half a unit', 'POST /v1/consume', { ...take, amount: 0.5 }, '400 invalid_request', 'amount'],
  [
    'more than JSON can hold',
    'POST /v1/consume',
    { ...take, amount: 2 ** 53 },
    '400 invalid_request',
    'amount',
  ],
  ['an amount as text', 'POST /v1/consume', { ...take, amount: '1' }, '400 invalid_request', 'amount'],
  ['null', 'POST /v1/consume', { ...take, amount: null }, '400 invalid_request', 'amount'],
  ['an unknown field', 'POST /v1/consume', { ...take, colour: 'red' }, '400 invalid_request', 'colour'],
  [
    'a key that is too long',
    'POST /v1/consume',
    { ...take, idempotencyKey: 'k'.repeat(256) },
    '400 invalid_request',
    'idempotencyKey',
  ],
  [
    'an empty key',
    'POST /v1/reservations',
    { ...take, idempotencyKey: '' },
    '400 invalid_request',
    'idempotencyKey',
  ],
  [
    'a reservation for ever',
    'POST /v1/reservations',
    { ...take, ttlSeconds: 1e9 },
    '400 invalid_request',
    'ttlSeconds',
  ],
  [
    'a lease of an hour',
    'POST /v1/leases',
    { ...take, ttlSeconds: 3_600 },
    '400 invalid_request',
    'ttlSeconds',
  ],
  ['no events', 'POST /v1/events', { events: [] }, '400 invalid_request', 'events'],
  [
    'a level below nothing',
    'POST /v1/set',
    { customer: 'acme', feature: 'sites', amount: -1 },
    '400 invalid_request',
    'amount',
  ],
]
const others: Case[] = [
  [
    'a customer that is not there',
    'POST /v1/consume',
    { ...take, customer: 'nobody' },
    '404 customer_not_found',
    'customer',
  ],
  [
    'a customer of the live environment',
    'POST /v1/consume',
    { ...take, customer: 'live-one' },
    '404 customer_not_found',
    'customer',
  ],
  [
    'a deleted customer',
    'POST /v1/consume',
    { ...take, customer: 'gone' },
    '409 customer_deleted',
    'customer',
  ],
  [
    'a feature that is not there',
    'POST /v1/consume',
    { ...take, feature: 'nothing' },
    '404 feature_not_found',
    'feature',
  ],
  [
    'a member of somebody else',
    'POST /v1/consume',
    { customer: 'other', feature: 'calls', member: 'ann' },
    '404 member_not_found',
    'member',
  ],
  [
    'no member where each has its own',
    'POST /v1/consume',
    { ...take, feature: 'own' },
    '422 member_required',
    'member',
  ],
  ['a flag used up', 'POST /v1/consume', { ...take, feature: 'dark' }, '422 feature_kind', 'feature'],
  ['a level of a meter', 'POST /v1/set', { ...take, amount: 3 }, '422 feature_kind', 'feature'],
  ['what was never taken', 'POST /v1/release', { ...take, of: 'never' }, '404 event_not_found', 'of'],
  ['another’s use', 'POST /v1/release', { ...take, of: '{event}' }, '404 event_not_found', 'of'],
  ['a meter given back without a name', 'POST /v1/release', take, '400 invalid_request', 'of'],
  [
    'more than is held',
    'POST /v1/release',
    { customer: 'acme', feature: 'sites', amount: 3 },
    '409 release_too_much',
    'amount',
  ],
  [
    'a settlement of what is closed',
    'POST /v1/reservations/{settled}/settle',
    { amount: 2 },
    '409 reservation_closed',
    'id',
  ],
  [
    'a reservation that is not there',
    'POST /v1/reservations/res_test_0/settle',
    { amount: 1 },
    '404 reservation_not_found',
    'id',
  ],
  [
    'a reservation as a lease',
    'POST /v1/leases/{settled}/report',
    { amount: 1 },
    '404 lease_not_found',
    'id',
  ],
]
const commands: Case[] = [
  [
    'a place that is none',
    'PUT /v1/customers/acme',
    { timeZone: 'Mars/Olympus' },
    '422 time_zone_unknown',
    'timeZone',
  ],
  [
    'a currency that is none',
    'PUT /v1/customers/acme',
    { currency: 'francs' },
    '400 invalid_request',
    'currency',
  ],
  ['an address that is none', 'PUT /v1/customers/acme', { email: 'nobody' }, '400 invalid_request', 'email'],
  ['an id with a space', 'PUT /v1/customers/a%20b', {}, '400 invalid_request', 'id'],
  [
    'a plan that is not there',
    'POST /v1/subscriptions',
    { customer: 'acme', plan: 'gold' },
    '404 plan_not_found',
    'plan',
  ],
  [
    'a price that is not there',
    'POST /v1/subscriptions/{id}/change',
    { plan: 'basic', currency: 'EUR' },
    '422 price_not_found',
    'currency',
  ],
  [
    'a second subscription',
    'POST /v1/subscriptions',
    { customer: 'acme', plan: 'basic', currency: 'XOF' },
    '409 subscription_exists',
    'customer',
  ],
  [
    'a top-up as a module',
    'PUT /v1/subscriptions/{id}/add-ons/pack',
    { quantity: 1 },
    '422 add_on_kind',
    'addOnId',
  ],
  [
    'a subscription that is not there',
    'GET /v1/subscriptions/sub_test_0',
    undefined,
    '404 subscription_not_found',
    'id',
  ],
  [
    'an override without a reason',
    'PUT /v1/customers/acme/overrides/calls',
    { limit: 5 },
    '400 invalid_request',
    'reason',
  ],
  [
    'a limit of a flag',
    'PUT /v1/customers/acme/overrides/dark',
    { limit: 5, reason: 'x' },
    '422 override_kind',
    'limit',
  ],
  [
    'a grant of nothing',
    'POST /v1/customers/acme/grants',
    { feature: 'tokens', amount: 0 },
    '400 invalid_request',
    'amount',
  ],
  [
    'a grant of a flag',
    'POST /v1/customers/acme/grants',
    { feature: 'dark', amount: 1 },
    '422 grant_kind',
    'feature',
  ],
  [
    'a clock moved back',
    'POST /v1/test-clocks/{clock}/advance',
    { to: '2026-03-09T00:00:00Z' },
    '422 test_clock_backwards',
    'to',
  ],
  [
    'a time without an offset',
    'POST /v1/test-clocks/{clock}/advance',
    { to: '2026-03-11' },
    '400 invalid_request',
    'to',
  ],
  [
    'a catalog that names what is not there',
    'PUT /v1/catalog',
    { features: {}, plans: { a: { allowances: { b: 1 } } } },
    '422 catalog_invalid',
    'plans.a.allowances.b',
  ],
]

const filled = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)

describe('I-9 bad input gets a clear error, in two languages, and changes nothing', () => {
  it.each([...amounts, ...others, ...commands])('I-9 %s: %s', async (_, call, given, told, params) => {
    const [method, path] = filled(call).split(' ') as [string, string]
    const body = given === undefined ? undefined : JSON.parse(filled(JSON.stringify(given)))
    const before = await snapshots.take()
    const ask = (language: string) =>
      bench.server.request(method, path, { body, headers: { 'accept-language': language } })
    const [english, french] = await Promise.all([ask('en'), ask('fr')])
    expect(`${english.status} ${english.body.code}`, english.text).toBe(told)
    expect(english.headers.get('content-type')).toContain('application/problem+json')
    const { param, errors = [], title, detail } = english.body
    const named = errors.length > 0 ? errors.map((each: { param: string }) => each.param) : [param ?? '']
    expect([...new Set(named)].toSorted().join(' ')).toBe(params)
    expect(french.body.code).toBe(english.body.code)
    // what is wrong, and what to do about it
    for (const text of [title, detail, french.body.title, french.body.detail])
      expect(text.length).toBeGreaterThan(10)
    expect(french.body.title).not.toBe(title)
    expect(french.body.detail).not.toBe(detail)
    expect(detail).not.toMatch(/[{}]|undefined|null/)
    for (const [index, error] of errors.entries()) {
      expect(error.message.length).toBeGreaterThan(5)
      // what a catalog's author is told of its parts is in English alone
      if (english.body.code === 'catalog_invalid') continue
      expect(french.body.errors[index].message, error.message).not.toBe(error.message)
    }
    expect(changes(before, await snapshots.take())).toEqual([])
  })

  it('I-9 a key of the other environment finds nothing, and a clock is for tests alone', async () => {
    const ask = (method: string, path: string, body?: unknown) =>
      bench.server.request(method, path, { key: liveKey, body })
    const before = await snapshots.take()
    expect((await ask('GET', '/v1/customers/acme')).body.code).toBe('customer_not_found')
    expect((await ask('POST', '/v1/consume', take)).body.code).toBe('customer_not_found')
    expect((await ask('POST', `/v1/subscriptions/${names['id']}/cancel`, {})).body.code).toBe(
      'subscription_not_found',
    )
    expect((await ask('POST', '/v1/test-clocks', { now: '2026-03-10T00:00:00Z' })).body.code).toBe(
      'test_only',
    )
    expect((await ask('GET', `/v1/test-clocks/${names['clock']}`)).body.code).toBe('test_only')
    expect(changes(before, await snapshots.take())).toEqual([])
  })

  it('I-9 of many events only the wrong ones are rejected, each by its place', async () => {
    const answer = await bench.ok('POST', '/v1/events', {
      events: [
        take,
        { ...take, feature: 'nothing' },
        { ...take, customer: 'nobody' },
        { ...take, at: '2025-01-01T00:00:00Z' },
        { ...take, at: '2027-01-01T00:00:00Z' },
      ],
    })
    expect(answer.accepted).toBe(1)
    expect(
      answer.rejected.map(({ index, code }: { index: number; code: string }) => `${index} ${code}`),
    ).toEqual(['1 feature_not_found', '2 customer_not_found', '3 event_too_late', '4 event_in_future'])
  })
})
