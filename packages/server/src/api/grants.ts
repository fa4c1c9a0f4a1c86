import type { endpoints } from '@tollkeeper/contract'
import type { CustomerState } from '../domain/customers/state.ts'
import { readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/index.ts'
import { giveCustomerGrant, revokeCustomerGrant } from '../operations/grants/give.ts'
import { listGrants, type ListedGrant } from '../operations/grants/list.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const grantRoutes = {
  create: async ({ params, body }, ctx) => {
    const { state, grant } = await giveCustomerGrant(ctx, params.id, {
      feature: body.feature,
      amount: body.amount,
      member: body.member ?? null,
      priority: body.priority,
      source: body.source,
      reason: body.reason,
      startsAt: readInstantOrNull(body.startsAt),
      expiresAt: readInstantOrNull(body.expiresAt),
    })
    return presentGrant(state, grant)
  },
  list: async ({ params, query }, ctx) => {
    const { state, grants, nextCursor } = await listGrants(ctx, params.id, query)
    const data = grants.map((each) => presentGrant(state, each))
    return presentList(data, nextCursor)
  },
  revoke: async ({ params }, ctx) => {
    const { state, grant } = await revokeCustomerGrant(ctx, params.id, params.grantId)
    return presentGrant(state, grant)
  },
} satisfies Handlers<typeof endpoints.grants>

function presentGrant(state: CustomerState, { grant, memberKey, reason }: ListedGrant) {
  const feature = state.catalog.features.find((each) => each.id === grant.feature)
  return {
    object: 'grant' as const,
    id: grant.id,
    livemode: state.livemode,
    customer: state.customer.key,
    feature: feature?.key ?? '',
    member: memberKey,
    source: grant.source,
    reference: grant.reference,
    reason,
    amount: grant.amount,
    burnt: grant.burnt,
    held: grant.held,
    expired: grant.expired,
    remaining: grant.amount - grant.burnt - grant.held - grant.expired,
    priority: grant.priority,
    startsAt: toIso(grant.startsAt),
    expiresAt: toIsoOrNull(grant.expiresAt),
    createdAt: toIso(grant.createdAt),
    closedAt: toIsoOrNull(grant.closedAt),
  }
}
