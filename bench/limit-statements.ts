/**
 * The limits in SQL: the simplest statements that do the unavoidable part of the same work on the same tables.
 *
 * Owns: those statements and what each row holds. Invariant: they are as good as we could make them; whoever finds a
 * faster form puts it here.
 */
import { hash, randomUUID } from 'node:crypto'
import { uuidV7 } from '#server/ids'
import { systemClock } from '#server/clock'
import { binaryArray } from '#server/store/database/binary-array'
import { timestampParameter } from '#server/store/database/type-parsers'
import type { Database, Statement } from '#server/store/database/pool'
import { environment, feature } from './seed.ts'

const CONSUME = 1
const TRACK = 2

/** Surrogates by callers' ids, as the engine remembers them. */
export interface Surrogates {
  feature: number
  customers: Map<string, number>
}

export async function readSurrogates(db: Database): Promise<Surrogates> {
  const features = await db.query<{ id: number }>({
    text: 'select id from feature where environment = $1 and key = $2',
    values: [environment.id, feature],
  })
  const customers = await db.query<{ key: string; id: number }>({
    text: 'select key, id from customer where environment = $1',
    values: [environment.id],
  })
  return {
    feature: (features.rows[0] as { id: number }).id,
    customers: new Map(customers.rows.map(({ key, id }) => [key, id])),
  }
}

/** Of the caller's key and of what was asked, as the engine makes them. */
const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)

/**
 * One guarded statement: adds where the sum fits, binds the key, records the use. A key that is bound already fails the
 * whole statement, so a retry has no effect: exact and deduplicated with no second round trip.
 */
const guardedText = `
with taken as (
  update balance set used = used + $4, decided_at = greatest(decided_at, $5::timestamptz)
  where environment = $1 and customer = $2 and feature = $3 and member = 0
    and used + reserved + leased + $4 <= ceiling
    and $5::timestamptz >= window_start and greatest(decided_at, $5::timestamptz) < valid_until
  returning used, capacity - reserved - leased - used as remaining, limit_amount, unlimited, overage, window_start,
    window_end, subscription
), keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select $1, $2, ${CONSUME}, $6::uuid, $7::uuid, $8::uuid, $5::timestamptz from taken
), recorded as (
  insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
    window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription)
  select $1, $2, $5::timestamptz, $8::uuid, $3, 0, ${CONSUME}, $4, $5::timestamptz, window_start, window_end, used,
    limit_amount, remaining, unlimited, overage, subscription
  from taken
)
select used, limit_amount, unlimited, remaining, overage, window_end from taken`

export function guardedConsume(surrogates: Surrogates, customer: string): Statement {
  const now = systemClock.now()
  const key = randomUUID()
  const body = JSON.stringify({ feature, amount: 1 })
  return {
    name: 'limit-guarded-consume',
    text: guardedText,
    values: [
      environment.id,
      surrogates.customers.get(customer),
      surrogates.feature,
      1,
      timestampParameter(now),
      shortHash(key),
      shortHash(body),
      uuidV7(now),
    ],
    rowMode: 'array',
  }
}

const rawText = `
with keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select $1, customer, $10, key_hash, body_hash, event, $9::timestamptz
  from unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[]) as w (customer, key_hash, body_hash, event)
)
insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
  window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription)
select $1, customer, $9, id, $6, 0, $10, 1, $9, $9, $9, used_after, 1000000000, remaining, false, 0, 1
from unnest($2::bigint[], $5::uuid[], $7::bigint[], $8::bigint[]) as w (customer, id, used_after, remaining)`

/** The key and event rows of so many uses, in one statement that checks nothing and counts nothing. */
export function rawInsert(
  surrogates: Surrogates,
  customers: readonly string[],
  verb: 'consume' | 'track',
): Statement {
  const now = systemClock.now()
  const body = JSON.stringify({ feature, amount: 1 })
  return {
    name: 'limit-raw-insert',
    text: rawText,
    values: [
      environment.id,
      binaryArray.int8(customers.map((customer) => surrogates.customers.get(customer) as number)),
      binaryArray.uuid(customers.map(() => shortHash(randomUUID()))),
      binaryArray.uuid(customers.map(() => shortHash(body))),
      binaryArray.uuid(customers.map(() => uuidV7(now))),
      surrogates.feature,
      binaryArray.int8(customers.map((_, index) => index)),
      binaryArray.int8(customers.map((_, index) => 1_000_000_000 - index)),
      timestampParameter(now),
      verb === 'consume' ? CONSUME : TRACK,
    ],
  }
}
