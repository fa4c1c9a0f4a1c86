import type { Context } from '../context.ts'
import { HOUR_MS } from '../domain/time/instant.ts'
import type { Loop } from '../loop.ts'
import { customerSweeps } from '../operations/sweeps/customer-sweeps.ts'
import type { CustomerSweeps } from '../operations/sweeps/customer.ts'
import { stepTestClock } from '../operations/test-clocks/step.ts'
import { loadAdvancingClocks } from '../store/test-clocks.ts'
import { ensureUsagePartitions } from '../store/partitions.ts'
import { customerJob } from './customer-sweeps.ts'
import { startHints } from './hints.ts'
import { startJob } from './runner.ts'
import type { Job, JobHealth } from './runner.ts'
import { startSequencer } from './sequencer.ts'
import { tidyJob } from './tidy.ts'

export { staleJobs } from './runner.ts'
export type { JobHealth } from './runner.ts'

export interface Jobs {
  /** Ends when everything under way is done. */
  stop(): Promise<void>
  /** Look now. */
  wake(): void
  /** One entry per job of this process. */
  health(): JobHealth[]
}

export interface JobsOptions {
  sweeps?: CustomerSweeps
  /** Listen for hints. Default true. */
  hints?: boolean
  /** How often the sequencer polls, in milliseconds. Default 200. */
  sequencerEveryMs?: number
}

const STEPS_A_RUN = 20

/** Goes on with clocks whose request has ended before they arrived, or whose process died. */
function advanceClocksJob(sweeps: CustomerSweeps): Job {
  return {
    name: 'advance-clocks',
    everyMs: 250,
    async run(ctx) {
      let handled = 0
      let more = false
      for (const { environment, id } of await loadAdvancingClocks(ctx.db)) {
        let outcome: string = 'moved'
        for (let step = 0; step < STEPS_A_RUN && outcome === 'moved'; step += 1) {
          outcome = await stepTestClock(ctx, environment, id, { sweeps })
          if (outcome === 'moved' || outcome === 'arrived') handled += 1
        }
        more ||= outcome === 'moved'
      }
      return { handled, more }
    },
  }
}

const partitionsJob: Job = {
  name: 'partitions',
  everyMs: HOUR_MS,
  run: async ({ db, clock }) => ({ handled: (await ensureUsagePartitions(db, clock.now())).length }),
}

/**
 * Starts everything that runs by itself in this process. Any number of processes may.
 *
 * @example
 * const jobs = startJobs(ctx)
 * await jobs.stop()
 */
export function startJobs(ctx: Context, options: JobsOptions = {}): Jobs {
  const sweeps = options.sweeps ?? customerSweeps
  const sequencer = startSequencer(ctx, {
    everyMs: options.sequencerEveryMs,
    onAssigned: () => ctx.feed.wake(),
  })
  const jobs = [
    customerJob('lifecycle', sweeps),
    customerJob('boundary', sweeps),
    customerJob('holds', sweeps),
    advanceClocksJob(sweeps),
    tidyJob,
    partitionsJob,
  ].map((job) => startJob(ctx, job))
  const loops: Loop[] = [sequencer, ...jobs.map(({ loop }) => loop)]
  // another process may have given the positions already
  const onHint = () => {
    sequencer.wake()
    ctx.feed.wake()
  }
  if (options.hints !== false) loops.push(startHints(ctx, onHint))
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
    wake() {
      for (const { loop } of jobs) loop.wake()
      sequencer.wake()
    },
    health: () => jobs.map(({ health }) => ({ ...health })),
  }
}
