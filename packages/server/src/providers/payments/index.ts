/**
 * The registry of payment providers: the one place that knows them by name.
 *
 * Owns: which there are, and building each for an environment. Does not own: what they do.
 * Invariant: an environment has its own account with each provider; no key of a test ever moves live money.
 */
import type { PaymentProvider } from '../payments.ts'

export interface Payments {
  /**
   * The provider as this environment uses it.
   *
   * @throws Refusal `payment_provider_unknown` where none has that name here.
   */
  provider(name: string, environment: { id: number; name: string }): PaymentProvider
  /** Those that can be asked here. */
  names(): string[]
}
