import type { Context, Environment } from '../../context.ts'
import type { PaymentProvider } from '../../providers/payments.ts'
import { Refusal } from '../../refusal.ts'

/** Whose money people see and record. @throws Refusal `payment_provider_unknown` where there is none */
export function providerByHand({ payments }: Context, environment: Environment): PaymentProvider {
  for (const name of payments.names()) {
    const provider = payments.provider(name, environment)
    if (provider.capabilities.byHand) return provider
  }
  throw new Refusal('payment_provider_unknown', { values: { provider: 'by hand' } })
}
