import type { endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import type { Site } from '../domain/sites/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { deleteSite } from '../operations/sites/delete.ts'
import { getSite, listSeatSyncs } from '../operations/sites/get.ts'
import { putSite } from '../operations/sites/put.ts'
import { rollSiteSecret } from '../operations/sites/roll-secret.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

const isLive = ({ environment }: OperationContext): boolean => environment.mode === 'live'

export const siteRoutes = {
  put: async ({ params, body }, ctx) => {
    const { site, secret } = await putSite(ctx, params.id, body)
    return { ...presentSite(params.id, site, isLive(ctx)), secret }
  },
  get: async ({ params }, ctx) => presentSite(params.id, await getSite(ctx, params.id), isLive(ctx)),
  delete: async ({ params }, ctx) => {
    await deleteSite(ctx, params.id)
    return { object: 'site' as const, customer: params.id, livemode: isLive(ctx), deleted: true as const }
  },
  rollSecret: async ({ params, body }, ctx) => {
    const command = { customer: params.id, overlapHours: body.overlapHours }
    const { site, secret } = await rollSiteSecret(ctx, command)
    return { ...presentSite(params.id, site, isLive(ctx)), secret }
  },
} satisfies Handlers<typeof endpoints.sites>

export const seatSyncRoutes = {
  list: async ({ query }, ctx) => {
    const { syncs, nextCursor } = await listSeatSyncs(ctx, query)
    const livemode = isLive(ctx)
    const data = syncs.map(({ customer, site }) => ({
      object: 'seat_sync' as const,
      customer,
      livemode,
      ...visitFields(site),
    }))
    return presentList(data, nextCursor)
  },
} satisfies Handlers<typeof endpoints.seatSyncs>

function presentSite(customer: string, site: Site, livemode: boolean) {
  return {
    object: 'site' as const,
    customer,
    livemode,
    ...visitFields(site),
    createdAt: toIso(site.createdAt),
    updatedAt: toIso(site.updatedAt),
  }
}

function visitFields(site: Site) {
  return {
    url: site.url,
    quantity: site.quantity,
    hour: site.hour,
    outcome: site.outcome,
    reason: site.reason,
    responseCode: site.responseCode,
    attempts: site.attempts,
    askedAt: toIsoOrNull(site.askedAt),
    activeUsers: site.activeUsers,
    syncedAt: toIsoOrNull(site.syncedAt),
    nextAt: toIso(site.dueAt),
  }
}
