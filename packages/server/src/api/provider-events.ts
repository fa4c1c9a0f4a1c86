import type { endpoints } from '@tollkeeper/contract'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'
import { listProviderEvents } from '../operations/provider-events/list.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const providerEventRoutes = {
  list: async ({ query }, ctx) => {
    const { events, nextCursor } = await listProviderEvents(ctx, query)
    const data = events.map(({ receivedAt, appliedAt, nextAttemptAt, failure, ...event }) => {
      const waits = failure === null ? ('waiting' as const) : ('failed' as const)
      return {
        object: 'provider_event' as const,
        livemode: ctx.environment.mode === 'live',
        ...event,
        failure,
        status: appliedAt === null ? waits : ('applied' as const),
        receivedAt: toIso(receivedAt),
        appliedAt: toIsoOrNull(appliedAt),
        nextAttemptAt: appliedAt === null ? toIso(nextAttemptAt) : null,
      }
    })
    return presentList(data, nextCursor)
  },
} satisfies Handlers<typeof endpoints.providerEvents>
