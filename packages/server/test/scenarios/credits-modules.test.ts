import type { CatalogDefinition } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type ScenarioWorld } from './world.ts'

const catalog = {
  features: {
    inspections: {
      kind: 'credits',
      name: 'Inspections',
      costs: { 'inspection.basic': 1, 'inspection.full': 3, 'inspection.preview': 0 },
    },
    minutes: { kind: 'meter', thresholds: [] },
    storage: { kind: 'meter', thresholds: [] },
  },
  plans: {
    growth: {
      prices: { USD: { month: 9_900 } },
      allowances: {
        inspections: 30,
        minutes: { limit: 100, policy: { overage: { USD: '2.5' } } },
        storage: { limit: 100, policy: { soft: { graceAmount: 50 } } },
      },
    },
    professional: {
      prices: { USD: { month: 19_900 } },
      allowances: {
        inspections: 75,
        minutes: { limit: 300, policy: { overage: { USD: '2' } } },
        storage: { limit: 200, policy: { soft: { graceAmount: 50 } } },
      },
    },
  },
  addOns: {
    'pack-10': {
      kind: 'one_off',
      name: '10 inspections',
      prices: { USD: 1_500 },
      allowances: { inspections: 10 },
    },
    'pack-50': {
      kind: 'one_off',
      name: '50 inspections',
      prices: { USD: 6_000 },
      allowances: { inspections: 50 },
    },
  },
} satisfies CatalogDefinition

const START = '2026-03-10T10:00:00Z'
let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld()
  await world.client.catalog.put(catalog)
})
afterAll(() => world.close())

const customerOn = (plan: 'growth' | 'professional') => world.customerAt(START, { plan, currency: 'USD' })

/** The grants' own books, and the balance that is shown: the same at every step. */
async function ledger(customer: string, feature = 'inspections') {
  const grants = await world.client.grants.list(customer, { feature }).toArray({ max: 100 })
  for (const { amount, burnt, held, expired, remaining } of grants)
    expect(burnt + held + expired + remaining).toBe(amount)
  const { data } = await world.client.usage.summary(customer)
  const shown = data.find((each) => each.feature === feature)
  const open = grants.filter(({ closedAt }) => closedAt === null)
  const unburnt = open.reduce((sum, { remaining }) => sum + remaining, 0)
  expect(shown?.remaining).toBe(unburnt)
  return {
    remaining: unburnt,
    burnt: Object.fromEntries(
      grants.map(({ reason, source, burnt }) => [reason === '' ? source : reason, burnt]),
    ),
  }
}

