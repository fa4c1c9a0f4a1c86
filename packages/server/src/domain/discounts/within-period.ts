import { Big } from 'big.js'
import type { LineDraft } from '../invoices/model.ts'
import { times, type Fraction } from '../invoices/proration.ts'
import { addMinor, roundMinor } from '../money/index.ts'
import type { Instant } from '../time/instant.ts'
import type { Discount, DiscountedLine } from './model.ts'
import { amountGivenBack, takenBy } from './taken-by.ts'

/** What a change of plan replaces of a period. */
export interface Replaced {
  /** What part of the period is left. */
  share: Fraction
  /** What is given back of its lines. */
  credits: readonly LineDraft[]
  /** What would be given back of those that go on: they keep what is taken off them. */
  kept: readonly LineDraft[]
  /** What discounts have taken in the period so far. */
  discounted: readonly DiscountedLine[]
}

/**
 * The discounts as they hold for a change within a period, of which some part is left. One that was counted for the
 * period goes on holding, and isn't counted again. One that wasn't is counted by what uses it. An amount is for a whole
 * period: where the plan is replaced it takes its share of the rest, never less than comes back of it, and never more than
 * the period has left of the whole; else what takes the place of other lines keeps what they had of it (`keptDiscount`).
 *
 * @param replaced null: the plan goes on
 */
export function discountsWithin(
  discounts: readonly Discount[],
  at: Instant,
  replaced: Replaced | null,
  currency: string,
): Discount[] {
  const inForce = discounts.map((each) => (isHeld(each, at) ? { ...each, periodsLeft: null } : each))
  const percentages = inForce.filter(({ coupon }) => coupon.percentOff !== null)
  if (replaced === null) return percentages
  const amounts = inForce.filter(({ coupon }) => coupon.percentOff === null)
  return [...percentages, ...amountsWithin(amounts, discounts, { at, currency }, replaced)]
}

function amountsWithin(
  amounts: readonly Discount[],
  discounts: readonly Discount[],
  { at, currency }: { at: Instant; currency: string },
  { share, credits, kept, discounted }: Replaced,
): Discount[] {
  const percentages = percentagesAt(discounts, at)
  const takenMinor = takenBy(amounts, discounted, credits, { percentages, currency })
  let keptMinor = amountGivenBack(kept, percentages, discounted)
  const shares = amounts.map(({ coupon, periodsLeft }, index) => {
    const wholeMinor = coupon.amountOff[currency] ?? 0
    const leftMinor = wholeMinor - (takenMinor[index] ?? 0)
    const shareMinor = roundMinor(times(new Big(wholeMinor), share))
    // what isn't held yet has taken nothing off
    const standingMinor = periodsLeft === null ? Math.min(shareMinor, keptMinor) : 0
    keptMinor -= standingMinor
    const offMinor = Math.min(shareMinor - standingMinor, leftMinor)
    return { offMinor, moreMinor: periodsLeft === null ? leftMinor - offMinor : 0 }
  })
  // a period that is short by itself had taken a whole amount
  let missingMinor =
    amountGivenBack(credits, percentages, discounted) - addMinor(...shares.map(({ offMinor }) => offMinor))
  return amounts.map((discount, index) => {
    const { offMinor = 0, moreMinor = 0 } = shares[index] ?? {}
    const backMinor = Math.max(Math.min(missingMinor, moreMinor), 0)
    missingMinor -= backMinor
    const amountOff = { [currency]: offMinor + backMinor }
    return { ...discount, coupon: { ...discount.coupon, amountOff } }
  })
}

/**
 * What a line keeps of the discounts of those whose place it takes: of more units all of it, and what is more is charged as
 * it would be today; of fewer their share, and all of an amount off.
 */
export function keptDiscount(
  credits: readonly LineDraft[],
  amountMinor: number,
  discounts: readonly Discount[],
  { at, currency }: { at: Instant; currency: string },
): { amountMinor: number; discountMinor: number } {
  const chargedMinor = 0 - addMinor(...credits.map((credit) => credit.amountMinor))
  const takenMinor = 0 - addMinor(...credits.map(({ fixed }) => fixed?.discountMinor ?? 0))
  if (amountMinor >= chargedMinor) return { amountMinor: chargedMinor, discountMinor: takenMinor }
  const offMinor = addMinor(
    ...discounts
      .filter((each) => each.coupon.percentOff === null && (each.periodsLeft === null || isHeld(each, at)))
      .map(({ coupon }) => coupon.amountOff[currency] ?? 0),
  )
  const ofAmounts = Math.min(amountGivenBack(credits, percentagesAt(discounts, at)), offMinor)
  const share = { numerator: amountMinor, denominator: chargedMinor }
  const ofPercentages = roundMinor(times(new Big(takenMinor - ofAmounts), share))
  return { amountMinor, discountMinor: Math.min(ofPercentages + ofAmounts, amountMinor) }
}

function percentagesAt(discounts: readonly Discount[], at: Instant): Discount[] {
  return discounts.filter(
    (each) => each.coupon.percentOff !== null && (each.periodsLeft === null || isHeld(each, at)),
  )
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

/** Counted for a period that goes on: what changes within it has it too. */
export function isHeld({ heldUntil }: Discount, at: Instant): boolean {
  return heldUntil !== null && heldUntil > at
}
