import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

interface Series {
  currency: string
  points: Record<'billedMinor' | 'collectedMinor' | 'refundedMinor' | 'earnedMinor', number>[]
}

describe('revenue by month', () => {
  it('ST-11 is billed, collected, refunded and earned, each currency by itself', async () => {
    const now = '2026-01-22T00:00:00Z'
    const moveTo = await world.customerOn(now, 'euro')
    const { testClock } = await world.ask('GET', '/v1/customers/euro')
    await world.customerOn(now, 'franc', { testClock })
    const payments: Record<string, string> = {}
    for (const [customer, currency] of [
      ['euro', 'EUR'],
      ['franc', 'XOF'],
    ] as const) {
      const card = { provider: 'simulator', instrument: 'card_ok' }
      await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
      const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency })
      await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' })
    }
    await moveTo('2026-02-10T00:00:00Z')
    for (const customer of ['euro', 'franc'])
      payments[customer] = (await world.ask('GET', `/v1/payments?customer=${customer}`)).data[0].id
    const back = { amountMinor: 4_000, reason: 'too late' }
    expect(await world.ask('POST', `/v1/payments/${payments.euro}/refunds`, back)).toMatchObject({
      status: 'succeeded',
    })
    await moveTo('2026-03-05T00:00:00Z')

    const query = `from=2026-01-01&to=2026-03-01&testClock=${testClock}`
    const { series } = await world.ask('GET', `/v1/analytics/revenue?${query}`)
    const figures = (currency: string) =>
      (series as Series[])
        .find((each) => each.currency === currency)
        ?.points.map(({ billedMinor, collectedMinor, refundedMinor, earnedMinor }) => [
          billedMinor,
          collectedMinor,
          refundedMinor,
          earnedMinor,
        ])
    // ten of thirty-one days are January's; what is given back is never earned
    expect(figures('EUR')).toEqual([
      [10_000, 10_000, 0, 3_226],
      [-4_000, 0, 4_000, 6_000 - 3_226],
    ])
    expect(figures('XOF')).toEqual([
      [15_000, 15_000, 0, 4_839],
      [0, 0, 0, 15_000 - 4_839],
    ])
  })
})
