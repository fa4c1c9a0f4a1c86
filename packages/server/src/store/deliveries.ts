/**
 * Deliveries: what an event makes leave for the outside, one row for each cause, channel and target.
 *
 * Owns: the tables delivery and delivery_cursor. Does not own: who is told (`domain/deliveries`) and the sending.
 * Invariant: the cursor and the rows of the events that it passes are written in one transaction, so that an event is
 * planned once. A claim is a lease: whoever dies with it leaves a row that falls due again.
 */
import sql, { empty } from 'sql-template-tag'
import type { Environment } from '../context.ts'
import type { Channel, Delivery, DeliveryStatus } from '../domain/deliveries/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** Environments whose feed is ahead of their cursor. */
export async function loadUnplannedEnvironments(db: Queryable): Promise<Environment[]> {
  const { rows } = await db.query<{ id: number; name: string; mode: 'test' | 'live' }>({
    name: 'unplanned-environments',
    text: `select e.id, e.name, e.mode from environment e left join delivery_cursor c on c.environment = e.id
      where e.feed_position > coalesce(c.position, 0) order by e.id`,
  })
  return rows.map(({ id, name, mode }) => ({ id, name, mode }))
}

/** Locks the cursor and answers its position; null when another process has it. */
export async function claimCursor(tx: Transaction, environment: number): Promise<number | null> {
  await tx.query({
    name: 'make-delivery-cursor',
    text: 'insert into delivery_cursor (environment, position) values ($1, 0) on conflict do nothing',
    values: [environment],
  })
  const { rows } = await tx.query<{ position: number }>({
    name: 'claim-delivery-cursor',
    text: 'select position from delivery_cursor where environment = $1 for update skip locked',
    values: [environment],
  })
  return rows[0]?.position ?? null
}

export async function saveCursor(tx: Transaction, environment: number, position: number): Promise<void> {
  await tx.query({
    name: 'save-delivery-cursor',
    text: 'update delivery_cursor set position = $2 where environment = $1',
    values: [environment, position],
  })
}

export interface NewDelivery {
  id: string
  /** Surrogate; 0 for the environment. */
  customer: number
  event: string
  eventType: string
  position: number
  channel: Channel
  target: string
  cause: string
}

/** Those whose cause has been told to the target before are left out. */
export async function insertDeliveries(
  tx: Transaction,
  environment: number,
  deliveries: readonly NewDelivery[],
  now: Instant,
): Promise<void> {
  if (deliveries.length === 0) return
  await tx.query({
    name: 'insert-deliveries',
    text: `insert into delivery (environment, id, customer, event, event_type, position, channel, target, cause,
             status, next_attempt_at, created_at)
           select $1, d.*, 'pending', $10::timestamptz, $10::timestamptz
           from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
             $9::text[]) d
           on conflict (environment, customer, cause, channel, target) do nothing`,
    values: [
      environment,
      deliveries.map(({ id }) => id),
      deliveries.map(({ customer }) => customer),
      deliveries.map(({ event }) => event),
      deliveries.map(({ eventType }) => eventType),
      deliveries.map(({ position }) => position),
      deliveries.map(({ channel }) => channel),
      deliveries.map(({ target }) => target),
      deliveries.map(({ cause }) => cause),
      timestampParameter(now),
    ],
  })
}

export interface ClaimedDelivery {
  environment: number
  id: string
  customer: number
  position: number
  channel: Channel
  target: string
  attempts: number
}

export interface Claim {
  now: Instant
  /** From then on somebody else may take it for lost. */
  until: Instant
  limit: number
  /** Of one target at once: one that hangs must not hold up the others. */
  perTarget: number
  /** Targets that have as many under way already. */
  busy: readonly string[]
}

/** Takes what is due, the longest due first. Committed before anything is sent. */
export async function claimDeliveries(db: Queryable, claim: Claim): Promise<ClaimedDelivery[]> {
  const { rows } = await db.query<ClaimedDelivery>({
    name: 'claim-deliveries',
    text: `with due as (
        select environment, id, target, next_attempt_at from delivery
        where status in ('pending', 'sending', 'failed') and next_attempt_at <= $1 and target <> all($4::text[])
        order by next_attempt_at limit $3 * 10
      ),
      fair as (
        select environment, id, row_number() over (partition by environment, target order by next_attempt_at, id) as n
        from due
      ),
      mine as (
        select d.environment, d.id from fair join delivery d using (environment, id)
        where fair.n <= $5 and d.status in ('pending', 'sending', 'failed') and d.next_attempt_at <= $1
        order by d.next_attempt_at limit $3
        for update of d skip locked
      )
      update delivery d set status = 'sending', attempts = d.attempts + 1, attempted_at = $1, next_attempt_at = $2
      from mine where d.environment = mine.environment and d.id = mine.id
      returning d.environment, d.id, d.customer, d.position, d.channel, d.target, d.attempts`,
    values: [
      timestampParameter(claim.now),
      timestampParameter(claim.until),
      claim.limit,
      claim.busy,
      claim.perTarget,
    ],
  })
  return rows
}