describe('credits', () => {
  it('CM-6 burns what expires first, over several grants, and the ledger is the balance at every step', async () => {
    const { id } = await customerOn('growth')
    const give = (reason: string, amount: number, expiresAt: string | null) =>
      world.client.grants.create(id, { feature: 'inspections', amount, reason, source: 'top_up', expiresAt })
    await give('for good', 20, null)
    await give('until summer', 10, '2026-06-01T00:00:00Z')
    await give('until next week', 5, '2026-03-17T00:00:00Z')
    expect((await ledger(id)).remaining).toBe(65)
    const steps: [amount: number, burnt: Record<string, number>][] = [
      [3, { 'until next week': 3, plan: 0, 'until summer': 0, 'for good': 0 }],
      [10, { 'until next week': 5, plan: 8, 'until summer': 0, 'for good': 0 }],
      [30, { 'until next week': 5, plan: 30, 'until summer': 8, 'for good': 0 }],
      [5, { 'until next week': 5, plan: 30, 'until summer': 10, 'for good': 3 }],
    ]
    let left = 65
    for (const [amount, burnt] of steps) {
      left -= amount
      const answer = await world.client.consume({ customer: id, feature: 'inspections', amount })
      expect(answer).toMatchObject({ allowed: true, remaining: left })
      expect(await ledger(id)).toEqual({ remaining: left, burnt })
    }
  })

  it('CM-6 too little: a clear answer, and no part is taken', async () => {
    const { id } = await customerOn('growth')
    await world.client.consume({ customer: id, feature: 'inspections', amount: 25 })
    const before = await ledger(id)
    const answer = await world.client.consume({ customer: id, feature: 'inspections', amount: 6 })
    expect(answer).toMatchObject({
      allowed: false,
      code: 'insufficient_credits',
      amount: 6,
      remaining: 5,
    })
    expect(answer.message).toContain('5')
    expect(await ledger(id)).toEqual(before)
    const events = await world.client.usage.history(id).toArray({ max: 100 })
    expect(events).toHaveLength(1)
    expect(await world.client.consume({ customer: id, feature: 'inspections', amount: 5 })).toMatchObject({
      allowed: true,
      remaining: 0,
    })
  })

  it('CM-6 reservations, what is given back and what expires stay in the ledger', async () => {
    const customer = await customerOn('growth')
    const { id } = customer
    const reservation = await world.client.reserve({ customer: id, feature: 'inspections', amount: 12 })
    if (!reservation.allowed) throw new Error('refused')
    expect((await ledgerWithHolds(id)).remaining).toBe(18)
    await world.client.usage.settle(reservation.id, { amount: 7 })
    const use = { customer: id, feature: 'inspections' }
    await world.client.consume({ ...use, amount: 4, idempotencyKey: 'an inspection' })
    await world.client.release({ ...use, of: 'an inspection', amount: 1 })
    expect((await ledger(id)).remaining).toBe(20)
    await customer.moveTo('2026-04-10T10:00:00Z')
    expect((await ledger(id)).remaining).toBe(30)
    const [now, then] = await world.client.grants.list(id, { feature: 'inspections' }).toArray({ max: 10 })
    expect(then).toMatchObject({ source: 'plan', amount: 30, burnt: 10, expired: 20 })
    expect(now).toMatchObject({ source: 'plan', amount: 30, burnt: 0, expired: 0 })
  })

  /** While something is reserved, the grants set it aside at the next boundary; the balance does at once. */
  async function ledgerWithHolds(customer: string) {
    const { data } = await world.client.usage.summary(customer)
    const shown = data.find(({ feature }) => feature === 'inspections')
    return { remaining: shown?.remaining }
  }

  it('CM-14 without credits it stays active, and the refusal names the top-up that would help', async () => {
    const { id, subscription } = await customerOn('growth')
    await world.client.consume({ customer: id, feature: 'inspections', amount: 30 })
    const one = await world.client.consume({ customer: id, feature: 'inspections' })
    expect(one).toMatchObject({
      allowed: false,
      code: 'insufficient_credits',
      access: { level: 'full', reason: 'ok' },
      topUp: {
        addOn: 'pack-10',
        name: '10 inspections',
        amount: 10,
        price: { currency: 'USD', amountMinor: 1_500 },
      },
    })
    const many = await world.client.check({ customer: id, feature: 'inspections', amount: 40 })
    expect(many.topUp?.addOn).toBe('pack-50')
    expect((await world.client.subscriptions.get(subscription)).status).toBe('active')
    expect((await world.client.customers.get(id)).access).toEqual({ level: 'full', reason: 'ok' })
    await world.client.grants.create(id, { feature: 'inspections', amount: 10, source: 'top_up' })
    expect(await world.client.consume({ customer: id, feature: 'inspections' })).toMatchObject({
      allowed: true,
      remaining: 9,
      topUp: null,
    })
  })

  it('CM-15 an action costs what the catalog’s table says', async () => {
    const { id } = await customerOn('growth')
    const act = (feature: string, amount = 1) => world.client.consume({ customer: id, feature, amount })
    expect(await act('inspection.basic')).toMatchObject({ allowed: true, amount: 1, remaining: 29 })
    expect(await act('inspection.full')).toMatchObject({ allowed: true, amount: 3, remaining: 26 })
    expect(await act('inspection.full', 8)).toMatchObject({ allowed: true, amount: 24, remaining: 2 })
    expect(await act('inspection.full')).toMatchObject({
      allowed: false,
      code: 'insufficient_credits',
      amount: 3,
      remaining: 2,
    })
    expect(await act('inspection.basic', 2)).toMatchObject({ allowed: true, remaining: 0 })
    await expect(act('inspection.unheard-of')).rejects.toMatchObject({
      code: 'feature_not_found',
      param: 'feature',
    })
    const dearer = structuredClone(catalog) as CatalogDefinition
    dearer.features['inspections'] = { ...catalog.features.inspections, costs: { 'inspection.full': 5 } }
    await world.client.catalog.put(dearer)
    await world.client.grants.create(id, { feature: 'inspections', amount: 7 })
    expect(await act('inspection.full')).toMatchObject({ allowed: true, amount: 5, remaining: 2 })
    await world.client.catalog.put(catalog)
  })
})

