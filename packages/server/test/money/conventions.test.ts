/**
 * A case of each convention that is about more than plans and parts of periods, as a caller sees it: coupons, tax,
 * rounding, currencies, credits, periods and recurring revenue. (Plans and parts of periods: `vectors.test.ts`. The one
 * case of `currency-2dp-half-up` has its price from the event, which nothing here has.)
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import coupons from '../vectors/coupons-tax-rounding.json' with { type: 'json' }
import credits from '../vectors/credits.json' with { type: 'json' }
import mrr from '../vectors/mrr.json' with { type: 'json' }
import periods from '../vectors/periods.json' with { type: 'json' }
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const caseOf = (id: string): Json =>
  [...coupons.cases, ...credits.cases, ...mrr.cases, ...periods.cases].find((each) => each.id === id)

const stacked = caseOf('ctr-met-two-pct')
const spread = caseOf('ctr-met-dist-1')
const single = caseOf('ctr-lago-coupon-5')
const weekly = caseOf('mrr-polar-2wk')
const changed = caseOf('mrr-met-plan-change')
const [first, second] = stacked.inputs.coupons
const [flat, seat] = spread.inputs.lines_minor

const seats = ({ flat_minor, seat_minor }: Json) => ({
  prices: { EUR: { month: { amountMinor: flat_minor, perUnit: { seats: String(seat_minor) } } } },
})
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC', address: { line1: '1', city: 'Paris', country: 'FR' } },
  features: { credits: { kind: 'credits' } },
  taxes: { tax: { country: 'FR', percent: 21 } },
  coupons: {
    FIRST: { percentOff: Number(first.value) },
    SECOND: { percentOff: Number(second.value) },
    FIXED: { amountOff: { EUR: spread.inputs.discount_minor } },
    FIFTH: { percentOff: Number(single.inputs.coupon.value) },
  },
  plans: {
    stacked: { prices: { EUR: { month: stacked.inputs.subtotal_minor } } },
    spread: seats({ flat_minor: flat, seat_minor: seat }),
    single: { prices: { EUR: { month: single.inputs.base_minor } } },
    weekly: { prices: { EUR: { '2 weeks': weekly.inputs.price_minor } } },
    dated: { prices: { EUR: { month: 1_000, '3 months': 2_000 } } },
    before: seats(changed.inputs.old),
    after: seats(changed.inputs.new),
  },
}

/** In Senegal nothing is taxed. */
const abroad = { address: { line1: '2', city: 'Dakar', country: 'SN' } }

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, now: string, body: object) {
  const moveTo = await world.customer(customer, 'card_ok', now)
  await world.ask('PUT', `/v1/customers/${customer}`, { billing: abroad })
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...body })
  const { testClock } = await world.ask('GET', `/v1/customers/${customer}`)
  return {
    id: id as string,
    moveTo,
    subscription: () => world.ask('GET', `/v1/subscriptions/${id}`),
    invoice: async () => (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data[0],
    async recurring(until: string): Promise<Json[]> {
      const query = `from=2026-01-01&to=${until}&testClock=${testClock}`
      return (await world.ask('GET', `/v1/analytics/mrr?${query}`)).series[0].points
    },
  }
}

const NOW = '2026-01-10T00:00:00Z'

