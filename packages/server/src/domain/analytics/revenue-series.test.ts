import { describe, expect, test } from 'vitest'
import {
  averageRevenue,
  lifetimeValueMinor,
  logoChurn,
  netRevenueChurn,
  revenueChurn,
  revenueSeries,
} from './revenue-series.ts'

const sums = [
  { interval: 0, kind: 'new', deltaMinor: 10_000 },
  { interval: 1, kind: 'new', deltaMinor: 3_000 },
  { interval: 1, kind: 'expansion', deltaMinor: 500 },
  { interval: 1, kind: 'contraction', deltaMinor: -1_000 },
  { interval: 1, kind: 'churn', deltaMinor: -2_500 },
  { interval: 3, kind: 'reactivation', deltaMinor: 2_500 },
] as const
const flows = [
  { interval: 0, entered: 4, left: 0 },
  { interval: 1, entered: 2, left: 1 },
  { interval: 3, entered: 1, left: 0 },
]

describe('revenueSeries', () => {
  const [first, second, third] = revenueSeries(3, sums, flows)

  test('each interval opens with what the one before closed with, and its movements add up', () => {
    expect(first).toEqual({
      openingMinor: 10_000,
      newMinor: 3_000,
      expansionMinor: 500,
      contractionMinor: -1_000,
      churnMinor: -2_500,
      reactivationMinor: 0,
      closingMinor: 10_000,
      customersBefore: 4,
      customersLost: 1,
      customers: 5,
    })
    expect(second).toMatchObject({
      openingMinor: 10_000,
      closingMinor: 10_000,
      customers: 5,
      customersLost: 0,
    })
    expect(third).toMatchObject({
      openingMinor: 10_000,
      reactivationMinor: 2_500,
      closingMinor: 12_500,
      customers: 6,
    })
  })

  test('rates are of the start, averages of the end, and a life is as long as churn lets it be', () => {
    const point = first as NonNullable<typeof first>
    expect(logoChurn(point)).toEqual({ numerator: 1, denominator: 4, rate: 0.25 })
    expect(revenueChurn(point)).toEqual({ numerator: 3_500, denominator: 10_000, rate: 0.35 })
    expect(netRevenueChurn(point)).toEqual({ numerator: 3_000, denominator: 10_000, rate: 0.3 })
    expect(averageRevenue(point)).toEqual({ numerator: 10_000, denominator: 5, rate: 2_000 })
    expect(lifetimeValueMinor(point, 'month')).toBe(8_000)
    expect(lifetimeValueMinor(second as NonNullable<typeof second>, 'month')).toBeNull()
  })

  test('with nobody and nothing, nothing is divided', () => {
    const [empty] = revenueSeries(1, [], [])
    expect(averageRevenue(empty as NonNullable<typeof empty>).rate).toBeNull()
    expect(logoChurn(empty as NonNullable<typeof empty>).rate).toBeNull()
  })
})
