import { Big } from 'big.js'
import { addMinor, roundMinor } from '../money/index.ts'
import type { Instant } from '../time/instant.ts'
import type { Discount } from './model.ts'
import { appliesTo, type Discounted } from './taken-by.ts'
import { isHeld } from './within-period.ts'

export interface DiscountsOf {
  /** Those of one subscription, and those of all. */
  discounts: readonly Discount[]
  currency: string
  at: Instant
  /** Whether what is charged now waits for the invoice of the next period. */
  waits: boolean
}

/**
 * What part of a charge pays for something else, in terms of that one's price before its discounts: so much that with them
 * it comes to what was really paid. What an amount took off is off the other too, where it is for both.
 */
export function partTowards(charged: Discounted, reference: string, of: DiscountsOf): Big {
  const { amountMinor, discountMinor } = charged
  const left = leftAfter(reference, of)
  if (amountMinor <= 0 || left.lte(0)) return new Big(1)
  const held = of.discounts.filter((each) => each.periodsLeft === null || isHeld(each, of.at))
  const byPercentages = new Big(1).minus(leftBy(held, charged.reference)).times(amountMinor)
  const beyondMinor = discountMinor - roundMinor(byPercentages)
  const offMinor = Math.min(
    Math.max(beyondMinor, 0),
    forBoth(held, charged.reference, reference, of.currency),
  )
  // as it was before it was rounded, so that what is the same for both comes to all of it
  const taken = beyondMinor < 0 ? new Big(discountMinor) : byPercentages.plus(beyondMinor)
  return new Big(amountMinor).minus(taken).plus(offMinor).div(left.times(amountMinor))
}

/** What percentages leave of something that is charged now. */
export function leftAfter(reference: string, { discounts, at, waits }: DiscountsOf): Big {
  const holds = (each: Discount) =>
    each.periodsLeft === null || each.periodsLeft > 0 || (!waits && isHeld(each, at))
  return leftBy(discounts.filter(holds), reference)
}

function leftBy(discounts: readonly Discount[], reference: string): Big {
  return discounts
    .filter(({ coupon }) => coupon.percentOff !== null && appliesTo(coupon, { reference }))
    .reduce(
      (left, { coupon }) => left.times(new Big(100).minus(coupon.percentOff ?? 0)).times('0.01'),
      new Big(1),
    )
}

function forBoth(discounts: readonly Discount[], one: string, other: string, currency: string): number {
  const both = discounts.filter(({ coupon }) =>
    [one, other].every((reference) => appliesTo(coupon, { reference })),
  )
  return addMinor(...both.map(({ coupon }) => coupon.amountOff[currency] ?? 0))
}
