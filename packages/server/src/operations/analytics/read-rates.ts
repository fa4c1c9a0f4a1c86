import type { OperationContext } from '../../context.ts'
import { rateOf, type Rate } from '../../domain/analytics/rate.ts'
import type { FigureScope } from '../../store/analytics.ts'
import {
  loadOverdue,
  loadQuotaDecisions,
  loadSuspensions,
  loadTrials,
  type QuotaSegment,
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
  { segment, ...request }: Omit<ReportRequest, 'segment'> & { segment?: QuotaSegment | undefined },
): Promise<Report<Rate>> {
  const scope = await loadScope(ctx, request)
  return ratesOf(scope, await quotaCounts(ctx, scope, segment ?? null))
}

async function quotaCounts(
  ctx: OperationContext,
  scope: FigureScope,
  segment: QuotaSegment | null,
): Promise<RateCounts[]> {
  const counted = await loadQuotaDecisions(ctx.tx, scope, segment)
  const uncounted = await loadUncounted(ctx, scope, segment)
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

/** The four figures that are watched, interval by interval; of a plan, or one series for each. */
export async function readFigures(
  ctx: OperationContext,
  request: Omit<ReportRequest, 'segment'> & { segment?: 'plan' | undefined },
): Promise<Report<FourRates>> {
  const scope = await loadScope(ctx, request)
  const [quota, suspensions, trials, overdue] = await Promise.all([
    quotaCounts(ctx, scope, request.segment ?? null),
    loadSuspensions(ctx.tx, scope),
    loadTrials(ctx.tx, scope),
    loadOverdue(ctx.tx, scope),
  ])
  const rows = Object.entries({
    quotaHit: quota,
    suspension: suspensions,
    trialConversion: trials,
    overdueInvoice: overdue,
  }).flatMap(([figure, counts]) => counts.map((count) => ({ ...count, figure })))
  const series = seriesOf(scope, rows, (own) => {
    const rates = (figure: keyof FourRates) =>
      pointsOf(
        scope,
        own.filter((row) => row.figure === figure),
        rateOfRow,
      )
    const [quotaHit, suspension] = [rates('quotaHit'), rates('suspension')]
    const [trialConversion, overdueInvoice] = [rates('trialConversion'), rates('overdueInvoice')]
    return quotaHit.map((rate, index) => ({
      quotaHit: rate,
      suspension: suspension[index] as Rate,
      trialConversion: trialConversion[index] as Rate,
      overdueInvoice: overdueInvoice[index] as Rate,
    }))
  })
  return { range: scope.range, series }
}

function ratesOf(scope: FigureScope & Pick<Report<Rate>, 'range'>, rows: RateCounts[]): Report<Rate> {
  const named = rows.map((row) => ({ ...row, currency: scope.currency }))
  const series = seriesOf(scope, named, (own) => pointsOf(scope, own, rateOfRow))
  return { range: scope.range, series }
}

const rateOfRow = (row: RateCounts | undefined): Rate => rateOf(row?.numerator ?? 0, row?.denominator ?? 0)
