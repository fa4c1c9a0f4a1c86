/**
 * What happened under a plan stays that plan's in every figure, and what nobody paid is paid in none.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { openWorld, payBy, type ScenarioWorld } from './world.ts'

const patient = { retries: { afterDays: [] }, dunning: { steps: [] } }
const catalog = {
  operator: { timeZone: 'Africa/Abidjan' },
  features: {},
  plans: {
    basic: { prices: { USD: { month: 1_900 } }, policies: patient },
    pro: { prices: { USD: { month: 6_900 } }, policies: patient },
    trial: { prices: { USD: { month: 2_900 } }, trial: { days: 7, onEnd: 'activate' }, policies: patient },
    asked: {
      prices: { USD: { month: 1_900 } },
      policies: {
        collection: 'send',
        dueDays: 2,
        dunning: { steps: [{ afterDays: 1, letter: 'friendly' }] },
      },
    },
  },
} satisfies CatalogDefinition

let world: ScenarioWorld
let testClock: string
beforeAll(async () => {
  world = await openWorld({ clock: fixedClock(Date.UTC(2026, 2, 20)) })
  await world.client.catalog.put(catalog)
  testClock = (await world.client.testClocks.create({ now: '2026-01-10T10:00:00Z' })).id
})
afterAll(() => world?.close())

/** @param card '' for none */
async function subscribe(customer: string, plan: string, card: string): Promise<string> {
  await world.client.customers.put(customer, { currency: 'USD', testClock })
  if (card !== '') await payBy(world.client, customer, card)
  return (await world.client.subscriptions.create({ customer, plan, currency: 'USD' })).id
}
const moveTo = (instant: string) => world.client.advanceTestClock(testClock, new Date(instant))

async function firstInvoice(customer: string): Promise<string> {
  const all = await world.client.invoices.listOfCustomer(customer).toArray({ max: 10 })
  return all.at(-1)?.id as string
}
async function pay(customer: string, amountMinor: number, receivedAt?: string): Promise<void> {
  const invoice = await firstInvoice(customer)
  const transaction = `${customer}-${amountMinor}`
  const money = { currency: 'USD', amountMinor, transaction, receivedAt }
  await world.client.payments.create({ customer, invoice, ...money })
}

const january = () => ({ from: '2026-01-01', to: '2026-02-01', testClock })
function pointsBySegment<P>(report: { series: { segment: string | null; points: P[] }[] }) {
  return Object.fromEntries(report.series.map(({ segment, points }) => [segment, points[0]]))
}

describe('figures of what is over', () => {
  it('ST-11 what was billed, collected and earned under a plan stays that plan’s when it is changed', async () => {
    const { client } = world
    const subscription = await subscribe('moves', 'basic', 'card_ok')
    await moveTo('2026-02-01T10:00:00Z')
    const asked = () => client.analytics.revenue({ ...january(), segment: 'plan' })
    const before = pointsBySegment(await asked())
    expect(before.basic).toMatchObject({ billedMinor: 1_900, collectedMinor: 1_900 })
    await client.subscriptions.change(subscription, { plan: 'pro', when: 'now' })
    await moveTo('2026-02-02T10:00:00Z')
    expect(pointsBySegment(await asked())).toEqual(before)
    expect(pointsBySegment(await client.analytics.revenue({ ...january(), plan: 'basic' }))).toEqual({
      null: before.basic,
    })
    const overdue = await client.analytics.overdue({ ...january(), segment: 'plan' })
    expect(overdue.series.map(({ segment }) => segment)).toEqual(['basic'])
    const february = { from: '2026-02-01', to: '2026-03-01', testClock }
    const change = pointsBySegment(await client.analytics.revenue({ ...february, segment: 'plan' }))
    expect(change.pro?.billedMinor).toBeGreaterThan(0)
    expect(change.pro?.billedMinor).toBe(change.pro?.collectedMinor)
  })

  it('QE-12 what is credited away is neither recovered nor a trial that became paid', async () => {
    const { client } = world
    const cards = { credited: 'card_insufficient_funds', halved: 'card_insufficient_funds', early: '' }
    for (const [customer, card] of Object.entries(cards)) {
      await subscribe(customer, customer === 'early' ? 'asked' : 'basic', card)
    }
    const converts = await subscribe('converts', 'trial', 'card_ok')
    await subscribe('unpaid', 'trial', '')
    await moveTo('2026-02-03T10:00:00Z')
    await pay('early', 500)
    await moveTo('2026-02-12T10:00:00Z')
    // by the bank's clock before the card was declined, and heard of afterwards
    await pay('halved', 900, '2026-02-02T09:59:59Z')
    for (const customer of ['credited', 'halved', 'early', 'unpaid']) {
      const note = await client.invoices.credit(await firstInvoice(customer), { reason: 'forgiven' })
      expect(note.status).toBe('paid')
    }
    const february = { from: '2026-02-01', to: '2026-03-01', testClock }
    const recovered = pointsBySegment(await client.analytics.recovered(february))
    // of one half was paid after the failure; of another some was before anybody was reminded
    expect(recovered.null).toMatchObject({
      recoveredMinor: 900,
      invoices: 1,
      recovery: { numerator: 1, denominator: 3 },
    })
    const trials = async () =>
      pointsBySegment(await client.analytics.trials({ ...february, segment: 'plan' }))
    const ended = { trial: { conversion: { numerator: 1, denominator: 2, rate: 0.5 } } }
    expect(await trials()).toMatchObject(ended)
    await client.subscriptions.change(converts, { plan: 'pro', when: 'now' })
    expect(await trials()).toMatchObject(ended)
    expect(Object.keys(await trials())).toEqual(['trial'])
  })
})
