/** What is used above an allowance at a price, and where it is billed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog as queues } from '../../../../examples/queue-quotas/catalog.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const catalog = {
  ...queues,
  features: { ...queues.features, tokens: { kind: 'meter', unit: 'token' } },
  plans: {
    ...queues.plans,
    // a hundredth of a cent each: only a line's sum has whole cents
    group: {
      prices: { USD: { month: 5_000 } },
      allowances: {
        tokens: { limit: 1_000, window: 'billing_period', policy: { overage: { USD: '0.015' } } },
      },
    },
    // by the month, and billed by the year
    yearly: {
      prices: { XOF: { year: 0 } },
      allowances: { tickets: { limit: 5, window: 'month', policy: { overage: { XOF: '100' } } } },
    },
    strict: {
      prices: { USD: { month: 5_000 } },
      allowances: { tokens: { limit: 1_000, window: 'billing_period' } },
    },
  },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, plan: string, currency: string, interval = 'month') {
  const moveTo = await world.customerOn('2026-03-10T09:00:00Z', customer, { timeZone: 'Africa/Abidjan' })
  const card = { provider: 'simulator', instrument: 'card_ok' }
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
  const terms = { customer, plan, currency, interval, trialDays: 0 }
  const { id } = await world.ask('POST', '/v1/subscriptions', terms)
  await moveTo('2026-03-10T09:00:01Z')
  let keys = 0
  return {
    id,
    moveTo,
    take: (feature: string, amount: number) =>
      world.ask('POST', '/v1/consume', { customer, feature, amount, idempotencyKey: `${(keys += 1)}` }),
    give: (of: string, amount: number) =>
      world.ask('POST', '/v1/release', { customer, feature: 'tickets', of, amount }),
    /** `2026-04-10 paid 16770: overage 22 × 35 = 770, plan 1 × 16000 = 16000`, oldest first. */
    async invoices(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      return data.toReversed().map((invoice: Document) => {
        const lines = invoice.lines.map(
          ({ kind, quantity, unitMinor, amountMinor }) =>
            `${kind} ${quantity} × ${unitMinor} = ${amountMinor}`,
        )
        const { createdAt, status, totalMinor } = invoice
        return `${createdAt.slice(0, 10)} ${status} ${totalMinor}: ${lines.toSorted().join(', ')}`
      })
    },
    /** `2 = 200 of 2026-04-01/2026-05-01`, oldest first. */
    async charged(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      return data
        .toReversed()
        .flatMap(({ lines }: Document) => lines)
        .filter(({ kind }: Document['lines'][number]) => kind === 'overage')
        .map(({ quantity, amountMinor, serviceStart, serviceEnd }: Document['lines'][number]) => {
          const days = [serviceStart, serviceEnd].map((at) => at.slice(0, 10))
          return `${quantity} = ${amountMinor} of ${days.join('/')}`
        })
    },
    overages: async () =>
      (await world.ask('GET', `/v1/customers/${customer}/overages?limit=100`)).data as {
        amount: number
      }[],
  }
}

interface Document {
  createdAt: string
  status: string
  totalMinor: number
  lines: {
    kind: string
    quantity: string
    unitMinor: string
    amountMinor: number
    serviceStart: string
    serviceEnd: string
  }[]
}

