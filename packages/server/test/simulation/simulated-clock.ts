/**
 * The time that the engines of a simulation live by: ours, and leaps ahead whenever something would only be waited for.
 *
 * Owns: the leaps, and telling whoever keeps a copy. Does not own: the time of customers with a clock of their own.
 */
import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/clock.ts'
import type { Queryable } from '../../src/store/database/pool.ts'

export interface SimulatedClock extends Clock {
  leap(milliseconds: number): void
  /** Ahead of the machine's time, in milliseconds. */
  readonly offsetMs: number
  /** Called after each leap, until it is unsubscribed by what is answered. */
  onLeap(listener: () => void): () => void
}

export function openClock(at: number): SimulatedClock {
  let offsetMs = at - systemClock.now()
  const listeners = new Set<() => void>()
  return {
    now: () => systemClock.now() + offsetMs,
    get offsetMs() {
      return offsetMs
    },
    leap(milliseconds) {
      offsetMs += milliseconds
      for (const listener of listeners) listener()
    },
    onLeap(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const EVERY_MS = 60
/** So many looks later nobody asks a site any more: it would have been given up. */
const ABANDONED_AFTER = 20

/** What a crash left under way is taken up again after minutes: they are over at once. Answers how to end it. */
export function leapOverClaims(clock: SimulatedClock, db: Queryable): () => Promise<void> {
  let round: Promise<unknown> = Promise.resolve()
  const seen = new Map<string, number>()
  const look = async () => {
    const { rows } = await db.query<{ at: number | null }>(
      `select min(claimable_at) as at from payment_attempt where status in ('started', 'unknown')`,
    )
    const left = await db.query<{ claim: string; at: number }>(
      `select customer || ' ' || claim as claim, claimed_until as at from site where claimed_until is not null`,
    )
    const abandoned = left.rows.filter(({ claim }) => {
      const looks = (seen.get(claim) ?? 0) + 1
      seen.set(claim, looks)
      return looks > ABANDONED_AFTER
    })
    const waits = [...rows, ...abandoned].map(({ at }) => (at ?? 0) - clock.now()).filter((each) => each > 0)
    if (waits.length > 0) clock.leap(Math.min(...waits))
  }
  const timer = setInterval(() => {
    // one that fails is made up for by the next
    round = round.then(look).catch(() => {})
  }, EVERY_MS)
  return async () => {
    clearInterval(timer)
    await round
  }
}
