/** A month gets its partition of uses while somebody uses something in it, as after a sleep of months. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const catalog = {
  features: { prompts: { kind: 'meter' } },
  plans: { daily: { allowances: { prompts: { limit: 200, window: 'day' } } } },
  fallbackPlan: 'daily',
}

let now = Date.UTC(2026, 2, 10, 12)
let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, clock: { now: () => now }, jobs: false })
  await server.request('PUT', '/v1/catalog', { body: catalog })
  await server.request('PUT', '/v1/customers/sleeper', { body: {} })
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const WAITING = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

const use = () =>
  server.request('POST', '/v1/consume', { body: { customer: 'sleeper', feature: 'prompts', amount: 3 } })

/** @param ask sent while the partition is there, but not committed */
async function whileItComes<Answer>(
  month: string,
  next: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return database.db.withClient(async (client) => {
    const name = `usage_event_${month.replace('-', '_')}`
    await client.query('begin')
    await client.query('lock table usage_event_default in access exclusive mode')
    await client.query(`create table ${name} (like usage_event including defaults)`)
    await client.query(
      `alter table usage_event attach partition ${name} for values from ('${month}-01') to ('${next}-01')`,
    )
    const asked = ask()
    while ((await database.db.query(WAITING)).rows.length === 0);
    await client.query('commit')
    return asked
  })
}

describe('a month that gets its partition meanwhile', () => {
  it('I-3 keeps the use that came between', async () => {
    now = Date.UTC(2027, 5, 10, 12)
    const first = await whileItComes('2027-06', '2027-07', use)
    expect(first.body).toMatchObject({ allowed: true, used: 3 })
    // with a balance that is up to date no decision is needed
    now = Date.UTC(2027, 6, 1)
    expect((await use()).body).toMatchObject({ allowed: true, used: 3 })
    const { rows } = await database.db.query<{ total: number }>(
      'select sum(amount)::bigint as total from usage_event',
    )
    expect(rows[0]?.total).toBe(6)
  })
})
