/** What an unpaid customer had, and has: windows and limits go on behind the door that its invoices have closed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const allowances = {
  calls: { limit: 100, window: 'billing_period' },
  tickets: { limit: 10, window: 'month', rollover: true },
  credits: 75,
}
const catalog = {
  operator: { name: 'Seller SA', timeZone: 'UTC' },
  features: { calls: { kind: 'meter' }, tickets: { kind: 'meter' }, credits: { kind: 'credits' } },
  plans: {
    // blocked a week after the invoice
    basic: { prices: { XOF: { month: 1_000 } }, allowances },
    strict: {
      prices: { XOF: { month: 1_000 } },
      allowances,
      policies: { failure: { grants: 'all' } },
    },
  },
}

let customers = 0
let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function unpaid(plan: string) {
  const customer = `unpaid-${(customers += 1)}`
  const path = `/v1/customers/${customer}`
  const moveTo = await world.customerOn('2026-01-15T00:00:00Z', customer)
  await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'XOF' })
  return {
    customer,
    path,
    moveTo,
    take: (amount: number) => world.ask('POST', '/v1/consume', { customer, feature: 'calls', amount }),
    async usage(feature = 'calls') {
      const { data } = await world.ask('GET', `${path}/usage`)
      const row = data.find((each: { feature: string }) => each.feature === feature)
      const { used, limit, percentage, windowStart, resetsAt } = row
      return { used, limit, percentage, windowStart, resetsAt }
    },
    async pay() {
      const { data } = await world.ask('GET', `${path}/invoices`)
      for (const { id, amountDueMinor } of data)
        await world.ask('POST', '/v1/payments', {
          customer,
          currency: 'XOF',
          amountMinor: amountDueMinor,
          invoice: id,
          transaction: id,
        })
    },
  }
}

describe.each(['basic', 'strict'])('an unpaid customer of the plan %s', (plan) => {
  it('GT-7 QE-9 CP-8 keeps the periods, the limits and the plan that it had', async () => {
    const own = await unpaid(plan)
    await own.take(60)
    await own.moveTo('2026-01-25T00:00:00Z')
    expect(await own.take(1)).toMatchObject({ allowed: false, code: 'payment_required' })
    const first = { windowStart: '2026-01-15T00:00:00.000Z', resetsAt: '2026-02-15T00:00:00.000Z' }
    expect(await own.usage()).toEqual({ used: 60, limit: 100, percentage: 60, ...first })

    await own.moveTo('2026-03-20T00:00:00Z')
    const entitlements = await world.ask('GET', `${own.path}/entitlements`)
    expect(entitlements).toMatchObject({
      plan: { id: plan },
      subscription: { status: 'active' },
      access: { level: 'blocked', reason: 'payment_required' },
    })
    const { data } = await world.ask('GET', `${own.path}/usage/windows?feature=calls`)
    expect(data.filter(({ used }: { used: number }) => used > 0)).toMatchObject([
      { windowStart: first.windowStart, windowEnd: first.resetsAt, used: 60, limit: 100, percentage: 60 },
    ])
    for (const { windowStart } of data) expect(windowStart).toMatch(/-15T00:00:00/)
    expect(await own.usage()).toEqual({
      used: 0,
      limit: 100,
      percentage: 0,
      windowStart: '2026-03-15T00:00:00.000Z',
      resetsAt: '2026-04-15T00:00:00.000Z',
    })
    // of months that nobody has paid for nothing went on
    expect(await own.usage('tickets')).toMatchObject({ used: 0, limit: 10 })

    await own.pay()
    expect(await own.take(100)).toMatchObject({ allowed: true, used: 100, remaining: 0 })
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('CM-8 is given its credits once, however late it pays', async () => {
    const own = await unpaid(plan)
    const credits = { customer: own.customer, feature: 'credits' }
    await own.moveTo('2026-01-16T00:00:00Z')
    await world.ask('POST', '/v1/consume', { ...credits, amount: 70 })
    await own.moveTo('2026-01-25T00:00:00Z')
    expect(await world.ask('POST', '/v1/check', credits)).toMatchObject({ allowed: false, remaining: 0 })
    await own.pay()
    expect(await world.ask('POST', '/v1/check', credits)).toMatchObject({ allowed: true, remaining: 5 })
    expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])
  })

  it('is given no second allowance by paying', async () => {
    const own = await unpaid(plan)
    await own.moveTo('2026-01-16T00:00:00Z')
    await own.take(60)
    await own.moveTo('2026-01-25T00:00:00Z')
    await own.pay()
    expect(await own.usage()).toMatchObject({ used: 60, limit: 100 })
    expect(await own.take(41)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
  })
})
