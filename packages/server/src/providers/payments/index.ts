/**
 * The registry of payment providers: the one place that knows them by name.
 *
 * Owns: which there are, and building each for an environment. Does not own: what they do.
 * Invariant: an environment has its own account with each provider; no key of a test ever moves live money.
 */
import type { Environment } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import type { PaymentProvider } from '../payments.ts'
import { createManualProvider } from './manual/manual-provider.ts'

export interface Payments {
  /**
   * The provider as this environment uses it.
   *
   * @throws Refusal `payment_provider_unknown` where none has that name here.
   */
  provider(name: string, environment: Pick<Environment, 'id' | 'name' | 'mode'>): PaymentProvider
  /** Those that can be asked here. */
  names(): string[]
}

export interface PaymentsOptions {
  /** As in the process's environment: each provider reads its own, which begin with its name. */
  settings?: Readonly<Record<string, string | undefined>> | undefined
}

type Build = (environment: Pick<Environment, 'id' | 'name' | 'mode'>) => PaymentProvider

export function createPayments({ settings = {} }: PaymentsOptions = {}): Payments {
  const builds: Record<string, Build> = {
    manual: () => createManualProvider({ instructions: settings.TOLLKEEPER_MANUAL_INSTRUCTIONS ?? '' }),
  }
  const built = new Map<string, PaymentProvider>()
  return {
    provider(name, environment) {
      const build = Object.hasOwn(builds, name) ? builds[name] : undefined
      if (build === undefined) throw new Refusal('payment_provider_unknown', { values: { provider: name } })
      const key = `${environment.id} ${name}`
      const provider = built.get(key) ?? build(environment)
      built.set(key, provider)
      return provider
    },
    names: () => Object.keys(builds),
  }
}
