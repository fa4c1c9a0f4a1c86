import type { Context, Environment } from '../../context.ts'
import type { PaymentProvider } from '../../providers/payments.ts'
import { Refusal } from '../../refusal.ts'

/** Those that an environment has: not each is for each. */
export function providersOf(
  { payments }: Pick<Context, 'payments'>,
  environment: Environment,
): PaymentProvider[] {
  return payments.names().flatMap((name) => {
    try {
      return [payments.provider(name, environment)]
    } catch (error) {
      if (error instanceof Refusal) return []
      throw error
    }
  })
}
