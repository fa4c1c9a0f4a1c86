/**
 * Who has still to be told of a change of the catalog: a place in the row of customers, kept in the catalog's row.
 */
import sql, { empty } from 'sql-template-tag'
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface Spread {
  environment: Environment
  revision: number
  /** 1, then 2 for customers who were being made or changed during the first. */
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
