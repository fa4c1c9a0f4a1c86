/**
 * Customers who pay: each with a plan, seats and a module, all of whose periods end at the same moment.
 *
 * Owns: their catalog, and moving on to the end of their next period. Does not own: closing it (the product's sweeps).
 * Invariant: they live by a clock of their own that stands wherever their periods end, so a database that is kept is as
 * good in a year as today. Each closing finds the period before it invoiced, paid and in the books.
 */
import { fixedClock } from '#server/clock'
import { createEngine } from '#server/engine'
import type { Engine } from '#server/engine'
import { silentLogger } from '#server/logger'
import { putCatalog } from '#server/operations/catalog/put'
import { putCustomer } from '#server/operations/customers/put'
import { createSubscription } from '#server/operations/subscriptions/create'
import { customerSweeps } from '#server/operations/sweeps/customer-sweeps'
import { createSweep } from '#server/operations/sweeps/due-customers'
import type { Database } from '#server/store/database/pool'
import { transaction } from '#server/store/database/transaction'
import { copyCustomer, customerKey, makeFirst, subscription, type World } from './seed.ts'

const BEGIN = Date.UTC(2026, 0, 1)

const address = {
  line1: '2 Market Street',
  line2: '',
  postalCode: '',
  city: 'Paris',
  region: '',
  country: 'FR',
}

/** Three lines a period: the plan, its seats, a module; and one tax. Sent, not charged. */
const catalog = {
  operator: {
    name: 'Seller',
    timeZone: 'UTC',
    address: { line1: '1 Market Street', city: 'Paris', country: 'FR' },
  },
  features: { seats: { kind: 'gauge' } },
  plans: {
    team: {
      prices: { EUR: { month: { amountMinor: 4_900, perUnit: { seats: '700' } } } },
      allowances: { seats: { limit: 0, perQuantity: 'seats' } },
      policies: { collection: 'send' },
    },
  },
  addOns: { reports: { kind: 'recurring', prices: { EUR: { month: 1_900 } } } },
  taxes: { vat: { name: 'TVA', country: 'FR', percent: 20 } },
}

export const subscribers: World = {
  name: 'subscribers',
  async seed(db, customers) {
    const clock = fixedClock(BEGIN)
    await makeFirst(db, clock, async (within) => {
      await within((ctx) => putCatalog(ctx, catalog))
      await within((ctx) =>
        putCustomer(ctx, {
          key: customerKey(1),
          name: 'Customer',
          billing: { address },
        }),
      )
      await within((ctx) =>
        createSubscription(ctx, {
          ...subscription,
          plan: 'team',
          interval: 'month',
          currency: 'EUR',
          quantities: { seats: 5 },
          addOns: [{ addOn: 'reports', quantity: 1 }],
        }),
      )
    })
    const first = await openClosing(db)
    await first.close()
    await first.stop()
    await copyCustomer(db, customers, writtenTables)
  },
  isFresh: async () => true,
  forget: settleLast,
}

/** What a period's end writes. */
export const writtenTables = ['invoice', 'invoice_line', 'ledger_entry', 'event'] as const
export type WrittenTable = (typeof writtenTables)[number]

/** The rows of the last period that was closed: the clock stood still meanwhile. */
const lastClosed = '(select max(created_at) from invoice)'
export const writtenLast: Record<WrittenTable, string> = {
  invoice: `created_at = ${lastClosed}`,
  invoice_line: `invoice in (select id from invoice where created_at = ${lastClosed})`,
  ledger_entry: `recorded_at = ${lastClosed}`,
  event: `recorded_at = ${lastClosed}`,
}

/** Everybody has paid the last period; what was before it is gone, so that each closing finds as much as any other. */
async function settleLast(db: Database): Promise<void> {
  await transaction(db, async (tx) => {
    for (const table of writtenTables)
      await tx.query(`create temporary table kept_${table} on commit drop as
        select * from ${table} where ${writtenLast[table]}`)
    await tx.query(`truncate ${writtenTables.join(', ')}, audit_entry`)
    for (const table of writtenTables) await tx.query(`insert into ${table} select * from kept_${table}`)
    await tx.query(`update invoice set status = 'paid', amount_paid_minor = total_minor, paid_at = issued_at,
      dunning_at = null`)
    await tx.query(`update customer_head set collection_due_at = 'infinity'`)
  })
  await rest(db)
}

async function rest(db: Database): Promise<void> {
  await db.query('vacuum (analyze)')
  await db.query('checkpoint')
}

export interface Closing {
  /** Has the last period paid, and lets the clock stand at the end of everybody's period. */
  nextPeriod(): Promise<void>
  /** Sweeps until nothing is due: periods are closed, drafts get their numbers. @returns how long it took, in seconds */
  close(): Promise<number>
  /** Takes away what the last closing has written, for it to be put back. */
  takeAway(): Promise<void>
  stop(): Promise<void>
}

/** An engine that closes periods by the product's own sweeps. */
export async function openClosing(db: Database): Promise<Closing> {
  const clock = fixedClock(BEGIN)
  const engine = await createEngine({ db, clock, logger: silentLogger, jobs: false })
  return {
    async nextPeriod() {
      await settleLast(db)
      const { rows } = await db.query<{ at: number }>('select max(due_at) as at from customer_head')
      clock.set((rows[0] as { at: number }).at)
    },
    async close() {
      const begin = performance.now()
      await sweep(engine)
      return (performance.now() - begin) / 1000
    },
    async takeAway() {
      await transaction(db, async (tx) => {
        // the books are only added to, but by whoever measures
        await tx.query(`set local session_replication_role = 'replica'`)
        for (const table of [...writtenTables].reverse())
          await tx.query(`delete from ${table} where ${writtenLast[table]}`)
      })
      await rest(db)
    },
    stop: () => engine.stop(),
  }
}

async function sweep({ context }: Engine): Promise<void> {
  for (const kind of ['lifecycle', 'collection', 'revenue'] as const) {
    const { run } = createSweep('bench', kind, customerSweeps)
    for (;;) {
      const { failing, more } = await run(context)
      if (failing > 0) throw new Error('A customer could not be swept')
      if (!more) break
    }
  }
}
