/** The largest amounts, twice: refused or recorded, and the customer can still be read, used and deleted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const LARGEST = Number.MAX_SAFE_INTEGER
let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  await server.request('PUT', '/v1/catalog', {
    body: {
      features: {
        tickets: { kind: 'meter' },
        calls: { kind: 'meter' },
        agents: { kind: 'gauge' },
        credits: { kind: 'credits' },
      },
      plans: {
        all: { allowances: { tickets: 'unlimited', calls: 500, agents: 10, credits: 10 } },
        most: { allowances: { credits: { limit: LARGEST, rollover: { windows: 3 } } } },
      },
      fallbackPlan: 'all',
    },
  })
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const post = (path: string, body: object) => server.request('POST', path, { body })
const event = (customer: string, feature: string, amount: number) =>
  post('/v1/events', { events: [{ customer, feature, amount }] })

describe('I-9 the largest amount twice never makes a customer unreadable', () => {
  const ways: Record<string, (customer: string) => Promise<unknown>> = {
    'reported on a meter': (customer) => event(customer, 'tickets', LARGEST),
    'reported on a gauge': (customer) => event(customer, 'agents', LARGEST),
    'stated, then reported': async (customer) => {
      await post('/v1/set', { customer, feature: 'agents', amount: LARGEST })
      await event(customer, 'agents', 5)
    },
    'granted on credits': (customer) =>
      post(`/v1/customers/${customer}/grants`, { feature: 'credits', amount: LARGEST }),
    'granted on a meter with a limit': (customer) =>
      post(`/v1/customers/${customer}/grants`, { feature: 'calls', amount: LARGEST }),
    'granted on a gauge': (customer) =>
      post(`/v1/customers/${customer}/grants`, { feature: 'agents', amount: LARGEST }),
    'settled far above the estimate': async (customer) => {
      const { body } = await post('/v1/reservations', { customer, feature: 'tickets', amount: 1 })
      await post(`/v1/reservations/${body.id}/settle`, { amount: LARGEST })
    },
  }
  for (const [name, way] of Object.entries(ways))
    it(name, async () => {
      const customer = name.replaceAll(/[^a-z]+/g, '-')
      await server.request('PUT', `/v1/customers/${customer}`, { body: {} })
      await post('/v1/consume', { customer, feature: 'tickets', amount: 7 })
      await post('/v1/consume', { customer, feature: 'agents', amount: 2 })
      for (let time = 0; time < 2; time += 1) await way(customer)
      const statuses = [
        (await server.request('GET', `/v1/customers/${customer}/usage`)).status,
        (await server.request('GET', `/v1/customers/${customer}/entitlements`)).status,
        (await server.request('GET', `/v1/customers/${customer}/usage/windows`)).status,
        (await server.request('GET', '/v1/doctor')).status,
        (await post('/v1/check', { customer, feature: 'tickets' })).status,
        (await post('/v1/consume', { customer, feature: 'tickets' })).status,
        (await post('/v1/consume', { customer, feature: 'credits' })).status,
        (await post('/v1/consume', { customer, feature: 'agents' })).status,
        (await server.request('DELETE', `/v1/customers/${customer}`)).status,
      ]
      expect(statuses).toEqual(statuses.map(() => 200))
    })
})

it('I-9 the largest allowance rolled over again and again stays readable, and the doctor finds nothing in it', async () => {
  const customer = 'rolls-over'
  const clock = await post('/v1/test-clocks', { now: '2026-01-10T00:00:00Z' })
  await server.request('PUT', `/v1/customers/${customer}`, { body: { testClock: clock.body.id } })
  await post('/v1/subscriptions', { customer, plan: 'most' })
  for (const to of ['2026-02-15T00:00:00Z', '2026-03-15T00:00:00Z', '2026-04-15T00:00:00Z']) {
    await post('/v1/consume', { customer, feature: 'credits' })
    const { body } = await post(`/v1/test-clocks/${clock.body.id}/advance`, { to })
    expect(body).toMatchObject({ status: 'ready', now: to.replace('Z', '.000Z') })
  }
  const windows = await server.request('GET', `/v1/customers/${customer}/usage/windows`)
  expect(windows.status).toBe(200)
  expect(windows.body.data.length).toBeGreaterThan(2)
  expect(windows.body.data[0]).toMatchObject({ feature: 'credits', limit: LARGEST, used: 1 })
  const doctor = await server.request('GET', '/v1/doctor')
  expect(doctor.status).toBe(200)
  expect(doctor.body.findings.filter((each: { customer: string }) => each.customer === customer)).toEqual([])
})

it('I-5 a row that can not be read fails its own customer and nobody else', async () => {
  for (const customer of ['broken', 'healthy-1', 'healthy-2', 'healthy-3'])
    await server.request('PUT', `/v1/customers/${customer}`, { body: {} })
  await database.db.query(
    `update balance set used = 9007199254740993, ceiling = -1
     where customer = (select id from customer where key = 'broken')`,
  )
  const asked = ['healthy-1', 'broken', 'healthy-2', 'broken', 'healthy-3', 'healthy-1']
  const answers = await Promise.all(
    asked.map((customer) => post('/v1/reservations', { customer, feature: 'tickets', amount: 1 })),
  )
  expect(answers.map(({ status }) => status)).toEqual(
    asked.map((customer) => (customer === 'broken' ? 500 : 200)),
  )
  const report = await post('/v1/events', {
    events: asked.map((customer) => ({ customer, feature: 'tickets', amount: 1 })),
  })
  expect(report.status).toBe(200)
  expect(report.body).toMatchObject({ accepted: 4, rejected: [{ index: 1 }, { index: 3 }] })
  // the doctor is asked by the tests beside this one
  await database.db.query(
    `update balance set used = 0 where customer = (select id from customer where key = 'broken')`,
  )
})
