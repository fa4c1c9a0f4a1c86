/** Use that is given back after a change of plan, also where both are at one instant: a test clock stands still. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { MINUTE_MS } from '../../src/domain/time/index.ts'
import { uuidV7 } from '../../src/ids.ts'
import { openMoneyWorld, type MoneyWorld } from '../money/support.ts'

const anew = { usageOnChange: 'reset', downgrade: 'now' }
const credits = (limit: number) => ({
  prices: { XOF: { month: limit * 10 } },
  allowances: { inspections: limit },
  policies: anew,
})
const metered = (perUnit: string) => ({
  prices: {
    XOF: { month: { amountMinor: 1_000, components: { calls: { feature: 'calls', model: { perUnit } } } } },
  },
  allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
  policies: anew,
})
const shared = (allowance: object) => ({ prices: { XOF: { month: 100 } }, allowances: { calls: allowance } })
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { inspections: { kind: 'credits' }, calls: { kind: 'meter' } },
  addOns: { pack: { kind: 'one_off', prices: { XOF: 700 }, allowances: { inspections: 50 } } },
  plans: {
    large: credits(75),
    small: credits(30),
    cheap: metered('10'),
    dear: metered('20'),
    kept: { ...metered('10'), policies: { downgrade: 'now' } },
    keptDear: { ...metered('20'), policies: { downgrade: 'now' } },
    pool: shared({ limit: 100 }),
    each: shared({ limit: 30, scope: 'member' }),
  },
}

let world: MoneyWorld
beforeAll(async () => {
  // ids are ahead of the clock, as after a time that was set back
  uuidV7(systemClock.now() + MINUTE_MS)
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

async function begin(customer: string, plan: string, use: { feature: string; member?: string }) {
  const moveTo = await world.customerOn('2026-03-01T00:00:00Z', customer)
  const card = { provider: 'simulator', instrument: 'card_ok' }
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
  await world.ask('PUT', `/v1/customers/${customer}/members/ann`, {})
  const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'XOF' })
  const of = { customer, ...use }
  return {
    moveTo,
    take: async (amount: number): Promise<string> =>
      (await world.ask('POST', '/v1/consume', { ...of, amount })).event,
    release: (event: string, amount?: number) =>
      world.ask('POST', '/v1/release', { ...of, of: event, amount }),
    change: (to: string) => world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: to, when: 'now' }),
    /** `3 used, 27 left` */
    async level(): Promise<string> {
      const { used, remaining } = await world.ask('POST', '/v1/check', of)
      return `${used} used, ${remaining} left`
    },
    history: async (): Promise<{ windowStart: string; used: number }[]> =>
      (await world.ask('GET', `/v1/customers/${customer}/usage/windows?feature=${use.feature}`)).data,
    /** What its invoices have charged for use so far. */
    async chargedForUse(): Promise<number> {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
      const lines = data.flatMap(
        (invoice: { lines: { kind: string; amountMinor: number }[] }) => invoice.lines,
      )
      return lines
        .filter(({ kind }: { kind: string }) => kind === 'usage')
        .reduce((sum: number, { amountMinor }: { amountMinor: number }) => sum + amountMinor, 0)
    },
  }
}

async function findings() {
  const { findings: found } = await world.ask('GET', '/v1/doctor')
  return found.filter(({ check }: { check: string }) => check !== 'job')
}

const inspections = { feature: 'inspections' }

