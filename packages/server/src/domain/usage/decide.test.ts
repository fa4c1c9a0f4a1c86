import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  consume,
  entitlementOf,
  FEATURE,
  HARD,
  instant,
  limited,
  newWorld,
  PRICED,
  refresh,
  reserve,
  settle,
  shown,
  soft,
  track,
  type World,
} from '../../../test/support/usage-world.ts'
import type { LimitPolicy } from '../catalog/model.ts'
import { DAY_MS } from '../time/instant.ts'
import { decideTake, fits, keptAlong, recordUse, takesOf } from './decide.ts'
import { MAX_CAPACITY, UNLIMITED } from './limits.ts'
import type { Balance } from './model.ts'
import { newBalance } from './refresh.ts'

const now = instant('2024-01-10')
const balance = (rest: Partial<Balance> = {}): Balance => ({
  ...newBalance(FEATURE, 0),
  limit: limited(100),
  capacity: 100,
  ...rest,
})
const DAYS = (count: number) => now - count * DAY_MS

describe('whose balance a use comes out of, and whose moves along', () => {
  const perMember = { scope: 'member' } as const
  const parted = { memberLimit: limited(10) }
  test.each<[string, Parameters<typeof entitlementOf>[0], number, ReturnType<typeof takesOf>, number | null]>(
    [
      ['of all, by nobody in particular', { kind: 'gauge' }, 0, 'customer', null],
      ['of all, by a member: what it holds is kept', { kind: 'gauge' }, 3, 'customer', 3],
      ['of both', { kind: 'gauge', ...parted }, 3, 'both', null],
      ['of both, by nobody in particular', { kind: 'gauge', ...parted }, 0, 'customer', null],
      ['of each: what all hold is kept', { kind: 'gauge', ...perMember }, 3, 'member', 0],
      ['a meter of all keeps nothing by member', {}, 3, 'customer', null],
      ['credits of each keep nothing for all', { kind: 'credits', ...perMember }, 3, 'member', null],
    ],
  )('%s', (_, terms, member, takes, kept) => {
    expect(takesOf(entitlementOf(terms), member)).toBe(takes)
    expect(keptAlong(entitlementOf(terms), member)).toBe(kept)
  })
})

describe('does it fit', () => {
  test.each<[string, Partial<Balance>, LimitPolicy, number, boolean]>([
    ['hard: exactly the rest', { used: 90 }, HARD, 10, true],
    ['hard: one more', { used: 90 }, HARD, 11, false],
    ['hard: holds count', { used: 50, reserved: 30, leased: 15 }, HARD, 6, false],
    ['hard: above already', { used: 120 }, HARD, 1, false],
    ['hard: a limit of nothing', { limit: limited(0), capacity: 0 }, HARD, 1, false],
    ['QE-15 soft amount: up to it', { used: 100 }, soft(20, null), 20, true],
    ['QE-15 soft amount: above it', { used: 100 }, soft(20, null), 21, false],
    ['QE-15 soft amount: what was crossed counts', { used: 115 }, soft(20, null), 6, false],
    ['QE-15 soft days: not crossed yet', { used: 100 }, soft(null, 3), 1_000, true],
    ['QE-15 soft days: within them', { used: 150, crossedAt: DAYS(3) + 1 }, soft(null, 3), 1_000, true],
    ['QE-15 soft days: they are over', { used: 150, crossedAt: DAYS(3) }, soft(null, 3), 1, false],
    [
      'QE-15 soft days: over, but below the limit again',
      { used: 50, crossedAt: DAYS(3) },
      soft(null, 3),
      50,
      true,
    ],
    ['QE-15 both: within both', { used: 110, crossedAt: DAYS(1) }, soft(20, 3), 10, true],
    ['QE-15 both: the amount is too much', { used: 110, crossedAt: DAYS(1) }, soft(20, 3), 11, false],
    ['QE-15 both: the days are over', { used: 110, crossedAt: DAYS(3) }, soft(20, 3), 1, false],
    ['soft without bounds', { used: 1_000, crossedAt: DAYS(300) }, soft(null, null), 1_000, true],
    ['a grace amount near 2^53', { used: 100 }, soft(MAX_CAPACITY, null), 1_000, true],
    ['GT-13 overage', { used: 1_000 }, PRICED, 1_000, true],
    ['overage beyond what numbers hold', { used: MAX_CAPACITY - 5 }, PRICED, 6, false],
    ['unlimited', { limit: UNLIMITED, capacity: MAX_CAPACITY, used: 1e15 }, HARD, 1e15, true],
    [
      'unlimited beyond what numbers hold',
      { limit: UNLIMITED, capacity: MAX_CAPACITY, used: MAX_CAPACITY },
      HARD,
      1,
      false,
    ],
  ])('%s', (_, rest, policy, amount, expected) => {
    expect(fits(balance(rest), entitlementOf({ policy }), amount, now)).toBe(expected)
  })

  test.each<[string, LimitPolicy, number, boolean]>([
    ['hard', HARD, 1, false],
    ['soft', soft(50, 5), 1, false],
    ['overage', PRICED, 1, false],
  ])('a member’s part of a pool is hard under any policy: %s', (_, policy, amount, expected) => {
    const part = balance({ member: 3, used: 100 })
    expect(fits(part, entitlementOf({ policy, memberLimit: limited(100) }), amount, now)).toBe(expected)
  })

  test('a feature that is not included has no grace and no overage', () => {
    for (const policy of [soft(50, 5), PRICED])
      expect(fits(balance({ used: 100 }), entitlementOf({ policy, included: false }), 1, now)).toBe(false)
  })
})

