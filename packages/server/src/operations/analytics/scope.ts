import type { OperationContext } from '../../context.ts'
import { divideRange, type Range, type RangeInterval } from '../../domain/analytics/range.ts'
import { Refusal } from '../../refusal.ts'
import type { FigureScope, Segment, SeriesName } from '../../store/analytics.ts'
import { loadTestClockTime } from '../../store/customers.ts'

/** What is asked of every report. */
export interface ReportRequest {
  from?: string | undefined
  to?: string | undefined
  interval: RangeInterval
  testClock?: string | undefined
  currency?: string | undefined
  plan?: string | undefined
  segment?: Segment | undefined
}

export interface Series<Point> extends SeriesName {
  points: Point[]
}

export interface Report<Point> {
  range: Range
  series: Series<Point>[]
}

/**
 * Whom and what a report is about: days of the operator's time zone, by the clock of the customers.
 *
 * @throws Refusal `test_clock_not_found`, `invalid_request` for a range that is none.
 */
export async function loadScope(
  ctx: OperationContext,
  request: ReportRequest,
): Promise<FigureScope & { range: Range }> {
  const { testClock, currency, plan, segment } = request
  const environment = ctx.environment.id
  const { timeZone } = (await ctx.catalogs.current(environment, ctx.tx)).operator
  const clockAt = testClock === undefined ? null : await loadTestClockTime(ctx.tx, environment, testClock)
  if (testClock !== undefined && clockAt === null) {
    throw new Refusal('test_clock_not_found', { param: 'testClock', values: { testClock } })
  }
  const now = clockAt ?? ctx.clock.now()
  const range = divideRange({ from: request.from, to: request.to, interval: request.interval }, timeZone, now)
  return {
    environment,
    range,
    boundaries: range.boundaries,
    timeZone,
    now,
    testClock: testClock ?? null,
    currency: currency ?? null,
    plan: plan ?? null,
    segment: segment ?? null,
  }
}

export const intervalsOf = ({ boundaries }: Pick<FigureScope, 'boundaries'>): number => boundaries.length - 1

/**
 * One series for each name among the rows, in the order of the rows; and one that is empty where there is none, so that
 * a reader always finds the intervals.
 */
export function seriesOf<Row extends SeriesName, Point>(
  scope: FigureScope,
  rows: readonly Row[],
  make: (own: Row[]) => Point[],
): Series<Point>[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = JSON.stringify([row.currency, row.segment])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  if (groups.size === 0) return [{ currency: scope.currency, segment: null, points: make([]) }]
  return [...groups.values()].map((own) => {
    const { currency, segment } = own[0] as Row
    return { currency, segment, points: make(own) }
  })
}

/** A point for each interval, of the row that is about it. */
export function pointsOf<Row extends { interval: number }, Point>(
  scope: FigureScope,
  rows: readonly Row[],
  point: (row: Row | undefined) => Point,
): Point[] {
  return Array.from({ length: intervalsOf(scope) }, (_, index) =>
    point(rows.find((row) => row.interval === index + 1)),
  )
}
