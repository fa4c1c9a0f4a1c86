import type { endpoints } from '@tollkeeper/contract'
import { toIso } from '../domain/time/index.ts'
import { assignUnallocated } from '../operations/payments/assign-unallocated.ts'
import { listUnallocated } from '../operations/payments/list-unallocated.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'
import { presentPayment } from './payments.ts'

export const unallocatedPaymentRoutes = {
  list: async ({ query }, ctx) => {
    const { status, ...page } = query
    const isAssigned = status === undefined ? null : status === 'assigned'
    const { receipts, nextCursor } = await listUnallocated(ctx, { ...page, isAssigned })
    const data = receipts.map(({ receipt, receivedAt, attemptKey: _, ...money }) => ({
      object: 'unallocated_payment' as const,
      livemode: ctx.environment.mode === 'live',
      ...money,
      status: receipt === null ? ('waiting' as const) : ('assigned' as const),
      receivedAt: toIso(receivedAt),
      payment: receipt,
    }))
    return presentList(data, nextCursor)
  },
  assign: async ({ params, body }, ctx) => {
    const { customer, invoice = null } = body
    return presentPayment(await assignUnallocated(ctx, params.id, { customer, invoice }))
  },
} satisfies Handlers<typeof endpoints.unallocatedPayments>
