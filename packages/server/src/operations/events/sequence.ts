import type { Database } from '../../store/database/pool.ts'
import { assignPositions, loadUnsequencedEnvironments } from '../../store/event-feed.ts'

const BATCH = 1_000

/** Positions `after < position <= upTo` of an environment. */
export interface Sequenced {
  environment: number
  after: number
  upTo: number
}

/**
 * Gives a position to every committed event that has none, and answers how many there were. Every process does
 * this; whichever comes first does the work, so none of them has to be alive or well.
 *
 * @param tell hears of each position once, in the process that gave it
 */
export async function sequenceEvents(
  { db }: { db: Database },
  batch = BATCH,
  tell?: (sequenced: Sequenced) => Promise<void>,
): Promise<number> {
  let total = 0
  for (const environment of await loadUnsequencedEnvironments(db)) {
    for (;;) {
      const { assigned, last } = await assignPositions(db, environment, batch)
      total += assigned
      if (assigned > 0) await tell?.({ environment, after: last - assigned, upTo: last })
      if (assigned < batch) break
    }
  }
  return total
}
