/** Money through the API. Owns: a small seller, its customers, and reading the books. Does not own: what is expected. */
import { expect } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { EngineOptions } from '../../src/engine.ts'
import { customerSweeps } from '../../src/operations/sweeps/customer-sweeps.ts'
import { goOnWithTestClocks } from '../../src/operations/test-clocks/go-on.ts'
import { startSimulator } from '../../src/providers/payments/simulator/start-simulator.ts'
import { controller } from '../providers/simulator-world.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { moveClock } from '../support/move-clock.ts'

export const catalog = {
  operator: {
    name: 'Seller SA',
    address: { line1: '1 rue Une', city: 'Paris', country: 'FR' },
    taxIds: [{ type: 'vat', value: 'FR40303265045' }],
    timeZone: 'Africa/Abidjan',
  },
  features: { tickets: { kind: 'meter' } },
  taxes: { tva: { name: 'TVA', country: 'FR', percent: 20 } },
  plans: {
    essential: {
      prices: { EUR: { month: 10_000 }, XOF: { month: 15_000 } },
      allowances: { tickets: 500 },
      policies: {
        dueDays: 5,
        proration: 'second',
        failure: { graceDays: 2 },
      },
    },
    large: { prices: { EUR: { month: 20_000 } }, allowances: { tickets: 5_000 } },
  },
}

/** Where nothing is taxed, and where it is. */
export const dakar = { line1: '2 avenue Pompidou', city: 'Dakar', country: 'SN' }
export const lyon = { line1: '3 quai Trois', postalCode: '69002', city: 'Lyon', country: 'FR' }

export interface MoneyWorld {
  /** Of the simulated provider: `POST /control/…`. */
  control: ReturnType<typeof controller>
  database: TestDatabase
  server: TestServer
  /** What another server needs to charge by the same provider. */
  settings: Record<string, string>
  /** @throws unless the answer is 2xx */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
  ask(method: string, path: string, body?: unknown): Promise<any>
  /** `409 invoice_state` */
  refused(method: string, path: string, body?: unknown): Promise<string>
  /** A customer on a clock of its own, in Dakar unless told; answers how to move it. */
  customerOn(
    now: string,
    id: string,
    fields?: Record<string, unknown>,
  ): Promise<(to: string) => Promise<void>>
  /** What each account of the customer comes to; those at zero are left out. */
  books(customer: string): Promise<Record<string, number>>
  close(): Promise<void>
}

/** @param options what its server has otherwise: `{ jobs: false }` where nothing may happen by itself */
export async function openMoneyWorld(options: EngineOptions = {}): Promise<MoneyWorld> {
  const database = await createTestDatabase()
  const simulator = await startSimulator({ journal: null, port: 0, clock: systemClock })
  const settings = { TOLLKEEPER_SIMULATOR_URL: simulator.url, TOLLKEEPER_SIMULATOR_KEY: 'money' }
  const server = await startTestServer({
    ...options,
    db: database.db,
    payments: { settings: { ...options.payments?.settings, ...settings } },
  })
  const ask: MoneyWorld['ask'] = async (method, path, body) => {
    const answer = await server.request(method, path, { body })
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
    return answer.body
  }
  await ask('PUT', '/v1/catalog', catalog)
  return {
    control: controller(simulator.url, 'money_test'),
    database,
    server,
    settings,
    ask,
    async refused(method, path, body) {
      const answer = await server.request(method, path, { body })
      expect(answer.body, answer.text).toMatchObject({
        title: expect.any(String),
        detail: expect.any(String),
      })
      return `${answer.status} ${answer.body.code}`
    },
    async customerOn(now, id, fields = {}) {
      const clock = await ask('POST', '/v1/test-clocks', { now })
      await ask('PUT', `/v1/customers/${id}`, { testClock: clock.id, billing: { address: dakar }, ...fields })
      const goOn = () => goOnWithTestClocks(server.engine.context, { sweeps: customerSweeps })
      return (to) => moveClock(ask, clock.id, to, options.jobs === false ? goOn : undefined)
    },
    async books(customer) {
      const { rows } = await database.db.query<{ account: string; sum: number }>({
        text: `select account, sum(amount_minor)::bigint as sum from ledger_posting p
               join customer c on c.environment = p.environment and c.id = p.customer
               where c.key = $1 group by account having sum(amount_minor) <> 0 order by account`,
        values: [customer],
      })
      return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]))
    },
    async close() {
      await server.stop()
      await simulator.stop()
      await database.close()
    },
  }
}

/** By the figures that matter most. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
export const figuresOf = (invoice: any) => {
  const { number, status, totalMinor, amountDueMinor, amountPaidMinor, creditedMinor, refundedMinor } =
    invoice
  return { number, status, totalMinor, amountDueMinor, amountPaidMinor, creditedMinor, refundedMinor }
}
