import type { endpoints } from '@tollkeeper/contract'
import type { CustomerState } from '../domain/customers/state.ts'
import type { Discount } from '../domain/discounts/model.ts'
import { toIso } from '../domain/time/index.ts'
import { endDiscount } from '../operations/discounts/end.ts'
import { listDiscounts } from '../operations/discounts/list.ts'
import { redeemCoupon } from '../operations/discounts/redeem.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const discountRoutes = {
  create: async ({ params, body }, ctx) => {
    const { state, discount } = await redeemCoupon(ctx, params.id, body.coupon)
    return present(state, discount)
  },
  list: async ({ params }, ctx) => {
    const { state, discounts } = await listDiscounts(ctx, params.id)
    return presentList(discounts.map((each) => present(state, each)))
  },
  delete: async ({ params }, ctx) => {
    await endDiscount(ctx, params.id, params.discountId)
    return { object: 'discount' as const, id: params.discountId, deleted: true as const }
  },
} satisfies Handlers<typeof endpoints.discounts>

function present({ customer, livemode, subscriptions }: CustomerState, discount: Discount) {
  const { id, coupon, periodsLeft, redeemedAt } = discount
  const subscription = subscriptions.find(({ number }) => number === discount.subscription)
  return {
    object: 'discount' as const,
    id,
    livemode,
    customer: customer.key,
    coupon: coupon.key,
    name: coupon.name,
    subscription: subscription?.id ?? null,
    percentOff: coupon.percentOff,
    amountOffMinor: coupon.amountOff,
    periodsLeft,
    redeemedAt: toIso(redeemedAt),
  }
}
