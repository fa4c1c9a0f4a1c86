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
import type { Transaction } from './database/pool.ts'

/** The channel of hints; its payload is the environment's number. */
export const EVENT_CHANNEL = 'tollkeeper_events'

const appendToCustomer = {
  name: 'append-events-customer',
  text: `with head as (
      update customer_head set event_sequence = event_sequence + cardinality($3::text[])
      where environment = $1 and customer = $2
      returning event_sequence - cardinality($3::text[]) as base
    )
    insert into event (environment, customer, sequence, id, type, subject, payload, occurred_at, recorded_at)
    select $1::smallint, $2::bigint, head.base + e.n, 'evt_' || environment.mode || '_' || e.id, e.type, e.subject, e.payload::jsonb,
           e.occurred_at, $8::timestamptz
    from head, environment,
         unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
           with ordinality as e(id, type, subject, payload, occurred_at, n)
    where environment.id = $1
    returning event.id`,
}

const appendToEnvironment = {
  name: 'append-events-environment',
  text: `insert into event (environment, customer, sequence, id, type, subject, payload, occurred_at, recorded_at)
    select $1::smallint, $2::bigint, 0, 'evt_' || environment.mode || '_' || e.id, e.type, e.subject, e.payload::jsonb,
           e.occurred_at, $8::timestamptz
    from environment,
         unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
           as e(id, type, subject, payload, occurred_at)
    where environment.id = $1
    returning event.id`,
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
  const { rows, rowCount } = await tx.query<{ id: string }>({
    ...(customer === 0 ? appendToEnvironment : appendToCustomer),
    values: [
      environment,
      customer,
      // the mode in the middle of the id is the environment's, which the statement knows
      events.map(() => newId('evt', false, recordedAt).slice('evt_test_'.length)),
      events.map((event) => event.type),
      events.map((event) => event.subject),
      events.map((event) => JSON.stringify(event.payload)),
      events.map((event) => timestampParameter(event.occurredAt)),
      timestampParameter(recordedAt),
    ],
  })
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
