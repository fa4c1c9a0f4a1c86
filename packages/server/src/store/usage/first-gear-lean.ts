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
import { binaryArray } from '../database/binary-array.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import { takenBy, valuesOf } from './first-gear.ts'
import type { FirstGearItem, FirstGearTaken } from './first-gear.ts'

const manyText = `
with counted as (
  update balance b
  set used = b.used + w.amount, decided_at = greatest(b.decided_at, $14::timestamptz)
  from (select set_config('lock_timeout', $19, true)) patience,
    unnest($2::bigint[], $3::int[], $4::boolean[], $5::bigint[], $6::int[], $7::int[])
      as w (customer, feature, by_member, amount, first, last)
  where b.environment = $1 and b.customer = w.customer and b.feature = w.feature and b.member = 0
    and not (b.shared and w.by_member)
    and b.used + b.reserved + b.leased + w.amount <= b.ceiling
    and greatest(b.decided_at, $14::timestamptz) < b.valid_until
  returning b.customer, b.feature, b.used - w.amount as used, b.capacity - b.reserved - b.leased as room,
    b.limit_amount, b.unlimited, b.overage, b.window_start, b.window_end, b.subscription, b.decided_at, w.first, w.last,
    b.plan
), keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select $1, customer, ($12::smallint[])[n], ($9::uuid[])[n], ($10::uuid[])[n], ($8::uuid[])[n],
    coalesce(($15::timestamptz[])[n], $17::timestamptz)
  from (select customer, generate_series(first, last) as n from counted) item
), recorded as (
  insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
    window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription, metadata)
  select $1, customer, coalesce(($15::timestamptz[])[n], $17::timestamptz), ($8::uuid[])[n], feature,
    ($11::bigint[])[n], ($12::smallint[])[n], ($13::bigint[])[n], decided_at, window_start, window_end,
    used + ($18::bigint[])[n], limit_amount, room - used - ($18::bigint[])[n], unlimited, overage, subscription,
    ($16::jsonb[])[n]
  from (select *, generate_series(first, last) as n from counted) item
)
select first, last, used, limit_amount, unlimited, room, overage, date_part('epoch', window_end) * 1000,
  plan
from counted`

const oneText = `
with counted as (
  update balance b
  set used = b.used + $6, decided_at = greatest(b.decided_at, $7::timestamptz)
  from (select set_config('lock_timeout', $13, true)) patience
  where b.environment = $1 and b.customer = $2 and b.feature = $3 and b.member = 0
    and not (b.shared and $4::bigint <> 0)
    and b.used + b.reserved + b.leased + $6 <= b.ceiling
    and greatest(b.decided_at, $7::timestamptz) < b.valid_until
  returning b.used as used_after, b.capacity - b.reserved - b.leased - b.used as remaining, b.limit_amount, b.unlimited,
    b.overage, b.window_start, b.window_end, b.subscription, b.decided_at, b.plan
), keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select $1, $2, $5, $8::uuid, $9::uuid, $10::uuid, $11::timestamptz from counted
), recorded as (
  insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
    window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription, metadata)
  select $1, $2, $11, $10, $3, $4, $5, $6, decided_at, window_start, window_end, used_after, limit_amount, remaining,
    unlimited, overage, subscription, $12::jsonb
  from counted
)
select 1, used_after, limit_amount, unlimited, remaining, overage, date_part('epoch', window_end) * 1000, plan
from counted`

/**
 * SQL states: a key bound already, a month that has got its partition meanwhile, a balance held by somebody, a deadlock,
 * a failed serialization.
 */
export const leanRefusals: ReadonlySet<string | undefined> = new Set([
  '23505',
  '23514',
  '55P03',
  '40P01',
  '40001',
])

/**
 * As `takeInFirstGear`, faster.
 *
 * @param patience how long a balance that somebody holds is waited for, as PostgreSQL writes it: `20ms`
 * @throws an error of the database whose state is among `leanRefusals`: nothing was taken
 */
export async function takeLean(
  db: Queryable,
  environment: number,
  items: FirstGearItem[],
  now: Instant,
  patience: string,
): Promise<FirstGearTaken[]> {
  const [only] = items
  if (only !== undefined && items.length === 1) {
    const values = [environment, ...valuesOfOne(only, now), patience]
    return takenBy(db, items, { name: 'usage-first-gear-one', text: oneText, values })
  }
  const sums = runningSums(items)
  const values = [...valuesOf(environment, items, now), binaryArray.int8(sums), patience]
  const statement = { name: 'usage-first-gear-lean', text: manyText, values, rowMode: 'array' as const }
  const { rows } = await db.query(statement)
  return takenOfBalances(rows as unknown as CountedRow[], items, sums)
}

/** A balance: its items from and to which number, what it had used before them, and the rest as it is. */
type CountedRow = [number, number, number, number, boolean, number, number, number, number]

/** One row a balance is less to send and to read than one a use; what each use made of it is an addition. */
function takenOfBalances(rows: CountedRow[], items: FirstGearItem[], sums: number[]): FirstGearTaken[] {
  const taken: FirstGearTaken[] = []
  for (const [first, last, used, limit, unlimited, room, overage, windowEnd, plan] of rows) {
    for (let place = first - 1; place < last; place += 1) {
      const { event } = items[place] as FirstGearItem
      const usedAfter = used + (sums[place] as number)
      taken.push({
        place,
        event,
        usedAfter,
        limit,
        unlimited,
        remainingAfter: room - usedAfter,
        overage,
        windowEnd: Math.round(windowEnd),
        plan,
      })
    }
  }
  return taken
}

const valuesOfOne = (item: FirstGearItem, now: Instant): unknown[] => [
  item.customer,
  item.feature,
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
  let previous: FirstGearItem | null = null
  let sum = 0
  return items.map((item) => {
    const isSame = previous?.customer === item.customer && previous.feature === item.feature
    sum = isSame ? sum + item.amount : item.amount
    previous = item
    return sum
  })
}
