import type { OperationContext } from '../../context.ts'
import { rateOf, type Rate } from '../../domain/analytics/rate.ts'
import type { Instant } from '../../domain/time/index.ts'
import { loadCohorts, type CohortRow } from '../../store/analytics.ts'
import { loadScope, intervalsOf, seriesOf, type Report, type ReportRequest } from './scope.ts'

export interface Cohort {
  customers: number
  /** At the end of its first interval. */
  revenueMinor: number
  retained: { end: Instant; customers: Rate; revenue: Rate }[]
}

/** What became of the customers who first paid in each interval, until the last one that has begun. */
export async function readRetention(ctx: OperationContext, request: ReportRequest): Promise<Report<Cohort>> {
  const scope = await loadScope(ctx, request)
  const rows = await loadCohorts(ctx.tx, scope)
  const begun = rows.filter((row) => (scope.boundaries[row.interval - 1] as Instant) <= scope.now)
  const series = seriesOf(scope, begun, (own) =>
    Array.from({ length: intervalsOf(scope) }, (_, index) =>
      cohortOf(
        own.filter((row) => row.cohort === index + 1),
        scope.boundaries,
      ),
    ),
  )
  return { range: scope.range, series }
}

function cohortOf(rows: readonly CohortRow[], boundaries: readonly Instant[]): Cohort {
  const [first] = rows
  if (first === undefined) return { customers: 0, revenueMinor: 0, retained: [] }
  const retained = rows.map((row) => ({
    end: boundaries[row.interval] as Instant,
    customers: rateOf(row.paying, row.customers),
    revenue: rateOf(row.revenueMinor, first.revenueMinor),
  }))
  return { customers: first.customers, revenueMinor: first.revenueMinor, retained }
}
