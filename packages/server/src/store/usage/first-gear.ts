/**
 * The first gear: one statement that takes, for every item whose balance it can lock at once and whose sum fits.
 *
 * It compares two numbers and decides nothing: validity and ceiling were put into the balance by whoever decided
 * last, in the transaction of every change, so nothing that a process remembers can be out of date here. What it can't take is simply not in the answer and goes to the second gear.
 *
 * Why it is exact: `locked` waits for nobody (`skip locked`) and has each balance in its newest version; the sum it
 * compares counts every item, also those whose key turns out to be taken; keys are inserted after the lock and
 * sorted, and a key's unique index sees rows that the snapshot does not. Lock order: balances, then keys.
 *
 * Why it has no join of items with anything: the planner takes a batch for one row and would nest loops. Items come
 * sorted by balance, a balance knows its stretch, and fixed-width arrays are read by index.
 */
import type { Instant } from '../../domain/time/instant.ts'
import { uuidTime } from '../../ids.ts'
import { binaryArray } from '../database/binary-array.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'

/** A take out of a customer's own balance. */
export interface FirstGearItem {
  customer: number
  feature: number
  /** Who used it: 0 for nobody in particular. */
  member: number
  /** Of usage_key and usage_event. */
  verb: number
  amount: number
  /** 16 bytes as uuid text. */
  keyHash: string
  bodyHash: string
  /** The event's id, a UUIDv7; the time inside it is `recorded_at`. */
  event: string
  metadata: string | null
}

export interface FirstGearTaken {
  /** Among the items, from 0. */
  place: number
  event: string
  usedAfter: number
  limit: number
  unlimited: boolean
  remainingAfter: number
  overage: number
  windowEnd: number
  /** Surrogate; 0 without one. */
  plan: number
}

const statement = `
with wanted as materialized (
  select * from unnest($2::bigint[], $3::int[], $4::boolean[], $5::bigint[], $6::int[], $7::int[])
    as w (customer, feature, by_member, amount, first, last)
), locked as materialized (
  select b.customer, b.feature, b.used, b.capacity - b.reserved - b.leased as room, b.limit_amount, b.unlimited,
         b.overage, b.window_start, b.window_end, b.subscription, b.plan,
         greatest(b.decided_at, $14::timestamptz) as decided_at, w.first, w.last
  from wanted w
  join balance b on b.environment = $1 and b.customer = w.customer and b.feature = w.feature and b.member = 0
  where not (b.shared and w.by_member)
    and b.used + b.reserved + b.leased + w.amount <= b.ceiling
    and greatest(b.decided_at, $14::timestamptz) < b.valid_until
  order by b.customer, b.feature
  for update of b skip locked
), ready as materialized (
  select l.customer, l.feature, l.used, l.room, l.limit_amount, l.unlimited, l.overage, l.window_start, l.window_end,
         l.subscription, l.plan, n, ($8::uuid[])[n] as event, ($9::uuid[])[n] as key_hash, ($10::uuid[])[n] as body_hash,
         ($11::bigint[])[n] as member, ($12::smallint[])[n] as verb, ($13::bigint[])[n] as amount,
         coalesce(($15::timestamptz[])[n], $17::timestamptz) as recorded_at, l.decided_at
  from locked l, generate_series(l.first, l.last) n
), keyed as (
  insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
  select $1, customer, verb, key_hash, body_hash, event, recorded_at from ready
  order by customer, key_hash
  on conflict do nothing
  returning event
), fresh as materialized (
  select r.*, r.used + (sum(amount) over (partition by customer, feature order by n rows unbounded preceding))::bigint
           as used_after
  from ready r where (r.event in (select event from keyed)) is true
), recorded as (
  insert into usage_event (environment, customer, recorded_at, id, feature, member, verb, amount, occurred_at,
    window_start, window_end, used_after, limit_after, remaining_after, unlimited, overage, subscription, metadata)
  select $1, customer, recorded_at, event, feature, member, verb, amount, decided_at, window_start, window_end,
    used_after, limit_amount, room - used_after, unlimited, overage, subscription, ($16::jsonb[])[n]
  from fresh
), counted as (
  update balance b
  set used = b.used + f.amount, decided_at = f.decided_at
  from (select customer, feature, sum(amount)::bigint as amount, max(decided_at) as decided_at
        from fresh
        group by customer, feature) f
  where b.environment = $1 and b.customer = f.customer and b.feature = f.feature and b.member = 0
)
select n, used_after, limit_amount, unlimited, room - used_after, overage, date_part('epoch', window_end) * 1000, plan
from fresh`

