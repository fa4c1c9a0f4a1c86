import type { endpoints } from '@tollkeeper/contract'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'
import { listDisputes } from '../operations/disputes/list.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const disputeRoutes = {
  list: async ({ query }, ctx) => {
    const { disputes, nextCursor } = await listDisputes(ctx, query)
    const data = disputes.map(({ dispute, customerKey }) => {
      const { id, receipt, provider, reference, amountMinor, withdrawnMinor, currency, status, reason } =
        dispute
      return {
        object: 'dispute' as const,
        id,
        livemode: ctx.environment.mode === 'live',
        customer: customerKey,
        payment: receipt,
        provider,
        reference,
        amountMinor,
        withdrawnMinor,
        currency,
        status,
        reason,
        evidenceDueAt: toIsoOrNull(dispute.evidenceDueAt),
        openedAt: toIso(dispute.openedAt),
        closedAt: toIsoOrNull(dispute.closedAt),
      }
    })
    return presentList(data, nextCursor)
  },
} satisfies Handlers<typeof endpoints.disputes>
