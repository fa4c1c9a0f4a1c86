import type { OperationContext } from '../../context.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { changeTerms, removeAddOn, removeBundle } from '../../domain/subscriptions/change.ts'
import { activate, cancel, pause } from '../../domain/subscriptions/lifecycle.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { resume } from '../../domain/subscriptions/resume.ts'
import { intervalText, quantityKeys, resolveTerms } from '../../domain/subscriptions/terms.ts'
import type { Instant } from '../../domain/time/index.ts'
import { Refusal } from '../../refusal.ts'
import { keepCatalogItem } from '../../store/catalog.ts'
import { findSubscriptionOwner } from '../../store/subscriptions.ts'
import { changeCustomer, type Decide } from '../customers/command.ts'
import { withCoupons } from '../discounts/redeem.ts'
import { asPreviewed, previewChange, requireAgreed, type Agreed, type Preview } from '../previews/preview.ts'

export interface SubscriptionResult {
  state: CustomerState
  subscription: Subscription
}

type DecideSubscription = (
  state: CustomerState,
  subscription: Subscription,
) => CustomerChange | Promise<CustomerChange>

/** @throws Refusal `subscription_not_found`, and what `decide` refuses. */
async function changeSubscription(
  ctx: OperationContext,
  id: string,
  decide: DecideSubscription,
  around: (decide: Decide) => Decide = (each) => each,
): Promise<SubscriptionResult> {
  const customer = await findSubscriptionOwner(ctx.tx, ctx.environment.id, id)
  if (customer === null) throw subscriptionNotFound(id)
  const find = (state: CustomerState) => state.subscriptions.find((each) => each.id === id) as Subscription
  const after = await changeCustomer(
    ctx,
    customer,
    around((each) => decide(each, find(each))),
  )
  return { state: after, subscription: find(after) }
}

export function subscriptionNotFound(id: string): Refusal {
  return new Refusal('subscription_not_found', { param: 'id', values: { subscription: id } })
}

export interface ChangeTerms {
  plan?: string | undefined
  interval?: string | undefined
  currency?: string | undefined
  quantities?: Record<string, number> | undefined
  when?: 'now' | 'period_end' | undefined
  /** Redeemed with the change. */
  coupons?: readonly string[] | undefined
}

/**
 * Changes what is given of plan, interval, currency and quantities; see `changeTerms` of the domain.
 *
 * @throws Refusal `preview_changed`, `preview_token_invalid`, `total_mismatch` where it is not what was agreed to
 */
export async function changeSubscriptionTerms(
  ctx: OperationContext,
  id: string,
  command: ChangeTerms,
  agreed: Agreed = {},
): Promise<SubscriptionResult> {
  const decide = decideTerms(ctx, command)
  const token = { token: agreed.previewToken, request: { id, ...command } }
  const result = await changeSubscription(ctx, id, decide, (each) => asPreviewed(ctx, token, each))
  requireAgreed(ctx, result.state, agreed)
  return result
}

/** What the same change would come to, and a token to agree to it. @throws Refusal as the change does */
export async function previewSubscriptionTerms(
  ctx: OperationContext,
  id: string,
  command: ChangeTerms,
): Promise<Preview> {
  const customer = await findSubscriptionOwner(ctx.tx, ctx.environment.id, id)
  if (customer === null) throw subscriptionNotFound(id)
  const decide = decideTerms(ctx, command)
  return previewChange(ctx, customer, { id, ...command }, (state) =>
    decide(state, state.subscriptions.find((each) => each.id === id) as Subscription),
  )
}

function decideTerms(ctx: OperationContext, command: ChangeTerms): DecideSubscription {
  return async (state, subscription) => {
    const change = await decideWithoutCoupons(ctx, command, state, subscription)
    return withCoupons(ctx, change, command.coupons ?? [], subscription.number)
  }
}

async function decideWithoutCoupons(
  ctx: OperationContext,
  command: ChangeTerms,
  state: CustomerState,
  subscription: Subscription,
): Promise<CustomerChange> {
  const quantitiesOnly =
    command.plan === undefined && command.interval === undefined && command.currency === undefined
  const quantities = { ...subscription.quantities, ...command.quantities }
  const named = Object.keys(command.quantities ?? {})
  if (quantitiesOnly) {
    // the plan stays the version it is: seats don't move anybody to newer terms
    requireKnown(state, subscription, command.quantities ?? {})
    const asksNothing = command.quantities === undefined && command.when === undefined
    if (asksNothing) return unchanged(state)
    const next = { ...subscription, quantities }
    return changeTerms(state, subscription, next, command.when ?? null, named, false)
  }
  const terms = resolveTerms(
    state.catalog,
    {
      plan: command.plan ?? subscription.plan.key,
      interval: command.interval ?? intervalText(subscription.interval),
      currency: command.currency ?? subscription.currency,
      quantities: command.quantities ?? {},
    },
    state.customer.currency,
  )
  // what the plan counts, and the modules that go on beside it
  for (const key of [terms.plan, ...subscription.addOns.map(({ addOn }) => addOn)].flatMap(quantityKeys)) {
    const known = quantities[key]
    if (known !== undefined) terms.quantities[key] = known
  }
  const change = changeTerms(state, subscription, terms, command.when ?? null, named)
  await keepCatalogItem(ctx.tx, terms.plan.item)
  return change
}

function requireKnown(state: CustomerState, subscription: Subscription, given: Record<string, number>): void {
  const known = new Set([
    ...Object.keys(subscription.quantities),
    ...quantityKeys(subscription.plan),
    ...state.catalog.addOns.flatMap(quantityKeys),
  ])
  for (const key of Object.keys(given)) {
    if (known.has(key)) continue
    const param = `quantities.${key}`
    throw new Refusal('invalid_request', {
      param,
      errors: [{ param, message: 'The plan does not count it.' }],
    })
  }
}

/** @param credit gives back what is left of the paid period, to the customer's balance; only where it ends now */
export function cancelSubscription(
  ctx: OperationContext,
  id: string,
  { when, credit }: { when: 'now' | 'period_end'; credit: boolean },
) {
  return changeSubscription(ctx, id, (state, subscription) => ({
    ...cancel(state, subscription, when),
    creditOnEnd: credit && when === 'now',
  }))
}

export function resumeSubscription(ctx: OperationContext, id: string) {
  return changeSubscription(ctx, id, resume)
}

export function pauseSubscription(ctx: OperationContext, id: string, resumeAt: Instant | null) {
  return changeSubscription(ctx, id, (state, subscription) => pause(state, subscription, resumeAt))
}

export function activateSubscription(ctx: OperationContext, id: string) {
  return changeSubscription(ctx, id, activate)
}

export function deleteSubscriptionAddOn(
  ctx: OperationContext,
  id: string,
  addOn: string,
  when: 'now' | 'period_end',
) {
  return changeSubscription(ctx, id, (state, subscription) => removeAddOn(state, subscription, addOn, when))
}

export function deleteSubscriptionBundle(
  ctx: OperationContext,
  id: string,
  bundle: string,
  when: 'now' | 'period_end',
) {
  return changeSubscription(ctx, id, (state, subscription) => removeBundle(state, subscription, bundle, when))
}
