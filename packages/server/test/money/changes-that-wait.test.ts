import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365, quantityChange: 'raise_now' }
const catalog = {
  features: { sites: { kind: 'gauge' }, calls: { kind: 'meter' } },
  plans: {
    small: {
      prices: { EUR: { month: { perUnit: { seats: '100' } } } },
      allowances: { sites: { limit: 1, perQuantity: 'seats' } },
      policies,
    },
    large: {
      prices: { EUR: { month: { perUnit: { seats: '300' } } } },
      allowances: { sites: { limit: 1, perQuantity: 'seats' } },
      policies,
    },
    flat: { prices: { EUR: { month: 6200 } }, policies },
    other: { prices: { EUR: { month: 3100 } }, policies },
    counted: {
      prices: {
        EUR: {
          month: {
            amountMinor: 1_000,
            components: { calls: { feature: 'calls', model: { perUnit: '20' } } },
          },
        },
        XOF: {
          month: {
            amountMinor: 6_000,
            components: { calls: { feature: 'calls', model: { perUnit: '35' } } },
          },
        },
      },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
      policies,
    },
  },
  coupons: { once: { amountOff: { EUR: 500 }, periods: 1 } },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, plan: string, quantities?: Record<string, number>) {
  const moveTo = await world.customerOn('2026-07-01T00:00:00Z', customer)
  const body = { customer, plan, quantities, currency: 'EUR' }
  const { id } = await world.ask('POST', '/v1/subscriptions', body)
  const path = `/v1/subscriptions/${id}`
  return {
    moveTo,
    read: () => world.ask('GET', path),
    post: (verb: string, given: object = {}) => world.ask('POST', `${path}/${verb}`, given),
    async totals(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      return data
        .map(
          (each: { createdAt: string; totalMinor: number }) =>
            `${each.createdAt.slice(0, 10)} ${each.totalMinor}`,
        )
        .toReversed()
    },
  }
}

describe('a change that waits for the end of the period', () => {
  it('CP-9 seats that were lowered stay lowered when another plan is scheduled, or taken at once', async () => {
    for (const when of ['period_end', 'now']) {
      const own = await begin(`lowered-${when}`, 'small', { seats: 13 })
      await own.post('change', { quantities: { seats: 8 } })
      await own.post('change', { plan: 'large', when })
      expect(await own.read()).toMatchObject({
        quantities: { seats: 13 },
        scheduledChange: { plan: 'large', quantities: { seats: 8 } },
      })
      await own.moveTo('2026-08-01T00:00:00Z')
      expect((await own.totals()).at(-1)).toBe('2026-08-01 2400')
    }
  })

  it('ST-8 comes with the resumption where it was missed, on one invoice', async () => {
    const own = await begin('missed', 'other')
    await own.post('change', { plan: 'flat', when: 'period_end' })
    await own.post('pause')
    await own.moveTo('2026-08-16T12:00:00Z')
    await own.post('resume')
    await own.moveTo('2026-08-16T12:00:01Z')
    expect(await own.totals()).toEqual(['2026-07-01 3100', '2026-08-16 3100'])
    expect(await own.read()).toMatchObject({ plan: 'flat', status: 'active', scheduledChange: null })
  })
})

describe('a change of currency', () => {
  it('ST-8 at the end of the period charges what was used before in the currency that it was used under', async () => {
    const own = await begin('moved', 'counted')
    await world.ask('POST', '/v1/consume', { customer: 'moved', feature: 'calls', amount: 100 })
    const item = { currency: 'EUR', description: 'A visit', unitMinor: '77', quantity: '1' }
    await world.ask('POST', '/v1/customers/moved/invoice-items', item)
    await own.post('change', { currency: 'XOF', when: 'period_end' })
    await own.moveTo('2026-08-01T00:00:00Z')
    await world.ask('POST', '/v1/consume', { customer: 'moved', feature: 'calls', amount: 10 })
    await own.moveTo('2026-09-01T00:00:00Z')
    const { data } = await world.ask('GET', '/v1/customers/moved/invoices')
    const told = data
      .toReversed()
      .map((each: { currency: string; totalMinor: number; periodStart: string }) =>
        [each.periodStart?.slice(0, 10) ?? '-', each.currency, each.totalMinor].join(' '),
      )
    expect(told).toEqual(['2026-07-01 EUR 1000', '- EUR 2077', '2026-08-01 XOF 6000', '2026-09-01 XOF 6350'])
    const { findings } = await world.ask('GET', '/v1/doctor')
    expect(findings.filter(({ check }: { check: string }) => check !== 'job')).toEqual([])
  })
})

describe('a coupon of an amount that is redeemed with a change', () => {
  it('ST-9 is used once: on the invoice of the change', async () => {
    const own = await begin('once', 'other')
    await own.moveTo('2026-07-16T12:00:00Z')
    await own.post('change', { plan: 'flat', coupons: ['once'] })
    await own.moveTo('2026-09-01T00:00:00Z')
    expect(await own.totals()).toEqual([
      '2026-07-01 3100',
      '2026-07-16 1300',
      '2026-08-01 6200',
      '2026-09-01 6200',
    ])
  })
})
