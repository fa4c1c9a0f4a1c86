import type { Context } from '../context.ts'
import { startLoop } from '../loop.ts'
import type { Loop } from '../loop.ts'
import { logFigures } from '../operations/analytics/log-figures.ts'
import { sequenceEvents, type Sequenced } from '../operations/events/sequence.ts'

/** Runs in every process. Hints make it quick; polling makes it certain. */
export function startSequencer(ctx: Context, options: { everyMs?: number; onAssigned: () => void }): Loop {
  return startLoop({
    everyMs: options.everyMs ?? 200,
    work: async () => {
      const told = (sequenced: Sequenced) => logFigures(ctx, sequenced)
      if ((await sequenceEvents(ctx, undefined, told)) > 0) options.onAssigned()
    },
    onError: (error) => ctx.logger.warn({ err: error, job: 'sequencer' }, 'Positions could not be assigned'),
  })
}
