import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CatalogDefinition } from '@tollkeeper/contract'
import { timeAndSqlRules } from '../house/time-and-sql-rules.ts'
import { readSourceFiles } from '../house/source-file.ts'
import { type CustomerBench, type Json, startBench } from '../customers/support.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { moveClock } from '../support/move-clock.ts'

const catalog = {
  features: {
    calls: { kind: 'meter', thresholds: [] },
    visits: { kind: 'meter', thresholds: [] },
    sites: { kind: 'gauge', thresholds: [] },
    tokens: { kind: 'credits', thresholds: [] },
  },
  plans: {
    yearly: { prices: { XOF: { year: 50_000 } } },
    basic: {
      prices: { XOF: { month: 5_000, year: 50_000 } },
      allowances: { calls: 1_000, visits: { limit: 10, window: 'day' }, sites: 50, tokens: 100 },
    },
  },
} satisfies CatalogDefinition

let bench: CustomerBench
let second: TestServer
beforeAll(async () => {
  bench = await startBench(catalog)
  second = await startTestServer({ db: bench.database.db, clock: bench.clock, jobs: false })
})
afterAll(async () => {
  await second?.stop()
  await bench.stop()
})

const used = async (customer: string, feature: string): Promise<number> => {
  const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage`)
  return data.find((each: Json) => each.feature === feature).used
}
/** The same request at both servers, several times, at once. */
const manyTimes = (method: string, path: string, body: unknown) =>
  Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? bench.server : second).request(method, path, { body }),
    ),
  )

describe('I-2 never twice', () => {
  const usageCalls: [string, string, object, (customer: string) => Promise<number>, number][] = [
    ['consume', '/v1/consume', { feature: 'calls', amount: 3 }, (customer) => used(customer, 'calls'), 3],
    ['set', '/v1/set', { feature: 'sites', amount: 7 }, (customer) => used(customer, 'sites'), 7],
    [
      'events',
      '/v1/events',
      { events: [{ feature: 'calls', amount: 2 }] },
      (customer) => used(customer, 'calls'),
      2,
    ],
    ['reserve', '/v1/reservations', { feature: 'calls', amount: 5 }, reservedCalls, 5],
    ['lease', '/v1/leases', { feature: 'calls', amount: 6 }, reservedCalls, 6],
  ]
  async function reservedCalls(customer: string): Promise<number> {
    const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage`)
    return data.find((each: Json) => each.feature === 'calls').reserved
  }

  it.each(usageCalls)(
    'I-2 %s under one key, one after the other and at once',
    async (name, path, body, effect, once) => {
      for (const order of ['after', 'at once']) {
        const customer = `twice-${name}-${order.replace(' ', '-')}`
        await bench.subscribe(customer, 'basic')
        const request =
          'events' in body
            ? {
                events: (body.events as object[]).map((each) => ({
                  ...each,
                  customer,
                  idempotencyKey: 'one',
                })),
              }
            : { ...body, customer, idempotencyKey: 'one' }
        if (order === 'after') for (let turn = 0; turn < 3; turn += 1) await bench.ok('POST', path, request)
        else {
          const answers = await manyTimes('POST', path, request)
          expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
        }
        expect(await effect(customer)).toBe(once)
      }
    },
  )

  it('I-2 a settlement, a report and a release under one key', async () => {
    await bench.subscribe('settler', 'basic')
    const take = { customer: 'settler', feature: 'calls' }
    const { id } = await bench.ok('POST', '/v1/reservations', { ...take, amount: 10 })
    await manyTimes('POST', `/v1/reservations/${id}/settle`, { amount: 4, idempotencyKey: 'settled' })
    const lease = await bench.ok('POST', '/v1/leases', { ...take, amount: 10 })
    await manyTimes('POST', `/v1/leases/${lease.id}/report`, { amount: 3, idempotencyKey: 'reported' })
    expect(await used('settler', 'calls')).toBe(7)
    const { event } = await bench.ok('POST', '/v1/consume', { ...take, amount: 5 })
    await manyTimes('POST', '/v1/release', { ...take, of: event, idempotencyKey: 'back' })
    expect(await used('settler', 'calls')).toBe(7)
    await bench.ok('POST', '/v1/set', { customer: 'settler', feature: 'sites', amount: 9 })
    await manyTimes('POST', '/v1/release', {
      customer: 'settler',
      feature: 'sites',
      amount: 2,
      idempotencyKey: 'closed',
    })
    expect(await used('settler', 'sites')).toBe(7)
  })

  it('I-2 another body under a key is refused, and changes nothing', async () => {
    await bench.subscribe('reused', 'basic')
    const take = { customer: 'reused', feature: 'calls', idempotencyKey: 'one' }
    await bench.ok('POST', '/v1/consume', { ...take, amount: 1 })
    expect(await bench.refused('POST', '/v1/consume', { ...take, amount: 2 })).toBe(
      '422 idempotency_key_reused',
    )
    expect(await used('reused', 'calls')).toBe(1)
  })

  it('I-2 a subscription, a grant and an import under one key make one', async () => {
    await bench.ok('PUT', '/v1/customers/buyer', {})
    const order = { customer: 'buyer', plan: 'basic', currency: 'XOF', idempotencyKey: 'order' }
    const made = await manyTimes('POST', '/v1/subscriptions', order)
    expect(new Set(made.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1)
    const topUp = { feature: 'tokens', amount: 50, source: 'top_up', idempotencyKey: 'top-up' }
    await manyTimes('POST', '/v1/customers/buyer/grants', topUp)
    const { data } = await bench.ok('GET', '/v1/customers/buyer/grants?feature=tokens')
    expect(data.map(({ source, amount }: Json) => [source, amount])).toEqual([
      ['top_up', 50],
      ['plan', 100],
    ])
    const customers = [{ id: 'imported', plan: 'basic', trialDays: 0, currency: 'XOF', used: { calls: 9 } }]
    await manyTimes('POST', '/v1/imports', { customers, idempotencyKey: 'import' })
    await bench.ok('POST', '/v1/imports', { customers, idempotencyKey: 'import-again' })
    expect(await used('imported', 'calls')).toBe(9)
  })

  it('I-2 a test clock that is advanced twice, at once too, lets everything happen once', async () => {
    const { id } = await bench.ok('POST', '/v1/test-clocks', { now: '2026-01-31T10:00:00Z' })
    await bench.ok('PUT', '/v1/customers/advanced', { testClock: id })
    await bench.subscribe('advanced', 'basic')
    const to = { to: '2026-04-15T00:00:00Z' }
    const answers = await manyTimes('POST', `/v1/test-clocks/${id}/advance`, to)
    expect(
      answers
        .map(({ status }) => status)
        .filter((status) => status !== 409 && status !== 202 && status !== 200),
    ).toEqual([])
    await bench.ok('POST', `/v1/test-clocks/${id}/advance`, to)
    const { data } = await bench.ok('GET', '/v1/customers/advanced/timeline?limit=100')
    const starts = data
      .filter(({ type }: Json) => type === 'subscription.period_started')
      .map(({ occurredAt }: Json) => occurredAt)
    expect(starts.toReversed()).toEqual(['2026-02-28T10:00:00.000Z', '2026-03-31T10:00:00.000Z'])
  })
})

