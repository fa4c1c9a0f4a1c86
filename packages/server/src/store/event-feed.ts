/**
 * The feed: committed events in one order per environment, as readers follow it.
 *
 * Owns: `event.position` and `environment.feed_position`. Does not own: writing events (`events.ts`).
 * Invariant: positions are 1, 2, 3, … without a gap, they become visible in that order, and a customer's events
 * have theirs in the order of their sequences. Any number of processes may assign: the environment's row is locked
 * first, and what to assign is read by the next statement, after the lock was had.
 */
import sql, { empty } from 'sql-template-tag'
import type { Instant } from '../domain/time/instant.ts'
import type { Database, Queryable } from './database/pool.ts'
import { sendBatch } from './database/transaction.ts'

export interface FeedEvent {
  id: string
  type: string
  subject: string
  position: number
  /** The caller's id of the customer; null for events of the whole environment. */
  customer: string | null
  sequence: number
  payload: Record<string, unknown>
  occurredAt: Instant
  recordedAt: Instant
}

export interface FeedFilter {
  types?: readonly string[]
  /** The caller's id. */
  customer?: string
}

/** What a transaction that assigns positions begins with. */
export const lockFeed = (environment: number) => [
  // a process that is stopped in the middle keeps the lock no longer than this
  "set local idle_in_transaction_session_timeout = '1s'",
  // not "for update": rows that refer to the environment must not wait for this
  {
    name: 'lock-feed',
    text: 'select feed_position from environment where id = $1 for no key update',
    values: [environment],
  },
]

// By time of recording, but never a customer's later event before its earlier one: the clocks of two processes
// differ, so what precedes within the customer is taken along, and an event counts as no earlier than those.
const assign = {
  name: 'assign-positions',
  text: `with candidate as (
      select customer, sequence, id, recorded_at from event
      where environment = $1 and position is null
      order by recorded_at limit $2
    ),
    reach as (
      select customer, max(sequence) as sequence from candidate where customer <> 0 group by customer
    ),
    batch as (
      select customer, sequence, id, recorded_at from candidate where customer = 0
      union all
      select e.customer, e.sequence, e.id, e.recorded_at from reach
      join event e on e.environment = $1 and e.customer = reach.customer and e.sequence <= reach.sequence
        and e.position is null
    ),
    timed as (
      select customer, sequence, id,
             case when customer = 0 then recorded_at
                  else max(recorded_at) over (partition by customer order by sequence) end as at
      from batch
    ),
    numbered as (
      select customer, sequence, id, row_number() over (order by at, customer, sequence, id) as n from timed
    ),
    assigned as (
      update event set position = (select feed_position from environment where id = $1) + numbered.n
      from numbered
      where event.environment = $1 and event.customer = numbered.customer
        and event.sequence = numbered.sequence and event.id = numbered.id
      returning 1
    )
    update environment set feed_position = feed_position + (select count(*) from assigned)
    where id = $1 and exists (select 1 from assigned)
    returning (select count(*) from assigned) as assigned, feed_position as last`,
}

/** Environments that have events without a position. */
export async function loadUnsequencedEnvironments(db: Queryable): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>({
    name: 'unsequenced-environments',
    text: `select id from environment
      where exists (select 1 from event where environment = environment.id and position is null) order by id`,
  })
  return rows.map((row) => row.id)
}

/**
 * Gives positions to about `limit` events and answers how many, and the last; in one round trip and one transaction.
 */
export async function assignPositions(
  db: Database,
  environment: number,
  limit: number,
): Promise<{ assigned: number; last: number }> {
  const results = await sendBatch(db, [...lockFeed(environment), { ...assign, values: [environment, limit] }])
  return (results[2]?.rows[0] as { assigned: number; last: number } | undefined) ?? { assigned: 0, last: 0 }
}

/** The position of the newest event that has one; 0 when there is none. */
export async function loadFeedPosition(db: Queryable, environment: number): Promise<number> {
  const { rows } = await db.query<{ feed_position: number }>({
    name: 'feed-position',
    text: 'select feed_position from environment where id = $1',
    values: [environment],
  })
  return rows[0]?.feed_position ?? 0
}

const columns = sql`select e.id, e.type, e.subject, e.position, customer.key as customer, e.sequence,
  e.payload, e.occurred_at, e.recorded_at
  from event e left join customer on customer.environment = e.environment and customer.id = e.customer`

interface Row {
  id: string
  type: string
  subject: string
  position: number
  customer: string | null
  sequence: number
  payload: Record<string, unknown>
  occurred_at: Instant
  recorded_at: Instant
}

function filtered(environment: number, filter: FeedFilter) {
  // a customer's events are few and lie together, and their positions go with their sequences
  const ofCustomer =
    filter.customer === undefined
      ? empty
      : sql`and e.customer = (select id from customer where environment = ${environment} and key = ${filter.customer})`
  const ofTypes = filter.types === undefined ? empty : sql`and e.type = any(${filter.types as string[]})`
  return sql`e.environment = ${environment} ${ofCustomer} ${ofTypes}`
}

const inOrder = (filter: FeedFilter) => (filter.customer === undefined ? sql`e.position` : sql`e.sequence`)

/** Events after a position, oldest first. */
export async function loadFeed(
  db: Queryable,
  environment: number,
  page: FeedFilter & { after: number; upTo?: number; limit: number },
): Promise<FeedEvent[]> {
  const upTo = page.upTo ?? Number.MAX_SAFE_INTEGER
  const { rows } = await db.query<Row>(sql`${columns} where ${filtered(environment, page)}
    and e.position > ${page.after} and e.position <= ${upTo} order by ${inOrder(page)} limit ${page.limit}`)
  return rows.map(toFeedEvent)
}

/** Events before a position (Infinity for all), newest first. */
export async function loadRecentEvents(
  db: Queryable,
  environment: number,
  page: FeedFilter & { before: number; limit: number },
): Promise<FeedEvent[]> {
  const before = Math.min(page.before, Number.MAX_SAFE_INTEGER)
  const { rows } = await db.query<Row>(sql`${columns} where ${filtered(environment, page)}
    and e.position < ${before} order by ${inOrder(page)} desc limit ${page.limit}`)
  return rows.map(toFeedEvent)
}

function toFeedEvent(row: Row): FeedEvent {
  const { occurred_at: occurredAt, recorded_at: recordedAt, ...same } = row
  return { ...same, occurredAt, recordedAt }
}
