import type { endpoints } from '@tollkeeper/contract'
import type { z } from 'zod'
import { decideAccess } from '../domain/access/decide.ts'
import { entitlementsOf } from '../domain/customers/reconcile.ts'
import { liveSubscription, type Customer, type CustomerState } from '../domain/customers/state.ts'
import type { Limit } from '../domain/catalog/model.ts'
import { normaliseAddress } from '../domain/catalog/normalise-settings.ts'
import type { FeatureEntitlement } from '../domain/entitlements/model.ts'
import { intervalText } from '../domain/subscriptions/terms.ts'
import { toIso, type Instant, toIsoOrNull } from '../domain/time/index.ts'
import { deleteCustomer } from '../operations/customers/delete.ts'
import { billingProfileOf } from '../domain/customers/billing-profile.ts'
import { getCustomer, listCustomers } from '../operations/customers/get.ts'
import { putCustomer, type PutCustomer } from '../operations/customers/put.ts'
import { getTimeline, type TimelineEvent } from '../operations/customers/timeline.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const customerRoutes = {
  put: async ({ params, body }, ctx) => {
    const { state } = await putCustomer(ctx, { key: params.id, ...body, billing: readBilling(body.billing) })
    return presentCustomer(state)
  },
  get: async ({ params }, ctx) => presentCustomer(await getCustomer(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { customers, nextCursor } = await listCustomers(ctx, query)
    const livemode = ctx.environment.mode === 'live'
    const data = customers.map((each) => ({
      ...customerFields(each.customer, livemode),
      access: { level: each.accessLevel, reason: each.accessReason },
      plan: each.plan,
      status: each.status,
    }))
    return presentList(data, nextCursor)
  },
  delete: async ({ params }, ctx) => {
    const { customer, livemode } = await deleteCustomer(ctx, params.id)
    return {
      object: 'customer' as const,
      id: customer.key,
      livemode,
      deleted: true as const,
      deletedAt: toIso(customer.deletedAt as Instant),
    }
  },
  entitlements: async ({ params, query }, ctx) => {
    const state = await getCustomer(ctx, params.id)
    const version = state.head.entitlementVersion
    if (query.version !== version) return presentEntitlements(state)
    const { livemode } = state
    const unchanged = true as const
    return { object: 'entitlements' as const, customer: state.customer.key, livemode, version, unchanged }
  },
  timeline: async ({ params, query }, ctx) => {
    const { events, nextCursor } = await getTimeline(ctx, params.id, query)
    return presentList(events.map(presentEvent), nextCursor)
  },
} satisfies Handlers<typeof endpoints.customers>

function presentCustomer(state: CustomerState) {
  return { ...customerFields(state.customer, state.livemode), access: decideAccess(state) }
}

type BillingBody = z.output<NonNullable<(typeof endpoints.customers.put)['body']>>['billing']

function readBilling(billing: BillingBody) {
  if (billing?.address === undefined || billing.address === null) return billing as PutCustomer['billing']
  return { ...billing, address: normaliseAddress(billing.address) }
}

function customerFields(customer: Customer, livemode: boolean) {
  return {
    object: 'customer' as const,
    id: customer.key,
    livemode,
    name: customer.name,
    email: customer.email,
    timeZone: customer.timeZone,
    locale: customer.locale,
    currency: customer.currency,
    testClock: customer.testClock,
    metadata: customer.metadata,
    billing: billingProfileOf(customer),
    createdAt: toIso(customer.createdAt),
    updatedAt: toIso(customer.updatedAt),
  }
}

export const presentLimit = (limit: Limit) =>
  limit.unlimited ? { limit: null, unlimited: true } : { limit: limit.amount, unlimited: false }

/** Everything a customer may use, as one object under one version. */
function presentEntitlements(state: CustomerState) {
  const entitlements = entitlementsOf(state)
  const archived = new Set(state.catalog.archived.features)
  const features = [...entitlements.features.values()].filter(
    (each) => each.included || each.overridden || !archived.has(each.feature.key),
  )
  const { plan } = entitlements
  return {
    object: 'entitlements' as const,
    customer: state.customer.key,
    livemode: state.livemode,
    version: entitlements.version,
    plan: plan === null ? null : { id: plan.key, version: plan.version, name: plan.name },
    subscription: presentLiveSubscription(state),
    access: entitlements.access,
    timeZone: entitlements.timeZone,
    validUntil: toIsoOrNull(entitlements.validUntil),
    features: features.map(presentFeature),
  }
}

function presentLiveSubscription(state: CustomerState) {
  const live = liveSubscription(state)
  if (live === null) return null
  return {
    id: live.id,
    status: live.status,
    interval: intervalText(live.interval),
    currency: live.currency,
    periodStart: toIso(live.periodStart),
    periodEnd: toIso(live.periodEnd),
    trialEndAt: toIsoOrNull(live.trialEndAt),
    cancelAt: toIsoOrNull(live.cancelAt),
    quantities: live.quantities,
    addOns: live.addOns.map(({ addOn, quantity, endsAt }) => ({
      id: addOn.key,
      quantity,
      endsAt: toIsoOrNull(endsAt),
    })),
  }
}

function presentFeature(entitlement: FeatureEntitlement) {
  const { feature, kind } = entitlement
  const counted = kind === 'gauge' || kind === 'meter' || kind === 'credits'
  const resets = kind === 'meter' || kind === 'credits'
  return {
    feature: feature.key,
    name: feature.name,
    kind,
    included: entitlement.included,
    value: entitlement.value,
    ...(counted ? presentLimit(entitlement.limit) : { limit: null, unlimited: false }),
    unit: feature.unit,
    scale: feature.scale,
    window: resets ? entitlement.window : null,
    scope: entitlement.scope,
    memberLimit: entitlement.memberLimit === null ? null : presentLimit(entitlement.memberLimit),
    policy: entitlement.policy.type,
    failPolicy: feature.failPolicy,
    thresholds: feature.thresholds,
    costs: feature.costs,
    overridden: entitlement.overridden,
  }
}

function presentEvent(event: TimelineEvent) {
  return {
    object: 'event' as const,
    id: event.id,
    type: event.type,
    sequence: event.sequence,
    subject: event.subject === '' ? null : event.subject,
    occurredAt: toIso(event.occurredAt),
    recordedAt: toIso(event.recordedAt),
    data: event.payload,
  }
}
