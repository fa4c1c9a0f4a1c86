import type { OperationContext } from '../../context.ts'
import { loadJobRuns } from '../../store/job-runs.ts'
import type { JobRun } from '../../store/job-runs.ts'

/** The heartbeats of all processes together; nothing in them is of an environment or a customer. */
export function listJobs(ctx: OperationContext): Promise<JobRun[]> {
  return loadJobRuns(ctx.tx)
}
