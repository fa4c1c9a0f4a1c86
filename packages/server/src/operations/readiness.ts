import type { Context } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import { loadReadiness } from '../store/readiness.ts'

/** A heartbeat older than this means that no process runs the jobs. */
const HEARTBEAT_AGE_MS = 120_000
const ANSWER_WITHIN_MS = 3_000
/** For how long after the last time that the database could serve nobody its writes are taken for failing. */
const SHORTAGE_AGE_MS = 15_000

export type Check = 'ok' | 'none' | 'failing' | 'behind' | 'late'

export type Readiness = Record<'database' | 'writes' | 'migrations' | 'heartbeat', Check>

/**
 * Asks whether this process can serve; never waits long for the database. `heartbeat: none` is a new installation whose
 * jobs have not run yet. `writes` is what became of the process's own, for a full disk fails many of them and not all:
 * one that is made up to find out would say little.
 */
export function createReadiness(context: Context): () => Promise<Readiness> {
  let shortages = 0
  let shortAt: Instant = Number.NEGATIVE_INFINITY
  return async () => {
    const found = await within(ANSWER_WITHIN_MS, loadReadiness(context.db)).catch(() => undefined)
    const now = context.clock.now()
    const seen = context.db.counts().shortages + context.usage.shortages
    if (seen !== shortages) shortAt = now
    shortages = seen
    const writes = now - shortAt < SHORTAGE_AGE_MS ? 'failing' : 'ok'
    if (found === undefined)
      return { database: 'failing', writes: 'failing', migrations: 'failing', heartbeat: 'failing' }
    const { latestJobAt, migrated } = found
    const late = latestJobAt !== null && now - latestJobAt > HEARTBEAT_AGE_MS
    return {
      database: 'ok',
      writes,
      migrations: migrated ? 'ok' : 'behind',
      heartbeat: latestJobAt === null ? 'none' : late ? 'late' : 'ok',
    }
  }
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No answer in time')), milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
