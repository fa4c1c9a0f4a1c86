/** The figures that payments, failures and dunning leave, asked for through the API. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { createLogger } from '../../src/logger.ts'
import { eventually } from '../support/eventually.ts'
import { pointsOf } from './points-of.ts'
import { openWorld, type ScenarioWorld } from './world.ts'

let paying: ScenarioWorld
let clock: string
const lines: string[] = []
const months = () => ({ from: '2026-01-01', to: '2026-04-01', testClock: clock })

beforeAll(async () => {
  const logger = createLogger({ destination: { write: (line) => void lines.push(line) } })
  paying = await openWorld({ clock: fixedClock(Date.UTC(2026, 2, 15)), logger })
  const { client } = paying
  await client.catalog.put({
    operator: { timeZone: 'Africa/Abidjan' },
    features: {},
    plans: {
      monthly: { prices: { XOF: { month: 15_000 } }, policies: { retries: { hour: 2, afterDays: [1] } } },
    },
  })
  clock = (await client.testClocks.create({ now: '2026-01-31T10:00:00Z' })).id
  const cards = { pays: 'card_ok', stolen: 'card_stolen', poor: 'card_insufficient_funds' }
  for (const [customer, instrument] of Object.entries(cards)) {
    await client.customers.put(customer, { currency: 'XOF', testClock: clock })
    await client.paymentMethods.attach(customer, { provider: 'simulator', instrument })
    await client.subscriptions.create({ customer, plan: 'monthly' })
  }
  await client.advanceTestClock(clock, new Date('2026-02-20T10:00:00Z'))
  await client.paymentMethods.attach('stolen', {
    provider: 'simulator',
    instrument: 'card_ok',
    isDefault: true,
  })
  await client.advanceTestClock(clock, new Date('2026-02-25T10:00:00Z'))
})
afterAll(() => paying?.close())

it('ST-11 billed, collected and recovered by month, as the invoices have it', async () => {
  const { analytics } = paying.client
  const revenue = pointsOf(await analytics.revenue(months()), 'XOF')
  expect(revenue[0]).toMatchObject({ billedMinor: 45_000, billedNetMinor: 45_000, collectedMinor: 15_000 })
  expect(revenue[1]).toMatchObject({ billedMinor: 0, collectedMinor: 15_000, refundedMinor: 0 })
  const byPlan = await analytics.revenue({ ...months(), segment: 'plan' })
  expect(pointsOf(byPlan, 'XOF', 'monthly')).toEqual(revenue)
  const recovered = pointsOf(await analytics.recovered(months()), 'XOF')
  expect(recovered[0]?.recovery).toEqual({ numerator: 1, denominator: 2, rate: 0.5 })
  expect(recovered[1]).toMatchObject({ recoveredMinor: 15_000, invoices: 1 })
})

it('QE-12 the overdue rate is invoices past due and unpaid over invoices issued', async () => {
  const [january, february] = pointsOf(await paying.client.analytics.overdue(months()), null)
  expect(january?.overdueInvoice).toMatchObject({ numerator: 1, denominator: 3 })
  expect(february?.overdueInvoice).toEqual({ numerator: 0, denominator: 0, rate: null })
})

it('QE-12 rates are of a currency where it is asked for', async () => {
  const { overdue, suspensions } = paying.client.analytics
  const [inFrancs, inEuro] = [
    { ...months(), currency: 'XOF' } as const,
    { ...months(), currency: 'EUR' } as const,
  ]
  expect(pointsOf(await overdue(inFrancs), 'XOF')).toEqual(pointsOf(await overdue(months()), null))
  expect(pointsOf(await suspensions(inFrancs), 'XOF')).toEqual(pointsOf(await suspensions(months()), null))
  const others = [await overdue(inEuro), await suspensions(inEuro)]
  expect(JSON.stringify(others)).not.toMatch(/"(numerator|denominator)":[1-9]/)
})

it('QE-12 the four figures are told by plan', async () => {
  const report = await paying.client.analytics.figures({ ...months(), segment: 'plan' })
  const [january, february] = pointsOf(report, null, 'monthly')
  expect(january?.overdueInvoice).toMatchObject({ numerator: 1, denominator: 3 })
  expect(february?.suspension).toMatchObject({ numerator: 2, denominator: 3 })
  const other = await paying.client.analytics.figures({ ...months(), plan: 'another' })
  expect(JSON.stringify(other.series)).not.toMatch(/"(numerator|denominator)":[1-9]/)
})

it('QE-12 who is suspended by dunning counts, and every step is a line of the log', async () => {
  const [, february] = pointsOf(await paying.client.analytics.suspensions(months()), null)
  expect(february?.suspension).toMatchObject({ numerator: 2, denominator: 3 })
  const byPlan = await paying.client.analytics.suspensions({ ...months(), segment: 'plan' })
  expect(pointsOf(byPlan, null, 'monthly')[1]).toEqual(february)
  const steps = () =>
    lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ event, action }) => event === 'dunning_step_taken' && action === 'suspend')
  await eventually('the steps are written', () => (steps().length >= 2 ? true : undefined))
  expect(
    steps()
      .map(({ customer }) => customer)
      .sort(),
  ).toEqual(['poor', 'stolen'])
})