describe('the answer', () => {
  const entitlements = newWorld().entitlements
  const decide = (kind: 'meter' | 'credits' | 'gauge', rest: Partial<Balance>, amount: number) =>
    decideTake(
      entitlements,
      entitlementOf({ kind }),
      { takes: 'customer', balances: [balance(rest)] },
      amount,
      now,
    )

  test.each<[string, 'meter' | 'credits' | 'gauge', Partial<Balance>, number, [boolean, string, number]]>([
    ['QE-2 a gauge that is full', 'gauge', { used: 100 }, 1, [false, 'quota_exceeded', 0]],
    ['a meter', 'meter', { used: 40 }, 60, [true, 'ok', 60]],
    [
      'CM-6 credits: too little and no part taken',
      'credits',
      { used: 40 },
      61,
      [false, 'insufficient_credits', 60],
    ],
  ])('%s', (_, kind, rest, amount, expected) => {
    const { allowed, code, remaining } = decide(kind, rest, amount)
    expect([allowed, code, remaining]).toEqual(expected)
  })

  test('access refuses before anything else', () => {
    const blocked = {
      ...entitlements,
      access: { level: 'blocked' as const, reason: 'payment_required' as const },
    }
    const answer = decideTake(blocked, undefined, { takes: 'customer', balances: [] }, 1, now)
    expect(answer).toMatchObject({ allowed: false, code: 'payment_required', remaining: 0 })
  })

  test('a pool and a part are one decision, and the tighter one is shown', () => {
    const world = newWorld({ entitlement: { memberLimit: limited(30) }, members: [3, 4] })
    expect(consume(world, 25, 3)).toMatchObject({ allowed: true, remaining: 5 + 25 })
    expect(consume(world, 6, 3)).toMatchObject({ allowed: false, code: 'quota_exceeded', remaining: 5 })
    expect(shown(world)).toMatchObject({ used: 25, remaining: 75 })
    expect(consume(world, 30, 4).allowed).toBe(true)
    expect(consume(world, 46).allowed).toBe(false)
    expect(consume(world, 45)).toMatchObject({ allowed: true })
    expect(consume(world, 1, 3)).toMatchObject({ allowed: false, remaining: 0 })
    expect([shown(world).used, shown(world, 3).used, shown(world, 4).used]).toEqual([100, 25, 30])
  })
})

