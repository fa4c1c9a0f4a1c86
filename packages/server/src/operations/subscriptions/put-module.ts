import type { OperationContext, UsageContext } from '../../context.ts'
import type { CustomerMoney, ModuleEffect } from '../../domain/customers/money.ts'
import type { CustomerChange, CustomerState } from '../../domain/customers/state.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import { moduleOrderLines } from '../../domain/invoices/module-lines.ts'
import { openAttemptOf } from '../../domain/payments/collect.ts'
import { ordersUnderWay, resumeOrder } from '../../domain/payments/order.ts'
import { requireModulesPaid } from '../../domain/dunning/modules.ts'
import { putAddOn, putBundle, requireGoodStanding } from '../../domain/subscriptions/change.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { raisesQuota, raisesQuotaAlone } from '../../domain/subscriptions/quota-add-ons.ts'
import { Refusal } from '../../refusal.ts'
import { keepCatalogItem } from '../../store/catalog.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { findSubscriptionOwner } from '../../store/subscriptions.ts'
import { changeCustomer, idsOf, type Decision } from '../customers/command.ts'
import { carryOutOrder, decideOrder, type OrderResult } from '../payments/order.ts'
import { runOperation } from '../run.ts'
import { subscriptionNotFound, type SubscriptionResult } from './change.ts'
import { requireBundle, requireRecurringAddOn } from './create.ts'
import { getSubscription } from './get.ts'

export interface PutAddOn {
  addOn: string
  quantity: number
}

/**
 * Switches an add-on on, or sets its quantity. Where the plan charges modules at once, what is left of the period is paid
 * first and only then it is in force; the same call again while that payment is under way is the same purchase.
 *
 * @throws Refusal `subscription_not_found`, `subscription_inactive`, `modules_unpaid`, `add_on_not_found`, `add_on_kind`,
 * `payment_method_missing`, `payment_declined`, `payment_in_flight` while another quantity of it is being paid
 */
export function putSubscriptionAddOn(
  ctx: UsageContext,
  id: string,
  command: PutAddOn,
): Promise<OrderedModule> {
  return putModule(ctx, id, (state, subscription) => {
    const { quantity } = command
    const addOn = requireRecurringAddOn(state.catalog, command.addOn, 'addOnId')
    if (!raisesQuota(subscription.plan, addOn)) requireModulesPaid(state, subscription)
    // the version that the subscription has, where it has one
    const { item, version } =
      subscription.addOns.find((each) => each.addOn.item === addOn.item)?.addOn ?? addOn
    return {
      put: putAddOn(state, subscription, addOn, quantity),
      effect: { type: 'add_on', subscription: subscription.number, addOn: item, version, quantity },
    }
  })
}

/**
 * Switches a bundle on; paid first, as an add-on is.
 *
 * @throws Refusal `subscription_not_found`, `subscription_inactive`, `modules_unpaid`, `bundle_not_found`,
 * `payment_method_missing`, `payment_declined`
 */
export function putSubscriptionBundle(ctx: UsageContext, id: string, key: string): Promise<OrderedModule> {
  return putModule(ctx, id, (state, subscription) => {
    const bundle = requireBundle(state.catalog, key, 'bundleId')
    if (!raisesQuotaAlone(state.catalog, subscription.plan, bundle)) requireModulesPaid(state, subscription)
    const { item, version } = bundle
    return {
      put: putBundle(state, subscription, bundle),
      effect: { type: 'bundle', subscription: subscription.number, bundle: item, version },
    }
  })
}

type OrderedModule = SubscriptionResult & { order: OrderResult | null }

/** The change that switches a module on, and what a payment would have to set in motion to the same end. */
type Choose = (
  state: CustomerState,
  subscription: Subscription,
) => { put: CustomerChange; effect: ModuleEffect }

async function putModule(ctx: UsageContext, id: string, choose: Choose): Promise<OrderedModule> {
  const begun = await runOperation(ctx, ctx, async (own) => {
    const customer = await findSubscriptionOwner(own.tx, own.environment.id, id)
    if (customer === null) throw subscriptionNotFound(id)
    await lockCustomer(own.tx, own.environment.id, customer)
    let invoice = null as string | null
    await changeCustomer(own, customer, async (state) => {
      const subscription = state.subscriptions.find((each) => each.id === id) as Subscription
      const decided = await decide(own, state, subscription, choose)
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
  choose: Choose,
): Promise<{ decision: Decision; invoice: string | null }> {
  requireGoodStanding(state)
  const { put, effect } = choose(state, subscription)
  const under = orderUnderWay(state.money as CustomerMoney, effect)
  if (under !== null) return { decision: resumeOrder(state, under, idsOf(ctx)), invoice: under.id }
  const next = put.state.subscriptions.find(({ number }) => number === subscription.number) as Subscription
  const lines = moduleOrderLines(state, subscription, next)
  if (lines.length === 0) return { decision: put, invoice: null }
  await keepCatalogItem(ctx.tx, itemOf(effect))
  const { currency } = subscription
  const order = { lines, reason: 'add_on' as const, subscription, period: null, currency, onPaid: effect }
  return decideOrder(ctx, state, order, { paymentMethod: null, returnUrl: null })
}

const itemOf = (effect: ModuleEffect): number => (effect.type === 'bundle' ? effect.bundle : effect.addOn)

/**
 * The invoice of the same purchase, which waits for its payment.
 *
 * @throws Refusal `payment_in_flight` while another quantity of it is being paid
 */
function orderUnderWay(money: CustomerMoney, wanted: ModuleEffect): Invoice | null {
  for (const [invoice, effect] of ordersUnderWay(money)) {
    if (effect.type !== wanted.type) continue
    const known = effect as ModuleEffect
    if (known.subscription !== wanted.subscription || itemOf(known) !== itemOf(wanted)) continue
    if (known.type === 'add_on' && wanted.type === 'add_on' && known.quantity !== wanted.quantity) {
      if (openAttemptOf(money, invoice.id) === null) continue
      throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
    }
    return invoice
  }
  return null
}
