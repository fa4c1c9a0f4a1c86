/** Figures about the business: one operation a report, presented with its intervals. */
import type { endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import {
  averageRevenue,
  lifetimeValueMinor,
  logoChurn,
  netRevenueChurn,
  revenueChurn,
  type RevenuePoint,
} from '../domain/analytics/revenue-series.ts'
import { toIso } from '../domain/time/index.ts'
import { readRecovered, readRevenue } from '../operations/analytics/read-money.ts'
import {
  readFigures,
  readOverdue,
  readQuota,
  readSuspensions,
  readTrials,
} from '../operations/analytics/read-rates.ts'
import { readRecurringRevenue } from '../operations/analytics/read-recurring-revenue.ts'
import { readRetention } from '../operations/analytics/read-retention.ts'
import type { Report } from '../operations/analytics/scope.ts'
import type { Handlers } from './handler.ts'

export const analyticsRoutes = {
  mrr: async ({ query }, ctx) =>
    present(ctx, await readRecurringRevenue(ctx, query), (point) => ({
      openingMinor: point.openingMinor,
      newMinor: point.newMinor,
      expansionMinor: point.expansionMinor,
      contractionMinor: point.contractionMinor,
      churnMinor: point.churnMinor,
      reactivationMinor: point.reactivationMinor,
      closingMinor: point.closingMinor,
      customers: point.customers,
    })),
  arr: async ({ query }, ctx) =>
    present(ctx, await readRecurringRevenue(ctx, query), (point) => ({ arrMinor: 12 * point.closingMinor })),
  arpu: async ({ query }, ctx) =>
    present(ctx, await readRecurringRevenue(ctx, query), (point) => ({ arpu: averageRevenue(point) })),
  ltv: async ({ query }, ctx) =>
    present(ctx, await readRecurringRevenue(ctx, query), (point) => ({
      arpu: averageRevenue(point),
      logoChurn: logoChurn(point),
      ltvMinor: lifetimeValueMinor(point, query.interval),
    })),
  churn: async ({ query }, ctx) =>
    present(ctx, await readRecurringRevenue(ctx, query), (point: RevenuePoint) => ({
      logo: logoChurn(point),
      revenue: revenueChurn(point),
      netRevenue: netRevenueChurn(point),
    })),
  trials: async ({ query }, ctx) =>
    present(ctx, await readTrials(ctx, query), (conversion) => ({ conversion })),
  retention: async ({ query }, ctx) =>
    present(ctx, await readRetention(ctx, query), ({ retained, ...cohort }) => ({
      ...cohort,
      retained: retained.map(({ end, ...rates }) => ({ end: toIso(end), ...rates })),
    })),
  revenue: async ({ query }, ctx) => present(ctx, await readRevenue(ctx, query), (point) => point),
  recovered: async ({ query }, ctx) => present(ctx, await readRecovered(ctx, query), (point) => point),
  quota: async ({ query }, ctx) => present(ctx, await readQuota(ctx, query), (quotaHit) => ({ quotaHit })),
  suspensions: async ({ query }, ctx) =>
    present(ctx, await readSuspensions(ctx, query), (suspension) => ({ suspension })),
  overdue: async ({ query }, ctx) =>
    present(ctx, await readOverdue(ctx, query), (overdueInvoice) => ({ overdueInvoice })),
  figures: async ({ query }, ctx) => present(ctx, await readFigures(ctx, query), (point) => point),
} satisfies Handlers<typeof endpoints.analytics>

function present<Point, Shown extends object>(
  ctx: OperationContext,
  { range, series }: Report<Point>,
  show: (point: Point) => Shown,
) {
  const { interval, timeZone } = range
  const boundaries = range.boundaries.map(toIso)
  return {
    object: 'report' as const,
    livemode: ctx.environment.mode === 'live',
    interval,
    timeZone,
    from: boundaries[0] as string,
    to: boundaries.at(-1) as string,
    series: series.map(({ currency, segment, points }) => ({
      currency,
      segment,
      points: points.map((point, index) => ({
        start: boundaries[index] as string,
        end: boundaries[index + 1] as string,
        ...show(point),
      })),
    })),
  }
}
