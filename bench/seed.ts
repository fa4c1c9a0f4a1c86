/**
 * Many customers, quickly: one is made by the engine's own operations, and its rows are copied for all the others.
 *
 * Owns: customers who use something (`subscribers.ts` has those who pay), and the copying. Does not own: which rows a
 * customer has; the operations do.
 * Invariant: a copied customer differs from one that was made in nothing but its ids.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '#server/engine'
import type { OperationContext } from '#server/context'
import { putCatalog } from '#server/operations/catalog/put'
import { putCustomer } from '#server/operations/customers/put'
import { createSubscription } from '#server/operations/subscriptions/create'
import { silentLogger } from '#server/logger'
import { migrate, migrationsFolder } from '#server/store/database/migrate'
import type { Database, Queryable } from '#server/store/database/pool'
import { transaction } from '#server/store/database/transaction'
import { systemClock } from '#server/clock'
import type { Clock } from '#server/clock'

/** The environment that the customers are in. */
export const environment = { id: 2, name: 'live', mode: 'live' as const }
/** A meter with room for everything a benchmark takes. */
export const feature = 'calls'
/** Customers are `customer-1` to `customer-<count>`. */
export const customerKey = (number: number): string => `customer-${number}`

/** Free: nothing is owed, so the tables below are all that such a customer has. */
const catalog = {
  features: { [feature]: { kind: 'meter', name: 'Calls' } },
  plans: {
    standard: {
      prices: { USD: { year: 0 } },
      allowances: { [feature]: { limit: 1_000_000_000, window: 'billing_period' } },
    },
  },
}

/** What the customers of a database are like. */
export interface World {
  /** Begins the names of its databases. */
  name: string
  /** Fills an empty database. */
  seed(db: Database, customers: number): Promise<void>
  /** Can a database that was filled earlier still be used? */
  isFresh(db: Database): Promise<boolean>
  /** Takes back what the last benchmark did. */
  forget(db: Database): Promise<void>
}

/** Tells databases of another schema, or seeded in another way, from today's. */
export async function seedStamp(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of readdirSync(migrationsFolder).sort())
    hash.update(readFileSync(join(migrationsFolder, name)))
  for (const name of ['seed.js', 'subscribers.js']) hash.update(readFileSync(join(import.meta.dirname, name)))
  return hash.digest('hex')
}

/** Customers who use up what their plan gives them. */
export const users: World = {
  name: 'customers',
  async seed(db, customers) {
    await makeFirst(db, systemClock, async (within) => {
      await within((ctx) => putCatalog(ctx, catalog))
      await within((ctx) => putCustomer(ctx, { key: customerKey(1), name: 'Customer' }))
      await within((ctx) => createSubscription(ctx, subscription))
    })
    await requireNothingDue(db)
    await copyCustomer(db, customers)
    await db.query('vacuum (analyze)')
    // else it would be written to disk while the first pairs are measured
    await db.query('checkpoint')
  },
  /** Do all balances stay in their window for the next hours? Else a run would measure the turning of windows. */
  async isFresh(db) {
    const { rows } = await db.query<{ until: number }>('select min(valid_until) as until from balance')
    return (rows[0]?.until ?? 0) > Date.now() + 6 * 3_600_000
  },
  async forget(db) {
    await db.query('truncate usage_key, usage_event')
    await db.query('vacuum (analyze) balance')
    await db.query('checkpoint')
  },
}

/** Runs operations of the engine on an empty database. */
export async function makeFirst(
  db: Database,
  clock: Clock,
  make: (within: (work: (ctx: OperationContext) => Promise<unknown>) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  await migrate(db, { now: clock.now() })
  const engine = await createEngine({ db, clock, logger: silentLogger, jobs: false })
  try {
    await make((work) =>
      transaction(db, (tx) => work({ ...engine.context, tx, environment, actor: 'bench' })),
    )
  } finally {
    await engine.stop()
  }
}

/** What is due of the first would be due of each, and the server's sweeps would work beside what is measured. */
async function requireNothingDue(db: Database): Promise<void> {
  const { rows } = await db.query<{ at: number }>(
    'select least(min(due_at), min(collection_due_at)) as at from customer_head',
  )
  const at = rows[0]?.at ?? 0
  if (at < systemClock.now() + 6 * 3_600_000) throw new Error(`The seeded customer is due at ${at}`)
}

/** What a benchmark's first customer agrees to, but for what it says itself. */
export const subscription = {
  customer: customerKey(1),
  plan: 'standard',
  interval: 'year',
  currency: 'USD',
  quantities: {},
  addOns: [],
  authority: 'engine' as const,
  activation: 'automatic' as const,
  startAt: null,
  trialDays: null,
  metadata: {},
}

/** In the order of their references. What a customer has used starts empty. */
const copiedTables = [
  'customer',
  'customer_head',
  'subscription',
  'subscription_add_on',
  'monthly_revenue',
  'access_period',
  'grant_',
  'grant_movement',
  'balance',
]

/** @param more tables of what this kind of customer has beside that */
export async function copyCustomer(
  db: Database,
  customers: number,
  more: readonly string[] = [],
): Promise<void> {
  const { rows } = await db.query<{ id: number }>({
    text: 'select id from customer where environment = $1 and key = $2',
    values: [environment.id, customerKey(1)],
  })
  const first = (rows[0] as { id: number }).id
  const values = [environment.id, first, first + customers - 1]
  await transaction(db, async (tx) => {
    // the copies refer to what is copied with them: looking each reference up would take most of the time
    await tx.query('set local session_replication_role = replica')
    for (const table of [...copiedTables, ...more])
      await tx.query({ text: await copyStatement(tx, table), values })
  })
  await db.query({
    text: `select setval(pg_get_serial_sequence('customer', 'id'), $1)`,
    values: [first + customers],
  })
  await db.query(
    `select setval(pg_get_serial_sequence('subscription', 'number'), max(number)) from subscription`,
  )
}

/** Texts that name one thing, so that no two may be the same. */
const namesOne = ['id', 'invoice', 'document_number', 'cause']

/** $1 environment, $2 the customer to copy, $3 the last of the new ones: their numbers follow the first's. */
async function copyStatement(db: Queryable, table: string): Promise<string> {
  const { rows } = await db.query<{ name: string; type: string }>({
    text: `select column_name as name, data_type as type from information_schema.columns
      where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    values: [table],
  })
  const own = table === 'customer' ? 'id' : 'customer'
  const values = rows.map(({ name, type }) => {
    if (name === own) return 'n'
    if (name === 'key') return `'customer-' || (n - $2::bigint + 1)`
    // subscriptions are numbered throughout, not within their customer
    if (name === 'subscription' || (table === 'subscription' && name === 'number'))
      return `original.${name} + n - $2::bigint`
    if (namesOne.includes(name) && type === 'text') return `original.${name} || '-' || n`
    return `original.${name}`
  })
  return `insert into ${table} (${rows.map(({ name }) => name).join(', ')}) overriding system value
    select ${values.join(', ')} from ${table} original, generate_series($2::bigint + 1, $3::bigint) n
    where original.environment = $1 and original.${own} = $2`
}
