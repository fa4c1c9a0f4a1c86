/** Reservations and leases: rows ⇄ domain. */
import type { QueryResultRow } from 'pg'
import type { Hold } from '../domain/usage/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'
import { ofCustomers } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'

export interface CustomerHold extends Hold {
  environment: number
  customer: number
  /** The use that its end recorded; null when it has recorded none. */
  event: string | null
}

const columns = `environment, customer, id, kind, feature, member, takes, amount, settled, status, holder, window_start,
  member_window_start, allocation, created_at, expires_at, event`

function holdOf(row: QueryResultRow): CustomerHold {
  return {
    environment: row.environment,
    customer: row.customer,
    id: row.id,
    kind: row.kind,
    feature: row.feature,
    member: row.member,
    takes: row.takes,
    amount: row.amount,
    settled: row.settled,
    status: row.status,
    holder: row.holder,
    windowStart: row.window_start,
    memberWindowStart: row.member_window_start,
    allocation: row.allocation,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    event: row.event,
  }
}

/** The open holds of one customer, in the order they were made. */
export async function loadOpenHolds(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<CustomerHold[]> {
  const { rows } = await db.query(
    ofCustomers(environment, customer, {
      name: 'holds-open',
      text: `select ${columns} from hold where environment = $1 and customer = any($2::bigint[]) and status = 'open'
             order by created_at, id`,
    }),
  )
  return rows.map(holdOf)
}

export async function loadHolds(db: Queryable, environment: number, ids: string[]): Promise<CustomerHold[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query({
    name: 'holds-load',
    text: `select ${columns} from hold where environment = $1 and id = any($2::text[])`,
    values: [environment, ids],
  })
  return rows.map(holdOf)
}

/** Writes new holds, and the state of changed ones. */
export async function saveHolds(
  tx: Queryable,
  holds: (CustomerHold & { metadata: string | null; closedAt: Instant | null })[],
): Promise<void> {
  if (holds.length === 0) return
  const column = <Value>(read: (hold: (typeof holds)[number]) => Value): Value[] => holds.map(read)
  await tx.query({
    name: 'holds-save',
    text: `insert into hold (${columns}, metadata, closed_at)
      select * from unnest($1::smallint[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::text[],
        $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::jsonb[],
        $15::timestamptz[], $16::timestamptz[], $17::uuid[], $18::jsonb[], $19::timestamptz[])
      on conflict (environment, id) do update set settled = excluded.settled, status = excluded.status,
        event = excluded.event, allocation = excluded.allocation, expires_at = excluded.expires_at, closed_at = excluded.closed_at`,
    values: [
      column((each) => each.environment),
      column((each) => each.customer),
      column((each) => each.id),
      column((each) => each.kind),
      column((each) => each.feature),
      column((each) => each.member),
      column((each) => each.takes),
      column((each) => each.amount),
      column((each) => each.settled),
      column((each) => each.status),
      column((each) => each.holder),
      column((each) => timestampParameter(each.windowStart)),
      column((each) => timestampParameter(each.memberWindowStart)),
      column((each) => (each.allocation === null ? null : JSON.stringify(each.allocation))),
      column((each) => timestampParameter(each.createdAt)),
      column((each) => timestampParameter(each.expiresAt)),
      column((each) => each.event),
      column((each) => each.metadata),
      column((each) => nullableTimestamp(each.closedAt)),
    ],
  })
}

/** After a boundary has bound holds to grants. */
export async function saveHoldAllocations(tx: Queryable, environment: number, holds: Hold[]): Promise<void> {
  for (const hold of holds)
    await tx.query({
      name: 'hold-allocation',
      text: 'update hold set allocation = $3 where environment = $1 and id = $2',
      values: [environment, hold.id, JSON.stringify(hold.allocation)],
    })
}
