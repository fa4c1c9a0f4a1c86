import type { Instant } from '../domain/time/instant.ts'
import { migrationsFolder, readApplied, readMigrations } from './database/migrate.ts'
import type { Database } from './database/pool.ts'
import { loadJobRuns } from './job-runs.ts'

export interface Readiness {
  /** Has the database every migration this version knows? */
  migrated: boolean
  /** When a job, of any process, was last at work; null when none ever was. */
  latestJobAt: Instant | null
}

let known: number | undefined

/** One look at the database. @throws DatabaseUnavailable */
export async function loadReadiness(db: Database): Promise<Readiness> {
  known ??= readMigrations(migrationsFolder).length
  const [applied, runs] = await Promise.all([readApplied(db), loadJobRuns(db).catch(() => [])])
  const moments = runs.map(({ startedAt, finishedAt }) => Math.max(startedAt, finishedAt ?? startedAt))
  return {
    migrated: applied.length >= known,
    latestJobAt: moments.length === 0 ? null : Math.max(...moments),
  }
}
