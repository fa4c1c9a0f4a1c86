import type { PaymentAttempt } from '../domain/payments/model.ts'
import { toIso, toIsoOrNull } from '../domain/time/index.ts'

export function presentAttempt(attempt: PaymentAttempt, customer: string, livemode: boolean) {
  const { id, invoice, method, provider, amountMinor, currency, status, url, decline } = attempt
  return {
    object: 'payment_attempt' as const,
    id,
    livemode,
    customer,
    invoice,
    method,
    provider,
    amountMinor,
    currency,
    status,
    url,
    decline,
    createdAt: toIso(attempt.createdAt),
    endedAt: toIsoOrNull(attempt.endedAt),
  }
}
