/** What is told after its time was charged: it is charged where it was used. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lyon, openMoneyWorld, type MoneyWorld } from './support.ts'

const counted = { limit: 'unlimited', window: 'billing_period' }
const perCall = (perUnit: string, more: object = {}) => ({
  prices: {
    EUR: {
      month: { amountMinor: 1000, components: { calls: { feature: 'calls', model: { perUnit } } }, ...more },
    },
  },
  allowances: { calls: counted },
  // nobody pays here: what is owed shuts nobody out
  policies: { dueDays: 365 },
})
const above = (price: string) => ({
  prices: { EUR: { month: 1000 } },
  allowances: { tickets: { limit: 10, policy: { overage: { EUR: price } } } },
  policies: { dueDays: 365 },
})

const catalog = {
  operator: { name: 'Seller', address: { line1: '1 rue Une', city: 'Paris', country: 'FR' } },
  taxes: {
    before: { name: 'TVA', country: 'FR', percent: 10, until: '2026-07-31' },
    after: { name: 'TVA', country: 'FR', percent: 20, from: '2026-08-01' },
  },
  coupons: { half: { percentOff: 50, periods: 2 } },
  features: { calls: { kind: 'meter' }, tickets: { kind: 'meter' } },
  plans: {
    dear: perCall('10'),
    cheap: perCall('3'),
    least: perCall('5', { minimumMinor: 2000 }),
    tried: { ...perCall('5'), trial: { days: 14, onEnd: 'activate' } },
    seven: above('7'),
    two: above('2'),
  },
}

let world: MoneyWorld
let number = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(plan: string, more: object = {}, fields: Record<string, unknown> = {}) {
  const customer = `late-${(number += 1)}`
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer, fields)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR', ...more })
  let told = 0
  const key = () => `${customer}-${(told += 1)}`
  return {
    customer,
    moveTo,
    use: async (amount: number, feature = 'calls') => {
      const taken = await world.ask('POST', '/v1/consume', {
        customer,
        feature,
        amount,
        idempotencyKey: key(),
      })
      expect(taken).toMatchObject({ allowed: true })
      return taken.event as string
    },
    /** What became of use on a day: `accepted`, or the code of its refusal. */
    tell: async (day: string, amount: number, feature = 'calls'): Promise<string> => {
      const event = { customer, feature, amount, at: `${day}T12:00:00Z`, idempotencyKey: key() }
      const { accepted, rejected } = await world.ask('POST', '/v1/events', { events: [event] })
      return accepted === 1 ? 'accepted' : rejected[0].code
    },
    giveBack: (of: string, amount: number) =>
      world.ask('POST', '/v1/release', { customer, feature: 'calls', of, amount, idempotencyKey: key() }),
    change: (body: object) => world.ask('POST', `/v1/subscriptions/${id}/change`, body),
    cancel: () => world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' }),
    /** `2026-07-01 1050: usage 10 = 50 2026-06-01/2026-07-01, plan 1 = 1000 …`, oldest first. */
    async documents(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/invoices?customer=${customer}`)
      const all: string[] = []
      for (const { id: document } of data.toReversed()) {
        const { kind, createdAt, totalMinor, lines } = await world.ask('GET', `/v1/invoices/${document}`)
        const parts = lines.map((line: Line) => {
          const days = `${line.serviceStart.slice(5, 10)}/${line.serviceEnd.slice(5, 10)}`
          return `${line.kind} ${line.quantity} = ${line.amountMinor} ${days}`
        })
        const sign = kind === 'invoice' ? '' : 'credit '
        all.push(`${createdAt.slice(0, 10)} ${sign}${totalMinor}: ${parts.join(', ')}`)
      }
      return all
    },
  }
}

interface Line {
  kind: string
  quantity: string
  amountMinor: number
  serviceStart: string
  serviceEnd: string
}

describe('use that is told after its time was charged', () => {
  it('GT-7 costs what the plan of that time asked, on the next invoice', async () => {
    const own = await begin('dear')
    await own.use(100)
    await own.change({ plan: 'cheap', when: 'period_end' })
    await own.moveTo('2026-07-05T00:00:00Z')
    expect(await own.tell('2026-06-20', 40)).toBe('accepted')
    await own.use(50)
    await own.moveTo('2026-08-01T00:00:00Z')
    expect((await own.documents()).slice(1)).toEqual([
      '2026-07-01 2000: usage 100 = 1000 06-01/07-01, plan 1 = 1000 07-01/08-01',
      '2026-08-01 1550: usage 50 = 150 07-01/08-01, plan 1 = 1000 08-01/09-01, usage 40 = 400 06-01/07-01',
    ])
  })

  it('GT-7 of a part of the running period too, which then had another plan', async () => {
    const own = await begin('dear')
    await own.use(7)
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ plan: 'cheap', when: 'now' })
    await own.use(3)
    expect(await own.tell('2026-06-10', 5)).toBe('accepted')
    await own.moveTo('2026-07-01T00:00:00Z')
    expect((await own.documents()).at(-1)).toBe(
      '2026-07-01 1129: usage 3 = 9 06-16/07-01, plan 1 = 1000 07-01/08-01, usage 7 = 70 06-01/06-16, usage 5 = 50 06-01/06-16',
    )
  })

  it('ST-10 after a cancellation is on one last invoice, when nothing more can come', async () => {
    const own = await begin('dear')
    await own.moveTo('2026-06-20T00:00:00Z')
    await own.cancel()
    expect(await own.tell('2026-06-12', 30)).toBe('accepted')
    await own.moveTo('2026-07-10T00:00:00Z')
    expect(await own.tell('2026-06-19', 2)).toBe('accepted')
    expect(await own.documents()).toHaveLength(1)
    await own.moveTo('2026-09-01T00:00:00Z')
    expect(await own.documents()).toEqual([
      '2026-06-01 1000: plan 1 = 1000 06-01/07-01',
      '2026-07-20 320: usage 32 = 320 06-01/06-20',
    ])
  })

  it('ST-10 once that is written, is refused', async () => {
    const own = await begin('dear')
    await own.moveTo('2026-06-20T00:00:00Z')
    await own.cancel()
    await own.moveTo('2026-07-20T00:00:00Z')
    await world.ask('PUT', '/v1/catalog', {
      ...catalog,
      features: { ...catalog.features, calls: { kind: 'meter', latenessDays: 90 } },
    })
    expect(await own.tell('2026-06-19', 2)).toBe('event_too_late')
    await world.ask('PUT', '/v1/catalog', catalog)
  })

  it('ST-10 costs nothing as far as the minimum of that period was charged already', async () => {
    const own = await begin('least')
    await own.use(150)
    await own.moveTo('2026-07-05T00:00:00Z')
    expect(await own.tell('2026-06-20', 40)).toBe('accepted')
    await own.moveTo('2026-08-05T00:00:00Z')
    expect(await own.tell('2026-07-20', 10)).toBe('accepted')
    await own.moveTo('2026-09-01T00:00:00Z')
    expect((await own.documents()).slice(1)).toEqual([
      '2026-07-01 2000: usage 150 = 750 06-01/07-01, minimum 1 = 250 06-01/07-01, plan 1 = 1000 07-01/08-01',
      // 190 calls and 1000 in advance are 1950: still less than the 2000 that were charged
      '2026-08-01 2000: minimum 1 = 1000 07-01/08-01, plan 1 = 1000 08-01/09-01, usage 40 = 0 06-01/07-01',
      '2026-09-01 2000: minimum 1 = 1000 08-01/09-01, plan 1 = 1000 09-01/10-01, usage 10 = 0 07-01/08-01',
    ])
  })

  it('QE-7 of a trial costs nothing', async () => {
    const own = await begin('tried')
    await own.moveTo('2026-06-20T00:00:00Z')
    expect(await own.tell('2026-06-10', 70)).toBe('accepted')
    await own.moveTo('2026-07-16T00:00:00Z')
    expect(await own.documents()).toEqual([
      '2026-06-16 1000: plan 1 = 1000 06-16/07-16',
      '2026-07-16 1000: plan 1 = 1000 07-16/08-16',
    ])
  })

  it('GT-13 above the allowance of that time has the price of that time', async () => {
    const own = await begin('seven')
    await own.use(10, 'tickets')
    await own.change({ plan: 'two', when: 'period_end' })
    await own.moveTo('2026-07-05T00:00:00Z')
    expect(await own.tell('2026-06-20', 4, 'tickets')).toBe('accepted')
    await own.moveTo('2026-08-01T00:00:00Z')
    expect((await own.documents()).at(-1)).toBe(
      '2026-08-01 1028: plan 1 = 1000 08-01/09-01, overage 4 = 28 06-01/07-01',
    )
    await own.moveTo('2026-09-01T00:00:00Z')
    expect((await own.documents()).at(-1)).toBe('2026-09-01 1000: plan 1 = 1000 09-01/10-01')
  })

  it('GT-7 and was given back comes off the next invoice', async () => {
    const own = await begin('dear')
    const event = await own.use(100)
    await own.moveTo('2026-07-05T00:00:00Z')
    await own.giveBack(event, 30)
    await own.moveTo('2026-08-01T00:00:00Z')
    expect((await own.documents()).at(-1)).toBe(
      '2026-08-01 700: plan 1 = 1000 08-01/09-01, usage -30 = -300 06-01/07-01',
    )
    await own.moveTo('2026-09-01T00:00:00Z')
    expect((await own.documents()).at(-1)).toBe('2026-09-01 1000: plan 1 = 1000 09-01/10-01')
  })

  it('GT-7 and was given back comes off with the discount and the tax that it was charged with', async () => {
    const own = await begin('dear', { coupons: ['half'] }, { billing: { address: lyon } })
    const event = await own.use(100)
    await own.moveTo('2026-07-05T00:00:00Z')
    // the plan and 100 calls, at half the price, with 10 % of tax
    expect((await own.documents()).at(-1)).toMatch(/^2026-07-01 1100: /)
    await own.giveBack(event, 30)
    await own.moveTo('2026-08-01T00:00:00Z')
    // the plan with 20 %, less 30 calls of 10 at half the price, with 10 %
    expect((await own.documents()).at(-1)).toBe(
      '2026-08-01 1035: plan 1 = 1000 08-01/09-01, usage -30 = -300 06-01/07-01',
    )
    await own.giveBack(event, 70)
    await own.moveTo('2026-09-01T00:00:00Z')
    expect((await own.documents()).at(-1)).toMatch(/^2026-09-01 815: /)
  })
})
