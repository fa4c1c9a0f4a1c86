/**
 * The inbox: what payment providers told us.
 *
 * Owns: the table `provider_event`. Does not own: what an event leads to.
 * Invariant: an event of a provider is stored once; whoever takes it up has it alone until the moment it is tried again.
 */
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** What of an event the inbox itself knows; the rest is its provider's. */
export interface ProviderEventBody {
  id: string
  type: string
}

export type ProviderEventOutcome = 'applied' | 'ignored' | 'unallocated'

export interface StoredProviderEvent {
  id: string
  provider: string
  type: 'charge' | 'receipt' | 'refund' | 'dispute' | 'method'
  receivedAt: Instant
  appliedAt: Instant | null
  attempts: number
  nextAttemptAt: Instant
  failure: string | null
  outcome: ProviderEventOutcome | null
}

/** @returns how many of them are new */
export async function insertProviderEvents(
  db: Queryable,
  environment: number,
  provider: string,
  events: readonly ProviderEventBody[],
  now: Instant,
): Promise<number> {
  const { rowCount } = await db.query({
    name: 'insert-provider-events',
    text: `insert into provider_event (environment, provider, id, type, body, received_at, next_attempt_at)
           select $1, $2, event.id, event.type, event.body, $3, $3
           from unnest($4::text[], $5::text[], $6::jsonb[]) event (id, type, body)
           on conflict do nothing`,
    values: [
      environment,
      provider,
      timestampParameter(now),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map((event) => JSON.stringify(event)),
    ],
  })
  return rowCount ?? 0
}

export interface ClaimedProviderEvent<Event extends ProviderEventBody = ProviderEventBody> {
  environment: Environment
  provider: string
  event: Event
  /** This one included. */
  attempts: number
}

/** Takes up what is due; nobody else does before `until`. */
export async function claimProviderEvents<Event extends ProviderEventBody>(
  db: Queryable,
  { now, until, limit }: { now: Instant; until: Instant; limit: number },
): Promise<ClaimedProviderEvent<Event>[]> {
  const { rows } = await db.query<
    Environment & { provider: string; body: Event; attempts: number; received_at: Instant }
  >({
    name: 'claim-provider-events',
    text: `with due as (
             select environment, provider, id from provider_event
             where applied_at is null and next_attempt_at <= $1 order by next_attempt_at limit $3
             for update skip locked
           ), claimed as (
             update provider_event event set next_attempt_at = $2, attempts = event.attempts + 1 from due
             where event.environment = due.environment and event.provider = due.provider and event.id = due.id
             returning event.environment, event.provider, event.body, event.attempts, event.received_at
           )
           select environment.id, environment.name, environment.mode, provider, body, attempts, received_at
           from claimed join environment on environment.id = claimed.environment order by received_at`,
    values: [timestampParameter(now), timestampParameter(until), limit],
  })
  return rows.map(({ provider, body, attempts, received_at: _, ...environment }) => ({
    environment,
    provider,
    event: body,
    attempts,
  }))
}

export async function saveProviderEventApplied(
  db: Queryable,
  { environment, provider, event }: ClaimedProviderEvent,
  outcome: ProviderEventOutcome,
  now: Instant,
): Promise<void> {
  await db.query({
    name: 'provider-event-applied',
    // how a card or a phone is called, and where somebody confirms, is of no more use
    text: `update provider_event set applied_at = $4, outcome = $5, failure = null,
             body = (body - 'method') #- '{outcome,url}' #- '{outcome,instructions}'
           where environment = $1 and provider = $2 and id = $3`,
    values: [environment.id, provider, event.id, timestampParameter(now), outcome],
  })
}

export async function saveProviderEventFailure(
  db: Queryable,
  { environment, provider, event }: ClaimedProviderEvent,
  failure: string,
  nextAttemptAt: Instant,
): Promise<void> {
  await db.query({
    name: 'provider-event-failed',
    text: `update provider_event set failure = $4, next_attempt_at = $5
           where environment = $1 and provider = $2 and id = $3 and applied_at is null`,
    values: [environment.id, provider, event.id, failure, timestampParameter(nextAttemptAt)],
  })
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listProviderEvents(
  db: Queryable,
  environment: number,
  filter: {
    provider: string | null
    status: 'waiting' | 'failed' | 'applied' | null
    before: string | null
    limit: number
  },
): Promise<StoredProviderEvent[]> {
  const { rows } = await db.query<StoredProviderEvent>({
    name: 'list-provider-events',
    text: `select id, provider, type, received_at as "receivedAt", applied_at as "appliedAt", attempts,
             next_attempt_at as "nextAttemptAt", failure, outcome
           from provider_event
           where environment = $1
             and ($2::text is null or provider = $2)
             and ($3::text is null
               or $3 = case when applied_at is not null then 'applied' when failure is not null then 'failed' else 'waiting' end)
             and ($4::text is null or (received_at, id) <
               (select received_at, id from provider_event where environment = $1 and id = $4 limit 1))
           order by received_at desc, id desc limit $5`,
    values: [environment, filter.provider, filter.status, filter.before, filter.limit],
  })
  return rows
}

/** Is there one with this id of its provider's? */
export async function isProviderEvent(db: Queryable, environment: number, id: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'is-provider-event',
    text: 'select from provider_event where environment = $1 and id = $2 limit 1',
    values: [environment, id],
  })
  return rowCount === 1
}
