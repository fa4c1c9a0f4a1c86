import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type SimulatedWorld } from './simulated-world.ts'

const failure = { graceDays: 3, reason: 'payment_required', cancelAfterDays: 10 }
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' } },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 1_500 }, allowances: { credits: 50 } } },
  plans: {
    basic: { prices: { EUR: { month: 1_900 } }, policies: { failure } },
    pro: { prices: { EUR: { month: 6_900 } }, policies: { failure } },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const access = async (customer: string) =>
  (await world.ask('GET', `/v1/customers/${customer}/access`)).level as string

describe('whoever is kept out for what is unpaid', () => {
  it('CM-8 is sold nothing that would stay locked, until that is paid', async () => {
    const customer = 'owing'
    const moveTo = await world.customer(customer, 'card_insufficient_funds', '2026-01-10T10:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer, plan: 'basic' })
    await moveTo('2026-02-01T10:00:00Z')
    expect(await access(customer)).toBe('blocked')
    const [invoice] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
    await world.ask('POST', `/v1/invoices/${invoice.id}/mark-uncollectible`)
    await world.ask('POST', `/v1/customers/${customer}/payment-methods`, {
      provider: 'simulator',
      instrument: 'card_ok',
      isDefault: true,
    })
    const pages = { successUrl: 'https://shop.example/thanks', cancelUrl: 'https://shop.example/cart' }
    const page = { customer, provider: 'simulator', ...pages }
    for (const [path, body] of [
      ['/v1/subscriptions', { customer, plan: 'pro' }],
      ['/v1/checkout-sessions', { ...page, plan: 'pro' }],
      ['/v1/checkout-sessions', { ...page, topUps: ['pack'] }],
      ['/v1/top-ups', { customer, addOn: 'pack' }],
    ] as const)
      expect(await world.refused('POST', path, body), path).toBe('403 subscription_inactive')
    expect(await world.payments(customer)).toBe(0)

    const money = { customer, currency: 'EUR', amountMinor: 1_900, transaction: 'owed', invoice: invoice.id }
    await world.ask('POST', '/v1/payments', money)
    const { status } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'pro' })
    expect([status, await access(customer)]).toEqual(['active', 'full'])
  })

  it.each(['paid', 'left over'])('comes in when a change gives back what is owed (%s)', async (name) => {
    const customer = `lowers ${name}`.replaceAll(' ', '-')
    const moveTo = await world.customer(customer, undefined, '2026-01-10T10:00:00Z')
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'pro', currency: 'EUR' })
    await moveTo('2026-01-14T10:00:00Z')
    expect(await access(customer)).toBe('blocked')
    const [invoice] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
    const amountMinor = name === 'paid' ? 2_545 : 4_000
    const money = { customer, currency: 'EUR', amountMinor, transaction: name, invoice: invoice.id }
    await world.ask('POST', '/v1/payments', money)
    expect(await access(customer)).toBe('blocked')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'basic', when: 'now' })
    await moveTo('2026-01-14T10:00:01Z')
    const settled = await world.ask('GET', `/v1/invoices/${invoice.id}`)
    expect([settled.status, settled.amountDueMinor, await access(customer)]).toEqual(['paid', 0, 'full'])
  })
})