describe('a case of each convention through the API', () => {
  it('met-coupons: percentages take from what is left by the ones before', async () => {
    const life = await begin('stacked', NOW, { plan: 'stacked', coupons: ['FIRST', 'SECOND'] })
    expect((await life.invoice()).discountMinor).toBe(stacked.expected.discount_minor)
  })

  it('largest-remainder: an amount is shared by the lines', async () => {
    const life = await begin('spread', NOW, { plan: 'spread', quantities: { seats: 1 }, coupons: ['FIXED'] })
    const { lines } = await life.invoice()
    expect(lines.map(({ netMinor }: Json) => netMinor)).toEqual(spread.expected.net_lines_minor)
  })

  it('half-up: one rounding', async () => {
    const life = await begin('single', NOW, { plan: 'single', coupons: ['FIFTH'] })
    expect((await life.invoice()).discountMinor).toBe(single.expected.discount_minor)
  })

  it.each(['ctr-met-tax-round-up', 'ctr-met-tax-round-down'])(
    'half-up-per-line: the tax of %s',
    async (id) => {
      const { inputs, expected } = caseOf(id)
      const [{ amount_minor: unitMinor, rate }] = inputs.lines
      expect(Number(rate) * 100).toBe(catalog.taxes.tax.percent)
      await world.ask('PUT', `/v1/customers/${id}`, { currency: 'EUR' })
      const lines = [{ description: 'Work', unitMinor }]
      const order = { customer: id, currency: 'EUR', lines, collection: 'send' }
      const { taxMinor, totalMinor } = await world.ask('POST', '/v1/invoices', order)
      expect({ taxMinor, totalMinor }).toEqual({
        taxMinor: expected.tax_minor,
        totalMinor: expected.total_minor,
      })
    },
  )

  it.each(['ctr-stripe-zerodec-JPY', 'ctr-stripe-usd'])('stripe-currency: %s', async (id) => {
    const { currency, major } = caseOf(id).inputs
    const customer = `pays-${currency}`
    await world.ask('PUT', `/v1/customers/${customer}`, { currency, billing: abroad })
    const card = { provider: 'simulator', instrument: 'card_ok' }
    await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
    const lines = [{ description: 'Work', unitMinor: caseOf(id).expected.minor }]
    const invoice = await world.ask('POST', '/v1/invoices', { customer, currency, lines, collection: 'send' })
    await world.ask('POST', `/v1/invoices/${invoice.id}/pay`, {})
    const [charge] = (await world.charges()).filter((each) => each.customer === customer)
    expect([Number(charge.amount), charge.currency]).toEqual([Number(major), currency])
  })

  it('om-burndown: what expires first burns first', async () => {
    const { inputs, expected } = caseOf('cr-om-expiry-first')
    const { moveTo } = await begin('burns', inputs.start, { plan: 'single' })
    const ids = new Map<string, string>()
    for (const { id, amount, priority, expires_at: expiresAt } of inputs.grants) {
      const grant = { feature: 'credits', amount, priority, expiresAt }
      ids.set(id, (await world.ask('POST', '/v1/customers/burns/grants', grant)).id)
    }
    for (const { amount, at } of inputs.usage) {
      await moveTo(at)
      const use = { customer: 'burns', feature: 'credits', amount }
      expect(await world.ask('POST', '/v1/consume', use)).toMatchObject({ allowed: true })
    }
    await moveTo(inputs.until)
    const { data } = await world.ask('GET', '/v1/customers/burns/grants')
    const left = (id: string) => data.find((each: Json) => each.id === ids.get(id))?.remaining
    const balances = Object.fromEntries([...ids.keys()].map((id) => [id, left(id)]))
    expect(balances).toEqual(expected.balances)
  })

  it.each(['per-autumn-end-01', 'per-autumn-end-02'])('halfopen-instant: %s', async (id) => {
    const { inputs, expected } = caseOf(id)
    const life = await begin(id, inputs.anchor, { plan: 'dated' })
    await life.moveTo(inputs.now)
    expect(Date.parse((await life.subscription()).periodEnd)).toBe(Date.parse(expected.cycle_end))
  })

  it.each(['per-met-adv-14', 'per-met-adv-15'])('halfopen-date: %s', async (id) => {
    const { inputs, expected } = caseOf(id)
    const life = await begin(id, `${inputs.period_start}T00:00:00Z`, { plan: 'dated', interval: '3 months' })
    const { periodStart, periodEnd } = await life.subscription()
    expect([periodStart.slice(0, 10), periodEnd.slice(0, 10)]).toEqual([expected.start, expected.end])
  })

  it('mrr-normalise: two weeks are a twenty-sixth of a year', async () => {
    const life = await begin('weekly', NOW, { plan: 'weekly', interval: '2 weeks' })
    await life.moveTo('2026-02-01T00:00:00Z')
    const [january] = await life.recurring('2026-02-01')
    expect(january.closingMinor).toBe(weekly.expected.mrr_minor)
  })

  it('mrr-snapshot and mrr-movements: a dearer plan for the same seats is expansion', async () => {
    const quantities = { seats: changed.inputs.seats }
    const life = await begin('expands', NOW, { plan: 'before', quantities })
    await life.moveTo('2026-02-10T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${life.id}/change`, { plan: 'after' })
    await life.moveTo('2026-03-01T00:00:00Z')
    const [january, february] = await life.recurring('2026-03-01')
    const [old, now] = changed.expected.mrr_minor
    expect([january.closingMinor, february.closingMinor]).toEqual([old, now])
    expect(january).toMatchObject({ newMinor: old, expansionMinor: 0 })
    expect(february).toMatchObject({ newMinor: 0, expansionMinor: now - old, churnMinor: 0 })
    expect(caseOf('mrr-chartmogul-class-02').expected.type).toBe('expansion')
  })
})
