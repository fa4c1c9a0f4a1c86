import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const policies = { proration: 'none' }
let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld({
    operator: { name: 'Seller', timeZone: 'UTC' },
    features: { reports: { kind: 'flag' } },
    plans: {
      fixed: { prices: { EUR: { month: 1_000, year: 10_000 } }, policies },
      other: { prices: { EUR: { month: 2_000, year: 20_000 } }, policies },
    },
  })
})
afterAll(() => world?.close())

it.each([
  ['fixed', 10_000],
  ['other', 20_000],
])(
  'another interval where nothing is prorated is charged whole, and well so: a year of %s',
  async (plan, yearMinor) => {
    const moveTo = await world.customer(plan, 'card_ok', '2026-06-01T00:00:00Z')
    const { id } = await world.ask('POST', '/v1/subscriptions', { customer: plan, plan: 'fixed' })
    await moveTo('2026-06-16T00:00:00Z')
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan, interval: 'year', when: 'now' })
    await moveTo('2026-06-16T00:00:01Z')
    const { data } = await world.ask('GET', `/v1/customers/${plan}/invoices`)
    expect(data.map(({ totalMinor, periodEnd }: Json) => [totalMinor, periodEnd])).toEqual([
      [yearMinor, '2027-06-16T00:00:00.000Z'],
      [1_000, '2026-07-01T00:00:00.000Z'],
    ])
    const { findings } = await world.ask('GET', '/v1/doctor')
    expect(findings.filter(({ customer }: Json) => customer === plan)).toEqual([])
  },
)
