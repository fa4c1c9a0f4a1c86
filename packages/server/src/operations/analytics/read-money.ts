import type { OperationContext } from '../../context.ts'
import { rateOf, type Rate } from '../../domain/analytics/rate.ts'
import { loadRecoveries, loadRevenueSums, type RevenueSum } from '../../store/revenue-figures.ts'
import { loadScope, pointsOf, seriesOf, type Report, type ReportRequest } from './scope.ts'

export interface RevenueFigures {
  billedMinor: number
  billedNetMinor: number
  collectedMinor: number
  refundedMinor: number
  earnedMinor: number
}

/** What was billed, collected, given back and earned. */
export async function readRevenue(
  ctx: OperationContext,
  request: ReportRequest,
): Promise<Report<RevenueFigures>> {
  const scope = await loadScope(ctx, request)
  const sums = await loadRevenueSums(ctx.tx, scope)
  const series = seriesOf(scope, sums, (own) =>
    scope.boundaries.slice(1).map((_, index) => {
      const of = (figure: RevenueSum['figure']) =>
        own.find((sum) => sum.interval === index + 1 && sum.figure === figure)?.amountMinor ?? 0
      return {
        billedMinor: of('billed'),
        billedNetMinor: of('billed_net'),
        collectedMinor: of('collected'),
        refundedMinor: of('refunded'),
        earnedMinor: of('earned'),
      }
    }),
  )
  return { range: scope.range, series }
}

export interface Recovery {
  recoveredMinor: number
  invoices: number
  recovery: Rate
}

/** What was paid after it had failed. */
export async function readRecovered(
  ctx: OperationContext,
  request: ReportRequest,
): Promise<Report<Recovery>> {
  const scope = await loadScope(ctx, request)
  const sums = await loadRecoveries(ctx.tx, scope)
  const series = seriesOf(scope, sums, (own) =>
    pointsOf(scope, own, (sum) => ({
      recoveredMinor: sum?.recoveredMinor ?? 0,
      invoices: sum?.invoices ?? 0,
      recovery: rateOf(sum?.paidSince ?? 0, sum?.failed ?? 0),
    })),
  )
  return { range: scope.range, series }
}
