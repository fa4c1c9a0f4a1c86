import { Big } from 'big.js'
import type { LineDraft } from '../invoices/model.ts'
import { addMinor, roundMinor } from '../money/index.ts'
import type { Instant } from '../time/instant.ts'
import type { Discount, DiscountedLine } from './model.ts'

export type Discounted = Pick<DiscountedLine, 'reference' | 'amountMinor' | 'discountMinor'>

/**
 * What each amount has taken of a period's lines and hasn't given back, the first redeemed first.
 *
 * @param amounts what isn't counted for the period yet has taken nothing
 * @param credits what is given back now
 */
export function takenBy(
  amounts: readonly Discount[],
  discounted: readonly DiscountedLine[],
  credits: readonly LineDraft[],
  { percentages, currency }: { percentages: readonly Discount[]; currency: string },
): number[] {
  const lines = standingLines(discounted, credits).map((line) => ({
    ...line,
    leftMinor: offByAmounts(line, percentages, line.at),
  }))
  return amounts.map(({ coupon, periodsLeft, redeemedAt }) => {
    const wholeMinor = periodsLeft === null ? (coupon.amountOff[currency] ?? 0) : 0
    let takenMinor = 0
    for (const line of lines) {
      if (line.at < redeemedAt || !appliesTo(coupon, line)) continue
      const ofLine = Math.min(line.leftMinor, wholeMinor - takenMinor)
      line.leftMinor -= ofLine
      takenMinor += ofLine
    }
    return takenMinor
  })
}

/** Charges, less what was given back of each. */
function standingLines(
  discounted: readonly DiscountedLine[],
  credits: readonly LineDraft[],
): DiscountedLine[] {
  const now = credits.map(({ credits: of, amountMinor, fixed }) => ({
    credits: of,
    amountMinor,
    discountMinor: fixed?.discountMinor ?? 0,
  }))
  return discounted
    .filter((line) => line.credits === null && line.amountMinor > 0)
    .map((line) => {
      const back = [...discounted, ...now].filter((each) => each.credits === line.id)
      return {
        ...line,
        amountMinor: addMinor(line.amountMinor, ...back.map(({ amountMinor }) => amountMinor)),
        discountMinor: addMinor(line.discountMinor, ...back.map(({ discountMinor }) => discountMinor)),
      }
    })
}

/** What amounts had taken off what is given back. */
export function amountGivenBack(
  lines: readonly LineDraft[],
  percentages: readonly Discount[],
  discounted: readonly DiscountedLine[] = [],
): number {
  return lines.reduce((sum, { reference, amountMinor, fixed, credits }) => {
    if (fixed === undefined) return sum
    const charged = discounted.find(({ id }) => id === credits)
    const line = { reference, amountMinor: 0 - amountMinor, discountMinor: 0 - fixed.discountMinor }
    return sum + offByAmounts(line, percentages, charged?.at ?? null)
  }, 0)
}

/** What percentages had not taken; those redeemed after the line was charged had no part in it. */
function offByAmounts(line: Discounted, percentages: readonly Discount[], at: Instant | null): number {
  const own = percentages.filter(
    ({ coupon, redeemedAt }) => appliesTo(coupon, line) && (at === null || redeemedAt <= at),
  )
  const kept = own.reduce(
    (left, { coupon }) => left.times(new Big(100).minus(coupon.percentOff ?? 0)).times('0.01'),
    new Big(1),
  )
  const byPercentage = roundMinor(new Big(1).minus(kept).times(line.amountMinor))
  return Math.max(line.discountMinor - byPercentage, 0)
}

export function appliesTo(coupon: Discount['coupon'], { reference }: Pick<LineDraft, 'reference'>): boolean {
  return coupon.appliesTo.length === 0 || coupon.appliesTo.includes(reference)
}
