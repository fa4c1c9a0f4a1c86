/**
 * The first gear with less: counters are raised first, in one visit of each balance, and keys are bound last.
 *
 * It takes all that fits, or it fails as a whole and then nothing happened: a key that is bound already is a unique
 * violation, and a balance that somebody holds is waited for no longer than the caller's patience. Whoever calls it then
 * asks `first-gear.ts`, which knows how to leave those out. What doesn't fit is left out by both.
 *
 * Why it is exact: the update locks each balance and compares it in its newest version, keys come after that lock, and
 * none is bound twice. Lock order: balances as they are sorted, then keys.
 */
import type { Instant } from '../../domain/time/instant.ts'
import { uuidTime } from '../../ids.ts'
import { arrayLiteral } from '../database/array-literal.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import { sameBalance, takenBy, valuesOf } from './first-gear.ts'
import type { FirstGearItem, FirstGearTaken } from './first-gear.ts'

const manyText = `
with wanted as materialized (
  select w.* from (select set_config('lock_timeout', $20, true)) patience,
    unnest($1::smallint[], $2::bigint[], $3::int[], $4::bigint[], $5::boolean[], $6::bigint[], $7::int[], $8::int[])
      as w (environment, customer, feature, member, by_member, amount, first, last)
), counted as (
  update balance b
  set used = b.used + w.amount, decided_at = greatest(b.decided_at, $15::timestamptz)
  from wanted w
  where b.environment = w.environment and b.customer = w.customer
    and b.feature = w.feature and b.member = w.member
    and not (b.shared and w.by_member)
    and b.used + b.reserved + b.leased + w.amount <= b.ceiling
    and greatest(b.decided_at, $15::timestamptz) < b.valid_until
  returning b.environment, b.customer, b.feature, b.used - w.amount as used,
    b.capacity - b.reserved - b.leased as room, b.limit_amount, b.unlimited, b.overage, b.window_start, b.window_end,
    b.subscription, b.decided_at, w.first, w.last
), fresh as materialized (
  select c.environment, c.customer, c.feature, c.room, c.limit_amount, c.unlimited, c.overage, c.window_start,
         c.window_end, c.subscription, c.decided_at, n, ($9::uuid[])[n] as event, ($10::uuid[])[n] as key_hash,
         ($11::uuid[])[n] as body_hash, ($12::bigint[])[n] as member, ($13::smallint[])[n] as verb,
         ($14::bigint[])[n] as amount, coalesce(($16::timestamptz[])[n], $18::timestamptz) as recorded_at,
         c.used + ($19::bigint[])[n] as used_after
  from counted c, generate_series(c.first, c.last) n
), keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select environment, customer, verb, key_hash, body_hash, event, recorded_at from fresh
), recorded as (
  insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
    window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription, metadata)
  select environment, customer, recorded_at, event, feature, member, verb, amount, decided_at, window_start, window_end,
    used_after, limit_amount, room - used_after, unlimited, overage, subscription, ($17::jsonb[])[n]
  from fresh
)
select n, used_after, limit_amount, unlimited, room - used_after, overage, date_part('epoch', window_end) * 1000 from fresh`

const oneText = `
with counted as (
  update balance b
  set used = b.used + $7, decided_at = greatest(b.decided_at, $8::timestamptz)
  from (select set_config('lock_timeout', $14, true)) patience
  where b.environment = $1 and b.customer = $2 and b.feature = $3 and b.member = $4
    and not (b.shared and $5::bigint <> 0)
    and b.used + b.reserved + b.leased + $7 <= b.ceiling
    and greatest(b.decided_at, $8::timestamptz) < b.valid_until
  returning b.used as used_after, b.capacity - b.reserved - b.leased - b.used as remaining, b.limit_amount, b.unlimited,
    b.overage, b.window_start, b.window_end, b.subscription, b.decided_at
), keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select $1, $2, $6, $9::uuid, $10::uuid, $11::uuid, $12::timestamptz from counted
), recorded as (
  insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
    window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription, metadata)
  select $1, $2, $12, $11, $3, $5, $6, $7, decided_at, window_start, window_end, used_after, limit_amount, remaining,
    unlimited, overage, subscription, $13::jsonb
  from counted
)
select 1, used_after, limit_amount, unlimited, remaining, overage, date_part('epoch', window_end) * 1000 from counted`

/** SQL states: a key bound already, a balance held by somebody, a deadlock, a failed serialization. */
export const leanRefusals: ReadonlySet<string | undefined> = new Set(['23505', '55P03', '40P01', '40001'])

/**
 * As `takeInFirstGear`, faster.
 *
 * @param patience how long a balance that somebody holds is waited for, as PostgreSQL writes it: `20ms`
 * @throws an error of the database whose state is among `leanRefusals`: nothing was taken
 */
export async function takeLean(
  db: Queryable,
  items: FirstGearItem[],
  now: Instant,
  patience: string,
): Promise<FirstGearTaken[]> {
  const [only] = items
  if (only !== undefined && items.length === 1) {
    return takenBy(db, items, {
      name: 'usage-first-gear-one',
      text: oneText,
      values: [...valuesOfOne(only, now), patience],
    })
  }
  const values = [...valuesOf(items, now), arrayLiteral(runningSums(items)), patience]
  return takenBy(db, items, { name: 'usage-first-gear-lean', text: manyText, values })
}

const valuesOfOne = (item: FirstGearItem, now: Instant): unknown[] => [
  item.environment,
  item.customer,
  item.feature,
  item.balanceMember,
  item.member,
  item.verb,
  item.amount,
  timestampParameter(now),
  item.keyHash,
  item.bodyHash,
  item.event,
  timestampParameter(uuidTime(item.event)),
  item.metadata,
]

/** What the items of one balance take together, up to and with each. */
function runningSums(items: FirstGearItem[]): number[] {
  let sum = 0
  return items.map((item, index) => {
    const previous = items[index - 1]
    sum = previous !== undefined && sameBalance(previous, item) ? sum + item.amount : item.amount
    return sum
  })
}
