/**
 * Servers that charge by a simulator which the test holds in its hand.
 *
 * Owns: a database, a simulator of its own, servers on both, and reading what came of it: charges there, books here.
 * Does not own: catalogs and what is expected.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { expect } from 'vitest'
import type { EngineOptions } from '../../src/engine.ts'
import { startSimulator } from '../../src/providers/payments/simulator/start-simulator.ts'
import { controller } from '../providers/simulator-world.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { moveClock } from '../support/move-clock.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
export type Json = any

/** `TOLLKEEPER_SIMULATOR_KEY`, and with the environment's name the simulator's account. */
const ACCOUNT = 'sim'

export interface SimulatedWorld {
  database: TestDatabase
  servers: [TestServer, ...TestServer[]]
  /** The first of them. */
  server: TestServer
  /** What a server needs to charge by this simulator. */
  settings: Record<string, string>
  /** Asks the simulator: `control('POST', '/control/clock', { advanceSeconds: 60 })`. */
  control(method: string, path: string, body?: object): Promise<Json>
  /** The charges that it was asked for, by their keys, as they stand now. */
  charges(): Promise<Json[]>
  /** How many payments it has taken for a customer. */
  payments(customer: string): Promise<number>
  /** @throws unless the answer is 2xx */
  ask(method: string, path: string, body?: unknown): Promise<Json>
  /** `402 payment_declined` */
  refused(method: string, path: string, body?: unknown): Promise<string>
  /** A customer with a way to pay, and on a clock of its own if there is a time. */
  customer(id: string, instrument?: string, now?: string): Promise<(to: string) => Promise<void>>
  /** What each account of a customer comes to; those at zero are left out. */
  books(customer: string): Promise<Record<string, number>>
  invoices(customer: string): Promise<string[]>
  close(): Promise<void>
}

export async function openSimulatedWorld(
  catalog: CatalogDefinition | object,
  options: { servers?: number; jobs?: boolean; deliveries?: EngineOptions['deliveries'] } = {},
): Promise<SimulatedWorld> {
  const database = await createTestDatabase({ max: 20 })
  const simulator = await startSimulator({ journal: null, port: 0 })
  const settings = { TOLLKEEPER_SIMULATOR_URL: simulator.url, TOLLKEEPER_SIMULATOR_KEY: ACCOUNT }
  const { jobs = true, deliveries = {} } = options
  const start = () => startTestServer({ db: database.db, jobs, deliveries, payments: { settings } })
  const server = await start()
  const servers: [TestServer, ...TestServer[]] = [server]
  while (servers.length < (options.servers ?? 1)) servers.push(await start())
  const control = controller(simulator.url, `${ACCOUNT}_test`)
  const ask: SimulatedWorld['ask'] = async (method, path, body) => {
    const answer = await server.request(method, path, { body })
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
    return answer.body
  }
  await ask('PUT', '/v1/catalog', catalog)
  return {
    database,
    servers,
    server,
    settings,
    control,
    ask,
    ...outsideOf(control),
    ...customersOf(ask),
    ...booksOf(database, ask),
    async refused(method, path, body) {
      const answer = await server.request(method, path, { body })
      return `${answer.status} ${answer.body.code}`
    },
    async close() {
      for (const each of servers) await each.stop()
      await simulator.stop()
      await database.close()
    },
  }
}

/** What the simulator has seen. */
function outsideOf(control: SimulatedWorld['control']): Pick<SimulatedWorld, 'charges' | 'payments'> {
  const charges = async () => {
    const { events } = (await control('GET', '/events')) as Json
    const last = new Map<string, Json>()
    for (const { type, data } of events) if (type === 'charge.updated') last.set(data.key, data)
    return [...last.values()]
  }
  return {
    charges,
    async payments(customer) {
      const own = (await charges()).filter((each) => each.customer === customer)
      return own.reduce((sum, { payments }) => sum + payments.length, 0)
    },
  }
}

function customersOf(ask: SimulatedWorld['ask']): Pick<SimulatedWorld, 'customer'> {
  return {
    async customer(id, instrument, now) {
      const clock = now === undefined ? null : await ask('POST', '/v1/test-clocks', { now })
      await ask('PUT', `/v1/customers/${id}`, {
        currency: 'EUR',
        ...(clock === null ? {} : { testClock: clock.id }),
      })
      if (instrument !== undefined) {
        const kind = instrument.startsWith('+') ? 'phone' : 'card'
        const method = { provider: 'simulator', kind, instrument }
        await ask('POST', `/v1/customers/${id}/payment-methods`, method)
      }
      return (to) => moveClock(ask, clock.id, to)
    },
  }
}

function booksOf(
  database: TestDatabase,
  ask: SimulatedWorld['ask'],
): Pick<SimulatedWorld, 'books' | 'invoices'> {
  return {
    async books(customer) {
      const { rows } = await database.db.query<{ account: string; sum: number }>({
        text: `select account, sum(amount_minor)::bigint as sum from ledger_posting p
               join customer c on c.environment = p.environment and c.id = p.customer
               where c.key = $1 group by account having sum(amount_minor) <> 0 order by account`,
        values: [customer],
      })
      return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]))
    },
    async invoices(customer) {
      const { data } = await ask('GET', `/v1/customers/${customer}/invoices`)
      return data.map(
        (each: Json) => `${each.reason} ${each.status} ${each.amountPaidMinor}/${each.totalMinor}`,
      )
    },
  }
}
