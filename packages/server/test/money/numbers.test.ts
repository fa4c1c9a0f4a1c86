import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { spawnServer, type SpawnedServer } from '../support/server.ts'

let database: TestDatabase
let servers: SpawnedServer[]
beforeAll(async () => {
  database = await createTestDatabase()
  const options = { databaseUrl: database.url }
  servers = await Promise.all([spawnServer(options), spawnServer(options)])
})
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()))
  await database?.close()
})

test('ST-9 numbers have no gap, and dates of issue never run backwards, whoever writes at once', async () => {
  const [first] = servers as [SpawnedServer]
  const empty = await first.request('PUT', '/v1/catalog', { body: { features: {}, plans: {} } })
  expect(empty.status, empty.text).toBe(200)
  const lines = [{ description: 'Once', unitMinor: 100 }]
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { request } = servers[index % 2] as SpawnedServer
      const customer = `writer-${index % 7}`
      await request('PUT', `/v1/customers/${customer}`, { body: {} })
      // drafts take none
      await request('POST', '/v1/invoices', { body: { customer, currency: 'XOF', lines, finalise: false } })
      return request('POST', '/v1/invoices', { body: { customer, currency: 'XOF', lines } })
    }),
  )
  expect(answers.map(({ status, text }) => (status === 201 ? '' : text)).join('')).toBe('')
  const written = answers.map(({ body }) => body as { number: string; issuedAt: string })
  written.sort((one, other) => (one.number < other.number ? -1 : 1))
  const year = written[0]?.issuedAt.slice(0, 4) ?? ''
  expect(written.map(({ number }) => number)).toEqual(
    Array.from({ length: 20 }, (_, index) => `INV-${year}-${String(index + 1).padStart(6, '0')}`),
  )
  const dates = written.map(({ issuedAt }) => issuedAt)
  expect(dates).toEqual([...dates].sort())
})
