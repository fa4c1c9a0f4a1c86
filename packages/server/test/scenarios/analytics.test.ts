/**
 * The figures of the business, asked for through the API after a year's start in the life of a few customers.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { createLogger } from '../../src/logger.ts'
import { eventually } from '../support/eventually.ts'
import { pointsOf } from './points-of.ts'
import { openWorld, type ScenarioWorld } from './world.ts'

/** Nobody is dunned: what moves here is what the customers do. */
const policies = { downgrade: 'now' as const, dunning: { steps: [] } }

const catalog = {
  operator: { timeZone: 'Africa/Abidjan' },
  features: { tickets: { kind: 'meter', name: 'Tickets' } },
  plans: {
    starter: {
      prices: { USD: { month: 1_900, year: 19_000 } },
      allowances: { tickets: 3 },
      policies,
    },
    pro: {
      prices: { USD: { month: 6_900 }, XOF: { month: { amountMinor: 30_000, perUnit: { seats: '1000' } } } },
      allowances: { tickets: 100 },
      policies,
    },
    trial: {
      prices: { USD: { month: 1_900 } },
      allowances: { tickets: 1 },
      trial: { days: 7, onEnd: 'activate' },
      policies,
    },
  },
  addOns: { sms: { kind: 'recurring', prices: { USD: { month: 300 } } } },
} satisfies CatalogDefinition

type Report = Awaited<ReturnType<ScenarioWorld['client']['analytics']['mrr']>>
type Point = Report['series'][number]['points'][number]

let world: ScenarioWorld
let testClock: string
const log: string[] = []
const range = { from: '2026-01-01', to: '2026-05-01' }
const asked = () => ({ ...range, testClock })
const ids = new Map<string, string>()

async function subscribe(customer: string, plan: string, rest: Record<string, unknown> = {}): Promise<void> {
  const { currency = 'USD', ...terms } = rest as { currency?: string }
  await world.client.customers.put(customer, { currency, testClock })
  const { id } = await world.client.subscriptions.create({ customer, plan, currency, ...terms })
  ids.set(customer, id)
}
const subscriptionOf = (customer: string) => ids.get(customer) as string
const moveTo = (instant: string) => world.client.advanceTestClock(testClock, new Date(instant))

/** A few customers from January to the middle of April. */
async function live(): Promise<void> {
  const { client } = world
  testClock = (await client.testClocks.create({ now: '2026-01-05T10:00:00Z' })).id
  await subscribe('anna', 'starter')
  await subscribe('bob', 'pro')
  await subscribe('carl', 'starter', { interval: 'year' })
  await subscribe('dora', 'pro', { currency: 'XOF', quantities: { seats: 5 } })
  await subscribe('emil', 'trial')
  await subscribe('fay', 'trial')
  await client.subscriptions.cancel(subscriptionOf('fay'), { when: 'period_end' })
  for (const customer of ['anna', 'bob']) {
    for (let take = 0; take < 4; take += 1) await client.consume({ customer, feature: 'tickets' })
  }
  await moveTo('2026-01-20T10:00:00Z')
  const [owed] = await client.invoices.listOfCustomer('emil').toArray({ max: 1 })
  await client.payments.create({
    customer: 'emil',
    invoice: owed?.id as string,
    currency: 'USD',
    amountMinor: 1_900,
    transaction: 'emil',
  })
  await moveTo('2026-02-10T10:00:00Z')
  await client.subscriptions.change(subscriptionOf('anna'), { plan: 'pro', when: 'now' })
  await client.subscriptions.putAddOn(subscriptionOf('bob'), 'sms', { quantity: 2 })
  await client.subscriptions.cancel(subscriptionOf('carl'), { when: 'now' })
  await client.access.suspend('dora', { reason: 'fraud' })
  await moveTo('2026-03-10T10:00:00Z')
  await client.subscriptions.change(subscriptionOf('anna'), { plan: 'starter', when: 'now' })
  await subscribe('carl', 'starter')
  await client.subscriptions.pause(subscriptionOf('bob'), {})
  await moveTo('2026-04-10T10:00:00Z')
}