describe('the stretches above what was granted', () => {
  const stretches = (world: World) =>
    world.overage.map(({ amount, priced }) => (priced ? `${amount} priced` : amount))

  test.each<[string, LimitPolicy, number[], (string | number)[]]>([
    ['none below', PRICED, [50, 50], []],
    ['the part above', PRICED, [90, 30], ['20 priced']],
    ['each stretch once', PRICED, [100, 5, 7], ['5 priced', '7 priced']],
    ['owed, not priced', soft(null, null), [90, 30, 5], [20, 5]],
    ['hard, after the fact', HARD, [90, 30], [20]],
  ])('%s', (_, policy, amounts, expected) => {
    const world = newWorld({ entitlement: { policy } })
    for (const amount of amounts) track(world, amount)
    expect(stretches(world)).toEqual(expected)
  })

  test('GT-13 priced overage is final: neither an upgrade nor a top-up absorbs it', () => {
    const world = newWorld({ entitlement: { policy: PRICED } })
    track(world, 130)
    change(world, { limit: limited(150) })
    expect(shown(world)).toEqual({ used: 130, limit: 150, remaining: 50, overage: 30 })
    track(world, 60)
    addGrant(world, { amount: 20 })
    expect(shown(world)).toEqual({ used: 190, limit: 170, remaining: 20, overage: 40 })
    track(world, 25)
    expect(stretches(world)).toEqual(['30 priced', '10 priced', '5 priced'])
    expect(world.overage.reduce((sum, { amount }) => sum + amount, 0)).toBe(215 - 150 - 20)
  })

  test('what is owed is paid by the next grant, and the rest stays owed', () => {
    const world = newWorld({ entitlement: { policy: soft(null, null) } })
    track(world, 130)
    addGrant(world, { amount: 20 })
    expect(shown(world)).toEqual({ used: 130, limit: 120, remaining: 0 })
    expect(balanceOf(world).used - balanceOf(world).folded).toBe(10)
    addGrant(world, { amount: 20 })
    expect(shown(world)).toEqual({ used: 130, limit: 140, remaining: 10 })
  })

  test('debt from before a price is not priced by it', () => {
    const world = newWorld()
    track(world, 130)
    change(world, { policy: PRICED })
    track(world, 5)
    expect(stretches(world)).toEqual([30, '5 priced'])
    expect(shown(world)).toEqual({ used: 135, limit: 100, remaining: 0, overage: 5 })
  })

  test('a window’s end: what is owed ends with it, what is priced was told', () => {
    const world = newWorld({ entitlement: { policy: PRICED } })
    track(world, 130)
    track(at(world, '2024-02-03'), 110)
    expect(stretches(world)).toEqual(['30 priced', '10 priced'])
    expect(world.windows.map(({ used, overage }) => [used, overage])).toEqual([[130, 30]])
    expect(shown(world)).toEqual({ used: 110, limit: 100, remaining: 0, overage: 10 })
  })

  test('use beside a hold is priced only where both together were', () => {
    for (const [settled, expected] of [
      [50, ['10 priced']],
      [40, []],
      [0, []],
    ] as const) {
      const world = newWorld({ entitlement: { policy: PRICED } })
      const id = reserve(world, 50)
      track(world, 60)
      refresh(world)
      settle(world, id, settled)
      expect(stretches(world)).toEqual(expected)
    }
  })

  test('a gauge has a crossing and no overage; below the limit the crossing is over', () => {
    const gauge = entitlementOf({ kind: 'gauge', policy: soft(null, 3) })
    const held = balance({ used: 100 })
    expect(recordUse(held, gauge, 5, now)).toBeNull()
    expect(held.crossedAt).toBe(now)
    recordUse(held, gauge, -10, now + 1)
    expect(held.crossedAt).toBeNull()
    expect(fits(held, gauge, 6, now + 10 * DAY_MS)).toBe(true)
  })

  test('unlimited has none', () => {
    const world = newWorld({ entitlement: { limit: UNLIMITED, policy: PRICED } })
    track(world, 1e12)
    expect(stretches(world)).toEqual([])
    expect(shown(world)).toEqual({ used: 1e12, limit: 'unlimited', remaining: 'unlimited' })
  })
})
