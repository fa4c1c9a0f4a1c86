import { Big } from 'big.js'
import type { LineDraft } from '../invoices/model.ts'
import { times, type Fraction } from '../invoices/proration.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Instant } from '../time/instant.ts'
import type { Discount } from './model.ts'

/** What a change of plan replaces of a period. */
export interface Replaced {
  /** What part of the period is left. */
  share: Fraction
  /** What would be given back of its lines that go on: they keep what is taken off them. */
  kept: readonly LineDraft[]
}

/**
 * The discounts as they hold for a change within a period, of which some part is left. One that was counted for the
 * period goes on holding, and isn't counted again. One that wasn't is counted by what uses it. An amount is for a whole
 * period: where the plan is replaced it takes its share of the rest, less what lines that go on have of it; where only
 * some of its lines are, what they give back of it.
 *
 * @param replaced null: the plan goes on
 * @param credits what is given back beside the new lines
 */
export function discountsWithin(
  discounts: readonly Discount[],
  at: Instant,
  replaced: Replaced | null,
  credits: { lines: readonly LineDraft[]; currency: string },
): Discount[] {
  const { currency } = credits
  let leftMinor = amountGivenBack(replaced === null ? credits.lines : replaced.kept, discounts, at)
  return discounts.flatMap((discount) => {
    const { coupon } = discount
    const periodsLeft = isHeld(discount, at) ? null : discount.periodsLeft
    if (coupon.percentOff !== null) return { ...discount, periodsLeft }
    const wholeMinor = coupon.amountOff[currency] ?? 0
    const mostMinor = replaced === null ? wholeMinor : roundMinor(times(new Big(wholeMinor), replaced.share))
    // what isn't held yet has taken nothing off
    const standingMinor = periodsLeft === null ? Math.min(mostMinor, leftMinor) : 0
    leftMinor -= standingMinor
    const offMinor = replaced === null ? standingMinor : mostMinor - standingMinor
    if (offMinor === 0) return []
    return { ...discount, periodsLeft, coupon: { ...coupon, amountOff: { [currency]: offMinor } } }
  })
}

/** What amounts had taken off what is given back: what percentages had not. */
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

/** A period that begins ends the one before, and with it what held for that. */
export function endHeld(discounts: readonly Discount[], at: Instant): readonly Discount[] {
  return discounts.some((each) => isHeld(each, at))
    ? discounts.map((each) => (isHeld(each, at) ? { ...each, heldUntil: at } : each))
    : discounts
}

function isHeld({ heldUntil }: Discount, at: Instant): boolean {
  return heldUntil !== null && heldUntil > at
}
