import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '../../../../examples/stripe-tiers/catalog.ts'
import { openWorld, type ScenarioWorld } from './world.ts'

let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld()
  await world.client.catalog.put(catalog)
})
afterAll(() => world?.close())

const tiers = [
  ['starter', 1_900, 19_000],
  ['growth', 6_900, 69_000],
  ['pro', 19_900, 199_000],
] as const

describe('the tiers', () => {
  it('ST-1 are shown with their prices in USD cents by the month and by the year, and free has none', async () => {
    const plans = await world.client.plans.list().toArray({ max: 10 })
    const shown = plans.map(({ id, prices }) => [
      id,
      prices
        .map(({ currency, interval, amountMinor }) => `${currency} ${interval} ${amountMinor}`)
        .toSorted(),
    ])
    expect(Object.fromEntries(shown)).toEqual({
      free: [],
      ...Object.fromEntries(
        tiers.map(([id, month, year]) => [id, [`USD month ${month}`, `USD year ${year}`]]),
      ),
    })
  })

  async function begin(plan: string, interval: string) {
    const { client } = world
    const customer = await world.customerAt('2026-03-10T10:00:00Z', { plan: null, currency: 'USD' })
    await client.paymentMethods.attach(customer.id, { provider: 'simulator', instrument: 'card_ok' })
    await client.subscriptions.create({ customer: customer.id, plan, interval, trialDays: 0 })
    await customer.moveTo('2026-03-10T10:00:01Z')
    const invoices = () => client.invoices.listOfCustomer(customer.id).toArray({ max: 10 })
    expect(await invoices()).toMatchObject([{ status: 'paid', currency: 'USD' }])
    const owed = async () => (await invoices()).map(({ totalMinor }) => totalMinor)
    return { customer, owed }
  }

  it.each(tiers)(
    'ST-1 %s costs %i a month and %i a year, which saves 17 per cent',
    async (plan, month, year) => {
      for (const [interval, price] of [
        ['month', month],
        ['year', year],
      ] as const)
        expect(await (await begin(plan, interval)).owed()).toEqual([price])
      expect(Math.round((1 - year / (12 * month)) * 100)).toBe(17)
    },
  )

  it.each([
    ['month', 1_900, '2026-04-10'],
    ['year', 19_000, '2027-03-10'],
  ])('ST-1 renews by the %s, for the same', async (interval, price, end) => {
    const { customer, owed } = await begin('starter', interval)
    await customer.moveTo(`${end}T09:59:59Z`)
    expect(await owed()).toEqual([price])
    await customer.moveTo(`${end}T10:00:01Z`)
    expect(await owed()).toEqual([price, price])
  })

  it('ST-1 free is what holds without a subscription: nothing is owed, ever', async () => {
    const { client } = world
    const customer = await world.customerAt('2026-03-10T10:00:00Z', { plan: null, currency: 'USD' })
    await customer.moveTo('2027-03-11T00:00:00Z')
    expect((await client.entitlementsOf(customer.id)).plan?.id).toBe('free')
    expect(await client.invoices.listOfCustomer(customer.id).toArray({ max: 10 })).toEqual([])
  })
})
