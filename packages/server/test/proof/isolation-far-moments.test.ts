/**
 * I-9: each moment a call takes, put as far away as a moment can be: refused with a reason, or kept as it was given.
 * Never taken for "none", and never more than the calendar can bear.
 */
import type { Endpoint } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Call, calls, replaced, send } from './isolation/calls.ts'
import { type Fixture, fixtures } from './isolation/fixtures.ts'
import { catalogOf, createWorld, subscribe, type World } from './isolation/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world?.close())

const moments = [
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00+00:01',
  '1970-01-01T00:00:00Z',
  '6999-12-31T23:59:59.999Z',
  '7000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-12:00',
  '2026-03-10T00:00Z',
  '2026-03-10T00:00:00.1234567890Z',
]

type Json = { properties?: Record<string, Json>; format?: string; items?: Json } & Partial<
  Record<'anyOf' | 'allOf' | 'oneOf', Json[]>
>

/** Where a request takes a moment: `body.startAt`. Of a list: in its first entry. */
function momentsOf(schema: Json, path: string): string[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])]
  const inner = [
    ...parts.map((part) => [path, part] as const),
    ...Object.entries(schema.properties ?? {}).map(([name, member]) => [`${path}.${name}`, member] as const),
    ...(schema.items === undefined ? [] : [[`${path}.0`, schema.items] as const]),
  ]
  const own = schema.format === 'date-time' ? [path] : []
  return [...new Set([...own, ...inner.flatMap(([at, part]) => momentsOf(part, at))])]
}

function placesOf({ query, body }: Endpoint): string[] {
  const json = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json
  return [
    ...(query === undefined ? [] : momentsOf(json(query), 'query')),
    ...(body === undefined ? [] : momentsOf(json(body), 'body')),
  ]
}

const places = calls.flatMap((call) =>
  placesOf(call.endpoint)
    // a coupon's end is a catalog's, whose calls take it as a whole
    .filter((place) => call.noun !== 'catalog' || place.split('.').length === 2)
    .map((place) => ({ title: `${call.name} ${place}`, call, place })),
)

/** With the lists that the fixture left out. */
async function requestOf({ name }: Call, place: string, label: string) {
  const [fixture] = fixtures[name] as [Fixture]
  const sent = await fixture.make(world.tenants.alpha, label)
  const [part, list, index] = place.split('.') as ['query' | 'body', string, string | undefined]
  const given = { ...(sent[part] as Record<string, unknown> | undefined) }
  if (index !== undefined && given[list] === undefined) return null
  // the end of a service goes with its start
  if (list === 'serviceStart') given.serviceEnd = '9999-12-31T00:00:00Z'
  if (list === 'serviceEnd') given.serviceStart = '1970-01-01T00:00:00Z'
  return { ...sent, [part]: given }
}

describe('I-9 a far moment is refused, or kept as it is', () => {
  test('there are moments to try', () => {
    expect(places.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'subscriptions.create body.startAt',
        'subscriptions.pause body.resumeAt',
        'overrides.put body.expiresAt',
        'grants.create body.startsAt',
        'keys.create body.expiresAt',
        'payments.create body.receivedAt',
        'testClocks.advance body.to',
        'usage.track body.events.0.at',
        'ledger.entries query.since',
      ]),
    )
  })

  test.each(places)('$title', async ({ call, place }) => {
    for (const [index, moment] of moments.entries()) {
      const label = `far-${place.replaceAll('.', '-')}-${index}-${call.name.replace('.', '-')}`.toLowerCase()
      const request = await requestOf(call, place, label)
      if (request === null) return
      const answer = await send(world, call, replaced(request, place, moment), {
        key: world.tenants.alpha.key,
      })
      const what = `${moment} → ${answer.status} ${answer.text.slice(0, 500)}`
      expect(answer.status, what).toBeLessThan(500)
      const told = answer.body[place.split('.').at(-1) as string]
      if (answer.status < 300 && told !== undefined) expect(Date.parse(told), what).toBe(Date.parse(moment))
    }
  })

  test('the longest trial and the longest interval, begun as late as can be', async () => {
    const { alpha } = world.tenants
    const catalog = catalogOf('test')
    catalog.plans.ages = { prices: { XOF: { '999 years': 1000 } }, allowances: { calls: 5 } }
    await alpha.call('PUT', '/v1/catalog', catalog)
    const now = '6999-12-31T23:59:59Z'
    const { id: testClock } = await alpha.call('POST', '/v1/test-clocks', { now, name: 'late' })
    const subscribed = async (customer: string, more: object) => {
      await alpha.call('PUT', `/v1/customers/${customer}`, { currency: 'XOF', testClock })
      const rest = { plan: 'ages', interval: '999 years', ...more }
      return { customer, subscription: await subscribe(alpha, customer, rest) }
    }
    const late = [await subscribed('late', {}), await subscribed('later', { trialDays: 730, startAt: now })]
    for (const { customer, subscription } of late) {
      await alpha.call('GET', `/v1/subscriptions/${subscription}`)
      await alpha.call('GET', `/v1/customers/${customer}/entitlements`)
      await alpha.call('GET', `/v1/customers/${customer}/usage`)
      await alpha.call('POST', '/v1/consume', { customer, feature: 'calls' })
      const body = { plan: 'ages', interval: '999 years', when: 'period_end' }
      await alpha.call('POST', `/v1/subscriptions/${subscription}/preview`, body)
    }
  })
})