beforeAll(async () => {
  const logger = createLogger({ level: 'info', destination: { write: (line) => void log.push(line) } })
  world = await openWorld({ clock: fixedClock(Date.UTC(2026, 3, 10)), logger })
  await world.client.catalog.put(catalog)
  await live()
})
afterAll(() => world?.close())

const movementsOf = (point: Point) =>
  point.newMinor + point.expansionMinor + point.contractionMinor + point.churnMinor + point.reactivationMinor

describe('recurring revenue', () => {
  it('ST-11 MRR moves by new, expansion, contraction, churn and reactivation, and adds up month by month', async () => {
    const { analytics } = world.client
    const report = await analytics.mrr(asked())
    expect(report).toMatchObject({
      livemode: false,
      interval: 'month',
      timeZone: 'Africa/Abidjan',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-05-01T00:00:00.000Z',
    })
    const shown = pointsOf(report).map((point) => [
      point.openingMinor,
      point.newMinor,
      point.expansionMinor,
      point.contractionMinor,
      point.churnMinor,
      point.reactivationMinor,
      point.closingMinor,
      point.customers,
    ])
    // anna 1900, bob 6900, carl 19000 a year, and emil's 1900 when the trial is over
    expect(shown).toEqual([
      [0, 1_900 + 6_900 + 1_583 + 1_900, 0, 0, 0, 0, 12_283, 4],
      [12_283, 0, 5_000 + 600, 0, -1_583, 0, 16_300, 3],
      [16_300, 0, 0, -5_000, -7_500, 1_900, 5_700, 3],
      [5_700, 0, 0, 0, 0, 0, 5_700, 3],
    ])
    const inFrancs = pointsOf(report, 'XOF')
    expect(inFrancs.map(({ closingMinor }) => closingMinor)).toEqual([35_000, 35_000, 35_000, 35_000])
    for (const { points } of report.series) {
      let before = 0
      for (const point of points) {
        expect(point.openingMinor).toBe(before)
        expect(point.openingMinor + movementsOf(point)).toBe(point.closingMinor)
        before = point.closingMinor
      }
    }
  })

  it('ST-11 by plan the same sums are divided, and a change of plan is expansion in one and contraction in the other', async () => {
    const { analytics } = world.client
    const whole = pointsOf(await analytics.mrr({ ...asked(), currency: 'USD' }))
    const report = await analytics.mrr({ ...asked(), currency: 'USD', segment: 'plan' })
    expect(report.series.map(({ segment }) => segment)).toEqual(['pro', 'starter', 'trial'])
    whole.forEach((point, index) => {
      const parts = report.series.map(({ points }) => points[index]?.closingMinor ?? 0)
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(point.closingMinor)
    })
    const [, february] = pointsOf(report, 'USD', 'pro')
    expect(february).toMatchObject({ openingMinor: 6_900, expansionMinor: 6_900 + 600, closingMinor: 14_400 })
    const [, left] = pointsOf(await analytics.mrr({ ...asked(), plan: 'starter' }))
    expect(left).toMatchObject({
      openingMinor: 3_483,
      contractionMinor: -1_900,
      churnMinor: -1_583,
      closingMinor: 0,
    })
  })

  it.each([
    ['spend', ['1000-9999']],
    ['tenure', ['3-11']],
    ['stage', ['active', 'paused']],
  ] as const)(
    'ST-11 by %s every customer is in one series, and all together are everybody',
    async (segment, known) => {
      const { analytics } = world.client
      const { series } = await analytics.mrr({ ...asked(), currency: 'USD', segment })
      expect(series.map((each) => each.segment)).toEqual(expect.arrayContaining([...known]))
      const closing = series.reduce((sum, { points }) => sum + (points.at(-1)?.closingMinor ?? 0), 0)
      expect(closing).toBe(5_700)
      const paying = series.reduce((sum, { points }) => sum + (points.at(-1)?.customers ?? 0), 0)
      expect(paying).toBe(3)
    },
  )

  it('ST-11 ARR, ARPU, LTV and churn come from the same months', async () => {
    const { analytics } = world.client
    const usd = { ...asked(), currency: 'USD' }
    const arr = pointsOf(await analytics.arr(usd))
    expect(arr.map(({ arrMinor }) => arrMinor)).toEqual([12 * 12_283, 12 * 16_300, 12 * 5_700, 12 * 5_700])
    const arpu = pointsOf(await analytics.arpu(usd))
    expect(arpu[0]).toMatchObject({ arpu: { numerator: 12_283, denominator: 4, rate: 3_070.75 } })
    const churn = pointsOf(await analytics.churn(usd))
    expect(churn[1]).toMatchObject({
      logo: { numerator: 1, denominator: 4, rate: 0.25 },
      revenue: { numerator: 1_583, denominator: 12_283 },
      netRevenue: { numerator: 1_583 - 5_600, denominator: 12_283 },
    })
    expect(churn[0]?.logo).toEqual({ numerator: 0, denominator: 0, rate: null })
    const ltv = pointsOf(await analytics.ltv(usd))
    expect(ltv[1]?.ltvMinor).toBe(Math.round(16_300 / 3 / 0.25))
    expect(ltv[3]?.ltvMinor).toBeNull()
  })

  it('ST-11 cohorts show who still pays, and how much', async () => {
    const [january, february] = pointsOf(
      await world.client.analytics.retention({ ...asked(), currency: 'USD' }),
    )
    expect(january).toMatchObject({ customers: 4, revenueMinor: 12_283 })
    expect(january?.retained.map(({ customers }) => customers.numerator)).toEqual([4, 3, 3, 3])
    expect(january?.retained.map(({ revenue }) => revenue.numerator)).toEqual([12_283, 16_300, 5_700, 5_700])
    expect(february).toMatchObject({ customers: 0, retained: [] })
  })

  it('ST-11 weeks and days divide the same revenue', async () => {
    const { analytics } = world.client
    const days = pointsOf(await analytics.mrr({ ...asked(), currency: 'USD', interval: 'day' }))
    expect(days).toHaveLength(120)
    expect(days.reduce((sum, point) => sum + movementsOf(point), 0)).toBe(5_700)
    const weeks = pointsOf(await analytics.mrr({ ...asked(), currency: 'USD', interval: 'week' }))
    expect(weeks.at(-1)?.closingMinor).toBe(5_700)
  })

  it('ST-11 a test clock is kept apart: nobody else sees its customers, and an unknown one is refused', async () => {
    const { series } = await world.client.analytics.mrr(range)
    expect(series).toEqual([{ currency: null, segment: null, points: expect.any(Array) }])
    expect(series[0]?.points.every(({ closingMinor }) => closingMinor === 0)).toBe(true)
    const unknown = world.client.analytics.mrr({ testClock: 'clk_test_none' })
    await expect(unknown).rejects.toMatchObject({ code: 'test_clock_not_found' })
  })

  it('ST-11 what is recorded of each customer is the sum of its movements', async () => {
    const { rows } = await world.database.db.query(`select * from (
        select customer, currency, plan, sum(delta_minor) as moved from revenue_movement group by 1, 2, 3) m
      full join monthly_revenue r using (customer, currency, plan)
      where m.moved is distinct from r.monthly_minor`)
    expect(rows).toEqual([])
  })

  it.each([
    { from: '2026-03-01', to: '2026-02-01' },
    { from: 'yesterday' },
    { from: '2020-01-01', interval: 'day' },
    { segment: 'colour' },
  ])('ST-11 refuses %j with the field', async (query) => {
    const text = new URLSearchParams(query as object as Record<string, string>).toString()
    const answer = await world.server.request('GET', `/v1/analytics/mrr?${text}`)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', param: Object.keys(query)[0] },
    })
  })
})

