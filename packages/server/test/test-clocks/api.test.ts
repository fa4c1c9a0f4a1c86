import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { eventually } from '../support/eventually.ts'
import { moveClock } from '../support/move-clock.ts'

const catalog = {
  features: { tickets: { kind: 'meter' } },
  plans: {
    starter: {
      name: 'Starter',
      prices: { XOF: { month: 5000 } },
      trial: { days: 7, onEnd: 'activate' },
      allowances: { tickets: 100 },
    },
  },
}

let database: TestDatabase
let server: TestServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  const put = await server.request('PUT', '/v1/catalog', { body: catalog })
  expect(put.status, put.text).toBe(200)
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

const post = (path: string, body: unknown) => server.request('POST', path, { body })

describe('a customer on a test clock', () => {
  it('lives through a trial and its months one by one', async () => {
    const { status, body: clock } = await post('/v1/test-clocks', {
      now: '2026-01-10T09:00:00Z',
      name: 'a year',
    })
    expect([status, clock.status, clock.now]).toEqual([201, 'ready', '2026-01-10T09:00:00.000Z'])
    const customer = await server.request('PUT', '/v1/customers/moved', { body: { testClock: clock.id } })
    expect(customer.status, customer.text).toBe(200)
    const card = { provider: 'simulator', instrument: 'card_ok' }
    expect((await post('/v1/customers/moved/payment-methods', card)).status).toBe(201)
    const made = await post('/v1/subscriptions', {
      customer: 'moved',
      plan: 'starter',
      currency: 'XOF',
    })
    expect(made.status, made.text).toBe(201)
    expect(made.body.status).toBe('trialing')

    const used = await post('/v1/consume', { customer: 'moved', feature: 'tickets', amount: 3 })
    expect(used.body).toMatchObject({ allowed: true, used: 3 })

    const ask = async (method: string, path: string, body?: unknown) =>
      (await server.request(method, path, { body })).body
    await moveClock(ask, clock.id, '2026-06-01T00:00:00Z')
    const moved = await ask('GET', `/v1/test-clocks/${clock.id}`)
    expect(moved).toMatchObject({ status: 'ready', now: '2026-06-01T00:00:00.000Z', target: null })
    await eventually('all events have positions', async () => {
      const { body } = await server.request('GET', '/v1/events?type=test_clock.advanced')
      return body.data.length > 0 ? true : undefined
    })
    const events: { type: string; occurredAt: string }[] = (
      await server.request('GET', '/v1/events?customer=moved&after=0&limit=100')
    ).body.data
    const times = events.map((event) => event.occurredAt)
    expect(times).toEqual(times.toSorted())
    const of = (type: string) =>
      events.filter((event) => event.type === type).map((event) => event.occurredAt)
    expect(of('subscription.trial_ended')).toEqual(['2026-01-18T00:00:00.000Z'])
    // each at its own instant, not all at the end; a new month begins with nothing used
    expect(of('subscription.period_started').length).toBeGreaterThanOrEqual(4)
    expect(of('usage.window_closed')[0]).toBe('2026-02-01T00:00:00.000Z')
    const again = await post('/v1/consume', { customer: 'moved', feature: 'tickets', amount: 1 })
    expect(again.body).toMatchObject({ allowed: true, used: 1, resetsAt: '2026-07-01T00:00:00.000Z' })
  })

  it('is moved forward only, by one at a time', async () => {
    const { body: clock } = await post('/v1/test-clocks', { now: '2026-01-10T09:00:00Z' })
    const advance = (to: string) => post(`/v1/test-clocks/${clock.id}/advance`, { to })
    expect(await advance('2026-01-10T08:59:59Z')).toMatchObject({
      status: 422,
      body: { code: 'test_clock_backwards' },
    })
    expect(await advance('2036-01-10T09:00:00Z')).toMatchObject({
      status: 422,
      body: { code: 'test_clock_too_far' },
    })
    expect(await advance('not a time')).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(await advance('2026-01-10T09:00:00Z')).toMatchObject({ status: 200, body: { status: 'ready' } })
    expect(await post('/v1/test-clocks/none/advance', { to: '2026-01-10T09:00:00Z' })).toMatchObject({
      status: 404,
    })
  })

  it('does not exist in live mode', async () => {
    const live = await server.createKey({ mode: 'live' })
    const answer = await server.request('POST', '/v1/test-clocks', {
      key: live.secret,
      body: { now: '2026-01-10T09:00:00Z' },
    })
    expect(answer).toMatchObject({ status: 403, body: { code: 'test_only' } })
  })
})
