/** How an endpoint stands while several tries to it are under way at once. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { startReceiver, type Receiver } from './receiver.ts'

let database: TestDatabase
let server: TestServer
let receiver: Receiver

beforeAll(async () => {
  database = await createTestDatabase({ max: 10 })
  receiver = await startReceiver()
  const deliveries = { allowPrivateWebhooks: true, timeoutMs: 60_000 }
  server = await startTestServer({ db: database.db, deliveries })
})
afterAll(async () => {
  await server?.stop()
  await receiver?.close()
  await database?.close()
})

it('a slow success ends what another try has begun to hold against the endpoint meanwhile', async () => {
  let answer = () => {}
  const slowly = (response: { writeHead(status: number): { end(): void } }) => {
    answer = () => response.writeHead(200).end()
  }
  // whatever is tried again fails again
  receiver.behave(500, [slowly])
  const body = { url: receiver.url, eventTypes: ['customer.created'] }
  const { id } = (await server.request('POST', '/v1/webhook-endpoints', { body })).body
  const failingSince = async () =>
    (await server.request('GET', `/v1/webhook-endpoints/${id}`)).body.failingSince
  await server.request('PUT', '/v1/customers/first', { body: {} })
  await receiver.get(1)
  await server.request('PUT', '/v1/customers/second', { body: {} })
  await eventually('the second fails', async () => (await failingSince()) ?? undefined)
  answer()
  const isWell = await eventually('the first has shown that it works', async () =>
    (await failingSince()) === null ? true : undefined,
  )
  expect(isWell).toBe(true)
})
