import type { endpoints } from '@tollkeeper/contract'
import { toIso } from '../domain/time/instant.ts'
import { reportOn } from '../operations/doctor/report.ts'
import type { Handlers } from './handler.ts'

export const doctorRoutes = {
  examine: {
    detached: async ({ query, signal }, ctx) => {
      const report = await reportOn(ctx, ctx.environment, query.limit, { signal })
      return {
        object: 'doctor_report' as const,
        examinedAt: toIso(report.examinedAt),
        customers: report.customers,
        count: report.count,
        findings: report.findings,
      }
    },
  },
} satisfies Handlers<typeof endpoints.doctor>
