/**
 * Where the traps are laid: two servers on one database and one clock that stands still, and a hand that holds rows.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import type pg from 'pg'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { type CustomerBench, startBench } from '../../customers/support.ts'
import { openClient } from '../../../src/store/database/pool.ts'
import { eventually } from '../../support/eventually.ts'

export interface Ground extends CustomerBench {
  /** Another process as far as the database can tell: pools, caches and a writer of its own. */
  second: TestServer
  /** The surrogate of a customer. */
  numberOf(customer: string): Promise<number>
  featureOf(feature: string): Promise<number>
  /** Opens a transaction and runs statements in it; ends with `release`. */
  hold(...statements: { text: string; values: unknown[] }[]): Promise<{ release(): Promise<void> }>
  /** Resolves once so many sessions wait for a lock, with statements that hold this text. */
  waiting(count: number, text?: string): Promise<void>
  /** A use that was asked for at one of the servers. */
  take(
    customer: string,
    feature: string,
    more?: Record<string, unknown>,
    server?: TestServer,
  ): Promise<Answered>
  usageOf(customer: string, feature: string): Promise<Answered>
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Answered = any

const price = (amount: number) => ({ XOF: { month: amount } })

export const trapCatalog = {
  features: {
    calls: { kind: 'meter', thresholds: [] },
    texts: { kind: 'meter', thresholds: [] },
    sites: { kind: 'gauge', thresholds: [] },
    visits: { kind: 'meter', thresholds: [] },
  },
  plans: {
    free: { allowances: { calls: 10, texts: 10, sites: 1, visits: { limit: 2, window: 'day' } } },
    small: {
      prices: price(1_000),
      allowances: { calls: 100, texts: 1_000, sites: 5, visits: { limit: 5, window: 'day' } },
    },
    large: {
      prices: price(5_000),
      allowances: { calls: 200, texts: 5_000, sites: 50, visits: { limit: 50, window: 'day' } },
    },
  },
  fallbackPlan: 'free',
} satisfies CatalogDefinition

export async function layGround(): Promise<Ground> {
  const bench = await startBench(trapCatalog)
  const { db, connection } = bench.database
  const second = await startTestServer({ db, clock: bench.clock, jobs: false })
  const one = async (text: string, value: string): Promise<number> => {
    const { rows } = await db.query<{ id: number }>({ text, values: [value] })
    return (rows[0] as { id: number }).id
  }
  const held = new Set<pg.Client>()
  return {
    ...bench,
    second,
    numberOf: (customer) => one('select id from customer where environment = 1 and key = $1', customer),
    featureOf: (feature) => one('select id from feature where environment = 1 and key = $1', feature),
    async hold(...statements) {
      const client = await openClient(connection)
      held.add(client)
      await client.query('begin')
      for (const statement of statements) await client.query(statement)
      return {
        async release() {
          if (!held.delete(client)) return
          await client.query('rollback')
          await client.end()
        },
      }
    },
    async waiting(count, text = '') {
      await eventually(`${count} wait for a lock`, async () => {
        const { rows } = await db.query<{ count: number }>({
          text: `select count(*) as count from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and position($1 in query) > 0`,
          values: [text],
        })
        return (rows[0]?.count ?? 0) >= count ? true : undefined
      })
    },
    async take(customer, feature, more = {}, server = bench.server) {
      const answer = await server.request('POST', '/v1/consume', { body: { customer, feature, ...more } })
      return { status: answer.status, ...answer.body }
    },
    async usageOf(customer, feature) {
      const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage`)
      return data.find((each: Answered) => each.feature === feature)
    },
    async stop() {
      await Promise.all([...held].map((client) => client.end()))
      await second.stop()
      await bench.stop()
    },
  }
}

/** Locks of a customer as every command on it has them. */
export const rowsOf = (customer: number) => [
  {
    text: 'select 1 from customer_head where environment = 1 and customer = $1 for update',
    values: [customer],
  },
  {
    text: 'select 1 from balance where environment = 1 and customer = $1 order by feature, member for update',
    values: [customer],
  },
]

let names = 0
/** A name that no other trap has. */
export const newName = (prefix: string): string => `${prefix}-${++names}`

/** Whether it comes within a while: long for what must come, short for what a planted fault keeps away. */
export async function comes(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs)
  })
  const came = await Promise.race([work.then(() => true), tooLate])
  clearTimeout(timer)
  return came
}
