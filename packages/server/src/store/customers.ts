/** Customers and members as rows: making, finding and listing them. Their state as a whole is in `customer-state.ts`. */
import sql, { empty } from 'sql-template-tag'
import type { AccessPeriod, Customer } from '../domain/customers/state.ts'
import type { SubscriptionStatus } from '../domain/subscriptions/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { customerFromRow, type CustomerRow } from './customer-state.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export type NewCustomer = Omit<Customer, 'id' | 'updatedAt' | 'deletedAt'>

/**
 * Makes a customer with its head; the head's version is 0 until the first `reconcile`.
 *
 * @returns the surrogate, or null when the id is taken (also by one being made at this moment, which it waits for).
 */
export async function insertCustomer(
  tx: Transaction,
  environment: number,
  customer: NewCustomer,
): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>({
    name: 'insert-customer',
    text: `insert into customer (environment, key, name, email, time_zone, locale, currency, test_clock, metadata,
             billing, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
           on conflict (environment, key) do nothing returning id`,
    values: [
      environment,
      customer.key,
      customer.name,
      customer.email,
      customer.timeZone,
      customer.locale,
      customer.currency,
      customer.testClock,
      JSON.stringify(customer.metadata),
      JSON.stringify(customer.billing),
      timestampParameter(customer.createdAt),
    ],
  })
  const id = rows[0]?.id
  if (id === undefined) return null
  await tx.query({
    name: 'insert-customer-head',
    text: 'insert into customer_head (environment, customer, entitlement_version, test_clock) values ($1, $2, 0, $3)',
    values: [environment, id, customer.testClock],
  })
  return id
}

export interface CustomerFilter {
  /** The start of an id or a name, in any case. */
  search: string | null
  status: string | null
  testClock: string | null
  /** Surrogate of the last one of the page before. */
  before: number | null
  limit: number
}

export interface ListedCustomer {
  customer: Customer
  plan: string | null
  status: SubscriptionStatus | null
  accessLevel: AccessPeriod['level']
  accessReason: AccessPeriod['reason']
}

/** Newest first, without the deleted. `status` is of the subscription made last. */
export async function listCustomers(
  db: Queryable,
  environment: number,
  filter: CustomerFilter,
): Promise<ListedCustomer[]> {
  const pattern = filter.search === null ? null : `${filter.search.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await db.query<
    CustomerRow & {
      plan: string | null
      status: SubscriptionStatus | null
      level: AccessPeriod['level']
      reason: AccessPeriod['reason']
    }
  >(sql`
    select c.*, s.plan, s.status, a.level, a.reason
    from customer c
    left join lateral (
      select i.key as plan, l.status from subscription l join catalog_item i on i.id = l.plan
      where l.environment = c.environment and l.customer = c.id order by l.number desc limit 1
    ) s on true
    join access_period a on a.environment = c.environment and a.customer = c.id and a.to_at = 'infinity'
    where c.environment = ${environment} and c.deleted_at is null
    ${pattern === null ? empty : sql`and (c.key ilike ${pattern} or c.name ilike ${pattern})`}
    ${filter.status === null ? empty : sql`and coalesce(s.status, 'none') = ${filter.status}`}
    ${filter.testClock === null ? empty : sql`and c.test_clock = ${filter.testClock}`}
    ${filter.before === null ? empty : sql`and c.id < ${filter.before}`}
    order by c.id desc limit ${filter.limit}`)
  return rows.map((row) => ({
    customer: customerFromRow(row),
    plan: row.plan,
    status: row.status,
    accessLevel: row.level,
    accessReason: row.reason,
  }))
}

/** The axis of access, newest first. */
export async function loadAccessPeriods(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<AccessPeriod[]> {
  const { rows } = await db.query<{
    sequence: number
    from_at: Instant
    to_at: Instant
    level: AccessPeriod['level']
    reason: AccessPeriod['reason']
  }>({
    name: 'access-periods',
    text: `select sequence, from_at, to_at, level, reason from access_period
           where environment = $1 and customer = $2 order by sequence desc`,
    values: [environment, customer],
  })
  return rows.map(({ sequence, from_at, to_at, level, reason }) => ({
    sequence,
    from: from_at,
    to: to_at,
    level,
    reason,
  }))
}

/** The moment a test clock shows; null when there is no such clock. */
export async function loadTestClockTime(
  db: Queryable,
  environment: number,
  id: string,
): Promise<Instant | null> {
  const { rows } = await db.query<{ current_at: Instant }>({
    name: 'test-clock-time',
    text: 'select current_at from test_clock where environment = $1 and id = $2 and deleted_at is null',
    values: [environment, id],
  })
  return rows[0]?.current_at ?? null
}

export interface TimelineEvent {
  id: string
  type: string
  sequence: number
  subject: string
  payload: Record<string, unknown>
  occurredAt: Instant
  recordedAt: Instant
}

/** The events of one customer, newest first. */
export async function loadTimeline(
  db: Queryable,
  environment: number,
  customer: number,
  before: number | null,
  limit: number,
): Promise<TimelineEvent[]> {
  const { rows } = await db.query<{
    id: string
    type: string
    sequence: number
    subject: string
    payload: Record<string, unknown>
    occurred_at: Instant
    recorded_at: Instant
  }>({
    name: 'customer-timeline',
    text: `select id, type, sequence, subject, payload, occurred_at, recorded_at from event
           where environment = $1 and customer = $2 and ($3::bigint is null or sequence < $3)
           order by sequence desc limit $4`,
    values: [environment, customer, before, limit],
  })
  return rows.map(({ occurred_at, recorded_at, ...row }) => ({
    ...row,
    occurredAt: occurred_at,
    recordedAt: recorded_at,
  }))
}
