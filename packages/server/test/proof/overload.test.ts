/**
 * More at once than anybody can serve. What can't be served in time is refused before anything was taken.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DatabaseUnavailable } from '../../src/store/database/errors.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { loadEnvironment } from '../../src/store/installation.ts'
import { audit, readBalances } from './support/audit.ts'
import { takingCatalog } from './support/taking-catalog.ts'

let database: TestDatabase
let servers: TestServer[]
beforeAll(async () => {
  database = await createTestDatabase()
  // Each with connections of its own, as two processes have.
  servers = [
    await startTestServer({ databaseUrl: database.url }),
    await startTestServer({ databaseUrl: database.url }),
  ]
  await servers[0]?.request('PUT', '/v1/catalog', { body: takingCatalog })
  await servers[0]?.request('PUT', '/v1/customers/acme', { body: {} })
  const body = { customer: 'acme', plan: 'small', currency: 'XOF' }
  await servers[0]?.request('POST', '/v1/subscriptions', { body })
})
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()))
  await database?.close()
})

it('I-1 20,000 simultaneous takes at a limit of 1,000: 1,000 are admitted; who is not served is told so, and learns the truth later', {
  timeout: 300_000,
}, async () => {
  const environment = await loadEnvironment(database.db, 1)
  const take = (index: number, server: number) =>
    (servers[server] as TestServer).engine.context.usage
      .submit(environment, {
        verb: 'consume',
        customer: 'acme',
        feature: 'many',
        amount: 1,
        idempotencyKey: `${index}`,
      })
      .then(({ outcome }) => outcome)
  // Three quarters of them go to one of the two: more than it lets wait.
  const told = await Promise.allSettled(
    Array.from({ length: 20_000 }, (_, index) => take(index, index % 4 === 0 ? 1 : 0)),
  )
  const refused = told.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason)
  // Either there was no room to wait, or no connection to ask with in time: 503 in both cases.
  for (const reason of refused)
    if (!(reason instanceof DatabaseUnavailable))
      expect(reason).toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 })
  expect(refused.length).toBeGreaterThan(0)
  // Asked again with the same keys, at the other one, a part at a time: then everybody knows.
  const truth: Awaited<ReturnType<typeof take>>[] = []
  for (let first = 0; first < 20_000; first += 4_000)
    truth.push(...(await Promise.all(Array.from({ length: 4_000 }, (_, index) => take(first + index, 1)))))
  expect(truth.filter(({ decision }) => decision.allowed)).toHaveLength(1_000)
  expect(new Set(truth.flatMap(({ event }) => event ?? [])).size).toBe(1_000)
  const changed = told.flatMap((answer, index) => {
    if (answer.status === 'rejected') return []
    const { decision, event } = answer.value
    return decision.allowed === truth[index]?.decision.allowed && event === truth[index]?.event ? [] : [index]
  })
  expect(changed).toEqual([])
  const balance = (await readBalances(database.db, ['acme'])).find((row) => row.feature === 'many')
  expect(balance).toMatchObject({ used: 1_000 })
  expect(await audit(database.db, ['acme'])).toEqual([])
})
