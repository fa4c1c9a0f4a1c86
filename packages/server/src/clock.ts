/**
 * The clock: the only place in the server that reads the machine's time.
 *
 * Owns: "now". Does not own: what is done with it; everything else is handed an instant.
 * Invariant: within a process the system clock never goes backwards, also when the machine's time is corrected.
 */
import type { Instant } from './domain/time/instant.ts'

export interface Clock {
  /** Epoch milliseconds. */
  now(): Instant
}

/** A clock that moves only when told to. */
export interface AdjustableClock extends Clock {
  set(at: Instant): void
  advance(milliseconds: number): void
}

/** Never earlier than what it answered before: a machine's time set back makes it stand still until caught up. */
export function monotoneClock(read: () => Instant): Clock {
  let latest = Number.NEGATIVE_INFINITY
  return {
    now() {
      const current = read()
      if (current > latest) latest = current
      return latest
    },
  }
}

export const systemClock: Clock = monotoneClock(() => Date.now())

/** Stands at `at` until it is set or advanced. */
export function fixedClock(at: Instant): AdjustableClock {
  let current = at
  return {
    now: () => current,
    set(instant) {
      current = instant
    },
    advance(milliseconds) {
      current += milliseconds
    },
  }
}
