import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const seats = (amountMinor: number, each: string) => ({ amountMinor, perUnit: { seats: each } })
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { calls: { kind: 'meter' }, sso: { kind: 'flag' } },
  coupons: {
    SSO: { percentOff: 50, periods: 'forever', appliesTo: ['sso'] },
    NO_SSO: { percentOff: 100, periods: 'forever', appliesTo: ['sso'] },
    BOTH: { percentOff: 50, periods: 'forever', appliesTo: ['both'] },
    OFF: { amountOff: { EUR: 1_800 }, periods: 1 },
    ONCE: { percentOff: 20, periods: 1 },
    HALF: { name: 'Half price', percentOff: 50, periods: 'forever' },
    FREE: { amountOff: { EUR: 3_000 } },
    TWICE: { percentOff: 50, periods: 2 },
    NINE: { amountOff: { EUR: 900 }, periods: 'forever' },
  },
  plans: {
    team: {
      prices: { EUR: { month: seats(1_000, '300'), year: seats(10_000, '3000') } },
      policies: { quantityChange: 'prorate' },
    },
    again: { prices: { EUR: { month: 6_000 } }, policies: { purchaseWhileLive: 'append', upgrade: 'now' } },
    raise_now: {
      prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
      policies: { quantityChange: 'raise_now' },
    },
    dearer: { prices: { EUR: { month: 12_000 } } },
    modular: { prices: { EUR: { month: 3_000 } }, policies: { modules: 'now' } },
    waiting: { prices: { EUR: { month: 3_000 } } },
    metered: {
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
      prices: {
        EUR: {
          month: {
            amountMinor: 1_000,
            components: { calls: { feature: 'calls', model: { perUnit: '100' } } },
          },
        },
      },
    },
  },
}

const modules = {
  addOns: { sso: { kind: 'recurring', prices: { EUR: { month: 600 } }, allowances: { sso: true } } },
  bundles: { both: { addOns: ['sso'], prices: { EUR: { month: 1_200 } } } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld({ ...catalog, ...modules })
})
afterAll(() => world?.close())

/** A customer with the coupon for whatever it is billed, in the middle of the period that used it up. */
async function usedUp(customer: string, plan: string, quantities: Record<string, number> = {}) {
  const moveTo = await world.customer(customer, 'card_ok', '2026-06-01T00:00:00Z')
  await world.ask('POST', `/v1/customers/${customer}/discounts`, { coupon: 'ONCE' })
  const subscribe = () => world.ask('POST', '/v1/subscriptions', { customer, plan, quantities })
  const { id } = await subscribe()
  await moveTo('2026-06-16T00:00:00Z')
  const change = (subscription: string, body: object) =>
    world.ask('POST', `/v1/subscriptions/${subscription}/change`, { ...body, when: 'now' })
  const discounts = async () => {
    await moveTo('2026-06-16T00:00:01Z')
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    return data
      .toReversed()
      .map(({ lines }: Json) =>
        lines.filter(({ kind }: Json) => kind !== 'credit').map(({ discountMinor }: Json) => discountMinor),
      )
  }
  return { id, subscribe, change, discounts }
}

describe('a coupon that is used up', () => {
  it('holds for nothing in the longer period that replaces its own', async () => {
    const own = await usedUp('longer', 'team', { seats: 10 })
    await own.change(own.id, { interval: 'year' })
    await own.change(own.id, { quantities: { seats: 11 } })
    expect(await own.discounts()).toEqual([[200, 600], [0, 0], [0]])
  })

  it('holds for nothing of what is subscribed to after a cancellation', async () => {
    const own = await usedUp('returns', 'team', { seats: 10 })
    await world.ask('POST', `/v1/subscriptions/${own.id}/cancel`, { when: 'now', credit: true })
    const { id } = await own.subscribe()
    await own.change(id, { quantities: { seats: 11 } })
    const [first, , ...later] = await own.discounts()
    expect([first, ...later]).toEqual([[200, 600], [0, 0], [0]])
  })

  it('holds for nothing of what is bought after a cancellation', async () => {
    const own = await usedUp('buys', 'team', { seats: 10 })
    await world.ask('POST', `/v1/subscriptions/${own.id}/cancel`, { when: 'now' })
    const order = { customer: 'buys', plan: 'team', quantities: { seats: 10 }, provider: 'simulator' }
    const urls = { successUrl: 'https://shop.example/thanks', cancelUrl: 'https://shop.example/cart' }
    const session = await world.ask('POST', '/v1/checkout-sessions', { ...order, ...urls })
    expect(session.totalMinor).toBe(4_000)
  })

  it('CM-3 holds for nothing once it is bought again', async () => {
    const own = await usedUp('again', 'again')
    const { id } = await own.subscribe()
    await own.change(id, { plan: 'dearer' })
    expect(await own.discounts()).toEqual([[1_200], [0], [0]])
  })
})

