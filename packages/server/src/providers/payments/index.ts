/**
 * The registry of payment providers: the one place that knows them by name.
 *
 * Owns: which there are, building each for an environment, and running those that live in this process.
 * Does not own: what they do.
 * Invariant: an environment has its own account with each provider; no key of a test ever moves live money.
 */
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../../clock.ts'
import type { Environment } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import type { PaymentProvider } from '../payments.ts'
import { createManualProvider } from './manual/manual-provider.ts'
import { openSimulator } from './simulator/open-simulator.ts'

export type PaymentEnvironment = Pick<Environment, 'id' | 'name' | 'mode'>

export interface Payments {
  /**
   * The provider as this environment uses it.
   *
   * @throws Refusal `payment_provider_unknown` where none has that name here.
   */
  provider(name: string, environment: PaymentEnvironment): PaymentProvider
  /** Those that can be asked here. */
  names(): string[]
  /** Starts what runs in this process. Until then it answers `unknown`. */
  start(): Promise<void>
  /** Tells the providers that want to be told where their webhooks go. */
  announce(
    environments: readonly PaymentEnvironment[],
    webhookUrl: (provider: string, environment: PaymentEnvironment) => string,
  ): Promise<void>
  stop(): Promise<void>
}

export interface PaymentsOptions {
  /** As in the process's environment: each provider reads its own, which begin with its name. */
  settings?: Readonly<Record<string, string | undefined>> | undefined
  /** Where those that run in this process keep their books; null: nowhere, they forget. Default null. */
  directory?: string | null
  /** Whether a payment may be a mere rehearsal without having been set up. Default true; not for production. */
  rehearse?: boolean
}

/** What a provider is made of. */
export interface ProviderRoom {
  settings: Readonly<Record<string, string | undefined>>
  directory: string | null
  rehearse: boolean
  clock: Clock
  /** A secret of this installation for a purpose. The same purpose, the same secret. */
  secretFor(purpose: string): string
  onError(error: unknown): void
}

export interface OpenProvider {
  /** null: not for this environment. */
  build(environment: PaymentEnvironment): PaymentProvider | null
  start?(): Promise<void>
  announce?(environment: PaymentEnvironment, webhookUrl: string): Promise<void>
  stop?(): Promise<void>
}

/** Each answers null where it isn't set up. */
const registry: Record<string, (room: ProviderRoom) => OpenProvider | null> = {
  manual: () => ({ build: createManualProvider }),
  simulator: openSimulator,
}

export function createPayments(
  options: PaymentsOptions,
  process: { clock: Clock; seed: Buffer; onError: (error: unknown) => void },
): Payments {
  const { settings = {}, directory = null, rehearse = true } = options
  const { clock, seed, onError } = process
  const secretFor = (purpose: string) =>
    createHmac('sha256', seed).update(`payments ${purpose}`).digest('hex')
  const room = {
    settings,
    directory: directory === null ? null : join(directory, 'payments'),
    rehearse,
    clock,
    secretFor,
    onError,
  }
  const open = new Map<string, OpenProvider>()
  for (const [name, make] of Object.entries(registry)) {
    const provider = make(room)
    if (provider !== null) open.set(name, provider)
  }
  const built = new Map<string, PaymentProvider>()
  return {
    provider(name, environment) {
      const key = `${environment.id} ${name}`
      const provider = built.get(key) ?? open.get(name)?.build(environment) ?? null
      if (provider === null) throw new Refusal('payment_provider_unknown', { values: { provider: name } })
      built.set(key, provider)
      return provider
    },
    names: () => [...open.keys()],
    async start() {
      for (const provider of open.values()) await provider.start?.()
    },
    async announce(environments, webhookUrl) {
      for (const environment of environments) {
        for (const [name, provider] of open)
          await provider.announce?.(environment, webhookUrl(name, environment))
      }
    },
    async stop() {
      for (const provider of open.values()) await provider.stop?.()
    },
  }
}