describe('I-7 time is one clock', () => {
  /** A customer of a time zone on a clock of its own. */
  const living = async (name: string, timeZone: string, now: string) => {
    const { id } = await bench.ok('POST', '/v1/test-clocks', { now })
    await bench.ok('PUT', `/v1/customers/${name}`, { testClock: id, timeZone })
    await bench.ok('POST', `/v1/customers/${name}/payment-methods`, {
      provider: 'simulator',
      instrument: 'card_ok',
    })
    await bench.subscribe(name, 'basic')
    return (to: string) => moveClock(bench.ok, id, to)
  }
  const visit = (customer: string) => bench.ok('POST', '/v1/consume', { customer, feature: 'visits' })

  it.each([
    ['Europe/Paris', '2026-03-28T23:30:00Z', '2026-03-29T22:00:00.000Z'],
    ['Europe/Paris', '2026-10-24T22:30:00Z', '2026-10-25T23:00:00.000Z'],
    ['America/New_York', '2026-03-08T06:00:00Z', '2026-03-09T04:00:00.000Z'],
    ['Africa/Abidjan', '2026-03-29T10:00:00Z', '2026-03-30T00:00:00.000Z'],
    ['Asia/Kathmandu', '2026-03-29T10:00:00Z', '2026-03-29T18:15:00.000Z'],
  ])('I-7 a day in %s on %s ends at its own midnight, of 23, 24 or 25 hours', async (timeZone, now, end) => {
    const name = `zone-${timeZone.replace('/', '-')}-${now.slice(0, 10)}`
    const advance = await living(name, timeZone, now)
    expect(await visit(name)).toMatchObject({ used: 1, resetsAt: end })
    await advance(new Date(Date.parse(end) - 1).toISOString())
    expect(await visit(name)).toMatchObject({ used: 2, resetsAt: end })
    await advance(end)
    expect(await visit(name)).toMatchObject({ used: 1 })
  })

  it('I-7 months begun on the 31st, and years on 29 February', async () => {
    const advance = await living('thirty-first', 'Europe/Paris', '2027-12-31T11:00:00Z')
    await advance('2028-05-01T00:00:00Z')
    const { data } = await bench.ok('GET', '/v1/customers/thirty-first/timeline?limit=100')
    const starts = data
      .filter(({ type }: Json) => type === 'subscription.period_started')
      .map(({ occurredAt }: Json) => occurredAt)
    // noon in Paris; April's day is in summer time
    expect(starts.toReversed()).toEqual([
      '2028-01-31T11:00:00.000Z',
      '2028-02-29T11:00:00.000Z',
      '2028-03-31T10:00:00.000Z',
      '2028-04-30T10:00:00.000Z',
    ])
    const { id } = await bench.ok('POST', '/v1/test-clocks', { now: '2028-02-29T08:00:00Z' })
    await bench.ok('PUT', '/v1/customers/leap', { testClock: id })
    const { id: subscription } = await bench.subscribe('leap', 'yearly', { interval: 'year' })
    const ends: string[] = []
    for (const year of [2029, 2030, 2031, 2032]) {
      await moveClock(bench.ok, id, `${year}-02-28T08:00:00Z`)
      ends.push((await bench.ok('GET', `/v1/subscriptions/${subscription}`)).periodEnd.slice(0, 10))
    }
    expect(ends).toEqual(['2030-02-28', '2031-02-28', '2032-02-29', '2032-02-29'])
  })

  it('I-7 the same days give the same by the live clock, by a test clock, in test and in live', async () => {
    const live = await bench.server.createKey({ mode: 'live' })
    const asLive = (method: string, path: string, body?: unknown) =>
      bench.server.request(method, path, { key: live.secret, body })
    const start = '2026-05-30T22:00:00Z'
    const moments = [
      '2026-05-31T09:00:00Z',
      '2026-05-31T23:59:59Z',
      '2026-06-01T00:00:00Z',
      '2026-06-30T22:00:00Z',
    ]
    bench.moveTo(start)
    const advance = await living('same-clocked', 'UTC', start)
    await bench.subscribe('same-plain', 'basic')
    expect((await asLive('PUT', '/v1/catalog', catalog)).status).toBe(200)
    await asLive('PUT', '/v1/customers/same-live', {})
    await asLive('POST', '/v1/subscriptions', { customer: 'same-live', plan: 'basic', currency: 'XOF' })
    const told: Json[][] = [[], [], []]
    for (const moment of moments) {
      bench.moveTo(moment)
      await advance(moment)
      for (const feature of ['visits', 'calls', 'tokens']) {
        const take = (customer: string) => ({ customer, feature, amount: 2 })
        told[0]?.push(await bench.ok('POST', '/v1/consume', take('same-plain')))
        told[1]?.push(await bench.ok('POST', '/v1/consume', take('same-clocked')))
        told[2]?.push((await asLive('POST', '/v1/consume', take('same-live'))).body)
      }
    }
    const shown = told.map((answers) =>
      answers.map(({ allowed, used: total, remaining, resetsAt }) => ({
        allowed,
        total,
        remaining,
        resetsAt,
      })),
    )
    expect(shown[1]).toEqual(shown[0])
    expect(shown[2]).toEqual(shown[0])
    bench.moveTo('2026-07-01T00:00:00Z')
  })

  it('I-7 nothing reads the wall clock but the clock, and SQL reads none', () => {
    const files = readSourceFiles()
    expect(files.length).toBeGreaterThan(200)
    const found = timeAndSqlRules.flatMap((rule) => rule.examine(files))
    expect(found.map(({ path, line, message }) => `${path}:${line} ${message}`)).toEqual([])
  })
})