/** Half of June is left of a module and of the bundle that takes it in: 3.00 and 6.00. */
describe('a bundle whose module had a coupon', () => {
  it.each([
    ['HALF', 150],
    ['SSO', 450],
    ['NO_SSO', 600],
    ['BOTH', 0],
    ['ONCE', 240],
    ['OFF', 300],
  ])('CM-7 costs what was not paid for it (%s)', async (coupon, expected) => {
    const customer = `bundle-${coupon.toLowerCase()}`
    const moveTo = await world.customer(customer, 'card_ok', '2026-06-01T00:00:00Z')
    const terms = { plan: 'modular', addOns: ['sso'], coupons: [coupon] }
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer, ...terms })
    await moveTo('2026-06-16T00:00:00Z')
    await world.ask('PUT', `/v1/subscriptions/${id}/bundles/both`, {})
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    const totals = data.slice(0, -1).map(({ totalMinor }: Json) => totalMinor)
    expect(totals).toEqual(expected === 0 ? [] : [expected])
  })

  it.each([
    // the plan and the bundle of July are 42.00 before it
    ['SSO', 4_200 + 450],
    ['HALF', 2_100 + 150],
    ['ONCE', 4_200 + 360],
  ])('CM-7 on the next invoice costs what was not paid for it (%s)', async (coupon, expected) => {
    const customer = `waiting-${coupon.toLowerCase()}`
    const moveTo = await world.customer(customer, 'card_ok', '2026-06-01T00:00:00Z')
    const terms = { plan: 'waiting', addOns: ['sso'], coupons: [coupon] }
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer, ...terms })
    await moveTo('2026-06-16T00:00:00Z')
    await world.ask('PUT', `/v1/subscriptions/${id}/bundles/both`, {})
    await moveTo('2026-07-01T00:00:01Z')
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    expect(data[0].totalMinor).toBe(expected)
  })
})

describe('one more seat', () => {
  const totals = async (customer: string) => {
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    return data.toReversed().map(({ kind, totalMinor }: Json) => `${kind} ${totalMinor}`)
  }

  it('CP-9 costs itself alone where an amount off has paid for the others', async () => {
    const moveTo = await world.customer('paid-for', 'card_ok', '2026-06-01T00:00:00Z')
    const body = { customer: 'paid-for', plan: 'raise_now', quantities: { seats: 3 }, coupons: ['FREE'] }
    const { id } = await world.ask('POST', '/v1/subscriptions', body)
    await moveTo('2026-06-16T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { quantities: { seats: 4 } })
    await moveTo('2026-06-16T00:00:01Z')
    expect(await totals('paid-for')).toEqual(['invoice 0', 'invoice 500'])
  })

  it('CP-9 is all that a percentage takes something off which was redeemed since the others were charged', async () => {
    const moveTo = await world.customer('since', 'card_ok', '2026-06-01T00:00:00Z')
    const body = { customer: 'since', plan: 'team', quantities: { seats: 10 } }
    const { id } = await world.ask('POST', '/v1/subscriptions', body)
    await moveTo('2026-06-16T00:00:00Z')
    await world.ask('POST', '/v1/customers/since/discounts', { coupon: 'HALF' })
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { quantities: { seats: 11 } })
    await moveTo('2026-06-16T00:00:01Z')
    expect((await totals('since')).slice(1)).toEqual(['invoice 75'])
  })
})

