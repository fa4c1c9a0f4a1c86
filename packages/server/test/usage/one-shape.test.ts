/** One shape of a use for all calls: what check accepts, consume accepts, and events too. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { takingCatalog } from '../proof/support/taking-catalog.ts'

const NOW = Date.UTC(2026, 0, 10, 12)
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString()

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, clock: fixedClock(NOW), jobs: false })
  await ask('PUT', '/v1/catalog', takingCatalog)
  const { body: clock } = await ask('POST', '/v1/test-clocks', { now: at(600) })
  for (const [customer, more] of [
    ['acme', {}],
    ['ahead', { testClock: clock.id }],
  ] as const) {
    await ask('PUT', `/v1/customers/${customer}`, more)
    await ask('POST', '/v1/subscriptions', { customer, plan: 'small', currency: 'XOF' })
  }
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const ask = (method: string, path: string, body?: unknown) => server.request(method, path, { body })
const use = (feature: string, more: object) => ({
  customer: 'acme',
  feature,
  amount: 1,
  metadata: { job: 7 },
  ...more,
})
const calls = [
  ['/v1/check', 'calls'],
  ['/v1/consume', 'calls'],
  ['/v1/reservations', 'calls'],
  ['/v1/leases', 'calls'],
  ['/v1/set', 'seats'],
  ['/v1/release', 'seats'],
] as const

it('ST-1 every call takes the same shape, of a moment near now', async () => {
  for (const [path, feature] of calls)
    for (const minutes of [-5, 0, 5])
      expect({
        path,
        ...(await ask(
          'POST',
          path,
          use(feature, { amount: path === '/v1/set' ? 3 : 1, idempotencyKey: `${minutes}`, at: at(minutes) }),
        )),
      }).toMatchObject({ path, status: 200 })
})

it('ST-1 another moment is refused with the call that counts there', async () => {
  for (const [path, feature] of calls)
    for (const minutes of [-6, 6]) {
      const { status, body } = await ask('POST', path, use(feature, { at: at(minutes) }))
      expect({ path, status, param: body.param }).toEqual({ path, status: 400, param: 'at' })
      expect(body.errors[0].message).toContain('POST /v1/events')
    }
  const { body } = await ask('POST', '/v1/events', { events: [use('calls', { at: at(-6) })] })
  expect(body).toMatchObject({ accepted: 1, rejected: [] })
})

it('CM-9 near now is near the customer’s own present, where that is a test clock’s', async () => {
  const take = (minutes: number) =>
    ask('POST', '/v1/consume', { ...use('calls', { at: at(minutes) }), customer: 'ahead' })
  expect((await take(600)).status).toBe(200)
  expect((await take(0)).status).toBe(400)
})

it('I-2 a take with its moment is asked again under its key', async () => {
  const take = () => ask('POST', '/v1/consume', use('calls', { idempotencyKey: 'again', at: at(-1) }))
  const first = await take()
  expect(await take()).toMatchObject({ body: { event: first.body.event, replayed: true } })
})

it('I-2 the same use under the same key counts once, in whatever order its metadata is written', async () => {
  const body = (metadata: string) =>
    `{"customer":"acme","feature":"calls","amount":1,"idempotencyKey":"turned","metadata":${metadata}}`
  const first = await ask('POST', '/v1/consume', body('{"job":7,"page":"a"}'))
  const turned = await ask('POST', '/v1/consume', body('{"page":"a","job":7}'))
  expect(first.status).toBe(200)
  expect(turned.body).toEqual({ ...first.body, replayed: true })
  const other = await ask('POST', '/v1/consume', body('{"page":"b","job":7}'))
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
})
