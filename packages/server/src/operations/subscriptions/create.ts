import type { OperationContext } from '../../context.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { liveSubscription, type CustomerState } from '../../domain/customers/state.ts'
import { updateMethod } from '../../domain/payments/methods.ts'
import { takesPurchases, type Purchase } from '../../domain/subscriptions/buy-again.ts'
import { createSubscription as decideCreate } from '../../domain/subscriptions/create.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { isPaidFirst } from '../../domain/subscriptions/purchase-order.ts'
import { resolveTerms } from '../../domain/subscriptions/terms.ts'
import type { Instant } from '../../domain/time/index.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { nextNumbers } from '../../store/customer-state.ts'
import { changeCustomer, type Decide } from '../customers/command.ts'
import { withCoupons } from '../discounts/redeem.ts'
import { decidePurchase, type DecidedPurchase } from './decide-purchase.ts'
import type { SubscriptionResult } from './change.ts'
import { asPreviewed, previewChange, requireAgreed, type Agreed, type Preview } from '../previews/preview.ts'

export interface CreateSubscription {
  customer: string
  plan: string
  interval: string
  currency: string | null
  quantities: Record<string, number>
  addOns: { addOn: string; quantity: number }[]
  bundles?: readonly string[]
  coupons?: readonly string[]
  authority: Subscription['authority']
  activation: Subscription['activation']
  startAt: Instant | null
  trialDays: number | null
  /** It becomes the default. */
  paymentMethod?: string | null
  metadata: Record<string, unknown>
}

/** A subscription, and the draft that has to be paid before it has what was asked for; null: it has it. */
export interface Subscribed extends SubscriptionResult {
  invoice: string | null
}

/**
 * Subscribes a customer to a plan. Without a trial it is active at once, unless `activation` is `manual`. Where its live
 * subscription takes purchases, it is bought again, and the answer is that one.
 *
 * @throws Refusal `customer_not_found`, `subscription_exists`, `plan_not_found`, `price_not_found`,
 * `add_on_not_found`, `add_on_kind`, `trial_used`, `payment_method_not_found`, `payment_method_unusable`; of what is bought again what `decidePurchase` refuses.
 */
export async function createSubscription(
  ctx: OperationContext,
  command: CreateSubscription,
  agreed: Agreed = {},
): Promise<Subscribed> {
  const id = newId('sub', ctx.environment.mode === 'live', ctx.clock.now())
  const token = { token: agreed.previewToken, request: command }
  let decided = null as DecidedPurchase | null
  const decide = decideSubscribing(ctx, id, command, (purchase) => {
    decided = purchase
  })
  const after = await changeCustomer(ctx, command.customer, asPreviewed(ctx, token, decide))
  if (decided?.isUnderWay !== true) requireAgreed(ctx, after, agreed)
  const live = liveSubscription(after) as Subscription
  const subscription = after.subscriptions.find((each) => each.id === id) ?? live
  return { state: after, subscription, invoice: decided?.invoice ?? null }
}

/** What subscribing would come to, and a token to agree to it. @throws Refusal as `createSubscription` does */
export function previewNewSubscription(ctx: OperationContext, command: CreateSubscription): Promise<Preview> {
  const id = newId('sub', ctx.environment.mode === 'live', ctx.clock.now())
  return previewChange(ctx, command.customer, command, decideSubscribing(ctx, id, command, null))
}

/** @param ordered hears of an order that has to be paid; null: it is only looked at */
function decideSubscribing(
  ctx: OperationContext,
  id: string,
  command: CreateSubscription,
  ordered: ((purchase: DecidedPurchase) => void) | null,
): Decide {
  return async (loaded) => {
    const state = preferring(loaded, command.paymentMethod ?? null)
    const purchase = resolvePurchase(state, command)
    const live = liveSubscription(state)
    if (live !== null && takesPurchases(live) && isPaidFirst(purchase)) {
      const decided = await decidePurchase(ctx, { state, live, purchase }, command, ordered === null)
      ordered?.(decided)
      return decided.decision
    }
    return decideNew(ctx, id, command)(state)
  }
}

/** @throws Refusal `payment_method_not_found`, `payment_method_unusable` */
const preferring = (state: CustomerState, method: string | null): CustomerState =>
  method === null ? state : updateMethod(state, method, { isDefault: true }).state

export function decideNew(ctx: OperationContext, id: string, command: CreateSubscription): Decide {
  return async (state) => {
    const purchase = resolvePurchase(state, command)
    const [number] = await nextNumbers(ctx.tx, 'subscription', 1)
    const created = decideCreate(state, { ...command, ...purchase, id, number: number as number })
    const owner = created.boughtAgain === undefined ? number : liveSubscription(state)?.number
    return withCoupons(ctx, created, command.coupons ?? [], owner as number)
  }
}

/** What is asked for, as the catalog in force has it. */
export function resolvePurchase(
  state: CustomerState,
  command: Omit<CreateSubscription, 'customer'>,
): Purchase {
  return {
    terms: resolveTerms(state.catalog, command, state.customer.currency),
    addOns: command.addOns.map((each) => ({
      addOn: requireRecurringAddOn(state.catalog, each.addOn, 'addOns'),
      quantity: each.quantity,
    })),
    bundles: (command.bundles ?? []).map((key) => requireBundle(state.catalog, key, 'bundles')),
  }
}

export function requireBundle(catalog: Catalog, key: string, param: string) {
  const bundle = catalog.bundles.find((each) => each.key === key)
  if (bundle === undefined) throw new Refusal('bundle_not_found', { param, values: { bundle: key } })
  return bundle
}

export function requireRecurringAddOn(catalog: Catalog, key: string, param: string) {
  const addOn = catalog.addOns.find((each) => each.key === key)
  if (addOn === undefined) throw new Refusal('add_on_not_found', { param, values: { addOn: key } })
  if (addOn.kind !== 'recurring')
    throw new Refusal('add_on_kind', { param, values: { addOn: key, kind: addOn.kind } })
  return addOn
}
