/**
 * The outbox: events as rows of the transaction that caused them.
 *
 * Owns: the table `event` and the head's `event_sequence`. Does not own: positions (`event-feed.ts`).
 * Invariant: a customer's sequences are 1, 2, 3, … in the order of its commits, because its head is locked from
 * before the sequence is taken until the commit.
 */
import type { DomainEvent } from '../domain/events.ts'
import type { Instant } from '../domain/time/instant.ts'
import { newId } from '../ids.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { ofItems } from './customer-statements.ts'
import type { Transaction } from './database/pool.ts'

/** The channel of hints; its payload is the environment's number. */
export const EVENT_CHANNEL = 'tollkeeper_events'

const told = `told as (
      select * from json_to_recordset($2::json) as told
        (customer bigint, n integer, id text, type text, subject text, payload jsonb, occurred_at timestamptz,
         recorded_at timestamptz)
    )`

const insertTold = (sequence: string, from: string) => `
    insert into event (environment, customer, sequence, id, type, subject, payload, occurred_at, recorded_at)
    select $1::smallint, told.customer, ${sequence}, 'evt_' || environment.mode || '_' || told.id, type, subject, payload,
           occurred_at, told.recorded_at
    from told ${from} join environment on environment.id = $1
    returning event.customer, event.id`

const appendToCustomers = {
  name: 'append-events-customers',
  text: `with ${told}, head as (
      update customer_head set event_sequence = event_sequence + counted.count
      from (select customer, count(*) as count from told group by customer) counted
      where environment = $1 and customer_head.customer = counted.customer
      returning customer_head.customer, event_sequence - counted.count as base
    )
    ${insertTold('head.base + told.n', 'join head on head.customer = told.customer')}`,
}

const appendToEnvironment = {
  name: 'append-events-environment',
  text: `with ${told} ${insertTold('0', '')}`,
}

/**
 * Writes events in the order given. The caller holds the lock of the customer's head; `customer` 0 is for what
 * concerns the whole environment (no head, no order but the recording's). `recordedAt` is the system clock's.
 *
 * @returns their ids
 * @throws Error if the customer has no head.
 * @example await appendEvents(tx, 1, 42, plan.events, ctx.clock.now())
 */
export async function appendEvents(
  tx: Transaction,
  environment: number,
  customer: number,
  events: readonly DomainEvent[],
  recordedAt: Instant,
): Promise<string[]> {
  if (events.length === 0) return []
  const items = events.map((event, index) => ({
    customer,
    n: index + 1,
    // the mode in the middle of the id is the environment's, which the statement knows
    id: newId('evt', false, recordedAt).slice('evt_test_'.length),
    type: event.type,
    subject: event.subject,
    payload: event.payload,
    occurred_at: timestampParameter(event.occurredAt),
    recorded_at: timestampParameter(recordedAt),
  }))
  const { rows, rowCount } = await tx.query<{ id: string }>(
    ofItems(environment, items, customer === 0 ? appendToEnvironment : appendToCustomers),
  )
  if (rowCount !== events.length) {
    throw new Error(`${rowCount} of ${events.length} events of customer ${customer} were written: no head?`)
  }
  return rows.map(({ id }) => id)
}

/**
 * Tells the processes that events are on their way, at commit. Only a hint that saves readers up to one polling
 * interval; never send it inside a usage transaction, because commits that notify wait for each other.
 */
export async function hintEvents(tx: Transaction, environment: number): Promise<void> {
  await tx.query({
    name: 'hint-events',
    text: 'select pg_notify($1, $2)',
    values: [EVENT_CHANNEL, String(environment)],
  })
}
