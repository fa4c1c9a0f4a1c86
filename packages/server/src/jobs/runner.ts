/**
 * What happens by itself. Jobs find due rows and call operations; no timer knows of anything that is due.
 *
 * Owns: when jobs look, their heartbeats. Does not own: what they do.
 * Invariant: every process may run all jobs at the same time as every other; a job never overlaps itself in one
 * process; a job that fails is tried again and never stops another.
 */
import type { Context } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import { startLoop } from '../loop.ts'
import type { Loop } from '../loop.ts'
import { kindOfFailure, recordJobRun } from '../operations/jobs/record.ts'

export interface JobResult {
  handled: number
  /** Customers that could not be handled and wait for another try. */
  failing?: number
  /** There is more to do right now. */
  more?: boolean
}

export interface Job {
  name: string
  everyMs: number
  run(ctx: Context): Promise<JobResult>
  /** Names of jobs that have something to do when this one has done something: they look at once. */
  wakes?: readonly string[]
}

/** A job in this process, as `/readyz` and `/metrics` show it. */
export interface JobHealth {
  name: string
  everyMs: number
  startedAt: Instant
  finishedAt: Instant | null
  handled: number
  failing: number
  failure: string | null
}

const HEARTBEAT_MS = 5_000
const STALE_MS = 60_000

/** Jobs of this process that hang, by name: none has come to its end for a minute or three of its intervals. */
export function staleJobs(health: readonly JobHealth[], now: Instant): string[] {
  return health
    .filter(({ finishedAt, startedAt, everyMs }) => {
      const alive = Math.max(finishedAt ?? Number.NEGATIVE_INFINITY, finishedAt === null ? startedAt : 0)
      return now - alive > Math.max(STALE_MS, 3 * everyMs)
    })
    .map(({ name }) => name)
}

/** Starts one loop for a job. `health` is kept up to date while it runs. @param onHandled it has done something */
export function startJob(
  ctx: Context,
  job: Job,
  onHandled: () => void = () => {},
): { loop: Loop; health: JobHealth } {
  const now = ctx.clock.now()
  const health: JobHealth = {
    name: job.name,
    everyMs: job.everyMs,
    startedAt: now,
    finishedAt: null,
    handled: 0,
    failing: 0,
    failure: null,
  }
  let stopping = false
  let unsaved = 0
  let savedAt = Number.NEGATIVE_INFINITY

  const beat = async (changed: boolean) => {
    const at = ctx.clock.now()
    if (!changed && at - savedAt < HEARTBEAT_MS) return
    const handled = unsaved
    await recordJobRun(ctx, { ...health, handled })
    unsaved -= handled
    savedAt = at
  }
  const work = async () => {
    const before = { failing: health.failing, failure: health.failure }
    health.startedAt = ctx.clock.now()
    let result: JobResult
    do {
      result = await job.run(ctx)
      health.handled += result.handled
      unsaved += result.handled
      if (result.handled > 0) onHandled()
    } while (result.more === true && !stopping)
    health.failing = result.failing ?? 0
    health.failure = health.failing > 0 ? 'customers' : null
    health.finishedAt = ctx.clock.now()
    await beat(health.failing !== before.failing || health.failure !== before.failure)
  }
  const loop = startLoop({
    everyMs: job.everyMs,
    work,
    onError: async (error) => {
      health.failure = kindOfFailure(error)
      ctx.logger.error({ err: error, job: job.name }, 'A job failed; it is tried again')
      try {
        await beat(true)
      } catch {
        // then the database is the trouble, and /readyz says so
      }
    },
  })
  const stop = async () => {
    stopping = true
    await loop.stop()
  }
  return { loop: { wake: loop.wake, stop }, health }
}
