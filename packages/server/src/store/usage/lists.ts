/** Pages of ended windows, recorded uses and overage, newest first. */
import sql, { empty, type Sql } from 'sql-template-tag'
import type { Instant } from '../../domain/time/instant.ts'
import type { ClosedWindow } from '../../domain/usage/model.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import type { Queryable } from '../database/pool.ts'
import { type UsageEvent, usageEventOf } from './events.ts'
import { windowFromRow } from './windows.ts'

export interface UsageFilter {
  environment: number
  customer: number
  feature: number | null
  member: number | null
  from: Instant | null
  to: Instant | null
  after: { at: Instant; id: string } | null
  limit: number
}

interface Named {
  featureKey: string
  memberKey: string | null
  cursor: string
}
export type ListedWindow = ClosedWindow & Named
export type ListedUse = UsageEvent & Named & { subscriptionId: string | null }
export interface ListedOverage extends Named {
  windowStart: Instant
  amount: number
  priced: boolean
  unitPrices: Record<string, string> | null
  event: string
  at: Instant
}

const cursorOf = (at: Instant, id: string): string => Buffer.from(`${at} ${id}`).toString('base64url')

const only = (filter: UsageFilter): Sql => sql`
  x.environment = ${filter.environment} and x.customer = ${filter.customer}
  ${filter.feature === null ? empty : sql`and x.feature = ${filter.feature}`}
  ${filter.member === null ? empty : sql`and x.member = ${filter.member}`}`

const names = sql`
  join feature f on f.id = x.feature
  left join member m on m.environment = x.environment and m.customer = x.customer and m.id = x.member`

export async function listWindows(db: Queryable, filter: UsageFilter): Promise<ListedWindow[]> {
  const after =
    filter.after === null
      ? empty
      : sql`and (x.window_end, x.feature::text || '-' || x.member::text) < (${timestampParameter(filter.after.at)}::timestamptz, ${filter.after.id})`
  const { rows } = await db.query(sql`
    select x.*, f.key as feature_key, m.key as member_key, x.feature::text || '-' || x.member::text as place
    from usage_window x ${names} where ${only(filter)} ${after}
    order by x.window_end desc, place desc limit ${filter.limit}`)
  return rows.map((row) => ({
    ...windowFromRow(row),
    featureKey: row.feature_key,
    memberKey: row.member_key,
    cursor: cursorOf(row.window_end, row.place),
  }))
}

export async function listUsageEvents(db: Queryable, filter: UsageFilter): Promise<ListedUse[]> {
  const { from, to, after } = filter
  const { rows } = await db.query(sql`
    select x.*, f.key as feature_key, m.key as member_key, s.id as subscription_id
    from usage_event x ${names}
    left join subscription s on s.environment = x.environment and s.customer = x.customer and s.number = x.subscription
    where ${only(filter)}
      ${from === null ? empty : sql`and x.occurred_at >= ${timestampParameter(from)}`}
      ${to === null ? empty : sql`and x.occurred_at < ${timestampParameter(to)}`}
      ${after === null ? empty : sql`and (x.recorded_at, x.id) < (${timestampParameter(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by x.recorded_at desc, x.id desc limit ${filter.limit}`)
  return rows.map((row) => ({
    ...usageEventOf(row),
    featureKey: row.feature_key,
    memberKey: row.member_key,
    subscriptionId: row.subscription_id,
    cursor: cursorOf(row.recorded_at, row.id),
  }))
}

export async function listOverages(db: Queryable, filter: UsageFilter): Promise<ListedOverage[]> {
  const { after } = filter
  const { rows } = await db.query(sql`
    select x.*, f.key as feature_key, m.key as member_key
    from overage x ${names} where ${only(filter)}
      ${after === null ? empty : sql`and (x.recorded_at, x.id) < (${timestampParameter(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by x.recorded_at desc, x.id desc limit ${filter.limit}`)
  return rows.map((row) => ({
    featureKey: row.feature_key,
    memberKey: row.member_key,
    windowStart: row.window_start,
    amount: row.amount,
    priced: row.priced,
    unitPrices: row.unit_price,
    event: row.event,
    at: row.at,
    cursor: cursorOf(row.recorded_at, row.id),
  }))
}