/**
 * Takes what fits at once and answers only that.
 *
 * @param items sorted by balance
 * @param now the live clock's time; items of customers on a test clock never come here
 */
export async function takeInFirstGear(
  db: Queryable,
  environment: number,
  items: FirstGearItem[],
  now: Instant,
): Promise<FirstGearTaken[]> {
  const values = valuesOf(environment, items, now)
  return takenBy(db, items, { name: 'usage-first-gear', text: statement, values })
}

type TakenRow = [number, number, number, boolean, number, number, number, number]

/** Sends a statement that answers the columns of `FirstGearTaken`: the item by its number from 1, times as milliseconds. */
export async function takenBy(
  db: Queryable,
  items: FirstGearItem[],
  named: { name: string; text: string; values: unknown[] },
): Promise<FirstGearTaken[]> {
  const { rows } = await db.query({ ...named, rowMode: 'array' })
  return (rows as unknown as TakenRow[]).map(
    ([number, usedAfter, limit, unlimited, remainingAfter, overage, windowEnd, plan]) => ({
      place: number - 1,
      event: (items[number - 1] as FirstGearItem).event,
      usedAfter,
      limit,
      unlimited,
      remainingAfter,
      overage,
      // seconds with a fraction, times a thousand, are a hair off
      windowEnd: Math.round(windowEnd),
      plan,
    }),
  )
}

/** The items of one balance, which lie side by side. */
interface Stretch {
  item: FirstGearItem
  byMember: boolean
  sum: number
  /** Numbers of its items, from 1. */
  first: number
  last: number
}

export function stretchesOf(items: FirstGearItem[]): Stretch[] {
  const stretches: Stretch[] = []
  let current: Stretch | null = null
  for (const [index, item] of items.entries()) {
    const isSame = current?.item.customer === item.customer && current.item.feature === item.feature
    if (current !== null && isSame) {
      current.sum += item.amount
      current.last = index + 1
      current.byMember ||= item.member !== 0
    } else {
      current = { item, byMember: item.member !== 0, sum: item.amount, first: index + 1, last: index + 1 }
      stretches.push(current)
    }
  }
  return stretches
}

/** $2 to $7 by balance, $8 to $16 by item, the others for all. */
export function valuesOf(environment: number, items: FirstGearItem[], now: Instant): unknown[] {
  const stretches = stretchesOf(items)
  const metadata = items.some((item) => item.metadata !== null) ? items.map((item) => item.metadata) : null
  return [
    environment,
    binaryArray.int8(stretches.map(({ item }) => item.customer)),
    binaryArray.int4(stretches.map(({ item }) => item.feature)),
    binaryArray.bool(stretches.map(({ byMember }) => byMember)),
    binaryArray.int8(stretches.map(({ sum }) => sum)),
    binaryArray.int4(stretches.map(({ first }) => first)),
    binaryArray.int4(stretches.map(({ last }) => last)),
    binaryArray.uuid(items.map((item) => item.event)),
    binaryArray.uuid(items.map((item) => item.keyHash)),
    binaryArray.uuid(items.map((item) => item.bodyHash)),
    binaryArray.int8(items.map((item) => item.member)),
    binaryArray.int2(items.map((item) => item.verb)),
    binaryArray.int8(items.map((item) => item.amount)),
    timestampParameter(now),
    recordedTimes(items),
    metadata,
    timestampParameter(uuidTime((items[0] as FirstGearItem).event)),
  ]
}

/** The times inside the ids; null where all have the first one's, which is nearly always. */
function recordedTimes(items: FirstGearItem[]): string[] | null {
  const shared = (items[0]?.event ?? '').slice(0, TIME_DIGITS)
  if (items.every(({ event }) => event.startsWith(shared))) return null
  return items.map(({ event }) => timestampParameter(uuidTime(event)))
}

/** Of a UUIDv7: eight digits, a hyphen, four digits. */
const TIME_DIGITS = 13
