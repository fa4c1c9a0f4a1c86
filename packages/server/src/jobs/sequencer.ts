import { startLoop } from '../loop.ts'
import type { Loop } from '../loop.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/database/pool.ts'
import { assignPositions, loadUnsequencedEnvironments } from '../store/event-feed.ts'

const BATCH = 1_000

/** Gives a position to every committed event that has none, and answers how many there were. */
export async function sequenceEvents(db: Database, batch = BATCH): Promise<number> {
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

/**
 * Every process runs one; whichever comes first does the work, so none of them has to be alive or well.
 * Hints make it quick; polling makes it certain.
 */
export function startSequencer(
  ctx: { db: Database; logger: Logger },
  options: { everyMs?: number; onAssigned: () => void },
): Loop {
  return startLoop({
    everyMs: options.everyMs ?? 200,
    work: async () => {
      if ((await sequenceEvents(ctx.db)) > 0) options.onAssigned()
    },
    onError: (error) => ctx.logger.warn({ err: error, job: 'sequencer' }, 'Positions could not be assigned'),
  })
}