export interface RecordedOutcome {
  status: Extract<DeliveryStatus, 'delivered' | 'failed' | 'abandoned'>
  nextAttemptAt: Instant
  error: string | null
  responseCode: number | null
}

/** Of a try that somebody took for lost only a success counts. */
export async function saveOutcome(
  db: Queryable,
  delivery: Pick<ClaimedDelivery, 'environment' | 'id' | 'attempts'>,
  outcome: RecordedOutcome,
  now: Instant,
): Promise<void> {
  await db.query({
    name: 'save-delivery-outcome',
    text: `update delivery set status = $4, next_attempt_at = $5::timestamptz, last_error = $6, response_code = $7,
        delivered_at = case when $4 = 'delivered' then $8::timestamptz else delivered_at end
      where environment = $1 and id = $2
        and ((status = 'sending' and attempts = $3) or ($4 = 'delivered' and status <> 'delivered'))`,
    values: [
      delivery.environment,
      delivery.id,
      delivery.attempts,
      outcome.status,
      timestampParameter(outcome.nextAttemptAt),
      outcome.error,
      outcome.responseCode,
      timestampParameter(now),
    ],
  })
}

type Row = {
  id: string
  customer: string | null
  event: string
  event_type: string
  channel: Channel
  target: string
  status: DeliveryStatus
  attempts: number
  next_attempt_at: Instant
  attempted_at: Instant | null
  delivered_at: Instant | null
  last_error: string | null
  response_code: number | null
  created_at: Instant
}

const columns = sql`select d.id, c.key as customer, d.event, d.event_type, d.channel, d.target, d.status, d.attempts,
  d.next_attempt_at, d.attempted_at, d.delivered_at, d.last_error, d.response_code, d.created_at
  from delivery d left join customer c on c.environment = d.environment and c.id = d.customer`

const deliveryOf = (row: Row): Delivery => ({
  id: row.id,
  customer: row.customer,
  event: row.event,
  eventType: row.event_type,
  channel: row.channel,
  target: row.target,
  status: row.status,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  attemptedAt: row.attempted_at,
  deliveredAt: row.delivered_at,
  lastError: row.last_error,
  responseCode: row.response_code,
  createdAt: row.created_at,
})

export interface DeliveryFilter {
  status?: DeliveryStatus | undefined
  channel?: Channel | undefined
  /** The caller's id. */
  customer?: string | undefined
  event?: string | undefined
  target?: string | undefined
}

/** Newest first, from after the id `before`. */
export async function loadDeliveries(
  db: Queryable,
  environment: number,
  page: DeliveryFilter & { before?: string | undefined; limit: number },
): Promise<Delivery[]> {
  const { status, channel, customer, event, target, before } = page
  const { rows } = await db.query<Row>(sql`${columns} where d.environment = ${environment}
    ${status === undefined ? empty : sql`and d.status = ${status}`}
    ${channel === undefined ? empty : sql`and d.channel = ${channel}`}
    ${event === undefined ? empty : sql`and d.event = ${event}`}
    ${target === undefined ? empty : sql`and d.target = ${target}`}
    ${
      customer === undefined
        ? empty
        : sql`and d.customer = (select id from customer where environment = ${environment} and key = ${customer})`
    }
    ${before === undefined ? empty : sql`and d.id < ${before}`}
    order by d.id desc limit ${page.limit}`)
  return rows.map(deliveryOf)
}

export async function loadDelivery(
  db: Queryable,
  environment: number,
  id: string,
): Promise<Delivery | undefined> {
  const { rows } = await db.query<Row>(sql`${columns} where d.environment = ${environment} and d.id = ${id}`)
  return rows[0] === undefined ? undefined : deliveryOf(rows[0])
}

/**
 * Due from now on, with all its tries before it. One that is being sent stays as it is.
 *
 * @returns false of one whose reader was erased
 */
export async function makeDeliveryDue(
  tx: Transaction,
  environment: number,
  id: string,
  now: Instant,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    text: `update delivery set status = case status when 'sending' then status else 'pending' end,
        attempts = case status when 'sending' then attempts else 0 end,
        next_attempt_at = case status when 'sending' then next_attempt_at else $3::timestamptz end
      where environment = $1 and id = $2 and target <> 'erased ' || id`,
    values: [environment, id, timestampParameter(now)],
  })
  return rowCount === 1
}

/**
 * Of somebody who is deleted: they are written to no more, and no address is left.
 *
 * @param address null: all of the customer's
 */
export async function eraseDeliveries(
  tx: Transaction,
  environment: number,
  customer: number,
  address: string | null = null,
): Promise<void> {
  await tx.query({
    name: 'erase-deliveries',
    text: `update delivery set target = 'erased ' || id,
        status = case when status = 'delivered' then status else 'abandoned' end,
        last_error = case when status = 'delivered' then last_error else 'recipient_erased' end
      where environment = $1 and customer = $2 and channel = 'mail' and target <> 'erased ' || id
        and target = coalesce($3, target)`,
    values: [environment, customer, address],
  })
  await tx.query({
    name: 'erase-mailbox',
    text: `delete from mailbox_letter where environment = $1 and customer = $2
             and recipient = coalesce($3, recipient)`,
    values: [environment, customer, address],
  })
}
