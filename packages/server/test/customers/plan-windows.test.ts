import type { CatalogDefinition } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CustomerBench, startBench } from './support.ts'
import { moveClock } from '../support/move-clock.ts'

const price = (amount: number) => ({ XOF: { month: amount } })
const catalog = {
  features: {
    calls: { kind: 'meter' },
    tokens: { kind: 'credits' },
  },
  plans: {
    daily: { prices: price(1_000), allowances: { calls: { limit: 5, window: 'day' } } },
    monthly: { prices: price(5_000), allowances: { calls: { limit: 100, window: 'month' } } },
    keeping: {
      prices: price(9_000),
      allowances: {
        calls: { limit: 100, window: 'month', rollover: true },
        tokens: { limit: 100, window: 'billing_period', rollover: true },
      },
    },
    plain: { prices: price(4_000), allowances: { calls: 60, tokens: 60 } },
    strict: {
      prices: price(3_000),
      allowances: { tokens: 100 },
      policies: { failure: { grants: 'all' } },
    },
  },
} satisfies CatalogDefinition

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench(catalog)
})
afterAll(() => bench.stop())

const balance = async (customer: string, feature: string) => {
  const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage`)
  const found = data.find((each: { feature: string }) => each.feature === feature)
  return { used: found.used, limit: found.limit, remaining: found.remaining }
}
const grants = async (customer: string, feature: string) => {
  const { data } = await bench.ok('GET', `/v1/customers/${customer}/grants?feature=${feature}`)
  return data.map(({ source, amount, burnt, expired }: Record<string, unknown>) => ({
    source,
    amount,
    burnt,
    expired,
  }))
}
const change = (id: string, plan: string, when = 'now') =>
  bench.ok('POST', `/v1/subscriptions/${id}/change`, { plan, when })
const consume = (customer: string, feature: string, amount: number) =>
  bench.ok('POST', '/v1/consume', { customer, feature, amount })

describe('a window that ended before anybody looked', () => {
  it('closes by the terms it ran under, whatever is changed to', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('late', 'keeping')
    await consume('late', 'calls', 70)
    bench.moveTo('2026-04-05T10:00:00Z')
    await change(id, 'plain')
    expect(await balance('late', 'calls')).toEqual({ used: 0, limit: 90, remaining: 90 })
  })

  it('and gives nothing on by terms that came later', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('early', 'plain')
    await consume('early', 'calls', 10)
    bench.moveTo('2026-04-05T10:00:00Z')
    await change(id, 'keeping')
    expect(await balance('early', 'calls')).toEqual({ used: 0, limit: 100, remaining: 100 })
  })

  it('closes by the earlier plan also where the change comes at that very moment', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('renewed', 'keeping')
    await consume('renewed', 'tokens', 70)
    await change(id, 'plain', 'period_end')
    bench.moveTo('2026-04-12T10:00:00Z')
    await consume('renewed', 'tokens', 80)
    expect(await balance('renewed', 'tokens')).toEqual({ used: 80, limit: 90, remaining: 10 })
  })

  it('closes by the earlier plan for who only asks, before anybody has written it', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('asked', 'keeping')
    await consume('asked', 'tokens', 70)
    await change(id, 'plain', 'period_end')
    bench.moveTo('2026-04-12T10:00:00Z')
    expect(await balance('asked', 'tokens')).toEqual({ used: 0, limit: 90, remaining: 90 })
    expect(
      await bench.ok('POST', '/v1/check', { customer: 'asked', feature: 'tokens', amount: 90 }),
    ).toMatchObject({
      allowed: true,
      remaining: 90,
    })
  })

  it('several things at a period’s end make one window, and roll over once', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('crowded', 'plain')
    await bench.ok('PUT', '/v1/customers/crowded/overrides/tokens', {
      limit: 100,
      reason: 'a test',
      expiresAt: '2026-04-10T10:00:00Z',
    })
    await consume('crowded', 'tokens', 10)
    await change(id, 'keeping', 'period_end')
    bench.moveTo('2026-04-10T10:00:00Z')
    expect(await consume('crowded', 'tokens', 1)).toMatchObject({ used: 1, limit: 100 })
    const { data } = await bench.ok('GET', '/v1/customers/crowded/usage/windows?feature=tokens')
    expect(data).toMatchObject([{ windowEnd: '2026-04-10T10:00:00.000Z', used: 10, limit: 100 }])
  })

  it('CM-4 a cancellation at the period’s end carries nothing on', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('leaver', 'keeping')
    await consume('leaver', 'tokens', 70)
    await bench.ok('POST', `/v1/subscriptions/${id}/cancel`, { when: 'period_end' })
    bench.moveTo('2026-04-12T10:00:00Z')
    await bench.ok('PUT', '/v1/customers/leaver', { name: 'Gone' })
    expect(await grants('leaver', 'tokens')).toEqual([
      { source: 'plan', amount: 100, burnt: 70, expired: 30 },
    ])
  })
})

describe('a cancellation that ends all grants', () => {
  it('CM-10 burns what was used until then first, in the same moment too', async () => {
    bench.moveTo('2026-03-10T10:00:00Z')
    const { id } = await bench.subscribe('ended', 'strict')
    await bench.ok('POST', '/v1/customers/ended/grants', { feature: 'tokens', amount: 50, source: 'top_up' })
    await consume('ended', 'tokens', 120)
    await bench.ok('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' })
    expect(await grants('ended', 'tokens')).toEqual([
      { source: 'top_up', amount: 50, burnt: 20, expired: 30 },
      { source: 'plan', amount: 100, burnt: 100, expired: 0 },
    ])
    expect(await consume('ended', 'tokens', 1)).toMatchObject({ allowed: false })
  })
})

describe('a plan of days and a plan of months, changed to and fro', () => {
  it('give the month’s allowance once, by the live clock and by a test clock', async () => {
    bench.moveTo('2026-03-02T10:00:00Z')
    const { id: clock } = await bench.ok('POST', '/v1/test-clocks', { now: '2026-03-02T10:00:00Z' })
    await bench.ok('PUT', '/v1/customers/hopper-test', { testClock: clock })
    const ids = new Map<string, string>()
    for (const customer of ['hopper', 'hopper-test'])
      ids.set(customer, (await bench.subscribe(customer, 'monthly')).id)
    const taken = { hopper: 0, 'hopper-test': 0 }
    const takeAll = async (customer: 'hopper' | 'hopper-test') => {
      const { remaining } = await bench.ok('POST', '/v1/check', { customer, feature: 'calls' })
      if (remaining > 0 && (await consume(customer, 'calls', remaining)).allowed) taken[customer] += remaining
    }
    for (let day = 2; day <= 8; day += 1) {
      const moment = `2026-03-0${day}T11:00:00Z`
      bench.moveTo(moment)
      await moveClock(bench.ok, clock, moment)
      for (const customer of ['hopper', 'hopper-test'] as const)
        for (const plan of day % 2 === 0 ? ['daily', 'monthly'] : ['monthly', 'daily']) {
          await change(ids.get(customer) as string, plan)
          await takeAll(customer)
        }
    }
    expect(taken.hopper).toBeGreaterThanOrEqual(100)
    expect(taken.hopper).toBeLessThanOrEqual(100 + 6 * 5)
    expect(taken['hopper-test']).toBe(taken.hopper)
    // what was checked is what is saved, and a sweep changes nothing
    expect(await balance('hopper', 'calls')).toEqual(await balance('hopper-test', 'calls'))
  })

  it('a week that reaches into the month counts from the month’s start', async () => {
    bench.moveTo('2026-03-30T10:00:00Z')
    const { id } = await bench.subscribe('bridge', 'daily')
    await bench.ok('PUT', '/v1/customers/bridge/overrides/calls', { limit: 80, reason: 'a test' })
    bench.moveTo('2026-03-31T23:00:00Z')
    await consume('bridge', 'calls', 40)
    bench.moveTo('2026-04-01T01:00:00Z')
    await consume('bridge', 'calls', 30)
    await bench.ok('DELETE', '/v1/customers/bridge/overrides/calls')
    bench.moveTo('2026-04-02T10:00:00Z')
    await change(id, 'monthly')
    expect(await balance('bridge', 'calls')).toEqual({ used: 0, limit: 70, remaining: 70 })
  })
})