describe('use that is told late', () => {
  it('has the coupons of the invoice that it comes on', async () => {
    const customer = 'told-late'
    const moveTo = await world.customer(customer, 'card_ok', '2026-06-01T00:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer, plan: 'metered', coupons: ['TWICE'] })
    const tell = (amount: number) =>
      world.ask('POST', '/v1/events', {
        events: [
          {
            customer,
            feature: 'calls',
            amount,
            at: '2026-06-20T00:00:00Z',
            idempotencyKey: `${customer}-${amount}`,
          },
        ],
      })
    await moveTo('2026-06-21T00:00:00Z')
    await tell(10)
    await moveTo('2026-07-05T00:00:00Z')
    await tell(6)
    await moveTo('2026-08-01T00:00:01Z')
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    const calls = data
      .toReversed()
      .flatMap(({ lines }: Json) => lines.filter(({ kind }: Json) => kind === 'usage'))
    expect(calls.map((line: Json) => [line.amountMinor, line.discountMinor])).toEqual([
      [1_000, 500],
      [600, 0],
    ])
  })
})

describe('an amount off', () => {
  /** What it took of each document, below zero what came back with it. */
  const taken = async (customer: string) => {
    const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
    return data
      .toReversed()
      .map(({ kind, discountMinor }: Json) => (kind === 'invoice' ? 1 : -1) * discountMinor)
  }

  /** A customer whose month of 50 calls has ended: the amount was taken off them too. */
  async function afterCalls(customer: string, instrument?: string) {
    const moveTo = await world.customer(customer, instrument, '2026-06-01T00:00:00Z')
    const body = { customer, plan: 'metered', coupons: ['NINE'] }
    const { id } = await world.ask('POST', '/v1/subscriptions', body)
    const events = [{ customer, feature: 'calls', amount: 50, idempotencyKey: customer }]
    await world.ask('POST', '/v1/events', { events })
    await moveTo('2026-07-01T00:00:01Z')
    return { id, moveTo }
  }

  it('CM-3 is taken once in a period, whatever of it went to what was charged afterwards', async () => {
    const { id, moveTo } = await afterCalls('nine', 'card_ok')
    const change = { plan: 'dearer', when: 'now' }
    const { totalMinor } = await world.ask('POST', `/v1/subscriptions/${id}/preview`, change)
    await world.ask('POST', `/v1/subscriptions/${id}/change`, change)
    await moveTo('2026-07-01T00:00:03Z')
    // 750 of the calls, 150 of the plan: those come back, and are taken off the next
    expect(await taken('nine')).toEqual([900, 900, 0])
    const { data } = await world.ask('GET', '/v1/customers/nine/invoices')
    expect(data[0].totalMinor).toBe(totalMinor)
    expect(totalMinor).toBe(12_000 - 1_000)
  })

  it('is there for the rest of a period whose invoice is void', async () => {
    const { id, moveTo } = await afterCalls('nine-void')
    const { data } = await world.ask('GET', '/v1/customers/nine-void/invoices')
    await world.ask('POST', `/v1/invoices/${data[0].id}/void`)
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'dearer', when: 'now' })
    await moveTo('2026-07-01T00:00:03Z')
    expect((await taken('nine-void')).at(-1)).toBe(900)
  })
})

it('ST-10 an invoice names the coupons that took something off, and so does what gives it back', async () => {
  const moveTo = await world.customer('named', 'card_ok', '2026-06-01T00:00:00Z')
  const order = {
    customer: 'named',
    plan: 'team',
    quantities: { seats: 0 },
    coupons: ['HALF', 'NO_SSO', 'NINE'],
  }
  await world.ask('POST', '/v1/subscriptions', order)
  await moveTo('2026-06-02T00:00:00Z')
  const [paid] = (await world.ask('GET', '/v1/customers/named/invoices')).data as Json[]
  // 10.00 less a half, less all of the rest of it; nothing was there for NO_SSO
  const both = [
    { id: 'HALF', name: 'Half price' },
    { id: 'NINE', name: 'NINE' },
  ]
  expect([paid.discountMinor, paid.coupons]).toEqual([1_000, both])
  await world.ask('POST', '/v1/invoices', {
    customer: 'named',
    currency: 'EUR',
    lines: [{ description: 'By hand', unitMinor: '100' }],
  })
  await moveTo('2026-07-02T00:00:00Z')
  const { data } = await world.ask('GET', '/v1/customers/named/invoices')
  expect(data.map(({ reason, coupons }: Json) => [reason, coupons.length])).toEqual([
    ['period', 2],
    ['one_off', 0],
    ['period', 2],
  ])
  const half = await world.customer('halved', 'card_ok', '2026-06-01T00:00:00Z')
  await world.ask('POST', '/v1/subscriptions', { customer: 'halved', plan: 'dearer', coupons: ['HALF'] })
  await half('2026-06-02T00:00:00Z')
  const [{ id }] = (await world.ask('GET', '/v1/customers/halved/invoices')).data as Json[]
  const note = await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { amountMinor: 100 })
  expect(note.coupons).toEqual([{ id: 'HALF', name: 'Half price' }])
})
