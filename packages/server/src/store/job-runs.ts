/**
 * The heartbeats of what runs by itself: one row per job, whichever process did it last.
 */
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface JobRun {
  name: string
  startedAt: Instant
  finishedAt: Instant | null
  handled: number
  /** Customers it could not handle and will try again. */
  failing: number
  /** The kind of the last failure, never its text: that may name customers of any environment. */
  failure: string | null
}

interface Row {
  name: string
  started_at: Instant
  finished_at: Instant | null
  handled: number
  failing: number
  failure: string | null
}

export async function loadJobRuns(db: Queryable): Promise<JobRun[]> {
  const { rows } = await db.query<Row>({
    name: 'job-runs',
    text: 'select name, started_at, finished_at, handled, failing, failure from job_run order by name',
  })
  return rows.map(({ started_at, finished_at, ...run }) => ({
    ...run,
    startedAt: started_at,
    finishedAt: finished_at,
  }))
}

/** Adds to `handled`; the rest is replaced. @param everyMs how often it means to run */
export async function saveJobRun(db: Queryable, run: JobRun & { everyMs: number }): Promise<void> {
  await db.query({
    name: 'save-job-run',
    text: `insert into job_run as run (name, started_at, finished_at, handled, failing, failure, every_ms)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (name) do update set started_at = excluded.started_at, finished_at = excluded.finished_at,
        handled = run.handled + excluded.handled, failing = excluded.failing, failure = excluded.failure,
        every_ms = excluded.every_ms`,
    values: [
      run.name,
      timestampParameter(run.startedAt),
      run.finishedAt === null ? null : timestampParameter(run.finishedAt),
      run.handled,
      run.failing,
      run.failure,
      run.everyMs,
    ],
  })
}
