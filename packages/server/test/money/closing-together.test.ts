import { describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import type { Environment } from '../../src/context.ts'
import { createEngine } from '../../src/engine.ts'
import { silentLogger } from '../../src/logger.ts'
import { putCatalog } from '../../src/operations/catalog/put.ts'
import { putCustomer } from '../../src/operations/customers/put.ts'
import { createSubscription } from '../../src/operations/subscriptions/create.ts'
import { customerSweeps } from '../../src/operations/sweeps/customer-sweeps.ts'
import { createSweep } from '../../src/operations/sweeps/due-customers.ts'
import type { Database } from '../../src/store/database/pool.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { createTestDatabase } from '../support/database.ts'

const BEGIN = Date.UTC(2026, 0, 1)
const catalog = {
  features: { calls: { kind: 'meter' } },
  plans: {
    team: {
      prices: { EUR: { month: 4_900 } },
      allowances: { calls: { limit: 100, window: 'month' } },
      policies: { collection: 'send' },
    },
  },
}
const terms = {
  plan: 'team',
  interval: 'month',
  currency: 'EUR',
  quantities: {},
  addOns: [],
  authority: 'engine' as const,
  activation: 'automatic' as const,
  startAt: null,
  trialDays: null,
  metadata: {},
}

/** The database, and how many statements went through it in transactions. */
function counted(db: Database): { db: Database; count(): number } {
  let count = 0
  const counting = (client: object) =>
    new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        if (name === 'query') count += 1
        return value.bind(target)
      },
    })
  const withClient: Database['withClient'] = (use) =>
    db.withClient((client) => use(counting(client) as typeof client))
  return { db: { ...db, withClient }, count: () => count }
}

/** So many customers whose first period is over, swept once. */
async function closeFirstPeriods(customers: number) {
  const database = await createTestDatabase()
  const clock = fixedClock(BEGIN)
  const engine = await createEngine({ db: database.db, clock, logger: silentLogger, jobs: false })
  try {
    const { rows } = await database.db.query<Environment>(
      `select id, name, mode from environment where mode = 'live'`,
    )
    const environment = rows[0] as Environment
    const within = (work: (ctx: Parameters<typeof putCatalog>[0]) => Promise<unknown>) =>
      transaction(database.db, (tx) => work({ ...engine.context, tx, environment, actor: 'test' }))
    await within((ctx) => putCatalog(ctx, catalog))
    for (let number = 1; number <= customers; number += 1) {
      await within((ctx) => putCustomer(ctx, { key: `c${String(number)}`, name: 'Customer' }))
      await within((ctx) => createSubscription(ctx, { ...terms, customer: `c${String(number)}` }))
    }
    const first = createSweep('sweep', 'collection', customerSweeps)
    await first.run(engine.context)
    clock.set(Date.UTC(2026, 1, 1))
    const watched = counted(database.db)
    const result = await createSweep('sweep', 'lifecycle', customerSweeps).run({
      ...engine.context,
      db: watched.db,
    })
    const invoices = await database.db.query<{ number: string; lines: number }>(
      `select document_number as number, (select count(*)::int from invoice_line line where line.invoice = invoice.id) as lines
       from invoice order by document_number`,
    )
    return { result, statements: watched.count(), invoices: invoices.rows }
  } finally {
    await engine.stop()
    await database.close()
  }
}

describe('periods that end together', () => {
  it('are closed by as many statements as one, each with an invoice and a number of its own', async () => {
    const one = await closeFirstPeriods(1)
    const many = await closeFirstPeriods(12)
    expect(one.result).toMatchObject({ handled: 1, failing: 0 })
    expect(many.result).toMatchObject({ handled: 12, failing: 0 })
    expect(many.invoices).toEqual(
      Array.from({ length: 24 }, (_, index) => ({
        number: `INV-2026-${String(index + 1).padStart(6, '0')}`,
        lines: 1,
      })),
    )
    expect(many.statements).toBe(one.statements)
  })
})
