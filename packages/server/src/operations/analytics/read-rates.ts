import type { OperationContext } from '../../context.ts'
import { rateOf, type Rate } from '../../domain/analytics/rate.ts'
import type { FigureScope } from '../../store/analytics.ts'
import {
  loadOverdue,
  loadQuotaDecisions,
  loadSuspensions,
  loadTrials,
  type RateCounts,
} from '../../store/figures.ts'
import { loadUncounted } from './count-decisions.ts'
import { loadScope, pointsOf, seriesOf, type Report, type ReportRequest } from './scope.ts'

type Load = (db: OperationContext['tx'], scope: FigureScope) => Promise<RateCounts[]>

const reader = (load: Load) => async (ctx: OperationContext, request: ReportRequest) => {
  const scope = await loadScope(ctx, request)
  return ratesOf(scope, await load(ctx.tx, scope))
}

/** Trials that became paid, over trials that ended. */
export const readTrials = reader(loadTrials)
/** Customers suspended in the interval, over those that got in at its start. */
export const readSuspensions = reader(loadSuspensions)
/** Invoices past due and unpaid, over invoices issued. */
export const readOverdue = reader(loadOverdue)

/** Refusals over decisions on quota, with what this process has not added to the table yet. */
export async function readQuota(
  ctx: OperationContext,
  { byFeature, ...request }: ReportRequest & { byFeature: boolean },
): Promise<Report<Rate>> {
  const scope = await loadScope(ctx, request)
  return ratesOf(scope, await quotaCounts(ctx, scope, byFeature))
}

async function quotaCounts(
  ctx: OperationContext,
  scope: FigureScope,
  byFeature: boolean,
): Promise<RateCounts[]> {
  const counted = await loadQuotaDecisions(ctx.tx, scope, byFeature)
  const uncounted = await loadUncounted(ctx, scope, byFeature)
  const sums = new Map<string, RateCounts>()
  for (const row of [...counted, ...uncounted]) {
    const name = JSON.stringify([row.segment, row.interval])
    const known = sums.get(name) ?? { ...row, numerator: 0, denominator: 0 }
    sums.set(name, {
      ...known,
      numerator: known.numerator + row.numerator,
      denominator: known.denominator + row.denominator,
    })
  }
  return [...sums.values()]
}

export interface FourRates {
  quotaHit: Rate
  suspension: Rate
  trialConversion: Rate
  overdueInvoice: Rate
}

/** The four figures that are watched, interval by interval. */
export async function readFigures(ctx: OperationContext, request: ReportRequest): Promise<Report<FourRates>> {
  const scope = await loadScope(ctx, request)
  const [quota, suspensions, trials, overdue] = await Promise.all([
    quotaCounts(ctx, scope, false),
    loadSuspensions(ctx.tx, scope),
    loadTrials(ctx.tx, scope),
    loadOverdue(ctx.tx, scope),
  ])
  const points = scope.boundaries.slice(1).map((_, index) => {
    const rate = (rows: RateCounts[]) => rateOfRow(rows.find((row) => row.interval === index + 1))
    return {
      quotaHit: rate(quota),
      suspension: rate(suspensions),
      trialConversion: rate(trials),
      overdueInvoice: rate(overdue),
    }
  })
  return { range: scope.range, series: [{ currency: null, segment: null, points }] }
}

function ratesOf(scope: FigureScope & Pick<Report<Rate>, 'range'>, rows: RateCounts[]): Report<Rate> {
  const series = seriesOf(scope, rows, (own) => pointsOf(scope, own, rateOfRow))
  return { range: scope.range, series }
}

const rateOfRow = (row: RateCounts | undefined): Rate => rateOf(row?.numerator ?? 0, row?.denominator ?? 0)
