import type { endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import { intervalName } from '../domain/catalog/lookup.ts'
import type { Allowance, Feature, Limit, Price, Rollover } from '../domain/catalog/model.ts'
import { toIso } from '../domain/time/instant.ts'
import { createPlan } from '../operations/plans/create.ts'
import { deletePlan } from '../operations/plans/delete.ts'
import { getPlan, listPlans, type PlanView, viewChangedPlan } from '../operations/plans/get.ts'
import { updatePlan } from '../operations/plans/update.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const planRoutes = {
  list: async ({ query: { archived, limit, cursor } }, ctx) => {
    const { plans, nextCursor } = await listPlans(ctx, { archived: archived === 'true', limit, cursor })
    const data = plans.map((plan) => presentPlan(plan, ctx))
    return presentList(data, nextCursor)
  },
  get: async ({ params, query }, ctx) => presentPlan(await getPlan(ctx, params.id, query.version), ctx),
  create: async ({ body }, ctx) => presentPlan(await viewChangedPlan(ctx, await createPlan(ctx, body)), ctx),
  update: async ({ params, body }, ctx) =>
    presentPlan(await viewChangedPlan(ctx, await updatePlan(ctx, params.id, body)), ctx),
  delete: async ({ params }, ctx) => {
    const { plan } = await deletePlan(ctx, params.id)
    const livemode = ctx.environment.mode === 'live'
    return { object: 'plan' as const, id: plan.key, livemode, deleted: true as const }
  },
} satisfies Handlers<typeof endpoints.plans>

function presentPlan(view: PlanView, ctx: OperationContext) {
  const { plan, features } = view
  return {
    object: 'plan' as const,
    id: plan.key,
    livemode: ctx.environment.mode === 'live',
    version: plan.version,
    currentVersion: view.currentVersion,
    name: plan.name,
    description: plan.description,
    archived: view.archived,
    prices: plan.prices.map(presentPrice),
    allowances: plan.allowances.map((allowance) => presentAllowance(allowance, features)),
    trial: plan.trial,
    policies: plan.policies,
    taxInclusive: plan.taxInclusive,
    taxCategory: plan.taxCategory,
    metadata: plan.metadata,
    createdAt: toIso(view.createdAt),
    versionCreatedAt: toIso(view.versionCreatedAt),
  }
}

function presentPrice(price: Price) {
  const { interval: _, intervalCount: __, ...rest } = price
  return { ...rest, interval: intervalName(price) }
}

function presentLimit(limit: Limit) {
  return limit.unlimited ? { limit: null, unlimited: true } : { limit: limit.amount, unlimited: false }
}

function presentAllowance(allowance: Allowance, features: Map<string, Feature>) {
  const feature = features.get(allowance.feature)
  if (feature === undefined)
    throw new Error(`A plan names the feature ${allowance.feature}, which nobody declared`)
  const { kind, name, unit, scale } = feature
  const { value, perQuantity, scope, memberLimit, policy, priority } = allowance
  const isValue = value !== null
  return {
    feature: feature.key,
    name,
    kind,
    unit,
    scale,
    value,
    ...(isValue ? { limit: null, unlimited: false } : presentLimit(allowance.limit)),
    perQuantity,
    window: isValue || kind === 'gauge' ? null : allowance.window,
    scope,
    memberLimit: memberLimit === null ? null : presentLimit(memberLimit),
    policy,
    rollover: presentRollover(allowance.rollover),
    priority,
  }
}

function presentRollover(rollover: Rollover) {
  if (rollover.type === 'none') return null
  const { cap, sharePercent, windows } = rollover
  return { cap, sharePercent, windows }
}
