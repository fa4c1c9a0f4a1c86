/** What is charged afterwards is charged once: what the doctor says when it isn't, and of what is right. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/domain/doctor/model.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const perCall = { components: { calls: { feature: 'calls', model: { perUnit: '100' } } } }
// nobody pays here: what is owed shuts nobody out
const policies = { dueDays: 365, proration: 'second' }
const calls = { limit: 'unlimited', window: 'billing_period' }
const catalog = {
  features: { calls: { kind: 'meter', scale: 2 }, tickets: { kind: 'meter' } },
  plans: {
    metered: {
      prices: { EUR: { month: perCall } },
      allowances: { calls, tickets: { limit: 5, policy: { overage: { EUR: '50' } } } },
      policies,
    },
    dear: {
      prices: { EUR: { month: { components: { calls: { feature: 'calls', model: { perUnit: '300' } } } } } },
      allowances: { calls },
      policies: { ...policies, usageOnChange: 'reset' },
    },
    flat: { prices: { EUR: { month: 9000 } }, allowances: { calls }, policies },
  },
}

let world: MoneyWorld
let number = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(plan = 'metered') {
  const customer = `use-${(number += 1)}`
  const moveTo = await world.customerOn('2026-03-01T00:00:00Z', customer)
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR' })
  const path = `/v1/subscriptions/${id}`
  return {
    id,
    moveTo,
    use: async (feature: string, amount: number): Promise<string> =>
      (await world.ask('POST', '/v1/consume', { customer, feature, amount })).event,
    tell: (at: string, amount: number) =>
      world.ask('POST', '/v1/events', {
        events: [{ customer, feature: 'calls', amount, at, idempotencyKey: `${customer}-${at}` }],
      }),
    giveBack: (of: string, amount: number) =>
      world.ask('POST', '/v1/release', { customer, feature: 'calls', of, amount }),
    change: (to: string) => world.ask('POST', `${path}/change`, { plan: to, when: 'now' }),
    verb: (verb: string, body: object = {}) => world.ask('POST', `${path}/${verb}`, body),
    sql: (text: string) =>
      world.database.db.query(text.replaceAll('$me', `(select id from customer where key = '${customer}')`)),
    async newest(): Promise<{ id: string; lines: unknown[] }> {
      const { data } = await world.ask('GET', `/v1/invoices?customer=${customer}`)
      return world.ask('GET', `/v1/invoices/${data[0].id}`)
    },
    /** `expected / found`, of this customer's. */
    async findings(): Promise<string[]> {
      const { findings } = await world.ask('GET', '/v1/doctor')
      return findings
        .filter((each: Finding) => each.customer === customer)
        .map(({ check, subject, expected, found }: Finding) => {
          return `${check} ${subject.replace(id, 'sub')}: ${expected} / ${found}`
        })
    },
  }
}

describe('the doctor names', () => {
  it('I-3 a month whose whole use was never invoiced', async () => {
    const own = await begin()
    await own.moveTo('2026-03-10T00:00:00Z')
    await own.use('calls', 700)
    await own.moveTo('2026-04-05T00:00:00Z')
    await own.use('calls', 2050)
    await own.use('tickets', 8)
    expect(await own.findings()).toEqual([])
    await own.sql('update balance set billed = used where customer = $me')
    await own.sql(
      `update overage set invoice = 'inv_test_nowhere' where customer = $me and at > '2026-04-01T00:00:00Z'`,
    )
    await own.moveTo('2026-05-05T00:00:00Z')
    const april = 'from 2026-04-01T00:00:00.000Z to 2026-05-01T00:00:00.000Z'
    expect(await own.findings()).toEqual([
      'usage_billed tickets of sub: 3 above the allowance charged / charged by inv_test_nowhere, which is not there',
      'usage_billed tickets: 3 above the allowance charged / 0 above the allowance charged',
      `usage_billed calls of sub: 20.5 charged ${april} / 0 charged ${april}`,
    ])
  })
})

describe('the doctor finds nothing in', () => {
  it('I-4 use that is told late, and given back after its invoice was credited by hand or is void', async () => {
    const own = await begin()
    await own.moveTo('2026-03-10T00:00:00Z')
    const event = await own.use('calls', 5000)
    await own.use('tickets', 9)
    await own.moveTo('2026-04-05T00:00:00Z')
    const { id } = await own.newest()
    await world.ask('POST', `/v1/invoices/${id}/credit-notes`, { amountMinor: 2_000 })
    await own.giveBack(event, 3000)
    await own.tell('2026-03-20T00:00:00Z', 400)
    expect(await own.findings()).toEqual([])
    await own.moveTo('2026-05-05T00:00:00Z')
    await own.use('calls', 300)
    await own.moveTo('2026-06-05T00:00:00Z')
    await world.ask('POST', `/v1/invoices/${(await own.newest()).id}/void`)
    expect(await own.findings()).toEqual([])
  })

  it('I-4 plans that replace each other within a period, one of them for no time at all', async () => {
    const own = await begin()
    await own.use('calls', 2)
    await own.change('flat')
    await own.use('calls', 40)
    await own.change('metered')
    await own.moveTo('2026-03-10T00:00:00Z')
    const event = await own.use('calls', 10)
    await own.moveTo('2026-03-11T00:00:00Z')
    await own.change('dear')
    await own.use('calls', 5)
    await own.change('metered')
    await own.use('calls', 6)
    await own.giveBack(event, 4)
    expect(await own.findings()).toEqual([])
    await own.moveTo('2026-04-05T00:00:00Z')
    expect(await own.findings()).toEqual([])
    await own.moveTo('2026-05-05T00:00:00Z')
    expect(await own.findings()).toEqual([])
  })

  it('I-4 a pause, use that waits, and an end', async () => {
    const own = await begin()
    await own.moveTo('2026-03-10T00:00:00Z')
    await own.use('calls', 10)
    await own.use('tickets', 7)
    await own.verb('pause')
    expect(await own.findings()).toEqual([])
    await own.moveTo('2026-03-20T00:00:00Z')
    await own.verb('resume')
    await own.use('calls', 1)
    await own.moveTo('2026-03-25T00:00:00Z')
    await own.use('calls', 2)
    await own.verb('cancel', { when: 'now' })
    await own.tell('2026-03-24T00:00:00Z', 400)
    expect(await own.findings()).toEqual([])
    await own.moveTo('2026-06-05T00:00:00Z')
    expect(await own.findings()).toEqual([])
  })
})
