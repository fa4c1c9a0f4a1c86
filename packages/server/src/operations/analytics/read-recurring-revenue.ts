import type { OperationContext } from '../../context.ts'
import { revenueSeries, type RevenuePoint } from '../../domain/analytics/revenue-series.ts'
import { loadCustomerFlows, loadMovementSums } from '../../store/analytics.ts'
import { loadScope, intervalsOf, seriesOf, type Report, type ReportRequest } from './scope.ts'

/** Recurring revenue and who pays it: what MRR, ARR, ARPU, LTV and churn are made of. */
export async function readRecurringRevenue(
  ctx: OperationContext,
  request: ReportRequest,
): Promise<Report<RevenuePoint>> {
  const scope = await loadScope(ctx, request)
  const [sums, flows] = await Promise.all([loadMovementSums(ctx.tx, scope), loadCustomerFlows(ctx.tx, scope)])
  // every flow is of a movement, so the movements name all series
  const series = seriesOf(scope, sums, (own) => {
    const [first] = own
    const ownFlows = flows.filter(
      ({ currency, segment }) => currency === first?.currency && segment === first.segment,
    )
    return revenueSeries(intervalsOf(scope), own, ownFlows)
  })
  return { range: scope.range, series }
}
