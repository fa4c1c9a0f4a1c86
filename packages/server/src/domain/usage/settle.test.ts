import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  consume,
  faults,
  FEATURE,
  giveBack,
  grantOf,
  HARD,
  instant,
  limited,
  newWorld,
  PRICED,
  refresh,
  reserve,
  rules,
  settle,
  shown,
  soft,
  track,
} from '../../../test/support/usage-world.ts'
import type { LimitPolicy } from '../catalog/model.ts'
import { UNLIMITED } from './limits.ts'
import { settleHold } from './settle.ts'

describe.each(['reservation', 'lease'] as const)('GT-12 a %s of 40 of 100', (kind) => {
  // bound: a boundary has given it its grants; ended: its window is over; late: it had expired
  const states = ['unbound', 'bound', 'ended', 'late', 'late and ended'] as const
  const cases: [number, number, boolean][] = [
    [0, 100, false],
    [15, 85, false],
    [40, 60, false],
    [55, 45, true],
  ]
  test.each(
    states.flatMap((state) => cases.map(([amount, left, over]) => [state, amount, left, over] as const)),
  )('%s, settled with %d, leaves %d', (state, amount, left, over) => {
    const world = newWorld()
    const id = reserve(world, 40, 0, kind)
    if (state === 'bound') refresh(world)
    if (state.startsWith('late')) {
      settle(world, id, 0, 'expired')
      expect(world.holds[0]).toMatchObject({ status: 'expired', settled: 0 })
    }
    if (state.endsWith('ended')) at(world, '2024-02-05')
    const { overEstimate, overage } = settle(world, id, amount)
    expect(overEstimate).toBe(over)
    expect(overage).toEqual([])
    expect(world.holds[0]).toMatchObject({ status: 'settled', settled: amount })
    if (state.endsWith('ended')) {
      expect(world.windows).toMatchObject([{ used: amount, reserved: 0, overage: 0 }])
      expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    } else expect(shown(world)).toEqual({ used: amount, limit: 100, remaining: left })
    refresh(world)
    expect(faults(world)).toEqual([])
  })
})

describe('above the estimate', () => {
  test.each<[string, LimitPolicy, number, number, unknown[], object]>([
    ['the limit', HARD, 100, 130, [[30, false]], { used: 130, limit: 100, remaining: 0 }],
    ['a soft limit', soft(5, null), 100, 130, [[30, false]], { used: 130, limit: 100, remaining: 0 }],
    ['a priced limit', PRICED, 100, 130, [[30, true]], { used: 130, limit: 100, remaining: 0, overage: 30 }],
    ['within the limit', PRICED, 50, 90, [], { used: 90, limit: 100, remaining: 10 }],
  ])('%s', (_, policy, estimate, amount, stretches, expected) => {
    for (const bound of [false, true]) {
      const world = newWorld({ entitlement: { policy } })
      const id = reserve(world, estimate)
      if (bound) refresh(world)
      settle(world, id, amount)
      expect(world.overage.map((each) => [each.amount, each.priced])).toEqual(stretches)
      expect(shown(world)).toEqual(expected)
      refresh(world)
      expect(shown(world)).toEqual(expected)
      expect(faults(world)).toEqual([])
    }
  })

  test.each<[LimitPolicy, boolean]>([
    [HARD, false],
    [PRICED, true],
  ])('in an ended window, under %o', (policy, priced) => {
    const world = newWorld({ entitlement: { policy } })
    track(world, 50)
    const [first, second] = [reserve(world, 30), reserve(world, 20)]
    at(world, '2024-02-05')
    settle(world, first, 45)
    expect(world.overage).toEqual([])
    settle(world, second, 20)
    expect(world.overage).toMatchObject([{ amount: 15, priced, windowStart: instant('2024-01-01') }])
    expect(world.windows).toMatchObject([{ used: 115, reserved: 0, overage: 15 }])
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
  })

  test('the order in which holds of an ended window are settled changes no sum', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const world = newWorld({ entitlement: { policy: PRICED } })
      track(world, 50)
      const ids = [reserve(world, 20), reserve(world, 20), reserve(world, 10)]
      at(world, '2024-02-05')
      for (const index of order) settle(world, ids[index] as string, [35, 0, 40][index] as number)
      expect(world.overage.reduce((sum, { amount }) => sum + amount, 0)).toBe(50 + 75 - 100)
    }
  })
})

