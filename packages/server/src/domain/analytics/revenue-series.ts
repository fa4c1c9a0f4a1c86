import type { MovementKind } from './movements.ts'
import type { RangeInterval } from './range.ts'
import { rateOf, type Rate } from './rate.ts'

/** Movements of one kind summed over an interval; interval 0 is all the time before the range. */
export interface MovementSum {
  interval: number
  kind: MovementKind
  deltaMinor: number
}

/** Who began and who stopped to pay, comparing the start of an interval with its end. */
export interface CustomerFlow {
  interval: number
  entered: number
  left: number
}

export interface RevenuePoint {
  openingMinor: number
  newMinor: number
  expansionMinor: number
  contractionMinor: number
  churnMinor: number
  reactivationMinor: number
  closingMinor: number
  /** Who paid at the start. */
  customersBefore: number
  /** Who paid at the start and pays nothing at the end. */
  customersLost: number
  /** Who pay at the end. */
  customers: number
}

/** Interval by interval: each opens with what the one before closed with. */
export function revenueSeries(
  intervals: number,
  sums: readonly MovementSum[],
  flows: readonly CustomerFlow[],
): RevenuePoint[] {
  const before = sums.filter((sum) => sum.interval === 0)
  let openingMinor = before.reduce((total, sum) => total + sum.deltaMinor, 0)
  let customers = flows
    .filter((flow) => flow.interval === 0)
    .reduce((total, { entered, left }) => total + entered - left, 0)
  const points: RevenuePoint[] = []
  for (let interval = 1; interval <= intervals; interval += 1) {
    const own = sums.filter((sum) => sum.interval === interval)
    const of = (kind: MovementKind) =>
      own.reduce((total, sum) => total + (sum.kind === kind ? sum.deltaMinor : 0), 0)
    const flow = flows.find((each) => each.interval === interval) ?? { entered: 0, left: 0 }
    const closingMinor = own.reduce((total, sum) => total + sum.deltaMinor, openingMinor)
    points.push({
      openingMinor,
      newMinor: of('new'),
      expansionMinor: of('expansion'),
      contractionMinor: of('contraction'),
      churnMinor: of('churn'),
      reactivationMinor: of('reactivation'),
      closingMinor,
      customersBefore: customers,
      customersLost: flow.left,
      customers: customers + flow.entered - flow.left,
    })
    openingMinor = closingMinor
    customers += flow.entered - flow.left
  }
  return points
}

export const averageRevenue = (point: RevenuePoint): Rate => rateOf(point.closingMinor, point.customers)

export const logoChurn = (point: RevenuePoint): Rate => rateOf(point.customersLost, point.customersBefore)

export const revenueChurn = ({ churnMinor, contractionMinor, openingMinor }: RevenuePoint): Rate =>
  rateOf(0 - churnMinor - contractionMinor, openingMinor)

export function netRevenueChurn(point: RevenuePoint): Rate {
  const { churnMinor, contractionMinor, expansionMinor, reactivationMinor, openingMinor } = point
  return rateOf(0 - churnMinor - contractionMinor - expansionMinor - reactivationMinor, openingMinor)
}

const MONTHS_IN = { day: 12 / 365, week: 12 / 52, month: 1 } as const

/**
 * What a customer brings until it is lost, if all goes on as in the interval: the average revenue of a month, times the
 * months that the average customer stays. null while nobody was lost.
 */
export function lifetimeValueMinor(point: RevenuePoint, interval: RangeInterval): number | null {
  const { rate: average } = averageRevenue(point)
  const { rate: lost } = logoChurn(point)
  if (average === null || lost === null || lost === 0) return null
  return Math.round((average * MONTHS_IN[interval]) / lost)
}
