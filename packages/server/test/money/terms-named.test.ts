import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const perSeat = (quantityChange: string) => ({
  prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
  policies: { quantityChange },
})
const catalog = {
  features: { branches: { kind: 'gauge' }, calls: { kind: 'meter' } },
  coupons: { ALWAYS: { amountOff: { EUR: 500 }, periods: 'forever' } },
  plans: {
    next_period: perSeat('next_period'),
    raise_now: perSeat('raise_now'),
    prorate: {
      ...perSeat('prorate'),
      prices: { EUR: { month: { amountMinor: 1000, perUnit: { seats: '1000' } } } },
    },
    whole: { prices: { EUR: { month: 1000 } }, policies: { proration: 'none' } },
    metered: {
      prices: {
        EUR: {
          month: {
            minimumMinor: 3000,
            components: { calls: { feature: 'calls', model: { perUnit: '10' } } },
          },
        },
      },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
    },
  },
  addOns: {
    places: { kind: 'recurring', prices: { EUR: { month: { perUnit: { places: '100' } } } } },
  },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

const metered = { plan: 'metered', currency: 'EUR', addOns: ['places'] }

async function payingOn(now: string, customer: string) {
  const moveTo = await world.customerOn(now, customer)
  const card = { provider: 'simulator', instrument: 'card_ok' }
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
  return moveTo
}

/** What is on the documents after the first, in the middle of whose period the change is. */
async function changed(customer: string, terms: Record<string, unknown>, change: Record<string, unknown>) {
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...terms })
  await moveTo('2026-06-16T00:00:00Z')
  await world.ask('POST', `/v1/subscriptions/${id}/change`, change)
  await moveTo('2026-06-16T00:00:01Z')
  const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
  const [, ...later] = data.toReversed()
  return later.map(({ kind, totalMinor }: { kind: string; totalMinor: number }) => `${kind} ${totalMinor}`)
}

describe('the plan that one has, named beside other seats', () => {
  it.each([
    ['next_period', 12, []],
    ['next_period', 3, []],
    ['raise_now', 12, ['invoice 1500']],
    ['raise_now', 3, []],
    ['prorate', 12, ['invoice 1500']],
    ['prorate', 3, ['credit_note 3000']],
  ] as const)('CP-9 %s to %i seats is a change of seats: %j', async (plan, seats, expected) => {
    const terms = { plan, quantities: { seats: 9 } }
    for (const [index, named] of [{}, { plan }, { plan, interval: 'month', currency: 'EUR' }].entries()) {
      const change = { ...named, quantities: { seats } }
      expect(await changed(`${plan}-${seats}-${index}`, terms, change)).toEqual(expected)
    }
  })

  it('leaves an amount off as it was', async () => {
    const terms = { plan: 'prorate', quantities: { seats: 9 }, coupons: ['ALWAYS'] }
    // half of three seats; the seats' share of the amount goes along
    const change = { plan: 'prorate', quantities: { seats: 12 } }
    expect(await changed('amount', terms, change)).toEqual(['invoice 1500'])
  })

  it('closes nothing: what is charged afterwards has one line for the period', async () => {
    const moveTo = await payingOn('2026-06-01T00:00:00Z', 'one-line')
    const body = { customer: 'one-line', ...metered }
    const { id } = await world.ask('POST', '/v1/subscriptions', { ...body, quantities: { places: 4 } })
    await world.ask('POST', '/v1/consume', { customer: 'one-line', feature: 'calls', amount: 100 })
    await moveTo('2026-06-16T00:00:00Z')
    const named = { plan: 'metered', quantities: { places: 5 } }
    expect(await world.ask('POST', `/v1/subscriptions/${id}/change`, named)).toMatchObject({
      quantities: { places: 5 },
    })
    await moveTo('2026-07-01T00:00:01Z')
    const { data } = await world.ask('GET', '/v1/customers/one-line/invoices')
    const lines = data[0].lines.map(
      ({ kind, amountMinor }: { kind: string; amountMinor: number }) => `${kind} ${amountMinor}`,
    )
    expect(lines.toSorted()).toEqual(['add_on 50', 'add_on 500', 'minimum 2000', 'usage 1000'])
  })

  it('keeps what a module counts', async () => {
    const moveTo = await payingOn('2026-06-01T00:00:00Z', 'counted')
    const body = { customer: 'counted', ...metered }
    const { id } = await world.ask('POST', '/v1/subscriptions', { ...body, quantities: { places: 4 } })
    await moveTo('2026-06-16T00:00:00Z')
    const answer = await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'prorate', when: 'now' })
    expect(answer.quantities).toEqual({ seats: 1, places: 4 })
    await moveTo('2026-07-01T00:00:01Z')
    const { data } = await world.ask('GET', '/v1/customers/counted/invoices')
    expect(data[0].lines.map(({ amountMinor }: { amountMinor: number }) => amountMinor)).toContain(400)
  })
})

it('I-2 through a plan without proration and back, no time is charged twice', async () => {
  const moveTo = await payingOn('2026-06-01T00:00:00Z', 'there-and-back')
  const body = { customer: 'there-and-back', plan: 'prorate', currency: 'EUR', quantities: { seats: 9 } }
  const { id } = await world.ask('POST', '/v1/subscriptions', body)
  const change = (plan: string) =>
    world.ask('POST', `/v1/subscriptions/${id}/change`, { plan, quantities: { seats: 9 }, when: 'now' })
  await moveTo('2026-06-11T00:00:00Z')
  await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'whole', when: 'now' })
  await moveTo('2026-06-16T00:00:00Z')
  await change('prorate')
  await moveTo('2026-06-16T00:00:01Z')
  const { data } = await world.ask('GET', '/v1/customers/there-and-back/invoices')
  expect(data.map(({ totalMinor }: { totalMinor: number }) => totalMinor)).toEqual([10_000])
  expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
})
