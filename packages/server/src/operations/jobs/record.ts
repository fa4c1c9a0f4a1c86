import type { Context } from '../../context.ts'
import { sqlStateOf } from '../../store/database/errors.ts'
import { saveJobRun } from '../../store/job-runs.ts'
import type { JobRun } from '../../store/job-runs.ts'

/** Leaves a job's heartbeat for all processes to see. `handled` is added to what was recorded before. */
export function recordJobRun({ db }: Context, run: JobRun & { everyMs: number }): Promise<void> {
  return saveJobRun(db, run)
}

/** What may be shown of a failure. Its text may name customers of any environment, so it stays in the log. */
export function kindOfFailure(error: unknown): string {
  return sqlStateOf(error) ?? (error instanceof Error ? error.name : 'unknown')
}
