import type { endpoints } from '@tollkeeper/contract'
import { toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { listJobs } from '../operations/jobs/list.ts'
import type { Handlers } from './handler.ts'

export const jobRoutes = {
  list: async (_request, ctx) => {
    const runs = await listJobs(ctx)
    const data = runs.map(({ startedAt, finishedAt, ...run }) => ({
      object: 'job' as const,
      ...run,
      startedAt: toIso(startedAt),
      finishedAt: toIsoOrNull(finishedAt),
    }))
    return { object: 'list' as const, data }
  },
} satisfies Handlers<typeof endpoints.jobs>
