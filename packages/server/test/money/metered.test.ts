import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const counted = { limit: 'unlimited', window: 'billing_period' }
// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365 }
const perCall = (amountMinor: number, perUnit: string, interval = 'month') => ({
  [interval]: { amountMinor, components: { calls: { feature: 'calls', model: { perUnit } } } },
})

const overage = { limit: 10, policy: { overage: { EUR: '7' } } }

const catalog = {
  features: { calls: { kind: 'meter' }, tickets: { kind: 'meter' } },
  plans: {
    api: {
      prices: { EUR: { ...perCall(1000, '5'), ...perCall(10_000, '5', 'year') } },
      allowances: { calls: counted },
      policies,
    },
    least: {
      prices: { EUR: { month: { ...perCall(0, '10').month, minimumMinor: 6000 } } },
      allowances: { calls: counted },
      policies,
    },
    flat: { prices: { EUR: { month: 2000 } }, allowances: { calls: counted }, policies },
    tried: {
      prices: { EUR: { month: 1000 } },
      allowances: { tickets: overage },
      trial: { days: 14, onEnd: 'activate' },
      policies,
    },
    each: {
      prices: { EUR: perCall(1000, '5') },
      allowances: { calls: { ...counted, scope: 'member' } },
      policies,
    },
  },
}

let world: MoneyWorld
let number = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

const COUNTED = new Set(['usage', 'overage'])

async function begin(plan: string) {
  const customer = `metered-${(number += 1)}`
  const moveTo = await world.customerOn('2026-06-01T00:00:00Z', customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR' })
  let uses = 0
  return {
    customer,
    moveTo,
    async use(amount: number, { feature = 'calls', member }: { feature?: string; member?: string } = {}) {
      const idempotencyKey = `${customer}-${(uses += 1)}`
      const body = { customer, feature, amount, member, idempotencyKey }
      expect(await world.ask('POST', '/v1/consume', body)).toMatchObject({ allowed: true })
    },
    join: (member: string) => world.ask('PUT', `/v1/customers/${customer}/members/${member}`, {}),
    change: (body: object) => world.ask('POST', `/v1/subscriptions/${id}/change`, body),
    pause: () => world.ask('POST', `/v1/subscriptions/${id}/pause`, {}),
    resume: () => world.ask('POST', `/v1/subscriptions/${id}/resume`),
    async tell(at: string, amount: number) {
      const event = {
        customer,
        feature: 'calls',
        amount,
        at,
        idempotencyKey: `${customer}-${(uses += 1)}`,
      }
      expect(await world.ask('POST', '/v1/events', { events: [event] })).toMatchObject({ accepted: 1 })
    },
    preview: (body: object) => world.ask('POST', `/v1/subscriptions/${id}/preview`, body),
    refusal: (body: object) => world.refused('POST', `/v1/subscriptions/${id}/change`, body),
    cancel: () => world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' }),
    /** `2026-07-01 1050: plan 1000, usage 10 = 50`, oldest first. */
    async invoices(): Promise<string[]> {
      const { data } = await world.ask('GET', `/v1/invoices?customer=${customer}`)
      const told: string[] = []
      for (const { id: invoice, createdAt, totalMinor } of data.toReversed()) {
        const { lines } = await world.ask('GET', `/v1/invoices/${invoice}`)
        const parts = lines.map(
          (line: { kind: string; quantity: string; amountMinor: number }) =>
            `${line.kind} ${COUNTED.has(line.kind) ? `${line.quantity} = ` : ''}${line.amountMinor}`,
        )
        told.push(`${createdAt.slice(0, 10)} ${totalMinor}: ${parts.join(', ')}`)
      }
      return told
    },
  }
}

describe('what is used and charged afterwards', () => {
  it('ST-10 use of a period is on the invoice that closes it, and on no other', async () => {
    const own = await begin('api')
    await own.use(10)
    await own.moveTo('2026-07-01T00:00:00Z')
    await own.use(3)
    await own.moveTo('2026-09-01T00:00:00Z')
    expect(await own.invoices()).toEqual([
      '2026-06-01 1000: plan 1000',
      '2026-07-01 1050: usage 10 = 50, plan 1000',
      '2026-08-01 1015: usage 3 = 15, plan 1000',
      '2026-09-01 1000: plan 1000',
    ])
  })

  it('ST-10 use that only the old plan counts is charged, that under the new one is not', async () => {
    const own = await begin('api')
    await own.use(7)
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ plan: 'flat' })
    await own.use(3)
    await own.moveTo('2026-08-01T00:00:00Z')
    expect(await own.invoices()).toEqual([
      '2026-06-01 1000: plan 1000',
      '2026-06-16 500: credit -500, plan 1000',
      '2026-07-01 2035: plan 2000, usage 7 = 35',
      '2026-08-01 2000: plan 2000',
    ])
  })

  it('ST-10 use before a dearer plan costs nothing of its price', async () => {
    const own = await begin('flat')
    await own.use(900)
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ plan: 'api', when: 'now' })
    await own.use(4)
    await own.moveTo('2026-07-01T00:00:00Z')
    expect((await own.invoices()).at(-1)).toBe('2026-07-01 1020: usage 4 = 20, plan 1000')
  })

  it('ST-10 another interval closes the use so far, and the rest of its window comes once', async () => {
    const own = await begin('api')
    await own.use(6)
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.change({ interval: 'year' })
    await own.use(4)
    await own.moveTo('2027-06-16T00:00:00Z')
    expect(await own.invoices()).toEqual([
      '2026-06-01 1000: plan 1000',
      '2026-06-16 9530: credit -500, usage 6 = 30, plan 10000',
      '2027-06-16 10020: usage 4 = 20, plan 10000',
    ])
  })

  it('ST-8 use between the preview of another interval and the change is not charged unseen', async () => {
    const own = await begin('api')
    await own.use(6)
    await own.moveTo('2026-06-16T00:00:00Z')
    const preview = await own.preview({ interval: 'year' })
    expect(preview).toMatchObject({ totalMinor: 9530 })
    await own.use(4)
    const { previewToken } = preview
    expect(await own.refusal({ interval: 'year', previewToken })).toBe('409 preview_changed')
    expect((await own.invoices()).length).toBe(1)
    const seen = await own.preview({ interval: 'year' })
    expect(seen).toMatchObject({ totalMinor: 9550 })
    await own.change({ interval: 'year', previewToken: seen.previewToken })
    expect((await own.invoices()).at(-1)).toBe('2026-06-16 9550: credit -500, usage 10 = 50, plan 10000')
  })

  it('CP-6 use by members is charged as their sum', async () => {
    const own = await begin('each')
    await own.join('ann')
    await own.join('bob')
    await own.use(6, { member: 'ann' })
    await own.use(5, { member: 'bob' })
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.cancel()
    expect((await own.invoices()).at(-1)).toBe('2026-06-16 55: usage 11 = 55')
  })
})

