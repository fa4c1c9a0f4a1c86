/**
 * The simulator for tests: one of its own, its controls, and a door that its webhooks knock at.
 *
 * Owns: starting and ending them. Does not own: the cases.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fixedClock } from '../../src/clock.ts'
import { writeAmount } from '../../src/providers/payments/simulator/amounts.ts'
import {
  createSimulatorProvider,
  setSimulatorEndpoint,
} from '../../src/providers/payments/simulator/simulator-provider.ts'
import { startSimulator } from '../../src/providers/payments/simulator/start-simulator.ts'
import type { Delivery, ProviderWorld } from './payments/provider-world.ts'

/** Asks `POST /control/…` and what else the simulator offers, and fails unless it says 200. */
export function controller(url: string, key: string) {
  return async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(url + path, {
      method,
      // a connection kept from before a restart on the same port would be a dead one
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
}

/** A door: keeps what arrives, and answers with the status it is told. */
export async function openDoor() {
  const arrived: Delivery[] = []
  const state = { answer: 200 }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      arrived.push({ rawBody: Buffer.concat(chunks), headers: request.headers as Record<string, string> })
      response.writeHead(state.answer).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    arrived,
    state,
    async stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const card = (instrument: string) => ({ kind: 'card', instrument }) as const

export async function openSimulatorWorld(): Promise<ProviderWorld> {
  const clock = fixedClock(1_800_000_000_000)
  const simulator = await startSimulator({ journal: null, port: 0, clock })
  const door = await openDoor()
  const options = {
    url: () => simulator.url,
    key: 'sim_test',
    webhookSecrets: ['first', 'second'],
    timeoutMs: 300,
  }
  await setSimulatorEndpoint({ ...options, webhookSecrets: ['second'] }, door.url)
  const control = controller(simulator.url, options.key)
  return {
    provider: createSimulatorProvider(options),
    withOtherSecrets: createSimulatorProvider({ ...options, webhookSecrets: ['third'] }),
    instruments: {
      succeeds: card('card_ok'),
      refused_at_once: card('card_refused'),
      soft_decline: card('card_insufficient_funds'),
      hard_decline: card('card_stolen'),
      expired: card('card_expired'),
      needs_action_once: card('card_authenticate_once'),
      needs_action_always: card('card_authenticate_always'),
      answer_lost: card('card_silent'),
      refund_fails_later: card('card_refund_fails'),
      disputed: card('card_disputed'),
      prompt: { kind: 'phone', instrument: '+221771234567' },
    },
    cannot: {},
    async payer(key, action) {
      const body =
        typeof action === 'string'
          ? { action }
          : { action: 'pay_part', amount: writeAmount(action.part, action.currency) }
      await control('POST', `/control/charges/${key}`, body)
    },
    advance: async (advanceSeconds) => void (await control('POST', '/control/clock', { advanceSeconds })),
    fault: async (fault, on) => void (await control('POST', '/control/faults', { fault, on })),
    async deliveries() {
      await control('POST', '/control/deliver')
      return door.arrived.splice(0)
    },
    now: () => clock.now(),
    async stop() {
      await simulator.stop()
      await door.stop()
    },
  }
}
