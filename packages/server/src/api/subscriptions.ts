import type { endpoints } from '@tollkeeper/contract'
import type { Terms } from '../domain/subscriptions/model.ts'
import { intervalText } from '../domain/subscriptions/terms.ts'
import { parseInstant, toIso, type Instant, toIsoOrNull } from '../domain/time/index.ts'
import {
  activateSubscription,
  cancelSubscription,
  changeSubscriptionTerms,
  deleteSubscriptionAddOn,
  pauseSubscription,
  putSubscriptionAddOn,
  resumeSubscription,
  type SubscriptionResult,
} from '../operations/subscriptions/change.ts'
import { createSubscription } from '../operations/subscriptions/create.ts'
import { getSubscription, listSubscriptions } from '../operations/subscriptions/get.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const subscriptionRoutes = {
  create: async ({ body }, ctx) => {
    const { plan, interval, quantities, authority, activation, metadata } = body
    const result = await createSubscription(ctx, {
      customer: body.customer,
      plan,
      interval,
      currency: body.currency ?? null,
      quantities,
      addOns: body.addOns.map((each) =>
        typeof each === 'string' ? { addOn: each, quantity: 1 } : { addOn: each.id, quantity: each.quantity },
      ),
      authority,
      activation,
      startAt: optionalInstant(body.startAt),
      trialDays: body.trialDays ?? null,
      metadata,
    })
    return presentSubscription(result)
  },
  get: async ({ params }, ctx) => presentSubscription(await getSubscription(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { results, nextCursor } = await listSubscriptions(ctx, query)
    const data = results.map(presentSubscription)
    return presentList(data, nextCursor)
  },
  change: async ({ params, body }, ctx) =>
    presentSubscription(await changeSubscriptionTerms(ctx, params.id, body)),
  cancel: async ({ params, body }, ctx) =>
    presentSubscription(await cancelSubscription(ctx, params.id, body.when)),
  resume: async ({ params }, ctx) => presentSubscription(await resumeSubscription(ctx, params.id)),
  pause: async ({ params, body }, ctx) =>
    presentSubscription(await pauseSubscription(ctx, params.id, optionalInstant(body.resumeAt))),
  activate: async ({ params }, ctx) => presentSubscription(await activateSubscription(ctx, params.id)),
  putAddOn: async ({ params, body }, ctx) =>
    presentSubscription(await putSubscriptionAddOn(ctx, params.id, params.addOnId, body.quantity)),
  deleteAddOn: async ({ params, query }, ctx) =>
    presentSubscription(await deleteSubscriptionAddOn(ctx, params.id, params.addOnId, query.when)),
} satisfies Handlers<typeof endpoints.subscriptions>

// the contract has checked the form: what parses to null here lies outside the years that instants have
const optionalInstant = (text: string | undefined): Instant | null =>
  text === undefined ? null : parseInstant(text)

function presentSubscription({ state, subscription }: SubscriptionResult) {
  const { scheduledChange } = subscription
  return {
    object: 'subscription' as const,
    id: subscription.id,
    livemode: state.livemode,
    customer: state.customer.key,
    status: subscription.status,
    authority: subscription.authority,
    ...presentTerms(subscription),
    addOns: subscription.addOns.map((each) => ({
      id: each.addOn.key,
      quantity: each.quantity,
      startedAt: toIso(each.startedAt),
      endsAt: toIsoOrNull(each.endsAt),
    })),
    anchorAt: toIso(subscription.anchorAt),
    periodStart: toIso(subscription.periodStart),
    periodEnd: toIso(subscription.periodEnd),
    startAt: toIso(subscription.startAt),
    trialEndAt: toIsoOrNull(subscription.trialEndAt),
    cancelAt: toIsoOrNull(subscription.cancelAt),
    canceledAt: toIsoOrNull(subscription.canceledAt),
    endedAt: toIsoOrNull(subscription.endedAt),
    endReason: subscription.endReason,
    pausedAt: toIsoOrNull(subscription.pausedAt),
    resumeAt: toIsoOrNull(subscription.resumeAt),
    scheduledChange:
      scheduledChange === null ? null : { at: toIso(scheduledChange.at), ...presentTerms(scheduledChange) },
    metadata: subscription.metadata,
    createdAt: toIso(subscription.createdAt),
    updatedAt: toIso(subscription.updatedAt),
  }
}

function presentTerms({ plan, interval, currency, quantities }: Terms) {
  return {
    plan: plan.key,
    planVersion: plan.version,
    interval: intervalText(interval),
    currency,
    quantities,
  }
}