describe('use that was made at the very instant of a change which gives the allowance anew', () => {
  it('CM-9 is given back to the window that the change ended, and the new one keeps what it has', async () => {
    const own = await begin('within', 'large', inspections)
    await own.moveTo('2026-03-10T00:00:00Z')
    const before = await own.take(20)
    await own.change('small')
    const after = await own.take(3)
    await own.release(before, 5)
    expect(await own.level()).toBe('3 used, 27 left')
    expect((await own.history()).map(({ used }) => used)).toEqual([15])
    await own.release(before)
    expect(await own.level()).toBe('3 used, 27 left')
    expect((await own.history()).map(({ used }) => used)).toEqual([0])
    await own.release(after)
    expect(await own.level()).toBe('0 used, 30 left')
    expect(await findings()).toEqual([])
  })

  it('CM-9 is given back to nobody where its window had just begun, and the new one keeps what it has', async () => {
    const own = await begin('begun', 'large', inspections)
    const before = await own.take(20)
    await own.change('small')
    const after = await own.take(3)
    await own.release(before, 5)
    expect(await own.level()).toBe('3 used, 27 left')
    await own.release(before)
    expect(await own.level()).toBe('3 used, 27 left')
    await own.release(after)
    expect(await own.level()).toBe('0 used, 30 left')
    expect(await findings()).toEqual([])
  })

  it.each(['2026-03-01T00:00:00Z', '2026-03-10T00:00:00Z'])(
    'CM-9 comes back to the credits that were bought for it (%s)',
    async (at) => {
      const customer = `bought-${at.slice(8, 10)}`
      const own = await begin(customer, 'large', inspections)
      await world.ask('POST', '/v1/top-ups', { customer, addOn: 'pack' })
      if (!at.startsWith('2026-03-01')) await own.moveTo(at)
      const before = await own.take(90)
      await own.change('small')
      expect(await own.level()).toBe('0 used, 65 left')
      await own.take(4)
      await own.release(before)
      expect(await own.level()).toBe('4 used, 76 left')
      expect(await findings()).toEqual([])
    },
  )

  it.each([
    ['anew', 'cheap', 'dear'],
    ['on', 'kept', 'keptDear'],
  ])('QE-15 is not paid for once it is given back, where the next plan counts %s', async (_, plan, next) => {
    const own = await begin(`metered-${plan}`, plan, { feature: 'calls' })
    await own.moveTo('2026-03-10T00:00:00Z')
    const before = await own.take(20)
    await own.change(next)
    await own.take(3)
    await own.release(before)
    await own.moveTo('2026-04-01T00:00:01Z')
    expect(await own.chargedForUse()).toBe(3 * 20)
    expect(await findings()).toEqual([])
  })

  it.each([
    ['anew', 'cheap', 'dear'],
    ['on', 'kept', 'keptDear'],
  ])(
    'QE-15 is given back at the price of the next plan where it was made after it, which counts %s',
    async (_, plan, next) => {
      const own = await begin(`after-${plan}`, plan, { feature: 'calls' })
      await own.moveTo('2026-03-10T00:00:00Z')
      await own.take(20)
      await own.change(next)
      const after = await own.take(3)
      await own.release(after)
      await own.moveTo('2026-04-01T00:00:01Z')
      expect(await own.chargedForUse()).toBe(20 * 10)
      expect(await findings()).toEqual([])
    },
  )

  it('QE-15 is never given back at the price of the next plan, which nobody has paid', async () => {
    const own = await begin('no-time', 'kept', { feature: 'calls' })
    const before = await own.take(20)
    await own.change('keptDear')
    await own.take(3)
    await own.release(before)
    await own.moveTo('2026-04-01T00:00:01Z')
    // what was used in no time at all stays charged: no time is closed that it could be given back of
    expect(await own.chargedForUse()).toBe(20 * 10 + 3 * 20)
  })

  it('GT-12 is charged where it was set aside, when that is settled', async () => {
    const own = await begin('held', 'cheap', { feature: 'calls' })
    await own.moveTo('2026-03-10T00:00:00Z')
    const { id } = await world.ask('POST', '/v1/reservations', {
      customer: 'held',
      feature: 'calls',
      amount: 20,
    })
    await own.change('dear')
    await own.take(3)
    await world.ask('POST', `/v1/reservations/${id}/settle`, { amount: 10 })
    await own.moveTo('2026-04-01T00:00:01Z')
    expect(await own.chargedForUse()).toBe(10 * 10 + 3 * 20)
    expect(await findings()).toEqual([])
  })
})

describe('use that was made under a plan that counts all members together', () => {
  it('I-1 is given back to all of them, not to a member whom the next plan counts alone', async () => {
    const own = await begin('scoped', 'pool', { feature: 'calls', member: 'ann' })
    await own.moveTo('2026-03-10T00:00:00Z')
    const before = await own.take(20)
    await own.moveTo('2026-03-11T00:00:00Z')
    await own.change('each')
    await own.take(3)
    await own.release(before)
    expect(await own.level()).toBe('3 used, 27 left')
    expect(await findings()).toEqual([])
  })
})
