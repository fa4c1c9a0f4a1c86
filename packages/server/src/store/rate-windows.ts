/**
 * Requests counted over all processes.
 *
 * Owns: the table rate_window (unlogged: after a crash of the database the counts start again).
 * Invariant: the blocks given out of one window never sum to more than its limit.
 */
import type { Instant } from '../domain/time/instant.ts'
import { timestampParameter } from './database/type-parsers.ts'
import type { Queryable } from './database/pool.ts'

/** Takes up to `block` of what is left of the window. Answers how many were given, and how many nobody has taken yet. */
export async function takeFromWindow(
  db: Queryable,
  window: { bucket: string; start: Instant; limit: number },
  block: number,
): Promise<{ given: number; left: number }> {
  const { rows } = await db.query<{ taken: number }>({
    name: 'take-from-rate-window',
    // once the limit is reached the row stays as it is, so `taken` passes the limit by less than one block
    text: `insert into rate_window as w (bucket, window_start, taken) values ($1, $2::timestamptz, $3)
      on conflict (bucket, window_start) do update set taken = w.taken + excluded.taken where w.taken < $4
      returning taken`,
    values: [window.bucket, timestampParameter(window.start), block, window.limit],
  })
  const taken = rows[0]?.taken
  if (taken === undefined) return { given: 0, left: 0 }
  return {
    given: Math.max(0, Math.min(block, window.limit - (taken - block))),
    left: Math.max(0, window.limit - taken),
  }
}
