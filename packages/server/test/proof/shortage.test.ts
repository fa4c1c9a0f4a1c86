/**
 * A database that is there and can serve nobody: its disk is full, or a failover has left it read-only. Whoever asks is
 * told to come back, and what it sends then counts once.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AdjustableClock, fixedClock } from '../../src/clock.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { audit, readBalances } from './support/audit.ts'
import { takingCatalog } from './support/taking-catalog.ts'

let database: TestDatabase
let server: TestServer
let clock: AdjustableClock
let customers = 0
let customer: string

beforeAll(async () => {
  database = await createTestDatabase()
  clock = fixedClock(Date.UTC(2026, 0, 10))
  server = await startTestServer({ databaseUrl: database.url, clock, jobs: false })
  await ask('PUT', '/v1/catalog', takingCatalog)
  await database.db.query(`create function refuse() returns trigger language plpgsql as $$
    begin raise exception using errcode = tg_argv[0], message = 'could not extend file'; end $$`)
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})
beforeEach(async () => {
  customer = `customer-${(customers += 1)}`
  await ask('PUT', `/v1/customers/${customer}`, {})
  await ask('POST', '/v1/subscriptions', { customer, plan: 'small', currency: 'XOF' })
})

const ask = (method: string, path: string, body?: unknown) => server.request(method, path, { body })
const take = (idempotencyKey: string) =>
  ask('POST', '/v1/consume', { customer, feature: 'calls', idempotencyKey })
const events = () =>
  Array.from({ length: 20 }, (_, index) => ({ customer, feature: 'calls', idempotencyKey: `event-${index}` }))
const report = () => ask('POST', '/v1/events', { events: events() })
const ready = () => server.request('GET', '/readyz')

/** What the database says to every use that is written, while `work` runs. */
async function short(state: string, work: () => Promise<void>): Promise<void> {
  await database.db.query(
    `create trigger refuse before insert on usage_event for each row execute function refuse('${state}')`,
  )
  await work()
  await database.db.query('drop trigger refuse on usage_event')
}

async function usedCalls(): Promise<number | undefined> {
  return (await readBalances(database.db, [customer])).find((row) => row.feature === 'calls')?.used
}

describe.each([
  ['53100', 'the disk is full'],
  ['53200', 'there is no memory left'],
  ['53400', 'a limit of the server is reached'],
  ['25006', 'a failover left it read-only'],
  ['57014', 'an operator cancelled the statement'],
])('%s: %s', (state) => {
  it('I-2 takes and reports are told to come back, and count once when they do', async () => {
    await short(state, async () => {
      for (const answer of [await take('one'), await report()]) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
        expect(answer.headers.get('retry-after')).toBe('1')
        expect(answer.text).not.toContain('could not extend')
      }
      expect(await ready()).toMatchObject({
        status: 503,
        body: { checks: { database: 'ok', writes: 'failing' } },
      })
    })
    expect(await usedCalls()).toBe(0)
    expect(await take('one')).toMatchObject({ status: 200, body: { allowed: true } })
    expect(await report()).toMatchObject({ status: 200, body: { accepted: 20, rejected: [] } })
    expect(await take('one')).toMatchObject({ status: 200, body: { allowed: true } })
    expect(await usedCalls()).toBe(21)
    expect(await audit(database.db, [customer])).toEqual([])
    clock.advance(15_000)
    expect(await ready()).toMatchObject({ status: 200, body: { checks: { writes: 'ok' } } })
  })
})

it('I-2 a failure that nobody expected is no rejection of what was reported: it fails the call', async () => {
  await short('22012', async () => {
    expect(await report()).toMatchObject({ status: 500, body: { code: 'internal_error' } })
  })
  expect(await report()).toMatchObject({ status: 200, body: { accepted: 20, rejected: [] } })
})

it('a database that has become read-only is 503 for calls that write, until it is writable again', async () => {
  const { rows } = await database.db.query<{ name: string }>('select current_database() as name')
  const setting = `alter database "${rows[0]?.name}" set default_transaction_read_only`
  // sessions keep the setting they began with
  const endOthers = `select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database()`
  const write = () => ask('PUT', `/v1/customers/${customer}`, { name: 'Acme' })
  await database.db.query(`${setting} = on`)
  await database.db.query(endOthers)
  await eventually('writes are refused by a session that can only read', async () => {
    const { status, body, headers } = await write()
    expect({ status, code: body.code, wait: headers.get('retry-after') }).toEqual({
      status: 503,
      code: 'unavailable',
      wait: '1',
    })
    return (await ready()).body.checks.writes === 'failing' ? true : undefined
  })
  await database.db.query(`${setting} = off`)
  await database.db.query(endOthers)
  await eventually('writes succeed again', async () => ((await write()).status === 200 ? true : undefined))
})
