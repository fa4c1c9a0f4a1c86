import type { endpoints } from '@tollkeeper/contract'
import type { PaymentAttempt } from '../domain/payments/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'
import { getAttempt, listAttempts } from '../operations/payments/get-attempt.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const paymentAttemptRoutes = {
  get: async ({ params }, ctx) => {
    const { attempt, customerKey } = await getAttempt(ctx, params.id)
    return presentAttempt(attempt, customerKey, ctx.environment.mode === 'live')
  },
  list: async ({ query }, ctx) => {
    const { attempts, nextCursor } = await listAttempts(ctx, query)
    const livemode = ctx.environment.mode === 'live'
    const data = attempts.map((each) => presentAttempt(each.attempt, each.customerKey, livemode))
    return presentList(data, nextCursor)
  },
} satisfies Handlers<typeof endpoints.paymentAttempts>

export function presentAttempt(attempt: PaymentAttempt, customer: string, livemode: boolean) {
  const { id, invoice, method, provider, kind, amountMinor, currency, status, url, decline, instructions } =
    attempt
  return {
    object: 'payment_attempt' as const,
    id,
    livemode,
    customer,
    invoice,
    method,
    provider,
    kind,
    amountMinor,
    currency,
    status,
    url,
    decline,
    instructions,
    createdAt: toIso(attempt.createdAt),
    startedAt: toIsoOrNull(attempt.startedAt),
    expiresAt: toIsoOrNull(attempt.expiresAt),
    endedAt: toIsoOrNull(attempt.endedAt),
  }
}
