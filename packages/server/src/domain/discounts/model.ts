/**
 * What a redeemed coupon takes off.
 *
 * Owns: the shape of a discount and what it takes off each line (`apply-discounts.ts`). Does not own: whether a coupon may
 * be redeemed, and how many of its periods are left afterwards: the caller counts one off each discount that was used.
 * Invariant: percentages come before amounts, each in the order of redemption; a line never goes below zero.
 */
import type { Coupon } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'

export interface Discount {
  id: string
  /** As it was when redeemed: a later catalog doesn't change what was promised. */
  coupon: Coupon
  /** Surrogate of the subscription that it holds for; null = whatever the customer is billed. */
  subscription: number | null
  redeemedAt: Instant
  /** Invoices that it still holds for; null = all. At 0 it takes nothing off. */
  periodsLeft: number | null
  /** The end of the period that it was counted for last: until then changes within it have it too; null before. */
  heldUntil: Instant | null
}

/** A line that a period was charged with a discount; or one that gives back of such a one, with its discount. */
export interface DiscountedLine {
  id: string
  /** The line that it gives back of; null for a charge. */
  credits: string | null
  reference: string
  /** Below zero: given back. */
  amountMinor: number
  discountMinor: number
  /** When its document was made. */
  at: Instant
}
