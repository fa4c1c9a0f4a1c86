/** What only the simulator has: its journal, its strictness, its clock, its pages, and how it delivers. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import type { AdjustableClock } from '../../src/clock.ts'
import {
  createSimulatorProvider,
  setSimulatorEndpoint,
} from '../../src/providers/payments/simulator/simulator-provider.ts'
import { startSimulator } from '../../src/providers/payments/simulator/start-simulator.ts'
import type { Simulator } from '../../src/providers/payments/simulator/start-simulator.ts'
import { controller, openDoor } from './simulator-world.ts'

const card = {
  method: 'meth_none',
  amount: '10.00',
  currency: 'EUR',
  customer: 'acme',
  description: '',
  returnUrl: null,
}
let directory: string
let journal: string
let clock: AdjustableClock
let simulator: Simulator
let control: ReturnType<typeof controller>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-'))
  journal = join(directory, 'deep', 'simulator.journal')
  clock = fixedClock(1_800_000_000_000)
  await restart()
})
afterEach(async () => {
  await simulator.stop()
  await rm(directory, { recursive: true })
})

async function restart() {
  simulator = await startSimulator({ journal, port: 0, clock })
  control = controller(simulator.url, 'one')
}

async function attach(instrument = 'card_ok', kind = 'card'): Promise<string> {
  const body = { customer: 'acme', kind, instrument, returnUrl: null }
  const { method } = await control('PUT', `/methods/${instrument.replace('+', '')}`, body)
  return (method as { token: string }).token
}

describe('the journal', () => {
  it('brings everything back, on the same port, with a torn line cut off', async () => {
    const method = await attach()
    const charged = await control('PUT', '/charges/a', { ...card, method })
    await control('POST', '/control/clock', { advanceSeconds: 100 })
    const { url } = simulator
    await simulator.stop()
    await appendFile(journal, '[["charge","one a",{"status":"decl')
    await restart()
    expect(simulator.url).toBe(url)
    expect(await control('GET', '/charges/a')).toEqual(charged)
    expect(await control('PUT', '/charges/a', { ...card, method })).toEqual(charged)
    expect(await control('GET', '/control/clock')).toEqual({ now: clock.now() + 100_000 })
    await control('PUT', '/charges/b', { ...card, method })
    await simulator.stop()
    await restart()
    expect(await control('GET', '/charges/b')).toMatchObject({ status: 'succeeded' })
  })

  it('holds what was answered before a kill -9', async () => {
    const main = new URL('../../dist/providers/payments/simulator/main.js', import.meta.url)
    const file = join(directory, 'killed.journal')
    const run = async () => {
      const child = spawn(process.execPath, [main.pathname, file], { env: { ...process.env, PORT: '0' } })
      const ended = once(child, 'exit')
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      const url = /http:\S+/.exec(line)?.[0] as string
      const kill = async () => {
        child.kill('SIGKILL')
        await ended
      }
      return {
        url,
        kill,
        provider: createSimulatorProvider({ url: () => url, key: 'k', webhookSecrets: ['s'] }),
      }
    }
    const first = await run()
    const setup = {
      key: 'm',
      customer: 'acme',
      kind: 'card',
      instrument: 'card_ok',
      language: 'en',
      returnUrl: null,
    } as const
    const method = await first.provider.attach(setup)
    const { token } = method as { token: string }
    const charge = {
      customer: 'acme',
      invoice: 'inv_1',
      instructions: '',
      description: '',
      returnUrl: null,
      currency: 'EUR',
      token,
    }
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((amountMinor) =>
        first.provider.charge({ ...charge, amountMinor, key: `c${amountMinor}` }),
      ),
    )
    await first.kill()
    const second = await run()
    for (const [index, outcome] of outcomes.entries()) {
      const amountMinor = index + 1
      const key = `c${amountMinor}`
      expect(await second.provider.lookUp({ ...charge, transaction: null, amountMinor, key })).toEqual(
        outcome,
      )
      expect(await second.provider.charge({ ...charge, amountMinor, key })).toEqual(outcome)
    }
    await second.kill()
  })
})

describe('it is strict', () => {
  it.each([
    ['PUT', '/charges/a', { ...card, colour: 'red' }, 400],
    ['PUT', '/charges/a', { ...card, amount: '10' }, 400],
    ['PUT', '/charges/a', { ...card, currency: 'XOF' }, 400],
    ['PUT', '/charges/a?debug=1', card, 400],
    ['PUT', '/charges/a', card, 422],
    ['PUT', '/refunds/a', { transaction: 't', amount: '1.00', currency: 'EUR', reason: '' }, 422],
    ['PUT', '/charge/a', card, 404],
    ['GET', '/charges/none', undefined, 404],
    ['DELETE', '/methods/none', {}, 400],
    ['POST', '/control/clock', { at: 1 }, 422],
    ['POST', '/control/faults', { fault: 'duplicate', on: 'charge' }, 400],
  ])('%s %s %o: %i', async (method, path, body, status) => {
    await expect(control(method, path, body)).rejects.toThrow(`: ${status} `)
  })

  it('knows nobody without a key, and shows an account nothing of another', async () => {
    const method = await attach()
    await control('PUT', '/charges/a', { ...card, method })
    expect((await fetch(`${simulator.url}/charges/a`)).status).toBe(401)
    await expect(controller(simulator.url, 'two')('GET', '/charges/a')).rejects.toThrow('404')
    expect(await controller(simulator.url, 'two')('GET', '/events')).toEqual({ events: [], after: '0' })
  })

  it('refuses another body under a used key', async () => {
    const method = await attach()
    await control('PUT', '/charges/a', { ...card, method })
    await expect(control('PUT', '/charges/a', { ...card, method, amount: '11.00' })).rejects.toThrow(
      'key_reused',
    )
  })
})

describe('webhooks of the simulator', () => {
  it('go on being tried until somebody answers, over a restart', async () => {
    const door = await openDoor()
    await control('PUT', '/endpoint', { url: door.url, secrets: ['s'] })
    door.state.answer = 500
    await attach()
    expect(await control('POST', '/control/deliver')).toMatchObject({ delivered: 0 })
    await simulator.stop()
    await restart()
    door.state.answer = 200
    expect(await control('POST', '/control/deliver')).toMatchObject({ delivered: 1 })
    expect(await control('POST', '/control/deliver')).toMatchObject({ delivered: 0, failed: 0 })
    await door.stop()
  })

  it('have a place to go to, however soon a question is given up', async () => {
    const door = await openDoor()
    const options = { url: () => simulator.url, key: 'one', webhookSecrets: ['whsec'], timeoutMs: 0 }
    await setSimulatorEndpoint(options, door.url)
    await attach()
    await control('POST', '/control/deliver')
    expect(door.arrived).toHaveLength(1)
    await door.stop()
  })

  it('are signed by every secret in use while one is replaced', async () => {
    const door = await openDoor()
    const options = { url: () => simulator.url, key: 'one', webhookSecrets: ['old', 'new'] }
    await setSimulatorEndpoint(options, door.url)
    await attach()
    await control('POST', '/control/deliver')
    for (const secret of ['old', 'new']) {
      const provider = createSimulatorProvider({ ...options, webhookSecrets: [secret] })
      const reading = provider.readWebhook({
        ...(door.arrived[0] as (typeof door.arrived)[0]),
        now: clock.now(),
      })
      expect(reading.status).toBe('accepted')
    }
    await door.stop()
  })
})

describe('pages', () => {
  const press = (url: string, form: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })

  it('let a person pay, and go on where the seller said', async () => {
    const method = await attach('+221771234567', 'phone')
    const returnUrl = 'https://shop.example/thanks'
    const body = { ...card, method, returnUrl, description: '<b>Invoice</b>' }
    const { url } = (await control('PUT', '/charges/a', body)) as { url: string }
    const page = await (await fetch(url)).text()
    expect(page).toContain('10.00 EUR')
    expect(page).not.toContain('<b>')
    const pressed = await press(url, { action: 'pay' })
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, returnUrl])
    expect(await control('GET', '/charges/a')).toMatchObject({ status: 'succeeded' })
  })

  it('ask for a card when none was given', async () => {
    const body = { customer: 'acme', kind: 'card', instrument: null, returnUrl: null }
    const { url } = (await control('PUT', '/methods/a', body)) as { url: string }
    expect((await press(url, { action: 'attach', instrument: 'no_card' })).status).toBe(400)
    await press(url, { action: 'attach', instrument: 'card_ok' })
    expect(await control('GET', '/methods/a')).toMatchObject({ status: 'attached', url: null })
  })
})
