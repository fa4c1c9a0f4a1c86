import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import models from '../vectors/charge-models.json' with { type: 'json' }
import lifecycles from '../vectors/lifecycles.json' with { type: 'json' }
import proration from '../vectors/proration.json' with { type: 'json' }
import seats from '../vectors/seats.json' with { type: 'json' }
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

/** One case of each convention, as a caller sees it; all the others are asked of the decision itself. */
const caseOf = (id: string): Json =>
  [...proration.cases, ...lifecycles.cases, ...seats.cases, ...models.cases].find((each) => each.id === id)

const flat = (month: number, policies: object = {}) => ({ prices: { EUR: { month } }, policies })
const byDay = { proration: 'day', upgrade: 'now', downgrade: 'now' }
const bySecond = { proration: 'second', upgrade: 'now', downgrade: 'now' }

const polar = caseOf('pro-polar-05').inputs
const stripe = caseOf('pro-stripe-100-10').inputs
const met = caseOf('life-met-downgrade-credit').inputs
const killbill = caseOf('life-kb-leading').inputs
const tiers = caseOf('seat-polar-143').inputs
const volume = caseOf('seat-polar-vol-51').inputs

const takings = caseOf('chg-lago-pct-041').inputs

const tierOf = ({ up_to, unit_minor }: Json) => ({
  ...(up_to === null ? {} : { upTo: up_to }),
  unitMinor: String(unit_minor),
})
const metTerms = ({ flat_minor, seat_minor }: Json) => ({
  prices: { EUR: { month: { amountMinor: flat_minor, perUnit: { seats: String(seat_minor) } } } },
  policies: byDay,
})
const counted = { limit: 'unlimited', window: 'billing_period' }
const priced = (components: object, amountMinor = 0) => ({
  prices: {
    EUR: { month: { amountMinor, components: { seats: { quantity: 'seats', model: components } } } },
  },
})

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { takings: { kind: 'meter' }, payments: { kind: 'meter' } },
  plans: {
    'polar-old': { prices: { EUR: { year: polar.price_from_minor } }, policies: bySecond },
    'polar-new': { prices: { EUR: { year: polar.price_to_minor } }, policies: bySecond },
    'stripe-old': flat(stripe.price_from_minor, bySecond),
    'stripe-new': flat(stripe.price_to_minor, bySecond),
    'met-old': metTerms(met.old),
    'met-new': metTerms(met.new),
    killbill: flat(killbill.price_minor, byDay),
    graduated: priced({ graduated: tiers.graduated_seat_tiers.map(tierOf) }, tiers.fixed_minor),
    volume: priced({ volume: volume.tiers.map(tierOf) }),
    takings: {
      prices: {
        EUR: {
          month: {
            components: {
              takings: {
                feature: 'takings',
                freeUnits: takings.applied_free_units * 100,
                model: { percentage: { percent: Number(takings.rate_percent) } },
              },
              payments: {
                feature: 'payments',
                freeUnits: takings.applied_free_events,
                model: { perUnit: String(takings.fixed_per_event * 100) },
              },
            },
          },
        },
      },
      allowances: { takings: counted, payments: counted },
    },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const instant = (date: string) => (date.includes('T') ? date : `${date}T00:00:00Z`)

/** Oldest first, with their lines. */
async function documents(customer: string): Promise<Json[]> {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
  return data.toReversed()
}

const amounts = (lines: Json[], kind: (line: Json) => boolean) =>
  lines.filter(kind).reduce((sum, { amountMinor }) => sum + Math.abs(amountMinor), 0)
const isCredit = ({ kind }: Json) => kind === 'credit'
const isCharge = (line: Json) => !isCredit(line)

async function begin(customer: string, now: string, body: object) {
  const moveTo = await world.customer(customer, 'card_ok', instant(now))
  const made = await world.ask('POST', '/v1/subscriptions', { customer, currency: 'EUR', ...body })
  const settle = async (to: string) => {
    await moveTo(new Date(Date.parse(instant(to)) + 1000).toISOString())
    return documents(customer)
  }
  return { id: made.id, moveTo: (to: string) => moveTo(instant(to)), settle }
}

describe('a case of each convention through the API', () => {
  it('polar-second: an upgrade within a year', async () => {
    const { inputs, expected } = caseOf('pro-polar-05')
    const life = await begin('polar', inputs.period_start, { plan: 'polar-old', interval: 'year' })
    await life.moveTo(inputs.change_at)
    await world.ask('POST', `/v1/subscriptions/${life.id}/change`, { plan: 'polar-new', interval: 'year' })
    const [, change] = await life.settle(inputs.change_at)
    expect(amounts(change.lines, isCredit)).toBe(expected.credit_minor)
    expect(amounts(change.lines, isCharge)).toBe(expected.charge_minor)
  })

  it('stripe-second: a downgrade now is the customer’s balance', async () => {
    const { expected } = caseOf('pro-stripe-100-10')
    const life = await begin('stripe', '2026-06-01', { plan: 'stripe-old' })
    await life.moveTo('2026-06-16')
    await world.ask('POST', `/v1/subscriptions/${life.id}/change`, { plan: 'stripe-new' })
    const [, change] = await life.settle('2026-06-16')
    expect(change).toMatchObject({ kind: 'credit_note', totalMinor: 0 - expected.net_minor })
    const { balances } = await world.ask('GET', '/v1/customers/stripe/balance')
    expect(balances).toEqual([{ currency: 'EUR', amountMinor: 0 - expected.net_minor }])
  })

  it('met-day: each component by itself, by days', async () => {
    const { inputs, expected } = caseOf('life-met-downgrade-credit')
    const quantities = { seats: inputs.old.seats }
    const life = await begin('met', inputs.start, { plan: 'met-old', quantities })
    await life.moveTo(inputs.change_at)
    await world.ask('POST', `/v1/subscriptions/${life.id}/change`, { plan: 'met-new' })
    const [first, second] = await life.settle(inputs.change_at)
    expect([first.totalMinor, 0 - second.totalMinor]).toEqual(
      expected.invoices.map((each: Json) => each.total_minor),
    )
    expect(second.status).toBe(expected.invoices[1].status)
  })

  it('kb-day-actual: a first part before the billing day', async () => {
    const { inputs, expected } = caseOf('life-kb-leading')
    const startAt = '2011-08-15T00:00:00Z'
    const life = await begin('killbill', inputs.start, { plan: 'killbill', startAt })
    const made = await life.settle(inputs.target)
    expect(made.reduce((sum, { totalMinor }) => sum + totalMinor, 0)).toBe(expected.total_minor)
    expect(made).toHaveLength(expected.lines)
  })

  it.each([
    ['exact', 'volume', 'seat-polar-vol-51'],
    ['polar-second', 'graduated', 'seat-polar-143'],
  ])('%s: what seats cost by tiers, %s', async (_, plan, id) => {
    const { inputs, expected } = caseOf(id)
    const life = await begin(`tiers-${plan}`, '2026-06-01', { plan, quantities: { seats: inputs.seats } })
    const [invoice] = await life.settle('2026-06-01')
    expect(invoice.totalMinor).toBe(expected.amount_minor)
  })

  it('exact: a percentage of what payments come to, and so much for each payment', async () => {
    const life = await begin('takings', '2026-06-01', { plan: 'takings' })
    const use = (feature: string, amount: number) =>
      world.ask('POST', '/v1/consume', { customer: 'takings', feature, amount })
    const totals = [0, ...takings.running_totals, takings.total].map((total) => Number(total) * 100)
    for (const [index, total] of totals.slice(1).entries()) {
      await use('takings', total - (totals[index] ?? 0))
      await use('payments', 1)
    }
    const [invoice] = await life.settle('2026-07-01')
    expect(invoice.totalMinor).toBe(Number(caseOf('chg-lago-pct-041').expected.amount) * 100)
  })
})
