/**
 * Who has still to be told of a change of the catalog: a place in the row of customers, kept in the catalog's row.
 */
import sql, { empty } from 'sql-template-tag'
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import { newId } from '../ids.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface Spread {
  environment: Environment
  revision: number
  /** 1: guards are closed. 2: everything is worked out, also for who was being made or changed during the first. */
  pass: number
  all: boolean
  /** The last customer that was told. */
  after: number
}

/** In the transaction of the change. One that is under way begins anew. */
export async function startSpread(
  tx: Transaction,
  environment: number,
  all: boolean,
  now: Instant,
): Promise<void> {
  await tx.query(sql`
    update catalog set spread_all = ${all} or (spread_all and spread_pass > 0), spread_pass = 1, spread_after = 0,
      spread_at = ${timestampParameter(now)}
    where environment = ${environment}`)
}

/** Takes one for as long as `until`, so that no other process goes on with it meanwhile; null when there is none. */
export async function claimSpread(db: Queryable, now: Instant, until: Instant): Promise<Spread | null> {
  const { rows } = await db.query<Omit<Spread, 'environment'> & Environment>(sql`
    update catalog c set spread_at = ${timestampParameter(until)}
    from environment e
    where e.id = c.environment and c.environment = (
      select environment from catalog where spread_pass > 0 and spread_at <= ${timestampParameter(now)}
      order by spread_at limit 1 for update skip locked)
    returning e.id, e.name, e.mode, c.revision, c.spread_pass as pass, c.spread_all as "all", c.spread_after as after`)
  const row = rows[0]
  if (row === undefined) return null
  const { id, name, mode, revision, pass, all, after } = row
  return { environment: { id, name, mode }, revision, pass, all, after }
}

/** Whom to tell next, ascending: those without a subscription in force, or everybody. */
export async function loadSpreadCustomers(db: Queryable, spread: Spread, limit: number): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(sql`
    select c.id from customer c
    where c.environment = ${spread.environment.id} and c.id > ${spread.after} and c.deleted_at is null
      ${
        spread.all
          ? empty
          : sql`and not exists (
              select from subscription s
              where s.environment = c.environment and s.customer = c.id and s.status in ('trialing', 'active'))`
      }
    order by c.id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** Where to go on, unless the catalog has changed again: then that change's own spread begins from the start. */
export async function saveSpread(
  db: Queryable,
  spread: Spread,
  next: { pass: number; after: number; at: Instant },
): Promise<void> {
  await db.query(sql`
    update catalog set spread_pass = ${next.pass}, spread_after = ${next.after}, spread_at = ${timestampParameter(next.at)}
    where environment = ${spread.environment.id} and revision = ${spread.revision}`)
}

/**
 * From the commit on nobody takes from these customers by what was in force before: no guard admits, and nothing that a
 * process remembers of them has their version. Whoever takes next works out what is in force now.
 *
 * One order, as everywhere: heads ascending, then balances ascending. A guard stands in the customer's own balances alone.
 */
export async function closeGuards(
  tx: Transaction,
  environment: number,
  customers: readonly number[],
  now: Instant,
): Promise<void> {
  const at = timestampParameter(now)
  const ids = customers.map(() => newId('evt', false, now).slice('evt_test_'.length))
  await tx.query(sql`
    select from customer_head where environment = ${environment} and customer = any(${customers}::bigint[])
    order by environment, customer for update`)
  await tx.query(sql`
    with head as (
      update customer_head set entitlement_version = entitlement_version + 1, event_sequence = event_sequence + 1
      where environment = ${environment} and customer = any(${customers}::bigint[])
      returning customer, entitlement_version, event_sequence, decided_at, test_clock
    )
    insert into event (environment, customer, sequence, id, type, payload, occurred_at, recorded_at)
    select e.id, h.customer, h.event_sequence, 'evt_' || e.mode || '_' || named.id, 'entitlements.changed',
      jsonb_build_object('version', h.entitlement_version), greatest(coalesce(c.current_at, ${at}::timestamptz), h.decided_at), ${at}
    from head h
    join unnest(${customers}::bigint[], ${ids}::text[]) as named (customer, id) on named.customer = h.customer
    join environment e on e.id = ${environment}
    left join test_clock c on c.environment = e.id and c.id = h.test_clock`)
  const guards = sql`environment = ${environment} and customer = any(${customers}::bigint[]) and member = 0`
  await tx.query(sql`select from balance where ${guards} order by environment, customer, feature for update`)
  // not joined with what was locked: for a thousand rows the planner then read the table a thousand times
  await tx.query(sql`update balance set ceiling = -1 where ${guards}`)
}