describe('rates', () => {
  const none = { numerator: 0, denominator: 0, rate: null }

  it('ST-11 QE-12 trial conversion is trials that became paid over trials that ended', async () => {
    const report = await world.client.analytics.trials(asked())
    const [january, february] = pointsOf(report, null)
    expect(january).toMatchObject({ conversion: { numerator: 1, denominator: 2, rate: 0.5 } })
    expect(february).toMatchObject({ conversion: none })
    const byPlan = await world.client.analytics.trials({ ...asked(), segment: 'plan' })
    expect(byPlan.series.map(({ segment }) => segment)).toEqual(['trial'])
  })

  it('QE-12 quota hit rate is refusals over decisions, by feature too, counted before they are added up', async () => {
    // three of anna's were allowed and one refused; all of bob's were allowed
    const april = { numerator: 1, denominator: 8, rate: 0.125 }
    const report = await world.client.analytics.quota({ ...asked(), segment: 'feature' })
    const [series] = report.series
    expect(series?.segment).toBe('tickets')
    const sum = (part: 'numerator' | 'denominator') =>
      series?.points.reduce((total, point) => total + point.quotaHit[part], 0)
    expect([sum('numerator'), sum('denominator')]).toEqual([april.numerator, april.denominator])
    const others = await world.client.analytics.quota(range)
    expect(pointsOf(others, null).every(({ quotaHit }) => quotaHit.denominator === 0)).toBe(true)
  })

  it('QE-12 suspension rate is suspended in the month over those that got in at its start', async () => {
    const [january, february, march] = pointsOf(await world.client.analytics.suspensions(asked()), null)
    expect(january?.suspension).toEqual(none)
    expect(february?.suspension).toEqual({ numerator: 1, denominator: 5, rate: 0.2 })
    expect(march?.suspension).toMatchObject({ numerator: 0, denominator: 3 })
  })

  it('QE-12 the four figures stand together, each a numerator over a denominator', async () => {
    const points = pointsOf(await world.client.analytics.figures(asked()), null)
    expect(points).toHaveLength(4)
    expect(points[1]?.suspension.rate).toBe(0.2)
    expect(points[0]?.trialConversion.rate).toBe(0.5)
    for (const point of points) {
      expect(Object.keys(point)).toEqual(
        expect.arrayContaining(['quotaHit', 'suspension', 'trialConversion', 'overdueInvoice']),
      )
    }
  })

  it('QE-12 they are metrics: a numerator and a denominator of each, for each environment', async () => {
    const { text } = await world.server.request('GET', '/metrics')
    for (const figure of ['quotaHit', 'suspension', 'trialConversion', 'overdueInvoice']) {
      for (const part of ['numerator', 'denominator']) {
        expect(text).toMatch(new RegExp(`tollkeeper_figure_${part}\\{figure="${figure}",mode="live"\\} \\d`))
      }
    }
  })

  it('QE-12 each refusal, suspension and end of a trial is one structured line', async () => {
    const lines = () => log.map((line) => JSON.parse(line) as Record<string, unknown>)
    const of = (event: string) => lines().filter((line) => line.event === event)
    await eventually('the lines are written', () =>
      of('suspension_created').length > 0 && of('subscription_trial_ended').length > 0 ? true : undefined,
    )
    expect(of('quota_refused')).toMatchObject([
      { customer: 'anna', feature: 'tickets', code: 'quota_exceeded' },
    ])
    expect(of('suspension_created')).toMatchObject([{ customer: 'dora', environment: 'test' }])
    const [ended, ...more] = of('subscription_trial_ended')
    expect(ended).toMatchObject({ customer: 'emil', plan: 'trial', converted: true })
    expect(more).toEqual([])
  })
})
