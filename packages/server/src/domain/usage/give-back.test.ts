import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  consume,
  faults,
  giveBack,
  grantOf,
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
import { UNLIMITED } from './limits.ts'

const burnt = (world: World) =>
  Object.fromEntries(
    world.grants.map(({ id, source, burnt: each }) => [source === 'plan' ? source : id, each]),
  )

describe('at most what is left of the event, once', () => {
  test.each<[string, number[], number[]]>([
    ['all of it', [30], [30]],
    ['a part', [10], [10]],
    ['in parts', [10, 15, 15], [10, 15, 5]],
    ['more than it was', [40], [30]],
    ['twice', [30, 30], [30, 0]],
    ['nothing', [0], [0]],
  ])('%s', (_, asked, given) => {
    for (const folded of [false, true]) {
      const world = newWorld()
      consume(world, 50)
      consume(world, 30)
      if (folded) refresh(world)
      expect(asked.map((amount) => giveBack(world, 1, amount))).toEqual(given)
      const left = 80 - given.reduce((sum, each) => sum + each, 0)
      expect(shown(world)).toEqual({ used: left, limit: 100, remaining: 100 - left })
      refresh(world)
      expect(shown(world)).toEqual({ used: left, limit: 100, remaining: 100 - left })
      expect(burnt(world)).toEqual({ plan: left })
      expect(faults(world)).toEqual([])
    }
  })
})

describe('it goes back to where it came from', () => {
  const twoGrants = () => {
    const world = newWorld({ entitlement: { kind: 'credits', limit: limited(0) } })
    addGrant(world, { id: 'old', amount: 40, priority: 1 })
    world.now += 1
    addGrant(world, { id: 'new', amount: 40, priority: 2 })
    return world
  }

  test('what no grant was burnt for yet only lowers what was used', () => {
    const world = twoGrants()
    consume(world, 60)
    giveBack(world, 0, 60)
    expect(world.movements.filter(({ kind }) => kind === 'returned')).toEqual([])
    expect(shown(world)).toEqual({ used: 0, limit: 80, remaining: 80 })
  })

  test.each([
    [0, 30, { old: 10, new: 20 }],
    [1, 30, { old: 30, new: 0 }],
    [1, 20, { old: 40, new: 0 }],
    [1, 10, { old: 40, new: 10 }],
  ])('event %d, %d of it: the event’s own burns, newest grant first', (index, amount, expected) => {
    const world = twoGrants()
    consume(world, 30)
    consume(world, 30)
    refresh(world)
    giveBack(world, index, amount)
    expect(burnt(world)).toEqual(expected)
    expect(shown(world)).toEqual({ used: 60 - amount, limit: 80, remaining: 20 + amount })
    expect(faults(world)).toEqual([])
  })

  test('in parts: the burns of another event are not touched', () => {
    const world = twoGrants()
    consume(world, 60)
    consume(world, 20)
    refresh(world)
    for (const amount of [15, 15]) giveBack(world, 0, amount)
    expect(burnt(world)).toEqual({ old: 30, new: 20 })
    expect(faults(world)).toEqual([])
  })

  test('a settlement’s use is given back like any other', () => {
    const world = twoGrants()
    const id = reserve(world, 60)
    refresh(world)
    settle(world, id, 50)
    giveBack(world, 0, 20)
    expect(burnt(world)).toEqual({ old: 30, new: 0 })
    expect(faults(world)).toEqual([])
  })

  test('a grant that has expired gets it back, and it is gone with it', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50, priority: 1, expiresAt: instant('2024-01-20') })
    consume(world, 30)
    refresh(at(world, '2024-01-21'))
    expect(shown(world)).toEqual({ used: 30, limit: 130, remaining: 100 })
    giveBack(world, 0, 30)
    expect(grantOf(world, 'top')).toMatchObject({ burnt: 0, expired: 50 })
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    refresh(world)
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(faults(world)).toEqual([])
  })

  test('under an allowance that was lowered it makes no more usable than that', () => {
    const world = newWorld()
    consume(world, 80)
    change(world, { limit: limited(50) })
    giveBack(world, 0, 20)
    expect(shown(world)).toEqual({ used: 60, limit: 50, remaining: 0 })
    giveBack(world, 0, 20)
    expect(shown(world)).toEqual({ used: 40, limit: 50, remaining: 10 })
    expect(balanceOf(world).ceiling).toBe(50)
    expect(faults(world)).toEqual([])
  })
})

