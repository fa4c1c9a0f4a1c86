import { Big } from 'big.js'
import type { LineDraft } from '../invoices/model.ts'
import { times, type Fraction } from '../invoices/proration.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Instant } from '../time/instant.ts'
import type { Discount } from './model.ts'

/**
 * The discounts as they hold for a change within a period, of which some part is left. One that was counted for the
 * period goes on holding, and isn't counted again. One that wasn't is counted by what uses it. An amount is for a whole
 * period: where all its lines are replaced it takes its share of the rest; where some are, what they give back of it.
 *
 * @param share what part is left of the period whose lines are all replaced; null: they are not
 * @param credits what is given back beside the new lines
 */
export function discountsWithin(
  discounts: readonly Discount[],
  at: Instant,
  share: Fraction | null,
  credits: { lines: readonly LineDraft[]; currency: string },
): Discount[] {
  let leftMinor = share === null ? amountGivenBack(credits.lines, discounts, at) : 0
  return discounts.flatMap((discount) => {
    const { coupon } = discount
    const periodsLeft = isHeld(discount, at) ? null : discount.periodsLeft
    if (coupon.percentOff !== null) return { ...discount, periodsLeft }
    if (share === null) {
      const offMinor = Math.min(coupon.amountOff[credits.currency] ?? 0, leftMinor)
      if (offMinor === 0 || periodsLeft !== null) return []
      leftMinor -= offMinor
      return { ...discount, periodsLeft, coupon: { ...coupon, amountOff: { [credits.currency]: offMinor } } }
    }
    const amountOff = Object.fromEntries(
      Object.entries(coupon.amountOff).map(([currency, amountMinor]) => [
        currency,
        roundMinor(times(new Big(amountMinor), share)),
      ]),
    )
    return { ...discount, periodsLeft, coupon: { ...coupon, amountOff } }
  })
}

/** What amounts had taken off the lines that are given back: what percentages had not. */
function amountGivenBack(lines: readonly LineDraft[], discounts: readonly Discount[], at: Instant): number {
  const percentages = discounts.filter(
    (each) => each.coupon.percentOff !== null && (each.periodsLeft === null || isHeld(each, at)),
  )
  return lines.reduce((sum, { reference, amountMinor, fixed }) => {
    if (fixed === undefined) return sum
    const own = percentages.filter(
      ({ coupon: { appliesTo } }) => appliesTo.length === 0 || appliesTo.includes(reference),
    )
    const kept = own.reduce(
      (left, { coupon }) => left.times(new Big(100).minus(coupon.percentOff ?? 0)).times('0.01'),
      new Big(1),
    )
    const byPercentage = roundMinor(new Big(1).minus(kept).times(0 - amountMinor))
    return sum + Math.max(0 - fixed.discountMinor - byPercentage, 0)
  }, 0)
}

/** Discounts after a document: what it used is counted for the period that ends at `until`, once. */
export function countDiscounts(
  discounts: readonly Discount[],
  used: ReadonlySet<string>,
  document: { at: Instant; until: Instant; opensPeriod: boolean },
): readonly Discount[] {
  return discounts.map((discount) => {
    const { id, periodsLeft } = discount
    if (!used.has(id) || periodsLeft === null) return discount
    const counts = document.opensPeriod || !isHeld(discount, document.at)
    return counts
      ? { ...discount, periodsLeft: Math.max(periodsLeft - 1, 0), heldUntil: document.until }
      : discount
  })
}

function isHeld({ heldUntil }: Discount, at: Instant): boolean {
  return heldUntil !== null && heldUntil > at
}
