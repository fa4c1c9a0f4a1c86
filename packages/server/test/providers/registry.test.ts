/** The registry: which providers an environment has, and that the engine runs those of this process. */
import { describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { createPayments } from '../../src/providers/payments/index.ts'
import type { PaymentsOptions } from '../../src/providers/payments/index.ts'
import { createTestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'

const test = { id: 1, name: 'test', mode: 'test' } as const
const live = { id: 2, name: 'live', mode: 'live' } as const
const setup = {
  key: 'm',
  customer: 'acme',
  kind: 'card',
  instrument: 'card_ok',
  language: 'en',
  returnUrl: null,
} as const

const open = (options: PaymentsOptions) =>
  createPayments(options, { clock: fixedClock(0), seed: Buffer.alloc(32), onError: () => {} })

describe('the registry of payment providers', () => {
  it('refuses a name that nobody has, and a rehearsal in a live environment', () => {
    const payments = open({})
    expect(() => payments.provider('toString', test)).toThrow('payment_provider_unknown')
    expect(() => payments.provider('simulator', live)).toThrow('payment_provider_unknown')
    expect(payments.provider('manual', live).capabilities.byHand).toBe(true)
  })

  it.each([
    [{}, ['manual', 'simulator']],
    [{ rehearse: false }, ['manual']],
    [
      { rehearse: false, settings: { TOLLKEEPER_SIMULATOR_URL: 'http://pay.example' } },
      ['manual', 'simulator'],
    ],
    [{ settings: { TOLLKEEPER_SIMULATOR_URL: 'off' } }, ['manual']],
  ])('%o has %o', (options, names) => {
    expect(open(options).names()).toEqual(names)
  })

  it('answers unknown until it is started, and the same provider to the same environment', async () => {
    const payments = open({})
    const provider = payments.provider('simulator', test)
    expect(payments.provider('simulator', test)).toBe(provider)
    expect(await provider.attach(setup)).toEqual({ status: 'unknown', reason: 'not_running' })
    await payments.start()
    expect(await provider.attach(setup)).toMatchObject({ status: 'attached' })
    await payments.stop()
  })

  it('tells the payer by hand where to pay and what to quote', async () => {
    const provider = open({}).provider('manual', live)
    const charge = {
      key: 'a',
      invoice: 'inv_1',
      instructions: 'Account 1',
      amountMinor: 1,
      currency: 'EUR',
      token: 'cash',
      customer: 'acme',
      returnUrl: null,
      description: '',
    }
    const instructions = {
      text: 'Account 1',
      reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/),
    }
    const outcome = await provider.charge(charge)
    expect(outcome).toMatchObject({ status: 'pending', url: null, instructions })
    // somebody who was told twice quotes the same
    expect(await provider.charge({ ...charge, key: 'b' })).toEqual(outcome)
    expect(await provider.charge({ ...charge, invoice: 'inv_2' })).not.toEqual(outcome)
  })

  it('is started and stopped with the engine', async () => {
    const database = await createTestDatabase()
    const server = await startTestServer({ db: database.db })
    const provider = server.engine.context.payments.provider('simulator', test)
    expect(await provider.attach(setup)).toMatchObject({ status: 'attached', label: 'Visa •••• 4242' })
    await server.stop()
    expect(await provider.attach(setup)).toEqual({ status: 'unknown', reason: 'not_running' })
    await database.close()
  })
})