describe('of an ended window', () => {
  test('the window shrinks, its plan grant is not revived', () => {
    const world = newWorld()
    consume(world, 80)
    consume(at(world, '2024-02-05'), 10)
    giveBack(world, 0, 30)
    expect(world.windows).toMatchObject([{ used: 50, overage: 0 }])
    expect(world.grants[0]).toMatchObject({ burnt: 50, expired: 50 })
    expect(shown(world)).toEqual({ used: 10, limit: 100, remaining: 90 })
    expect(faults(world)).toEqual([])
  })

  test('a bought grant that still holds has its part back, usable now', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50 })
    consume(world, 130)
    expect(shown(at(world, '2024-02-05'))).toEqual({ used: 0, limit: 120, remaining: 120 })
    giveBack(world, 0, 40)
    expect(grantOf(world, 'top').burnt).toBe(0)
    expect(world.windows).toMatchObject([{ used: 90 }])
    expect(shown(world)).toEqual({ used: 0, limit: 150, remaining: 150 })
    refresh(world)
    expect(shown(world)).toEqual({ used: 0, limit: 150, remaining: 150 })
    expect(faults(world)).toEqual([])
  })

  test('of an unlimited one it only counts', () => {
    const world = newWorld({ entitlement: { limit: UNLIMITED } })
    consume(world, 500)
    giveBack(at(world, '2024-02-05'), 0, 400)
    expect(world.windows).toMatchObject([{ used: 100 }])
    expect(faults(world)).toEqual([])
  })
})

describe('of overage', () => {
  test.each([false, true])('priced: a negative stretch, before any grant (window ended: %s)', (ended) => {
    const world = newWorld({ entitlement: { policy: PRICED } })
    track(world, 80)
    track(world, 50)
    if (ended) refresh(at(world, '2024-02-05'))
    expect(giveBack(world, 1, 40)).toBe(40)
    expect(world.overage.map(({ amount, priced }) => [amount, priced])).toEqual([
      [30, true],
      [-30, true],
    ])
    if (ended) expect(world.windows).toMatchObject([{ used: 90, overage: 0, capacity: 90 }])
    else expect(shown(world)).toEqual({ used: 90, limit: 100, remaining: 10 })
    expect(giveBack(world, 1, 40)).toBe(10)
    expect(world.overage).toHaveLength(2)
    expect(faults(world)).toEqual([])
  })

  test.each([false, true])('owed: the debt shrinks (window ended: %s)', (ended) => {
    const world = newWorld({ entitlement: { policy: soft(null, null) } })
    track(world, 80)
    track(world, 50)
    refresh(world)
    if (ended) refresh(at(world, '2024-02-05'))
    giveBack(world, 1, 30)
    if (ended) expect(world.windows).toMatchObject([{ used: 100 }])
    else expect(shown(world)).toMatchObject({ used: 100, limit: 100 })
    giveBack(world, 1, 20)
    giveBack(world, 0, 80)
    if (ended) expect(world.windows).toMatchObject([{ used: 0, overage: 0 }])
    else expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(faults(world)).toEqual([])
  })

  test('priced in an ended window by a late settlement', () => {
    const world = newWorld({ entitlement: { policy: PRICED } })
    const id = reserve(world, 100)
    settle(at(world, '2024-02-05'), id, 130)
    giveBack(world, 0, 50)
    expect(world.windows).toMatchObject([{ used: 80, overage: 0, capacity: 80 }])
    expect(world.overage.map(({ amount }) => amount)).toEqual([30, -30])
    expect(faults(world)).toEqual([])
  })

  test('used while it was unlimited', () => {
    const world = newWorld({ entitlement: { limit: UNLIMITED } })
    consume(world, 300)
    change(world, { limit: limited(100) })
    giveBack(world, 0, 250)
    refresh(world)
    expect(shown(world).used).toBe(50)
    expect(faults(world)).toEqual([])
  })
})

test('a member’s part is lowered with its pool', () => {
  const world = newWorld({ entitlement: { memberLimit: limited(30) }, members: [3] })
  consume(world, 30, 3)
  giveBack(world, 0, 10)
  expect([shown(world).used, shown(world, 3).used]).toEqual([20, 20])
  giveBack(at(world, '2024-02-05'), 0, 10)
  expect(world.windows.map(({ member, used }) => [member, used])).toEqual([
    [0, 10],
    [3, 10],
  ])
  expect(faults(world)).toEqual([])
})
