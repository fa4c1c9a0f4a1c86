import type { OperationContext } from '../../context.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { liveSubscription, type CustomerState } from '../../domain/customers/state.ts'
import { createSubscription as decideCreate } from '../../domain/subscriptions/create.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { resolveTerms } from '../../domain/subscriptions/terms.ts'
import type { Instant } from '../../domain/time/index.ts'
import { newId } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { nextNumbers } from '../../store/customer-state.ts'
import { changeCustomer, type Decide } from '../customers/command.ts'
import { withCoupons } from '../discounts/redeem.ts'
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
  metadata: Record<string, unknown>
}

/**
 * Subscribes a customer to a plan. Without a trial it is active at once, unless `activation` is `manual`. Where its live
 * subscription takes purchases, it is bought again, and the answer is that one.
 *
 * @throws Refusal `customer_not_found`, `subscription_exists`, `plan_not_found`, `price_not_found`,
 * `add_on_not_found`, `add_on_kind`, `trial_used`.
 */
export async function createSubscription(
  ctx: OperationContext,
  command: CreateSubscription,
  agreed: Agreed = {},
): Promise<{ state: CustomerState; subscription: Subscription }> {
  const id = newId('sub', ctx.environment.mode === 'live', ctx.clock.now())
  const token = { token: agreed.previewToken, request: command }
  const after = await changeCustomer(
    ctx,
    command.customer,
    asPreviewed(ctx, token, decideNew(ctx, id, command)),
  )
  requireAgreed(ctx, after, agreed)
  const live = liveSubscription(after) as Subscription
  return { state: after, subscription: after.subscriptions.find((each) => each.id === id) ?? live }
}

/** What subscribing would come to, and a token to agree to it. @throws Refusal as `createSubscription` does */
export function previewNewSubscription(ctx: OperationContext, command: CreateSubscription): Promise<Preview> {
  const id = newId('sub', ctx.environment.mode === 'live', ctx.clock.now())
  return previewChange(ctx, command.customer, command, decideNew(ctx, id, command))
}

export function decideNew(ctx: OperationContext, id: string, command: CreateSubscription): Decide {
  return async (state) => {
    const terms = resolveTerms(state.catalog, command, state.customer.currency)
    const addOns = command.addOns.map((each) => ({
      addOn: requireRecurringAddOn(state.catalog, each.addOn, 'addOns'),
      quantity: each.quantity,
    }))
    const bundles = (command.bundles ?? []).map((key) => requireBundle(state.catalog, key, 'bundles'))
    const [number] = await nextNumbers(ctx.tx, 'subscription', 1)
    const created = decideCreate(state, { ...command, id, number: number as number, terms, addOns, bundles })
    const owner = created.boughtAgain === true ? liveSubscription(state)?.number : number
    return withCoupons(ctx, created, command.coupons ?? [], owner as number)
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
  if (addOn.kind !== 'recurring') throw new Refusal('add_on_kind', { param, values: { addOn: key } })
  return addOn
}
