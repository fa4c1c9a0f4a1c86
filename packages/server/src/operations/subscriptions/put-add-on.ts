import type { OperationContext, UsageContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { moduleOrderLines } from '../../domain/invoices/module-lines.ts'
import { openAttemptOf } from '../../domain/payments/collect.ts'
import { putAddOn, requireGoodStanding } from '../../domain/subscriptions/change.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { Refusal } from '../../refusal.ts'
import { keepCatalogItem } from '../../store/catalog.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { findSubscriptionOwner } from '../../store/subscriptions.ts'
import { changeCustomer, type Decision } from '../customers/command.ts'
import { carryOutOrder, decideOrder, type OrderResult } from '../payments/order.ts'
import { runOperation } from '../run.ts'
import { subscriptionNotFound, type SubscriptionResult } from './change.ts'
import { requireRecurringAddOn } from './create.ts'
import { getSubscription } from './get.ts'

export interface PutAddOn {
  addOn: string
  quantity: number
}

/**
 * Switches an add-on on, or sets its quantity. Where the plan charges modules at once, what is left of the period is paid
 * first and only then it is in force; the same call again while that payment is under way is the same purchase.
 *
 * @throws Refusal `subscription_not_found`, `subscription_inactive`, `add_on_not_found`, `add_on_kind`,
 * `payment_method_missing`, `payment_declined`, `payment_in_flight` while another quantity of it is being paid
 */
export async function putSubscriptionAddOn(
  ctx: UsageContext,
  id: string,
  command: PutAddOn,
): Promise<SubscriptionResult & { order: OrderResult | null }> {
  const begun = await runOperation(ctx, ctx, async (own) => {
    const customer = await findSubscriptionOwner(own.tx, own.environment.id, id)
    if (customer === null) throw subscriptionNotFound(id)
    await lockCustomer(own.tx, own.environment.id, customer)
    let invoice = null as string | null
    await changeCustomer(own, customer, async (state) => {
      const subscription = state.subscriptions.find((each) => each.id === id) as Subscription
      const decided = await decide(own, state, subscription, command)
      invoice = decided.invoice
      return decided.decision
    })
    return { customer, invoice }
  })
  const { customer, invoice } = begun
  const order = invoice === null ? null : await carryOutOrder(ctx, { customer, invoice })
  const result = await runOperation(ctx, { ...ctx, readOnly: true }, (own) => getSubscription(own, id))
  return { ...result, order }
}

async function decide(
  ctx: OperationContext,
  state: CustomerState,
  subscription: Subscription,
  command: PutAddOn,
): Promise<{ decision: Decision; invoice: string | null }> {
  const addOn = requireRecurringAddOn(state.catalog, command.addOn, 'addOnId')
  const { quantity } = command
  requireGoodStanding(state)
  const put = putAddOn(state, subscription, addOn, quantity)
  const under = orderUnderWay(state, subscription, addOn.item)
  if (under !== null) {
    if (under.quantity !== quantity) throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
    return { decision: { state, events: [] }, invoice: under.invoice }
  }
  const next = put.state.subscriptions.find(({ number }) => number === subscription.number) as Subscription
  const lines = moduleOrderLines(state, subscription, next)
  if (lines.length === 0) return { decision: put, invoice: null }
  await keepCatalogItem(ctx.tx, addOn.item)
  // the version that the subscription has, where it has one
  const held = next.addOns.find((each) => each.addOn.item === addOn.item)?.addOn ?? addOn
  const onPaid = {
    type: 'add_on' as const,
    subscription: subscription.number,
    addOn: held.item,
    version: held.version,
    quantity,
  }
  const { currency } = subscription
  const order = { lines, reason: 'add_on' as const, subscription, period: null, currency, onPaid }
  return decideOrder(ctx, state, order, { paymentMethod: null, returnUrl: null })
}

/** A purchase of the same add-on that waits for its payment. */
function orderUnderWay(
  state: CustomerState,
  { number }: Subscription,
  item: number,
): { invoice: string; quantity: number } | null {
  const money = state.money as CustomerMoney
  for (const [invoice, effect] of money.effects) {
    if (effect.type !== 'add_on' || effect.subscription !== number || effect.addOn !== item) continue
    if (openAttemptOf(money, invoice) !== null) return { invoice, quantity: effect.quantity }
  }
  return null
}
