/** What a plan charges afterwards whatever is used: a flat part, and what is missing to its minimum. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365, quantityChange: 'prorate' }
const month = (price: object) => ({ prices: { EUR: { month: price } }, policies })
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'UTC' },
  features: { calls: { kind: 'meter' } },
  plans: {
    least: month({ amountMinor: 3_000, minimumMinor: 5_000 }),
    seated: month({ perUnit: { seats: '1000' }, minimumMinor: 8_000 }),
    again: {
      ...month({ amountMinor: 1_000, minimumMinor: 2_000 }),
      policies: { ...policies, purchaseWhileLive: 'append', collection: 'send' },
    },
    cheap: month({ amountMinor: 1_000 }),
    metered: {
      ...month({
        amountMinor: 1_000,
        components: { calls: { feature: 'calls', model: { perUnit: '100' } } },
      }),
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
    },
    supported: month({
      amountMinor: 3_000,
      minimumMinor: 7_000,
      components: { support: { name: 'Support', timing: 'arrears', model: { flat: 3_000 } } },
    }),
  },
}

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, now: string, terms: object) {
  const moveTo = await world.customerOn(now, customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...terms })
  return {
    moveTo,
    act: (verb: string, body: object) => world.ask('POST', `/v1/subscriptions/${id}/${verb}`, body),
    /** `plan 1000 07-01..08-01`, of the newest invoice. */
    async newest(): Promise<{ totalMinor: number; lines: string[] }> {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      return { totalMinor: data[0].totalMinor, lines: data[0].lines.map(told) }
    },
  }
}

type Line = { kind: string; amountMinor: number; serviceStart: string; serviceEnd: string }
const told = ({ kind, amountMinor, serviceStart, serviceEnd }: Line) =>
  `${kind} ${amountMinor} ${serviceStart.slice(5, 10)}..${serviceEnd.slice(5, 10)}`

describe('a minimum of what is bought again', () => {
  it('ST-8 counts nothing of the period that was cut short', async () => {
    const own = await begin('again', '2026-07-01T00:00:00Z', { plan: 'again' })
    await own.moveTo('2026-07-10T00:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer: 'again', plan: 'again', currency: 'EUR' })
    await own.moveTo('2026-08-10T00:00:00Z')
    const { lines } = await own.newest()
    expect(lines).toContain('minimum 1000 07-10..08-10')
  })
})

describe('a minimum in the preview of a change that waits for the end of the period', () => {
  it('ST-8 counts what was charged in advance, as the invoice that follows does', async () => {
    const own = await begin('waits', '2026-06-01T00:00:00Z', { plan: 'least' })
    await own.moveTo('2026-06-16T00:00:00Z')
    const change = { plan: 'cheap', when: 'period_end' }
    const preview = await own.act('preview', change)
    expect(preview).toMatchObject({ kind: 'none', nextInvoiceTotalMinor: 3_000 })
    expect(preview.nextInvoice.map(told)).toEqual(['minimum 2000 06-01..07-01', 'plan 1000 07-01..08-01'])
    await own.act('change', { ...change, previewToken: preview.previewToken })
    await own.moveTo('2026-07-01T00:00:00Z')
    expect(await own.newest()).toEqual({ totalMinor: 3_000, lines: preview.nextInvoice.map(told) })
  })

  it('ST-8 counts what the change charges at once, too', async () => {
    const terms = { plan: 'seated', quantities: { seats: 2 } }
    const own = await begin('raises', '2026-06-01T00:00:00Z', terms)
    await own.act('change', { plan: 'cheap', when: 'period_end' })
    await own.moveTo('2026-06-16T00:00:00Z')
    const change = { quantities: { seats: 6 }, when: 'now' }
    const preview = await own.act('preview', change)
    // half of the month for four seats more
    expect(preview).toMatchObject({ totalMinor: 2_000 })
    await own.act('change', { ...change, previewToken: preview.previewToken })
    await own.moveTo('2026-07-01T00:00:00Z')
    const { totalMinor, lines } = await own.newest()
    expect(preview).toMatchObject({ nextInvoiceTotalMinor: totalMinor })
    expect(preview.nextInvoice.map(told)).toEqual(lines)
    expect(lines).toEqual(['minimum 4000 06-01..07-01', 'plan 1000 07-01..08-01'])
  })
})

describe('a start that lies in the past', () => {
  it('ST-10 only sets the anchor: what is charged afterwards begins when the subscription was made', async () => {
    const terms = { plan: 'supported', startAt: '2026-06-01T00:00:00Z' }
    const own = await begin('anchored', '2026-06-16T00:00:00Z', terms)
    expect(await own.newest()).toEqual({ totalMinor: 1_500, lines: ['plan 1500 06-16..07-01'] })
    await own.moveTo('2026-07-01T00:00:00Z')
    expect((await own.newest()).lines).toEqual([
      'plan 1500 06-16..07-01',
      'minimum 500 06-16..07-01',
      'plan 3000 07-01..08-01',
    ])
    await own.moveTo('2026-08-01T00:00:00Z')
    expect((await own.newest()).lines).toEqual([
      'plan 3000 07-01..08-01',
      'minimum 1000 07-01..08-01',
      'plan 3000 08-01..09-01',
    ])
  })

  it('ST-10 use of the time before, however it is told, costs nothing', async () => {
    const terms = { plan: 'metered', startAt: '2026-06-01T00:00:00Z' }
    const own = await begin('told', '2026-06-16T00:00:00Z', terms)
    const use = (day: string, amount: number) => ({
      customer: 'told',
      feature: 'calls',
      amount,
      at: `2026-06-${day}T12:00:00Z`,
      idempotencyKey: day,
    })
    await own.moveTo('2026-06-20T00:00:00Z')
    const events = [use('05', 50), use('18', 3)]
    expect(await world.ask('POST', '/v1/events', { events })).toMatchObject({ accepted: 2 })
    await own.moveTo('2026-07-01T00:00:00Z')
    expect((await own.newest()).lines).toEqual(['usage 300 06-16..07-01', 'plan 1000 07-01..08-01'])
  })
})
