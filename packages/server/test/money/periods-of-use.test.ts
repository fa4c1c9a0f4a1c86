/** Use is priced by billing period, however one comes into it: free units, tiers and minimums count once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const counted = { limit: 'unlimited', window: 'billing_period' }
const calls = { feature: 'calls', freeUnits: 100, model: { perUnit: '1.5' } }
const sales = {
  feature: 'sales',
  model: { percentage: { percent: 1, fixedMinor: '30', minimumMinor: 100 } },
}
// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365 }
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'UTC' },
  features: { calls: { kind: 'meter' }, sales: { kind: 'meter' }, tickets: { kind: 'meter' } },
  plans: {
    metered: {
      prices: { EUR: { month: { amountMinor: 1000, components: { calls, sales } } } },
      allowances: { calls: counted, sales: counted, tickets: { limit: 100, window: 'billing_period' } },
      policies,
    },
    above: {
      prices: { EUR: { month: 500 } },
      allowances: { tickets: { limit: 1, window: 'month', policy: { overage: { EUR: '10' } } } },
      policies,
    },
    monthly: {
      prices: { EUR: { month: 500 } },
      allowances: { calls: { limit: 'unlimited', window: 'month' }, tickets: { limit: 50, window: 'month' } },
      policies,
    },
  },
}

let world: MoneyWorld
let customers = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(plan: string, now: string) {
  const customer = `period-${(customers += 1)}`
  const moveTo = await world.customerOn(now, customer)
  const subscribe = async (key: string): Promise<string> =>
    (await world.ask('POST', '/v1/subscriptions', { customer, plan: key, currency: 'EUR' })).id
  const id = await subscribe(plan)
  return {
    customer,
    moveTo,
    subscribe,
    act: (verb: string, body: object = {}) => world.ask('POST', `/v1/subscriptions/${id}/${verb}`, body),
    use: (amount: number, feature = 'calls') =>
      world.ask('POST', '/v1/consume', { customer, feature, amount }),
    /** `calls 300 = 300 2026-03-20..2026-04-10`, oldest first. */
    async used(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/invoices?customer=${customer}`)
      const told: string[] = []
      for (const { id: invoice } of data.toReversed()) {
        const { lines } = await world.ask('GET', `/v1/invoices/${invoice}`)
        for (const { kind, reference, quantity, amountMinor, serviceStart, serviceEnd } of lines)
          if (kind === 'usage' || kind === 'overage')
            told.push(
              `${reference} ${quantity} = ${amountMinor} ${serviceStart.slice(0, 10)}..${serviceEnd.slice(0, 10)}`,
            )
      }
      return told
    },
  }
}

type Own = Awaited<ReturnType<typeof begin>>
/** From the 20th of March on, in a period that ends in April. */
async function useTwice(own: Own) {
  await own.use(150)
  await own.use(1_000, 'sales')
  await own.moveTo('2026-04-05T00:00:00Z')
  await own.use(150)
  await own.use(1_000, 'sales')
}

describe('ST-10 the use of one billing period is priced as one', () => {
  it('after a pause, from the day on that it ended', async () => {
    const own = await begin('metered', '2026-01-10T00:00:00Z')
    await own.moveTo('2026-01-20T00:00:00Z')
    await own.act('pause')
    await own.moveTo('2026-03-20T00:00:00Z')
    await own.act('resume')
    await useTwice(own)
    await own.moveTo('2026-05-20T00:00:00Z')
    expect(await own.used()).toEqual([
      'calls 300 = 300 2026-03-20..2026-04-10',
      'sales 2000 = 100 2026-03-20..2026-04-10',
    ])
  })

  it('after a cancellation, with a new subscription', async () => {
    const own = await begin('metered', '2026-01-10T00:00:00Z')
    await own.act('cancel', { when: 'now' })
    await own.moveTo('2026-03-20T00:00:00Z')
    await own.subscribe('metered')
    await useTwice(own)
    await own.moveTo('2026-05-19T00:00:00Z')
    expect(await own.used()).toEqual([
      'calls 300 = 300 2026-03-20..2026-04-20',
      'sales 2000 = 100 2026-03-20..2026-04-20',
    ])
  })

  it('after a plan whose windows are months', async () => {
    const own = await begin('monthly', '2026-03-10T00:00:00Z')
    await own.use(700)
    await own.moveTo('2026-03-20T00:00:00Z')
    await own.act('change', { plan: 'metered', when: 'now' })
    await useTwice(own)
    await own.moveTo('2026-05-09T00:00:00Z')
    expect(await own.used()).toEqual([
      'calls 300 = 300 2026-03-20..2026-04-10',
      'sales 2000 = 100 2026-03-20..2026-04-10',
    ])
  })
})

it('GT-13 is of the time in which it was used, and never of one before the subscription', async () => {
  const own = await begin('above', '2026-01-10T00:00:00Z')
  await own.use(6, 'tickets')
  await own.moveTo('2026-02-05T00:00:00Z')
  await own.use(3, 'tickets')
  await own.moveTo('2026-02-20T00:00:00Z')
  await own.use(2, 'tickets')
  await own.moveTo('2026-03-11T00:00:00Z')
  expect(await own.used()).toEqual([
    'tickets 5 = 50 2026-01-10..2026-02-01',
    'tickets 2 = 20 2026-02-01..2026-02-10',
    'tickets 2 = 20 2026-02-10..2026-03-01',
  ])
})

describe('GT-7 an allowance of the billing period is had once in it', () => {
  it('after a pause, over the first of the month', async () => {
    const own = await begin('metered', '2026-01-10T00:00:00Z')
    await own.moveTo('2026-01-20T00:00:00Z')
    await own.act('pause')
    await own.moveTo('2026-03-20T00:00:00Z')
    await own.act('resume')
    expect(await own.use(100, 'tickets')).toMatchObject({
      allowed: true,
      remaining: 0,
      resetsAt: '2026-04-10T00:00:00.000Z',
    })
    await own.moveTo('2026-04-05T00:00:00Z')
    expect(await own.use(1, 'tickets')).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    await own.moveTo('2026-04-12T00:00:00Z')
    expect(await own.use(100, 'tickets')).toMatchObject({ allowed: true })
  })

  it('and not twice before the old one would have ended, whoever subscribes again', async () => {
    const own = await begin('metered', '2026-01-10T00:00:00Z')
    await own.use(70, 'tickets')
    await own.act('cancel', { when: 'now' })
    await own.moveTo('2026-01-20T00:00:00Z')
    await own.subscribe('metered')
    expect(await own.use(31, 'tickets')).toMatchObject({ allowed: false, limit: 30, remaining: 30 })
    expect(await own.use(30, 'tickets')).toMatchObject({ allowed: true })
    await own.moveTo('2026-02-10T00:00:00Z')
    expect(await own.use(70, 'tickets')).toMatchObject({ allowed: true, used: 100, limit: 100, remaining: 0 })
    const { data } = await world.ask('GET', `/v1/customers/${own.customer}/usage/windows?feature=tickets`)
    expect(data).toMatchObject([{ windowStart: '2026-01-10T00:00:00.000Z', used: 70 }])
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})
