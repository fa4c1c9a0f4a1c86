/** Closed stretches of subscriptions: rows ⇄ domain. Plan versions are not in the rows: the catalog cache has them. */
import type { QueryResultRow } from 'pg'
import type { CatalogCache } from '../context.ts'
import { parseInterval } from '../domain/catalog/lookup.ts'
import type { ClosedStretch } from '../domain/invoices/closed-stretch.ts'
import type { KeptUse } from '../domain/invoices/kept-use.ts'
import { intervalText } from '../domain/subscriptions/terms.ts'
import type { Instant, Interval } from '../domain/time/index.ts'
import { ofCustomers, ofItems, upsert } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export type Versions = Pick<CatalogCache, 'plan'>

/** Those that reach beyond a moment, oldest first. */
export async function loadStretches(
  db: Queryable,
  versions: Versions,
  environment: number,
  customer: number,
  since: Instant,
): Promise<ClosedStretch[]> {
  const { rows } = await db.query({
    name: 'closed-stretches',
    text: `select c.*, s.ended_at is not null and s.settles_at is null as settled
      from closed_stretch c
      join subscription s on s.environment = c.environment and s.customer = c.customer and s.number = c.subscription
      where c.environment = $1 and c.customer = $2 and c.end_at > $3 order by c.start_at`,
    values: [environment, customer, timestampParameter(since)],
  })
  return Promise.all(rows.map((row) => stretchFromRow(row, versions, db)))
}

/** Those of which something came late, oldest first. */
export async function loadReopened(
  db: Queryable,
  versions: Versions,
  environment: number,
  customer: number,
): Promise<ClosedStretch[]> {
  const { rows } = await db.query(
    ofCustomers(environment, customer, {
      name: 'closed-stretches-reopened',
      text: `select closed_stretch.*, false as settled from closed_stretch
             where environment = $1 and customer = any($2::bigint[]) and reopened order by start_at`,
    }),
  )
  return Promise.all(rows.map((row) => stretchFromRow(row, versions, db)))
}

export async function stretchFromRow(
  row: QueryResultRow,
  versions: Versions,
  db: Queryable,
): Promise<ClosedStretch> {
  return {
    subscription: row.subscription,
    start: row.start_at,
    end: row.end_at,
    period: { start: row.period_start, end: row.period_end },
    plan: await versions.plan(row.plan, row.plan_version, db),
    interval: parseInterval(row.billing_interval) as Interval,
    currency: row.currency,
    minimumMinor: row.minimum_minor,
    countedMinor: row.counted_minor,
    uses: row.uses,
    included: row.included,
    kept: row.kept,
    reopened: row.reopened,
    settled: row.settled,
  }
}

export function saveStretches(
  environment: number,
  customer: number,
  stretches: readonly ClosedStretch[],
): Statement {
  const rows = stretches.map((each) => ({
    environment,
    customer,
    subscription: each.subscription,
    start_at: timestampParameter(each.start),
    end_at: timestampParameter(each.end),
    period_start: timestampParameter(each.period.start),
    period_end: timestampParameter(each.period.end),
    plan: each.plan.item,
    plan_version: each.plan.version,
    billing_interval: intervalText(each.interval),
    currency: each.currency,
    minimum_minor: each.minimumMinor,
    counted_minor: each.countedMinor,
    uses: each.uses,
    included: each.included,
    kept: each.kept,
    reopened: each.reopened,
  }))
  return upsert('closed_stretch', rows, ['environment', 'customer', 'subscription', 'start_at'])
}

/** What counts as paid for of the stretches that it was used in. */
export function saveKeptUse(environment: number, customer: number, kept: readonly KeptUse[]): Statement {
  const items = kept.map(({ subscription, key, end, amountMinor }) => ({
    customer,
    subscription,
    key,
    end: timestampParameter(end),
    amountMinor,
  }))
  return ofItems(environment, items, {
    name: 'save-kept-use',
    text: `with moved as (
             select c.customer, c.subscription, c.start_at, key,
               greatest(coalesce((c.kept ->> key)::bigint, 0) + sum("amountMinor"), 0) as amount_minor
             from json_to_recordset($2::json)
               as asked (customer bigint, subscription bigint, key text, "end" timestamptz, "amountMinor" bigint)
             join closed_stretch c on c.environment = $1 and c.customer = asked.customer
               and c.subscription = coalesce(asked.subscription, c.subscription)
               and asked."end" > c.start_at and asked."end" <= c.end_at
             group by c.customer, c.subscription, c.start_at, key, c.kept
           ), changed as (
             select customer, subscription, start_at, jsonb_object_agg(key, amount_minor) as kept from moved
             group by customer, subscription, start_at
           )
           update closed_stretch c set kept = c.kept || changed.kept from changed
           where c.environment = $1 and c.customer = changed.customer and c.subscription = changed.subscription
             and c.start_at = changed.start_at`,
  })
}
