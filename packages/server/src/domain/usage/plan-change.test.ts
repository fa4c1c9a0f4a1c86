import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  consume,
  faults,
  grantOf,
  HARD,
  instant,
  limited,
  newWorld,
  PRICED,
  refresh,
  reserve,
  settle,
  shown,
  track,
} from '../../../test/support/usage-world.ts'
import type { FeatureEntitlement } from '../entitlements/model.ts'
import { DAY_MS } from '../time/instant.ts'
import type { WindowKind } from '../time/window.ts'
import { UNLIMITED } from './limits.ts'
import { runs } from '../../../test/proof/support/random.ts'

type Terms = Partial<FeatureEntitlement>
const gone: Terms = { included: false, limit: limited(0), policy: HARD }

describe('a change in place keeps what was burnt', () => {
  test.each<[string, number, Terms[], object]>([
    ['GT-6 up', 80, [{ limit: limited(200) }], { used: 80, limit: 200, remaining: 120 }],
    ['down, above what was used', 40, [{ limit: limited(50) }], { used: 40, limit: 50, remaining: 10 }],
    ['down, below what was used', 80, [{ limit: limited(50) }], { used: 80, limit: 50, remaining: 0 }],
    ['down to nothing', 80, [{ limit: limited(0) }], { used: 80, limit: 0, remaining: 0 }],
    [
      'down and up again',
      80,
      [{ limit: limited(50) }, { limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    [
      'up and down again',
      80,
      [{ limit: limited(200) }, { limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    [
      'left and come back',
      80,
      [gone, { included: true, limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    [
      'free, paid, free',
      80,
      [{ limit: limited(1_000) }, { limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    [
      'QE-14 an override up and back',
      80,
      [{ limit: limited(300), overridden: true }, { limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    [
      'QE-14 an override down and back',
      80,
      [{ limit: limited(10), overridden: true }, { limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    [
      'an override to unlimited and back',
      80,
      [{ limit: UNLIMITED }, { limit: limited(100) }],
      { used: 80, limit: 100, remaining: 20 },
    ],
    ['to unlimited', 80, [{ limit: UNLIMITED }], { used: 80, limit: 'unlimited', remaining: 'unlimited' }],
    [
      'another priority, another policy',
      80,
      [{ priority: 1, policy: PRICED }],
      { used: 80, limit: 100, remaining: 20 },
    ],
  ])('%s', (_, used, changes, expected) => {
    const world = newWorld()
    expect(consume(world, used).allowed).toBe(true)
    for (const terms of changes) {
      const before = Math.max(...world.grants.map(({ burnt }) => burnt))
      change(world, terms)
      expect(Math.max(...world.grants.map(({ burnt }) => burnt))).toBeGreaterThanOrEqual(before)
    }
    expect(shown(world)).toEqual(expected)
    expect(faults(world)).toEqual([])
  })

  test('QE-11 above a new limit: what is there stays, nothing comes', () => {
    const world = newWorld({ entitlement: { kind: 'gauge', limit: limited(10) } })
    track(world, 10)
    change(world, { limit: limited(4) })
    expect(shown(world)).toEqual({ used: 10, limit: 4, remaining: 0 })
    expect(consume(world, 1).allowed).toBe(false)
  })

  test('CM-3 a grant bought before keeps what it has through any change', () => {
    const world = newWorld({ entitlement: { kind: 'credits' } })
    addGrant(world, { id: 'top', amount: 50 })
    consume(world, 120)
    for (const terms of [{ limit: limited(10) }, gone, { included: true, limit: limited(100) }]) {
      change(world, terms)
      expect(grantOf(world, 'top')).toMatchObject({ amount: 50, burnt: 20, expired: 0 })
    }
    expect(shown(world)).toEqual({ used: 120, limit: 150, remaining: 30 })
  })
})

describe('use while it was unlimited', () => {
  test('counts against the limit that comes after, and no bought grant pays for it', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50 })
    consume(world, 80)
    change(world, { limit: UNLIMITED })
    consume(world, 500)
    change(world, { limit: limited(100) })
    expect(shown(world)).toEqual({ used: 580, limit: 150, remaining: 50, overage: 480 })
    expect(grantOf(world, 'top').burnt).toBe(0)
    expect(world.overage).toEqual([])
    expect(faults(world)).toEqual([])
  })

  test('in a window that began unlimited', () => {
    const world = newWorld({ entitlement: { limit: UNLIMITED } })
    consume(world, 60)
    change(world, { limit: limited(100) })
    expect(shown(world)).toEqual({ used: 60, limit: 100, remaining: 40 })
    expect(grantOf(world, 'plan').burnt).toBe(60)
    expect(faults(world)).toEqual([])
  })

  test('a hold made while it was unlimited counts until it is settled', () => {
    const world = newWorld({ entitlement: { limit: UNLIMITED } })
    const id = reserve(world, 60)
    change(world, { limit: limited(100) })
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 40, taken: 60 })
    refresh(world)
    settle(world, id, 50)
    expect(shown(world)).toEqual({ used: 50, limit: 100, remaining: 50 })
    expect(faults(world)).toEqual([])
  })
})

describe('never more than the largest allowance within one window', () => {
  test.each<[string, Terms[]]>([
    ['up and down', [{ limit: limited(50) }, { limit: limited(100) }]],
    ['free, paid, free', [{ limit: limited(10) }, { limit: limited(100) }, { limit: limited(10) }]],
    ['canceled and subscribed again', [gone, { included: true, limit: limited(100) }]],
    [
      'a day between two months',
      [
        { window: 'day', limit: limited(5) },
        { window: 'month', limit: limited(100) },
      ],
    ],
    ['a billing period between two months', [{ window: 'billing_period' }, { window: 'month' }]],
    ['a lifetime between two months', [{ window: 'lifetime' }, { window: 'month' }]],
  ])('%s, twenty times in one day', (_, cycle) => {
    const world = newWorld()
    let admitted = 0
    const take = () => {
      while (consume(world, 7).allowed) admitted += 7
    }
    for (let round = 0; round < 20; round += 1)
      for (const terms of cycle) {
        take()
        world.now += 60_000
        change(world, terms)
      }
    take()
    expect(admitted).toBe(98)
    expect(faults(world)).toEqual([])
  })

  test('a lifetime’s allowance is not had again by leaving the plan', () => {
    const world = newWorld({ entitlement: { window: 'lifetime' } })
    consume(world, 100)
    for (const month of ['02', '03', '04']) {
      change(at(world, `2024-${month}-10`), { ...gone, window: 'month' })
      change(at(world, `2024-${month}-11`), {
        included: true,
        window: 'lifetime',
        limit: limited(100),
        policy: HARD,
      })
      expect(consume(world, 1).allowed).toBe(false)
    }
  })

  test('nor is a billing period cut short by leaving the plan', () => {
    const billingPeriod = { start: instant('2024-01-15'), end: instant('2024-02-15') }
    const world = newWorld({ now: '2024-01-15', billingPeriod, entitlement: { window: 'billing_period' } })
    consume(world, 100)
    change(at(world, '2024-01-20'), { ...gone, window: 'month' }, { billingPeriod: null })
    const again = { start: instant('2024-02-03'), end: instant('2024-03-03') }
    change(
      at(world, '2024-02-03'),
      { included: true, window: 'billing_period', limit: limited(100) },
      { billingPeriod: again },
    )
    expect(consume(world, 1).allowed).toBe(false)
    expect(consume(at(world, '2024-02-15'), 100).allowed).toBe(true)
  })

  test('for any walk through plans of one kind of window', () => {
    const kind = fc.constantFrom<WindowKind>('day', 'week', 'month', 'lifetime', 'rolling_30_days')
    const steps = fc.array(
      fc.record({
        limit: fc.nat(100),
        included: fc.boolean(),
        days: fc.nat(12),
        amount: fc.integer({ min: 1, max: 60 }),
      }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(kind, steps, (window, walk) => {
        const world = newWorld({ entitlement: { window } })
        const most = new Map<number, number>()
        for (const { limit, included, days, amount } of walk) {
          change(world, included ? { included, limit: limited(limit) } : gone)
          consume(world, amount)
          const { windowStart, limit: now } = balanceOf(world)
          most.set(windowStart, Math.max(most.get(windowStart) ?? 0, now.unlimited ? 0 : now.amount))
          world.now += days * DAY_MS
        }
        refresh(world)
        for (const { windowStart, used } of [...world.windows, ...world.balances])
          expect(used).toBeLessThanOrEqual(most.get(windowStart) ?? 0)
      }),
      { numRuns: runs(500) },
    )
  })

  test('an early change of window moves its end nearer, never further', () => {
    const world = newWorld()
    change(world, { window: 'lifetime' })
    expect(balanceOf(world).windowEnd).toBe(instant('2024-02-01'))
    change(world, { window: 'week' })
    expect(balanceOf(world).windowEnd).toBe(instant('2024-01-15'))
    change(world, { window: 'month' }, { timeZone: 'Pacific/Kiritimati' })
    expect(balanceOf(world).windowEnd).toBe(instant('2024-01-15'))
    expect(grantOf(world, 'plan').expiresAt).toBe(instant('2024-01-15'))
  })

  test.each([0, 40])('to rolling days, used %d so far by takes that were not decided', (used) => {
    const world = newWorld({ entitlement: { window: 'lifetime' } })
    balanceOf(world).used = used
    change(world, { window: 'rolling_30_days' })
    expect(balanceOf(world).windowEnd).toBe(used === 0 ? Number.POSITIVE_INFINITY : world.now + 30 * DAY_MS)
    expect(shown(world)).toEqual({ used, limit: 100, remaining: 100 - used })
    expect(consume(world, 100 - used).allowed).toBe(true)
    expect(consume(world, 1).allowed).toBe(false)
    expect(faults(world)).toEqual([])
  })
})

describe("a member's own allowance", () => {
  test('goes with the plan, and comes back with it', () => {
    const world = newWorld({ entitlement: { scope: 'member' }, members: [3] })
    consume(world, 80, 3)
    // whose it would be, nothing says any more
    change(world, { ...gone, scope: 'customer' })
    expect(shown(world, 3)).toEqual({ used: 80, limit: 0, remaining: 0 })
    expect(grantOf(world, 'plan')).toMatchObject({ amount: 80, burnt: 80 })
    expect(balanceOf(world, 3).capacity).toBe(80)
    change(world, { included: true, limit: limited(100), scope: 'member' })
    expect(shown(world, 3)).toEqual({ used: 80, limit: 100, remaining: 20 })
    expect(faults(world)).toEqual([])
  })

  test.each<[string, Terms]>([
    ['all share', {}],
    ['all share, and each has a part', { memberLimit: limited(30) }],
  ])('counts where %s from then on, and grows back in place', (_, shared) => {
    const each: Terms = { scope: 'member', memberLimit: null }
    const world = newWorld({ entitlement: each, members: [3, 4] })
    consume(world, 50, 3)
    consume(world, 20, 4)
    change(world, { scope: 'customer', ...shared })
    expect(shown(world)).toEqual({ used: 0, limit: 30, remaining: 30 })
    expect(consume(world, 31, 4).allowed).toBe(false)
    consume(world, 10, 4)
    refresh(world)
    expect(shown(world)).toEqual({ used: 10, limit: 30, remaining: 20 })
    expect(faults(world)).toEqual([])
    change(world, each)
    expect(shown(world, 3)).toMatchObject({ limit: 100, remaining: 50 })
    expect(faults(world)).toEqual([])
    // a new month is nobody's yet
    change(at(world, '2024-02-01'), { scope: 'customer', ...shared })
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
  })

  test("as a part of the pool's begins and ends with the pool's window", () => {
    const period = (start: string, end: string) => ({ start: instant(start), end: instant(end) })
    const world = newWorld({
      entitlement: { window: 'billing_period' },
      billingPeriod: period('2024-01-01', '2024-02-01'),
      members: [3],
    })
    consume(world, 10)
    const billingPeriod = period('2024-01-20', '2024-02-20')
    change(at(world, '2024-01-20'), { memberLimit: limited(30) }, { billingPeriod })
    expect(balanceOf(world)).toMatchObject({ windowStart: billingPeriod.start, windowEnd: billingPeriod.end })
    expect(balanceOf(world, 3)).toMatchObject({
      windowStart: billingPeriod.start,
      windowEnd: billingPeriod.end,
    })
  })
})