describe('overage in rows', () => {
  const rowsOf = async (customer: string, feature: string) => {
    const rows = await world.client.usage.overages(customer, { feature }).toArray({ max: 100 })
    const sum = (priced: boolean) =>
      rows.filter((row) => row.priced === priced).reduce((total, { amount }) => total + amount, 0)
    return { priced: sum(true), unpriced: sum(false), unitPrices: rows[0]?.unitPrices ?? null }
  }
  const shown = async (customer: string, feature: string) => {
    const { data } = await world.client.usage.summary(customer)
    const found = data.find((each) => each.feature === feature)
    return { used: found?.used, limit: found?.limit, remaining: found?.remaining, overage: found?.overage }
  }

  it('priced: each unit once, at the price it was used under; final, whatever is bought later', async () => {
    const customer = await customerOn('growth')
    const { id, subscription } = customer
    const take = (amount: number) => world.client.consume({ customer: id, feature: 'minutes', amount })
    for (const amount of [60, 50, 20]) expect((await take(amount)).allowed).toBe(true)
    expect(await rowsOf(id, 'minutes')).toEqual({ priced: 30, unpriced: 0, unitPrices: { USD: '2.5' } })
    await world.client.subscriptions.change(subscription, { plan: 'professional', when: 'now' })
    await take(200)
    // 100 of the old plan's and 30 priced before; the upgrade gives 200 more
    expect(await rowsOf(id, 'minutes')).toMatchObject({ priced: 30 })
    await world.client.grants.create(id, { feature: 'minutes', amount: 15, source: 'top_up' })
    await take(25)
    expect(await rowsOf(id, 'minutes')).toEqual({ priced: 40, unpriced: 0, unitPrices: { USD: '2' } })
    expect(await shown(id, 'minutes')).toEqual({ used: 355, limit: 315, remaining: 0, overage: 40 })
    await customer.moveTo('2026-04-01T00:00:00Z')
    const [window] = await world.client.usage.windows(id, { feature: 'minutes' }).toArray({ max: 5 })
    expect(window).toMatchObject({ used: 355, overage: 40 })
    expect(await rowsOf(id, 'minutes')).toMatchObject({ priced: 40 })
    expect(await shown(id, 'minutes')).toEqual({ used: 0, limit: 300, remaining: 300, overage: 0 })
  })

  it('soft: recorded without a price, paid by the next grant, and by no window that comes after', async () => {
    const customer = await customerOn('growth')
    const { id, subscription } = customer
    const take = (amount: number) => world.client.consume({ customer: id, feature: 'storage', amount })
    await take(90)
    expect(await take(60)).toMatchObject({ allowed: true, overage: 50 })
    expect(await take(1)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    expect(await rowsOf(id, 'storage')).toMatchObject({ priced: 0, unpriced: 50 })
    await world.client.grants.create(id, { feature: 'storage', amount: 20, source: 'top_up' })
    expect(await shown(id, 'storage')).toMatchObject({ used: 150, limit: 120, overage: 30 })
    await world.client.subscriptions.change(subscription, { plan: 'professional', when: 'now' })
    expect(await shown(id, 'storage')).toMatchObject({ used: 150, limit: 220, remaining: 70, overage: 0 })
    await take(80)
    expect(await shown(id, 'storage')).toMatchObject({ used: 230, overage: 10 })
    await customer.moveTo('2026-04-01T00:00:00Z')
    const [window] = await world.client.usage.windows(id, { feature: 'storage' }).toArray({ max: 5 })
    expect(window).toMatchObject({ used: 230, overage: 10 })
    // the rows tell of each crossing, the window of what was never paid
    expect(await rowsOf(id, 'storage')).toMatchObject({ priced: 0, unpriced: 60 })
    expect(await shown(id, 'storage')).toEqual({ used: 0, limit: 200, remaining: 200, overage: 0 })
  })
})
