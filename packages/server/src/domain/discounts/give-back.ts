import { unpaidCoupons } from '../payments/drop-orders.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'

/**
 * A coupon that was redeemed for a subscription which ends without ever having been paid, or for a purchase that nobody
 * pays, was not used.
 */
export function giveBackUnused(before: CustomerState, change: CustomerChange): CustomerChange {
  const { money, subscriptions } = change.state
  if (money === null || money.discounts.length === 0) return change
  const waiting = new Set(
    before.subscriptions.filter(({ status }) => status === 'incomplete').map(({ number }) => number),
  )
  const unpaid = new Set(
    subscriptions
      .filter(({ number, endedAt }) => endedAt !== null && waiting.has(number))
      .map(({ number }) => number),
  )
  const unused = unpaidCoupons(before.money, money)
  if (unpaid.size + unused.size === 0) return change
  const discounts = money.discounts.filter(
    ({ subscription, coupon, heldUntil }) =>
      !(subscription !== null && unpaid.has(subscription)) && !(unused.has(coupon.key) && heldUntil === null),
  )
  return { ...change, state: { ...change.state, money: { ...money, discounts } } }
}
