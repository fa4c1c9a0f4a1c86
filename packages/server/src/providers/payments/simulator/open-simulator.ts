import { join } from 'node:path'
import type { OpenProvider, PaymentEnvironment, ProviderRoom } from '../index.ts'
import { createSimulatorProvider, setSimulatorEndpoint } from './simulator-provider.ts'
import { startSimulator } from './start-simulator.ts'
import type { Simulator } from './start-simulator.ts'

/**
 * The simulator as the registry runs it: in this process with a journal, or, by `TOLLKEEPER_SIMULATOR_URL`, elsewhere;
 * `off` is nowhere. `TOLLKEEPER_SIMULATOR_KEY` begins the names of its accounts; the environment's name ends them.
 * `TOLLKEEPER_SIMULATOR_WEBHOOK_SECRETS` are what its webhooks are signed by: several, by commas, while one replaces another.
 * `TOLLKEEPER_SIMULATOR_TIMEOUT_MS`: how long it may take to answer.
 * Live environments don't have it: what is paid by it is not paid.
 */
export function openSimulator(room: ProviderRoom): OpenProvider | null {
  const {
    TOLLKEEPER_SIMULATOR_URL: elsewhere,
    TOLLKEEPER_SIMULATOR_KEY: givenKey,
    TOLLKEEPER_SIMULATOR_WEBHOOK_SECRETS: givenSecrets,
    TOLLKEEPER_SIMULATOR_TIMEOUT_MS: timeout = '',
  } = room.settings
  if (elsewhere === 'off' || (elsewhere === undefined && !room.rehearse)) return null
  const account = givenKey ?? room.secretFor('simulator account').slice(0, 16)
  let running: Simulator | undefined
  const optionsFor = ({ name }: PaymentEnvironment) => ({
    url: () => elsewhere ?? running?.url ?? null,
    key: `${account}_${name}`,
    webhookSecrets: givenSecrets?.split(',').map((each) => each.trim()) ?? [
      room.secretFor(`simulator webhooks ${name}`),
    ],
    ...(/^\d+$/.test(timeout) ? { timeoutMs: Number(timeout) } : {}),
  })
  return {
    build: (environment) =>
      environment.mode === 'test' ? createSimulatorProvider(optionsFor(environment)) : null,
    async announce(environment, webhookUrl) {
      if (environment.mode === 'test') await setSimulatorEndpoint(optionsFor(environment), webhookUrl)
    },
    async start() {
      if (elsewhere !== undefined) return
      const journal = room.directory === null ? null : join(room.directory, 'simulator.journal')
      const { clock, onError } = room
      running = await startSimulator({ journal, port: 0, clock, onError })
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
  }
}
