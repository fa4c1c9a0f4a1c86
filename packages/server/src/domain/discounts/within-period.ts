import { Big } from 'big.js'
import { times, type Fraction } from '../invoices/proration.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Instant } from '../time/instant.ts'
import type { Discount } from './model.ts'

/**
 * The discounts as they hold for a change within a period, of which some part is left. One that was counted for the
 * period goes on holding, and isn't counted again. One that wasn't is counted by what uses it. An amount is for a whole
 * period: where all its lines are replaced it takes its share of the rest, and else nothing.
 *
 * @param share what part is left of the period whose lines are all replaced; null: they are not
 */
export function discountsWithin(
  discounts: readonly Discount[],
  at: Instant,
  share: Fraction | null,
): Discount[] {
  return discounts.flatMap((discount) => {
    const { coupon } = discount
    const periodsLeft = isHeld(discount, at) ? null : discount.periodsLeft
    if (coupon.percentOff !== null) return { ...discount, periodsLeft }
    if (share === null) return []
    const amountOff = Object.fromEntries(
      Object.entries(coupon.amountOff).map(([currency, amountMinor]) => [
        currency,
        roundMinor(times(new Big(amountMinor), share)),
      ]),
    )
    return { ...discount, periodsLeft, coupon: { ...coupon, amountOff } }
  })
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
