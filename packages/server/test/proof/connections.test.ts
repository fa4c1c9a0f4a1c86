/**
 * Thousands of connections at once to processes of their own: nobody is left without an answer, and the answers are exact.
 */
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { transaction } from '../../src/store/database/transaction.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { spawnServer, type SpawnedServer } from '../support/server.ts'
import { audit, readBalances } from './support/audit.ts'
import { isSample } from './support/random.ts'
import { takingCatalog } from './support/taking-catalog.ts'

const TAKES = 2_000

let database: TestDatabase
let servers: SpawnedServer[]
beforeAll(async () => {
  database = await createTestDatabase()
  const start = () => spawnServer({ databaseUrl: database.url })
  servers = [await start(), await start()]
  const ask = (method: string, path: string, body: unknown) => server(0).request(method, path, { body })
  await ask('PUT', '/v1/catalog', takingCatalog)
  await ask('PUT', '/v1/customers/acme', {})
  await ask('POST', '/v1/subscriptions', { customer: 'acme', plan: 'small', currency: 'XOF' })
})
afterAll(async () => {
  await Promise.all((servers ?? []).map((each) => each.kill()))
  await database?.close()
})

const server = (index: number) => servers[index] as SpawnedServer

interface Told {
  status: number
  retryAfter: string | undefined
  body: { allowed: boolean; event: string | null; code: string }
}

function take(key: number, to: SpawnedServer, agent: Agent | false, customer = 'acme'): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asked = request(`${to.url}/v1/consume`, {
      method: 'POST',
      agent,
      headers: { authorization: `Bearer ${to.secretKey}`, 'content-type': 'application/json' },
    })
    asked.on('response', (response) => {
      let text = ''
      response.on('data', (data) => (text += data))
      response.on('end', () =>
        resolve({
          status: response.statusCode as number,
          retryAfter: response.headers['retry-after'],
          body: JSON.parse(text),
        }),
      )
    })
    asked.on('error', reject)
    asked.end(JSON.stringify({ customer, feature: 'many', idempotencyKey: `${key}` }))
  })
}

it('I-1 2,000 takes at a limit of 1,000, each on a connection of its own, to one process: 1,000 are admitted', {
  timeout: 300_000,
}, async () => {
  const told = await Promise.all(Array.from({ length: TAKES }, (_, key) => take(key, server(0), false)))
  for (const { status, retryAfter, body } of told)
    if (status !== 200)
      expect({ status, code: body.code, retryAfter }).toEqual({
        status: 503,
        code: 'overloaded',
        retryAfter: '1',
      })
  // Asked again, at the other process: now everybody is served, and nobody is told anything else than before.
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const truth = await Promise.all(Array.from({ length: TAKES }, (_, key) => take(key, server(1), agent)))
  agent.destroy()
  expect(truth.filter(({ body }) => body.allowed)).toHaveLength(1_000)
  const changed = told.filter(
    ({ status, body }, key) => status === 200 && body.event !== truth[key]?.body.event,
  )
  expect(changed).toEqual([])
  const balances = await readBalances(database.db, ['acme'])
  expect(balances.find(({ feature }) => feature === 'many')).toMatchObject({ used: 1_000 })
  expect(await audit(database.db, ['acme'])).toEqual([])
})

it.skipIf(isSample)(
  'I-1 whoever can not be served in time is told 503 with Retry-After, nothing is taken, and the same request learns the truth',
  {
    timeout: 300_000,
  },
  async () => {
    await server(0).request('PUT', '/v1/customers/held', { body: {} })
    const body = { customer: 'held', plan: 'small', currency: 'XOF' }
    await server(0).request('POST', '/v1/subscriptions', { body })
    const all = (agent: Agent | false) =>
      Promise.all(Array.from({ length: 1_200 }, (_, key) => take(key, server(0), agent, 'held')))
    const told = await transaction(database.db, async (tx) => {
      await tx.query(
        "select from balance where customer = (select id from customer where key = 'held') for update",
      )
      return all(false)
    })
    for (const { status, retryAfter, body: problem } of told)
      expect([status, problem.code, Number(retryAfter) > 0]).toEqual([503, 'overloaded', true])
    expect((await readBalances(database.db, ['held'])).find(({ feature }) => feature === 'many')?.used).toBe(
      0,
    )
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    const truth = await all(agent)
    agent.destroy()
    expect(truth.filter(({ body: decision }) => decision.allowed)).toHaveLength(1_000)
    expect(await audit(database.db, ['held'])).toEqual([])
  },
)
