import type { Database } from '../../store/database/pool.ts'
import { assignPositions, loadUnsequencedEnvironments } from '../../store/event-feed.ts'

const BATCH = 1_000

/**
 * Gives a position to every committed event that has none, and answers how many there were. Every process does
 * this; whichever comes first does the work, so none of them has to be alive or well.
 */
export async function sequenceEvents({ db }: { db: Database }, batch = BATCH): Promise<number> {
  let total = 0
  for (const environment of await loadUnsequencedEnvironments(db)) {
    for (;;) {
      const assigned = await assignPositions(db, environment, batch)
      total += assigned
      if (assigned < batch) break
    }
  }
  return total
}
