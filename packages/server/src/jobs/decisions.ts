import type { Context } from '../context.ts'
import { startLoop } from '../loop.ts'
import type { Loop } from '../loop.ts'
import { addUpDecisions } from '../operations/analytics/count-decisions.ts'

const EVERY_MS = 5_000

/** Runs in every process, also in one without jobs: only it knows what it has counted. Adds up once more when stopped. */
export function startDecisions(ctx: Context): Loop {
  const addUp = async () => void (await addUpDecisions(ctx))
  const onError = (error: unknown) =>
    ctx.logger.warn({ err: error, job: 'decisions' }, 'Decisions on quota could not be added up yet')
  const loop = startLoop({ everyMs: EVERY_MS, work: addUp, onError })
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      await addUp().catch(onError)
    },
  }
}
