import type { OperationContext } from '../../context.ts'
import { redeemCoupon as decideRedeem, requireCoupon } from '../../domain/discounts/redeem.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import type { Discount } from '../../domain/discounts/model.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { hasRedeemed, takeRedemption } from '../../store/discounts.ts'
import { changeCustomer } from '../customers/command.ts'

/** Redeems coupons as part of another change. The count of a coupon is guarded over all customers. */
export async function withCoupons(
  ctx: OperationContext,
  change: CustomerChange,
  coupons: readonly string[],
  subscription: number | null,
): Promise<CustomerChange> {
  let next = change
  for (const key of coupons) {
    const coupon = requireCoupon(next.state, key, 'coupons')
    const { environment, customer } = next.state
    const redeemedBefore = await hasRedeemed(ctx.tx, environment, customer.id, key)
    const id = newId('dis', ctx.environment.mode === 'live', ctx.clock.now())
    next = decideRedeem(next, { id, coupon, subscription, redeemedBefore })
    if (coupon.maximumRedemptions === null) continue
    if (await takeRedemption(ctx.tx, environment, key, coupon.maximumRedemptions)) continue
    throw new Refusal('coupon_ended', { param: 'coupons', values: { coupon: key } })
  }
  return next
}

/**
 * @throws Refusal `customer_not_found`, `coupon_not_found`, `coupon_ended`, `coupon_used`
 */
export async function redeemCoupon(
  ctx: OperationContext,
  customer: string,
  coupon: string,
): Promise<{ state: CustomerState; discount: Discount }> {
  const after = await changeCustomer(ctx, customer, (state) =>
    withCoupons(ctx, unchanged(state), [coupon], null),
  )
  const discount = (after.money as CustomerMoney).discounts.find((each) => each.coupon.key === coupon)
  return { state: after, discount: discount as Discount }
}