describe('use above an allowance', () => {
  it('GT-13 QE-15 costs its price, on the next invoice and on no other', async () => {
    const own = await begin('tried')
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.use(13, { feature: 'tickets' })
    await own.moveTo('2026-08-16T00:00:00Z')
    expect(await own.invoices()).toEqual([
      '2026-06-16 1000: plan 1000',
      '2026-07-16 1021: overage 3 = 21, plan 1000',
      '2026-08-16 1000: plan 1000',
    ])
  })

  it('QE-7 costs nothing in a trial, then or later', async () => {
    const own = await begin('tried')
    await own.use(13, { feature: 'tickets' })
    await own.moveTo('2026-06-16T00:00:00Z')
    await own.use(2, { feature: 'tickets' })
    await own.moveTo('2026-08-16T00:00:00Z')
    expect(await own.invoices()).toEqual([
      '2026-06-16 1000: plan 1000',
      '2026-07-16 1014: overage 2 = 14, plan 1000',
      '2026-08-16 1000: plan 1000',
    ])
    const { data } = await world.ask('GET', `/v1/customers/${own.customer}/overages`)
    expect(data.map((row: { amount: number; unitPrices: object }) => [row.amount, row.unitPrices])).toEqual([
      [2, { EUR: '7' }],
      [3, {}],
    ])
  })
})

describe('a pause', () => {
  it('ends what is charged afterwards, also of what is told later, and is charged nothing itself', async () => {
    const own = await begin('least')
    await own.use(50)
    await own.moveTo('2026-06-11T00:00:00Z')
    await own.pause()
    await own.moveTo('2026-06-14T00:00:00Z')
    // before the pause, and within it
    await own.tell('2026-06-10T00:00:00Z', 200)
    await own.tell('2026-06-13T00:00:00Z', 1_000)
    await own.moveTo('2026-06-26T00:00:00Z')
    await own.resume()
    await own.tell('2026-06-14T00:00:00Z', 1_000)
    await own.use(3)
    await own.moveTo('2026-07-01T00:00:00Z')
    // ten of thirty days owe 20.00, and 25.00 were used in them; five owe 10.00
    const [invoice = ''] = await own.invoices()
    expect(invoice).toContain('2026-07-01 3500: ')
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})
