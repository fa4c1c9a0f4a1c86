/** Modules whose payment was given back: what they still pay for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const month = (amount: number) => ({ EUR: { month: amount } })
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { maps: { kind: 'flag' }, plans: { kind: 'flag' } },
  plans: { base: { prices: month(1_000), policies: { modules: 'now' } }, free: { prices: month(0) } },
  addOns: {
    maps: { kind: 'recurring', prices: month(600), allowances: { maps: true } },
    plans: { kind: 'recurring', prices: month(800), allowances: { plans: true } },
  },
  bundles: { both: { addOns: ['maps', 'plans'], prices: month(1_200) } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const START = '2026-06-01T00:00:00Z'
const MIDDLE = '2026-06-16T00:00:00Z'

/** Buys the module on the first day, by this card, and answers what it takes to go on. */
async function withMaps(customer: string, instrument = 'card_ok') {
  const moveTo = await world.customer(customer, 'card_ok', START)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'base' })
  await moveTo('2026-06-01T00:00:02Z')
  const payBy = (card: string) =>
    world.ask('POST', `/v1/customers/${customer}/payment-methods`, {
      provider: 'simulator',
      kind: 'card',
      instrument: card,
      isDefault: true,
    })
  await payBy(instrument)
  const path = `/v1/subscriptions/${id}`
  await world.ask('PUT', `${path}/add-ons/maps`, { quantity: 1 })
  return { path, moveTo, payBy }
}

const lastTotal = async (customer: string): Promise<number> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data[0].totalMinor

describe('a module whose payment was given back', () => {
  it.each([
    ['add-ons/maps', 300],
    ['bundles/both', 600],
  ])('CM-7 and that was switched off pays for nothing that is switched on: %s', async (on, expected) => {
    const customer = `refunded-${on.slice(0, 3)}`
    const { path, moveTo } = await withMaps(customer)
    const { data } = await world.ask('GET', `/v1/payments?customer=${customer}`)
    await world.ask('POST', `/v1/payments/${data[0].id}/refunds`, {})
    await world.ask('DELETE', `${path}/add-ons/maps`)
    await moveTo(MIDDLE)
    await world.ask('PUT', `${path}/${on}`, {})
    expect(await lastTotal(customer)).toBe(expected)
  })

  it('CM-7 and that was paid for anew gives back the rest of that', async () => {
    const { path, moveTo } = await withMaps('refunded-anew')
    const { data } = await world.ask('GET', '/v1/payments?customer=refunded-anew')
    await world.ask('POST', `/v1/payments/${data[0].id}/refunds`, {})
    await world.ask('DELETE', `${path}/add-ons/maps`)
    await moveTo(MIDDLE)
    await world.ask('PUT', `${path}/add-ons/maps`, {})
    await world.ask('POST', `${path}/cancel`, { when: 'now', credit: true })
    // half of the plan, and what was paid for the module a moment ago
    expect(await lastTotal('refunded-anew')).toBe(500 + 300)
  })

  it('CM-7 is there until it is switched off: a second one costs what one costs', async () => {
    const { path, moveTo } = await withMaps('refunded-second')
    const { data } = await world.ask('GET', '/v1/payments?customer=refunded-second')
    await world.ask('POST', `/v1/payments/${data[0].id}/refunds`, {})
    await moveTo(MIDDLE)
    await world.ask('PUT', `${path}/add-ons/maps`, { quantity: 2 })
    expect(await lastTotal('refunded-second')).toBe(300)
  })

  it('I-4 by the payer’s bank pays for no bundle', async () => {
    const { path, moveTo, payBy } = await withMaps('disputed', 'card_disputed')
    const dispute = async (): Promise<Json> =>
      (await world.ask('GET', '/v1/disputes?customer=disputed')).data[0]
    const { reference } = await eventually('a dispute', dispute)
    await world.control('POST', `/control/disputes/${reference}`, { status: 'lost' })
    await eventually('it is lost', async () => ((await dispute()).status === 'lost' ? true : undefined))
    await payBy('card_ok')
    await moveTo(MIDDLE)
    await world.ask('PUT', `${path}/bundles/both`, {})
    expect(await lastTotal('disputed')).toBe(600)
  })
})

describe('a module that waits for the next invoice', () => {
  it('CM-10 costs nothing where what is left is given back at once, and nothing else is', async () => {
    const moveTo = await world.customer('no-time', undefined, START)
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer: 'no-time', plan: 'free' })
    await moveTo(MIDDLE)
    await world.ask('PUT', `/v1/subscriptions/${id}/add-ons/maps`, {})
    await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now', credit: true })
    const { data } = await world.ask('GET', '/v1/customers/no-time/invoice-items')
    expect(data).toEqual([])
  })
})
