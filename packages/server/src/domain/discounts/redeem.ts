import { Refusal } from '../../refusal.ts'
import type { Coupon } from '../catalog/model.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { readInstantOrNull } from '../time/index.ts'
import type { Discount } from './model.ts'

/**
 * The coupon, if it may be redeemed now.
 *
 * @throws Refusal `coupon_not_found`, `coupon_ended` after its `redeemBy`
 */
export function requireCoupon(state: CustomerState, key: string, param: string): Coupon {
  const coupon = state.catalog.coupons.find((each) => each.key === key && !each.archived)
  if (coupon === undefined) throw new Refusal('coupon_not_found', { param, values: { coupon: key } })
  const until = readInstantOrNull(coupon.redeemBy)
  if (until !== null && state.now >= until) {
    throw new Refusal('coupon_ended', { param, values: { coupon: key } })
  }
  return coupon
}

/** @throws Refusal `coupon_used` for one that the customer has redeemed before */
export function redeemCoupon(
  change: CustomerChange,
  command: { id: string; coupon: Coupon; subscription: number | null; redeemedBefore: boolean },
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const { coupon, id, subscription, redeemedBefore } = command
  if (redeemedBefore || money.discounts.some((each) => each.coupon.key === coupon.key)) {
    throw new Refusal('coupon_used', { param: 'coupon', values: { coupon: coupon.key } })
  }
  const discount: Discount = {
    id,
    coupon,
    subscription,
    redeemedAt: state.now,
    periodsLeft: coupon.periods,
    heldUntil: null,
  }
  return {
    ...change,
    state: { ...state, money: { ...money, discounts: [...money.discounts, discount] } },
    events: [
      ...change.events,
      {
        type: 'coupon.redeemed',
        subject: id,
        payload: { discount: id, coupon: coupon.key },
        occurredAt: state.now,
      },
    ],
  }
}
