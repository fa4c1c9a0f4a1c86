import type { endpoints } from '@tollkeeper/contract'
import type { CustomerState, Override } from '../domain/customers/state.ts'
import { readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/index.ts'
import { getCustomer } from '../operations/customers/get.ts'
import { deleteOverride, findOverride, putOverride } from '../operations/overrides/set.ts'
import { presentLimit } from './customers.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const overrideRoutes = {
  put: async ({ params, body }, ctx) => {
    const state = await putOverride(ctx, params.id, {
      feature: params.featureId,
      limit: body.limit ?? null,
      unlimited: body.unlimited ?? false,
      value: body.value ?? null,
      reason: body.reason,
      author: body.author ?? ctx.actor,
      expiresAt: readInstantOrNull(body.expiresAt),
    })
    return presentOverride(state, findOverride(state, params.featureId))
  },
  get: async ({ params }, ctx) => {
    const state = await getCustomer(ctx, params.id)
    return presentOverride(state, findOverride(state, params.featureId))
  },
  list: async ({ params }, ctx) => {
    const state = await getCustomer(ctx, params.id)
    const newestFirst = [...state.overrides].sort((left, right) => right.createdAt - left.createdAt)
    const data = newestFirst.map((each) => presentOverride(state, each))
    return presentList(data)
  },
  delete: async ({ params }, ctx) => {
    const { livemode } = await deleteOverride(ctx, params.id, params.featureId)
    return {
      object: 'override' as const,
      customer: params.id,
      feature: params.featureId,
      livemode,
      deleted: true as const,
    }
  },
} satisfies Handlers<typeof endpoints.overrides>

function presentOverride(state: CustomerState, override: Override) {
  const feature = state.catalog.features.find((each) => each.id === override.feature)
  return {
    object: 'override' as const,
    customer: state.customer.key,
    feature: feature?.key ?? '',
    livemode: state.livemode,
    ...(override.limit === null ? { limit: null, unlimited: false } : presentLimit(override.limit)),
    value: override.value,
    reason: override.reason,
    author: override.author,
    expiresAt: toIsoOrNull(override.expiresAt),
    createdAt: toIso(override.createdAt),
    updatedAt: toIso(override.updatedAt),
  }
}
