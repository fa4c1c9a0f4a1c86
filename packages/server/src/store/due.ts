/**
 * What is due, as rows say it: a customer's lifecycle (`customer_head.due_at`), its invoices
 * (`customer_head.collection_due_at`), their revenue (`invoice.earn_at`), a balance's next boundary
 * (`balance.valid_until`), an open hold's end (`hold.expires_at`).
 *
 * Owns: finding it, for the sweeps of live time and of test clocks. Does not own: what is then done.
 * Invariant: live customers are found by the system's time, customers of a test clock only by their clock's.
 */
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import { ofItems } from './customer-statements.ts'
import type { Queryable, Statement, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** The holder of a lease may count on it to the end, so it is taken back a little later than that. */
const LEASE_MARGIN_MS = 5_000

export interface DueCustomer {
  environment: Environment
  customer: number
}

/** The earliest of what is due of one customer; null when nothing is. */
export type DueThing =
  | { kind: 'lifecycle'; at: Instant }
  | { kind: 'holds'; at: Instant; ids: string[] }
  | { kind: 'boundary'; at: Instant }
  | { kind: 'collection'; at: Instant }
  | { kind: 'revenue'; at: Instant }

export type DueKind = DueThing['kind']

const dueHolds = (now: string) => `(expires_at <= ${now}
  and (kind = 'reservation' or expires_at <= ${now} - interval '${LEASE_MARGIN_MS} milliseconds'))`

// Each names what its partial index demands, so that the planner may use it.
const duePairs: Record<DueKind, string> = {
  lifecycle: `select environment, customer, due_at as at from customer_head
    where test_clock is null and due_at < 'infinity' and due_at <= $1 and customer <> all($2::bigint[])
    order by due_at limit $3`,
  boundary: `select environment, customer, valid_until as at
    from balance join customer_head using (environment, customer)
    where test_clock is null and valid_until < 'infinity' and valid_until > '-infinity' and valid_until <= $1
      and customer <> all($2::bigint[])
    order by valid_until limit $3`,
  collection: `select environment, customer, collection_due_at as at from customer_head
    where test_clock is null and collection_due_at < 'infinity' and collection_due_at <= $1
      and customer <> all($2::bigint[])
    order by collection_due_at limit $3`,
  revenue: `select environment, customer, earn_at as at
    from invoice join customer_head using (environment, customer)
    where test_clock is null and earn_at < 'infinity' and earn_at <= $1 and customer <> all($2::bigint[])
    order by earn_at limit $3`,
  holds: `select environment, customer, expires_at as at
    from hold join customer_head using (environment, customer)
    where test_clock is null and status = 'open' and ${dueHolds('$1::timestamptz')} and customer <> all($2::bigint[])
    order by expires_at limit $3`,
}

/** Live customers of whom something of this kind is due, the longest overdue first. */
export async function loadDueCustomers(
  db: Queryable,
  kind: DueKind,
  query: { now: Instant; except: readonly number[]; limit: number },
): Promise<DueCustomer[]> {
  const { rows } = await db.query<{ id: number; name: string; mode: 'test' | 'live'; customer: number }>({
    name: `due-customers-${kind}`,
    text: `select environment.id, environment.name, environment.mode, due.customer from (
        select environment, customer, min(at) as at from (${duePairs[kind]}) found group by environment, customer
      ) due join environment on environment.id = due.environment order by due.at`,
    values: [timestampParameter(query.now), query.except, query.limit],
  })
  return rows.map(({ customer, ...environment }) => ({ environment, customer }))
}

/** Locks the customer's head, unless somebody else has it: then they are at work, and this can wait. */
export async function claimHead(tx: Transaction, environment: number, customer: number): Promise<boolean> {
  return (await claimHeads(tx, environment, [customer])).length === 1
}

/** The same for many, in ascending order. Answers those that were free. */
export async function claimHeads(
  tx: Transaction,
  environment: number,
  customers: readonly number[],
): Promise<number[]> {
  const { rows } = await tx.query<{ customer: number }>({
    name: 'claim-heads',
    text: `select customer from customer_head where environment = $1 and customer = any($2::bigint[])
           order by customer for update skip locked`,
    values: [environment, customers],
  })
  return rows.map(({ customer }) => customer)
}

interface DueRow {
  lifecycle: Instant | null
  collection: Instant | null
  boundary: Instant | null
  revenue: Instant | null
  holds: Instant | null
  ids: string[] | null
}

const dueThings = {
  name: 'due-things',
  text: `select asked.customer, head.lifecycle, head.collection, balance.at as boundary, revenue.at as revenue,
      hold.at as holds, hold.ids
    from json_to_recordset($2::json) as asked (customer bigint, now timestamptz),
      lateral (select case when due_at <= asked.now then due_at end as lifecycle,
                 case when collection_due_at <= asked.now then collection_due_at end as collection
               from customer_head where environment = $1 and customer = asked.customer) head,
      lateral (select min(valid_until) as at from balance
               where environment = $1 and customer = asked.customer and valid_until > '-infinity'
                 and valid_until <= asked.now) balance,
      lateral (select min(earn_at) as at from invoice
               where environment = $1 and customer = asked.customer and earn_at < 'infinity'
                 and earn_at <= asked.now) revenue,
      lateral (select min(expires_at) as at, array_agg(id order by expires_at, id) as ids from hold
               where environment = $1 and customer = asked.customer and status = 'open'
                 and ${dueHolds('asked.now')}) hold`,
}

/** Ask with the head locked, in a statement after the lock. */
export async function loadDueThing(
  tx: Transaction,
  environment: number,
  customer: number,
  now: Instant,
): Promise<DueThing | null> {
  const { rows } = await tx.query<DueRow>(
    ofItems(environment, [{ customer, now: timestampParameter(now) }], dueThings),
  )
  const row = rows[0]
  if (row === undefined) return null
  const { lifecycle, collection, boundary, revenue, holds, ids } = row
  const things: DueThing[] = []
  if (holds !== null) things.push({ kind: 'holds', at: holds, ids: ids ?? [] })
  if (lifecycle !== null) things.push({ kind: 'lifecycle', at: lifecycle })
  if (boundary !== null) things.push({ kind: 'boundary', at: boundary })
  if (collection !== null) things.push({ kind: 'collection', at: collection })
  if (revenue !== null) things.push({ kind: 'revenue', at: revenue })
  // stable: at one instant holds go first (they belong to what ends), then the lifecycle, the windows, the invoices, their revenue
  return things.sort((one, other) => one.at - other.at)[0] ?? null
}

/** The customers of a test clock with what is due next of each, as a statement body ($1 environment, $2 clock). */
const dueOfClock = `
  select customer, due_at as at from customer_head
    where environment = $1 and test_clock = $2 and due_at < 'infinity'
  union all
  select customer, collection_due_at from customer_head
    where environment = $1 and test_clock = $2 and collection_due_at < 'infinity'
  union all
  select customer, earn_at from customer_head join invoice using (environment, customer)
    where environment = $1 and test_clock = $2 and earn_at < 'infinity'
  union all
  select customer, valid_until from customer_head join balance using (environment, customer)
    where environment = $1 and test_clock = $2 and valid_until < 'infinity' and valid_until > '-infinity'
  union all
  select customer, case when kind = 'lease' then expires_at + interval '${LEASE_MARGIN_MS} milliseconds' else expires_at end
    from customer_head join hold using (environment, customer)
    where environment = $1 and test_clock = $2 and status = 'open'`

/** Sites are asked between two steps, so a clock stops there too. */
const sitesOfClock = `
  select customer, site.due_at from customer_head join site using (environment, customer)
    where environment = $1 and test_clock = $2`

/** The next instant at which something is due for a customer of the clock; Infinity when there is none. */
export async function loadNextDueOfClock(
  tx: Queryable,
  environment: number,
  clock: string,
): Promise<Instant> {
  const { rows } = await tx.query<{ at: Instant | null }>({
    name: 'next-due-of-clock',
    text: `select min(at) as at from (${dueOfClock} union all ${sitesOfClock}) due`,
    values: [environment, clock],
  })
  return rows[0]?.at ?? Number.POSITIVE_INFINITY
}

/** Customers of the clock of whom something is due, ascending. */
export async function loadDueCustomersOfClock(
  tx: Queryable,
  environment: number,
  clock: string,
  query: { now: Instant; limit: number },
): Promise<number[]> {
  const statement: Statement = {
    name: 'due-customers-of-clock',
    text: `select distinct customer from (${dueOfClock}) due where at <= $3 order by customer limit $4`,
    values: [environment, clock, timestampParameter(query.now), query.limit],
  }
  const { rows } = await tx.query<{ customer: number }>(statement)
  return rows.map((row) => row.customer)
}
