/**
 * The time that the engines of a simulation live by: ours, and leaps ahead whenever something would only be waited for.
 *
 * Owns: the leaps. Does not own: the customers' time, which their own clocks tell.
 */
import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/clock.ts'
import type { Queryable } from '../../src/store/database/pool.ts'

export interface SimulatedClock extends Clock {
  leap(milliseconds: number): void
}

export function openClock(at: number): SimulatedClock {
  let offset = at - systemClock.now()
  return {
    now: () => systemClock.now() + offset,
    leap(milliseconds) {
      offset += milliseconds
    },
  }
}

const EVERY_MS = 60

/** What a crash left under way is taken up again after minutes: they are over at once. Answers how to end it. */
export function leapOverClaims(clock: SimulatedClock, db: Queryable): () => Promise<void> {
  let round: Promise<unknown> = Promise.resolve()
  const look = async () => {
    const { rows } = await db.query<{ at: number | null }>(
      `select min(claimable_at) as at from payment_attempt where status in ('started', 'unknown')`,
    )
    const waitMs = (rows[0]?.at ?? 0) - clock.now()
    if (waitMs > 0) clock.leap(waitMs)
  }
  const timer = setInterval(() => {
    round = round.then(look)
  }, EVERY_MS)
  return async () => {
    clearInterval(timer)
    await round
  }
}
