/** Recorded uses and stretches of overage: rows ⇄ domain. A use's id carries the time that finds its partition. */
import type { QueryResultRow } from 'pg'
import type { Limit } from '../../domain/catalog/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { nullableTimestamp, timestampParameter } from '../database/type-parsers.ts'
import type { Queryable } from '../database/pool.ts'

export interface UsageEvent {
  customer: number
  id: string
  recordedAt: Instant
  feature: number
  member: number
  verb: number
  amount: number
  occurredAt: Instant
  windowStart: Instant
  windowEnd: Instant
  usedAfter: number
  limit: Limit
  remainingAfter: number
  overage: number
  subscription: number
  /** How much of it was given back. */
  returned: number
  metadata: string | null
}

export interface OverageRow {
  customer: number
  id: string
  feature: number
  member: number
  subscription: number
  plan: number
  planVersion: number
  windowStart: Instant
  amount: number
  priced: boolean
  unitPrices: Record<string, string> | null
  event: string
  at: Instant
  recordedAt: Instant
}

const columns = `customer, id, recorded_at, feature, member, verb, amount, occurred_at, window_start, window_end,
  used_after, limit_after, unlimited, remaining_after, overage, subscription, returned, metadata`

export function usageEventOf(row: QueryResultRow): UsageEvent {
  return {
    customer: row.customer,
    id: row.id,
    recordedAt: row.recorded_at,
    feature: row.feature,
    member: row.member,
    verb: row.verb,
    amount: row.amount,
    occurredAt: row.occurred_at,
    windowStart: row.window_start,
    windowEnd: row.window_end,
    usedAfter: row.used_after,
    limit: row.unlimited ? { unlimited: true } : { unlimited: false, amount: row.limit_after },
    remainingAfter: row.remaining_after,
    overage: row.overage,
    subscription: row.subscription,
    returned: row.returned,
    metadata: row.metadata === null ? null : JSON.stringify(row.metadata),
  }
}

export async function loadUsageEvents(
  db: Queryable,
  environment: number,
  events: { customer: number; recordedAt: Instant; id: string }[],
): Promise<UsageEvent[]> {
  if (events.length === 0) return []
  const { rows } = await db.query({
    name: 'usage-events-load',
    text: `select e.* from unnest($2::bigint[], $3::timestamptz[], $4::uuid[]) as w (customer, recorded_at, id)
      join usage_event e on e.environment = $1 and e.customer = w.customer and e.recorded_at = w.recorded_at and e.id = w.id`,
    values: [
      environment,
      events.map((event) => event.customer),
      events.map((event) => timestampParameter(event.recordedAt)),
      events.map((event) => event.id),
    ],
  })
  return rows.map(usageEventOf)
}

export async function insertUsageEvents(
  tx: Queryable,
  environment: number,
  events: UsageEvent[],
): Promise<void> {
  if (events.length === 0) return
  const column = <Value>(read: (event: UsageEvent) => Value): Value[] => events.map(read)
  await tx.query({
    name: 'usage-events-insert',
    text: `insert into usage_event (environment, ${columns})
      select $1, * from unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::int[], $6::bigint[], $7::smallint[],
        $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::bigint[], $13::bigint[],
        $14::boolean[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::jsonb[])`,
    values: [
      environment,
      column((each) => each.customer),
      column((each) => each.id),
      column((each) => timestampParameter(each.recordedAt)),
      column((each) => each.feature),
      column((each) => each.member),
      column((each) => each.verb),
      column((each) => each.amount),
      column((each) => timestampParameter(each.occurredAt)),
      column((each) => timestampParameter(each.windowStart)),
      column((each) => timestampParameter(each.windowEnd)),
      column((each) => each.usedAfter),
      column((each) => (each.limit.unlimited ? 0 : each.limit.amount)),
      column((each) => each.limit.unlimited),
      column((each) => each.remainingAfter),
      column((each) => each.overage),
      column((each) => each.subscription),
      column((each) => each.returned),
      column((each) => each.metadata),
    ],
  })
}

/** Notes how much of a use was given back, for good. */
export async function markReturned(
  tx: Queryable,
  environment: number,
  event: UsageEvent,
  returned: number,
): Promise<void> {
  await tx.query({
    name: 'usage-event-returned',
    text: `update usage_event set returned = $5
      where environment = $1 and customer = $2 and recorded_at = $3 and id = $4`,
    values: [environment, event.customer, timestampParameter(event.recordedAt), event.id, returned],
  })
}

export async function insertOverage(tx: Queryable, environment: number, rows: OverageRow[]): Promise<void> {
  for (const row of rows)
    await tx.query({
      name: 'overage-insert',
      text: `insert into overage (environment, customer, id, feature, member, subscription, plan, plan_version,
          window_start, amount, priced, unit_price, event, at, recorded_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      values: [
        environment,
        row.customer,
        row.id,
        row.feature,
        row.member,
        row.subscription,
        row.plan,
        row.planVersion,
        timestampParameter(row.windowStart),
        row.amount,
        row.priced,
        row.unitPrices === null ? null : JSON.stringify(row.unitPrices),
        row.event,
        nullableTimestamp(row.at),
        timestampParameter(row.recordedAt),
      ],
    })
}