describe('use above the allowance', () => {
  it('QE-15 pay per ticket: what lies above the allowance is on the next invoice, once', async () => {
    const own = await begin('tickets', 'essential_metered', 'XOF')
    await own.take('tickets', 499)
    expect(await own.take('tickets', 3)).toMatchObject({ allowed: true, used: 502, overage: 2 })
    for (let ticket = 0; ticket < 20; ticket += 1) await own.take('tickets', 1)
    expect(await own.invoices()).toEqual(['2026-03-10 paid 16000: plan 1 × 16000 = 16000'])
    // the tickets of March are over with the month, and billed with the period
    await own.moveTo('2026-04-09T00:00:00Z')
    expect(await own.invoices()).toHaveLength(1)
    expect(await own.take('tickets', 503)).toMatchObject({ allowed: true, used: 503, overage: 3 })
    await own.moveTo('2026-04-10T09:00:01Z')
    await own.take('tickets', 4)
    await own.moveTo('2026-06-10T09:00:01Z')
    const told = await own.invoices()
    expect(told.map((each) => each.replace(/ paid .*/, ''))).toEqual([
      '2026-03-10',
      '2026-04-10',
      '2026-05-10',
      '2026-06-10',
    ])
    expect(told.map((each) => Number(/ paid (\d+)/.exec(each)?.[1]))).toEqual([
      16_000,
      16_000 + 25 * 35,
      16_000 + 4 * 35,
      16_000,
    ])
    const sum = (await own.overages()).reduce((total, { amount }) => total + amount, 0)
    expect(sum).toBe(29)
  })

  it('QE-15 what was used last before the end is on the last invoice', async () => {
    const own = await begin('leaves', 'essential_metered', 'XOF')
    await own.take('tickets', 510)
    await own.moveTo('2026-03-20T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${own.id}/cancel`, { when: 'now' })
    await own.moveTo('2026-05-01T00:00:00Z')
    const told = await own.invoices()
    expect(told).toHaveLength(2)
    expect(told[1]).toContain('10 × 35 = 350')
  })

  it('GT-13 beyond 100 per cent each unit has its price, rounded once on the next invoice', async () => {
    const own = await begin('group', 'group', 'USD')
    expect(await own.take('tokens', 1_000)).toMatchObject({ allowed: true, remaining: 0 })
    for (const amount of [33, 33, 34])
      expect(await own.take('tokens', amount)).toMatchObject({ allowed: true })
    await own.moveTo('2026-04-10T09:00:01Z')
    // 100 × 0.015 is 1.5; in three parts it would have been 0
    const [first, second] = await own.invoices()
    expect(first).toBe('2026-03-10 paid 5000: plan 1 × 5000 = 5000')
    expect(second).toContain('2026-04-10 paid 5002')
    expect(second).toContain('100 × 0.015 = 2')
    expect(await own.take('tokens', 1)).toMatchObject({ allowed: true, used: 1, overage: 0 })
  })

  it('GT-13 is for plans that say so: without it, use stops at 100 per cent and nothing is owed for it', async () => {
    const own = await begin('strict', 'strict', 'USD')
    await own.take('tokens', 1_000)
    expect(await own.take('tokens', 1)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    await own.moveTo('2026-04-10T09:00:01Z')
    expect((await own.invoices()).map((each) => each.slice(11))).toEqual([
      'paid 5000: plan 1 × 5000 = 5000',
      'paid 5000: plan 1 × 5000 = 5000',
    ])
  })

  it('QE-15 by the month is charged for its months where the year is billed, and so is what is given back of it', async () => {
    const own = await begin('yearly', 'yearly', 'XOF', 'year')
    await own.moveTo('2026-04-07T10:00:00Z')
    const { event } = await own.take('tickets', 7)
    await own.moveTo('2026-09-15T10:00:00Z')
    await own.take('tickets', 8)
    await own.moveTo('2027-03-10T08:00:00Z')
    await own.take('tickets', 6)
    await own.moveTo('2027-03-10T09:00:01Z')
    const year = [
      '2 = 200 of 2026-04-01/2026-05-01',
      '3 = 300 of 2026-09-01/2026-10-01',
      // it goes on in the next year
      '1 = 100 of 2027-03-01/2027-03-10',
    ]
    expect(await own.charged()).toEqual(year)
    const books = { 'cash:simulator': 600, revenue: -600 }
    expect(await world.books('yearly')).toEqual(books)

    await own.give(event, 1)
    await own.moveTo('2027-04-02T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${own.id}/cancel`, { when: 'now' })
    await own.moveTo('2027-04-03T00:00:00Z')
    expect((await own.charged()).slice(3)).toEqual(['-1 = 100 of 2026-04-01/2026-05-01'])
    // what is given back is taken from what was earned
    expect(await world.books('yearly')).toEqual({ ...books, revenue: -500, customer_credit: -100 })
    const { findings } = await world.ask('GET', '/v1/doctor')
    expect(findings.filter(({ check }: { check: string }) => check !== 'job')).toEqual([])
  })
})
