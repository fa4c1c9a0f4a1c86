import type { OperationContext } from '../../context.ts'
import type { CustomerMoney, PurchaseEffect } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import { giveWayToPurchase } from '../../domain/payments/drop-orders.ts'
import { ordersUnderWay, resumeOrder, type Order } from '../../domain/payments/order.ts'
import { buyAgain, requireStartNow, type Purchase } from '../../domain/subscriptions/buy-again.ts'
import { requireGoodStanding } from '../../domain/subscriptions/change.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { isSamePurchase, purchaseOrder } from '../../domain/subscriptions/purchase-order.ts'
import type { Instant } from '../../domain/time/index.ts'
import { keepCatalogItem } from '../../store/catalog.ts'
import { idsOf, type Decision } from '../customers/command.ts'
import { withCoupons } from '../discounts/redeem.ts'
import { decideOrder } from '../payments/order.ts'

export interface DecidedPurchase {
  decision: Decision
  /** Of the draft that is to be paid; null where it costs nothing. */
  invoice: string | null
  /** The same purchase waits for its payment already. */
  isUnderWay: boolean
}

interface Bought {
  state: CustomerState
  live: Subscription
  purchase: Purchase
}

/**
 * Buys a live subscription again, paid first: until then nothing of it changes. The same purchase again while its payment
 * is under way is that purchase; another one replaces it.
 *
 * @throws Refusal `subscription_inactive` while unpaid invoices block it, `currency_change`, `coupon_used`,
 * `payment_method_missing`, `payment_in_flight` while another purchase is being charged
 */
export async function decidePurchase(
  ctx: OperationContext,
  bought: Bought,
  { coupons = [], startAt }: { coupons?: readonly string[] | undefined; startAt: Instant | null },
  isPreview: boolean,
): Promise<DecidedPurchase> {
  const { state, live, purchase } = bought
  requireGoodStanding(state)
  requireStartNow(state, startAt)
  const under = isPreview ? null : orderUnderWay(state, purchaseOrder(state, live, purchase, coupons).onPaid)
  if (under !== null) {
    return { decision: resumeOrder(state, under, idsOf(ctx)), invoice: under.id, isUnderWay: true }
  }
  const { change, order } = await orderPurchase(ctx, bought, coupons)
  if (order.lines.length === 0) {
    const decision = buyAgain(change.state, live, purchase, null)
    return {
      decision: { ...decision, events: [...change.events, ...decision.events] },
      invoice: null,
      isUnderWay: false,
    }
  }
  const how = { paymentMethod: null, returnUrl: null, with: change, isPreview }
  return { ...(await decideOrder(ctx, state, order, how)), isUnderWay: false }
}

/** The order with its coupons redeemed; what was ordered before gives way to it. */
export async function orderPurchase(
  ctx: OperationContext,
  { state, live, purchase }: Bought,
  coupons: readonly string[],
): Promise<{ change: CustomerChange; order: Order & { onPaid: PurchaseEffect } }> {
  const free = giveWayToPurchase(unchanged(state))
  const change = await withCoupons(ctx, free, coupons, live.number)
  const { terms, addOns, bundles } = purchase
  const versions = [terms.plan, ...addOns.map(({ addOn }) => addOn), ...bundles]
  for (const { item } of versions) await keepCatalogItem(ctx.tx, item)
  return { change, order: purchaseOrder(change.state, live, purchase, coupons) }
}

/** The invoice of the same purchase, whose payment is under way. */
function orderUnderWay({ money }: CustomerState, wanted: PurchaseEffect): Invoice | null {
  const known = ordersUnderWay(money as CustomerMoney).find(
    ([, effect]) => effect.type === 'buy_again' && isSamePurchase(effect, wanted),
  )
  return known?.[0] ?? null
}
