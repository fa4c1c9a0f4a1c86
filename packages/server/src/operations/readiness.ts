import type { Context } from '../context.ts'
import { loadReadiness } from '../store/readiness.ts'

/** A heartbeat older than this means that no process runs the jobs. */
const HEARTBEAT_AGE_MS = 120_000
const ANSWER_WITHIN_MS = 3_000

export type Check = 'ok' | 'none' | 'failing' | 'behind' | 'late'

/** Never waits long for the database. `heartbeat: none` is a new installation whose jobs have not run yet. */
export async function checkReadiness(
  context: Context,
): Promise<{ database: Check; migrations: Check; heartbeat: Check }> {
  const found = await within(ANSWER_WITHIN_MS, loadReadiness(context.db)).catch(() => undefined)
  if (found === undefined) return { database: 'failing', migrations: 'failing', heartbeat: 'failing' }
  const { latestJobAt, migrated } = found
  const late = latestJobAt !== null && context.clock.now() - latestJobAt > HEARTBEAT_AGE_MS
  return {
    database: 'ok',
    migrations: migrated ? 'ok' : 'behind',
    heartbeat: latestJobAt === null ? 'none' : late ? 'late' : 'ok',
  }
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No answer in time')), milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