describe('the grants of a bound hold', () => {
  test('burn in the order they were bound, and get the rest back', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 20, priority: 1 })
    const id = reserve(world, 50)
    refresh(world)
    settle(world, id, 30)
    expect(grantOf(world, 'top')).toMatchObject({ burnt: 20, held: 0 })
    expect(grantOf(world, 'plan')).toMatchObject({ burnt: 10, held: 0 })
    expect(shown(world)).toEqual({ used: 30, limit: 120, remaining: 90 })
    expect(faults(world)).toEqual([])
  })

  test('what returns from an ended window to a grant that still holds is usable again', () => {
    const world = newWorld({ entitlement: { limit: limited(0) } })
    addGrant(world, { id: 'top', amount: 50 })
    const id = reserve(world, 50)
    expect(shown(at(world, '2024-02-05'))).toEqual({ used: 0, limit: 0, remaining: 0 })
    settle(world, id, 20)
    expect(shown(world)).toEqual({ used: 0, limit: 30, remaining: 30 })
    expect(consume(world, 30).allowed).toBe(true)
    refresh(world)
    expect(grantOf(world, 'top')).toMatchObject({ burnt: 50, held: 0 })
    expect(faults(world)).toEqual([])
  })

  test('burns lie where the use is: what was used before comes first', () => {
    const world = newWorld()
    const id = reserve(world, 20)
    refresh(world)
    consume(world, 30)
    settle(world, id, 20)
    const burns = world.movements.filter(({ kind }) => kind === 'burnt')
    expect(burns.map(({ positionFrom, positionTo }) => [positionFrom, positionTo])).toEqual([
      [0, 30],
      [30, 50],
    ])
  })
})

describe('a late report of a lease that was counted whole', () => {
  const world = () => {
    const made = newWorld()
    const id = reserve(made, 40, 0, 'lease')
    settle(made, id, 40, 'expired')
    expect(shown(made)).toEqual({ used: 40, limit: 100, remaining: 60 })
    return { made, id }
  }
  test.each([
    [40, 40],
    [55, 55],
    [15, 40],
  ])('of %d leaves %d used; what is below is given back', (amount, used) => {
    const { made, id } = world()
    const { recorded, overCounted } = settle(made, id, amount)
    expect(shown(made).used).toBe(used)
    expect(40 + recorded - overCounted).toBe(amount)
    giveBack(made, 0, overCounted)
    expect(shown(made).used).toBe(amount)
  })
})

describe('a pool and a member’s part', () => {
  test.each([
    [10, []],
    [30, []],
    [60, [[20, 0]]],
  ])('both are settled, with %d', (amount, stretches) => {
    const world = newWorld({ entitlement: { limit: limited(40), memberLimit: limited(35) }, members: [3] })
    const id = reserve(world, 30, 3)
    settle(world, id, amount)
    expect([shown(world).used, shown(world, 3).used]).toEqual([amount, amount])
    expect([balanceOf(world).reserved, balanceOf(world, 3).reserved]).toEqual([0, 0])
    expect(world.overage.map((each) => [each.amount, each.member])).toEqual(stretches)
    expect(faults(world)).toEqual([])
  })

  test('each in the window it was made in', () => {
    const world = newWorld({ entitlement: { memberLimit: limited(35) }, members: [3] })
    const id = reserve(world, 30, 3)
    settle(at(world, '2024-02-05'), id, 20)
    expect(world.windows.map(({ member, used, reserved }) => [member, used, reserved])).toEqual([
      [0, 20, 0],
      [3, 20, 0],
    ])
  })
})

describe('elsewhere', () => {
  test('a gauge holds and settles under its one number', () => {
    const world = newWorld({ entitlement: { kind: 'gauge', limit: limited(3) } })
    const id = reserve(world, 2)
    expect(consume(world, 2).allowed).toBe(false)
    settle(world, id, 1)
    expect(shown(world)).toEqual({ used: 1, limit: 3, remaining: 2 })
  })

  test('under an unlimited limit it only counts', () => {
    const world = newWorld({ entitlement: { limit: UNLIMITED, policy: PRICED } })
    const id = reserve(world, 40)
    settle(world, id, 400)
    expect(shown(world).used).toBe(400)
    expect(world.overage).toEqual([])
  })

  test('the total up to which nothing is decided follows a limit that was lowered', () => {
    const world = newWorld()
    const id = reserve(world, 80)
    change(world, { limit: limited(50) })
    settle(world, id, 0)
    expect(balanceOf(world)).toMatchObject({ capacity: 50, ceiling: 50 })
  })

  test('works on copies and fails loudly where a window is missing', () => {
    const world = newWorld()
    reserve(world, 40)
    const [hold] = world.holds
    const input = {
      hold: hold!,
      amount: 5,
      balances: world.balances,
      grants: world.grants,
      entitlement: rules(world),
      now: world.now,
    }
    const before = structuredClone({ ...input, entitlement: null })
    const { balances } = settleHold(input)
    expect({ ...input, entitlement: null }).toEqual(before)
    expect(balances).toMatchObject([{ feature: FEATURE, used: 5, reserved: 0 }])
    expect(() => settleHold({ ...input, hold: { ...hold!, windowStart: 1 } })).toThrow('was not loaded')
  })
})
