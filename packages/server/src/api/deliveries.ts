import type { endpoints } from '@tollkeeper/contract'
import type { Delivery } from '../domain/deliveries/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/instant.ts'
import { getDelivery, listDeliveries } from '../operations/deliveries/get.ts'
import { resendDelivery } from '../operations/deliveries/resend.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const deliveryRoutes = {
  list: async ({ query }, ctx) => {
    const { deliveries, nextCursor } = await listDeliveries(ctx, query)
    const livemode = ctx.environment.mode === 'live'
    return presentList(
      deliveries.map((delivery) => presentDelivery(delivery, livemode)),
      nextCursor,
    )
  },
  get: async ({ params }, ctx) =>
    presentDelivery(await getDelivery(ctx, params.id), ctx.environment.mode === 'live'),
  resend: async ({ params }, ctx) =>
    presentDelivery(await resendDelivery(ctx, params.id), ctx.environment.mode === 'live'),
} satisfies Handlers<typeof endpoints.deliveries>

function presentDelivery(delivery: Delivery, livemode: boolean) {
  const { createdAt, nextAttemptAt, attemptedAt, deliveredAt, status, ...same } = delivery
  const waits = status === 'pending' || status === 'failed'
  return {
    object: 'delivery' as const,
    livemode,
    status,
    ...same,
    nextAttemptAt: waits ? toIsoOrNull(nextAttemptAt) : null,
    attemptedAt: toIsoOrNull(attemptedAt),
    deliveredAt: toIsoOrNull(deliveredAt),
    createdAt: toIso(createdAt),
  }
}
