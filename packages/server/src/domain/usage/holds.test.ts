import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  change,
  consume,
  faults,
  grantOf,
  instant,
  limited,
  newWorld,
  refresh,
  reserve,
  settle,
  shown,
} from '../../../test/support/usage-world.ts'

describe('a hold across a boundary', () => {
  test('keeps its part of a grant that expires', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50, priority: 1, expiresAt: instant('2024-01-20') })
    const id = reserve(world, 60)
    refresh(at(world, '2024-01-21'))
    expect(grantOf(world, 'top')).toMatchObject({ held: 50, expired: 0, closedAt: null })
    expect(shown(world)).toEqual({ used: 0, limit: 150, remaining: 90, taken: 60 })
    settle(world, id, 20)
    expect(grantOf(world, 'top')).toMatchObject({ burnt: 20, held: 0, expired: 30, closedAt: world.now })
    expect(shown(world)).toEqual({ used: 20, limit: 120, remaining: 100 })
    expect(faults(world)).toEqual([])
  })

  test('is not bound to a grant that starts later', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50, priority: 1, startsAt: instant('2024-01-20') })
    reserve(world, 60)
    refresh(at(world, '2024-01-21'))
    expect(grantOf(world, 'top').held).toBe(0)
    expect(grantOf(world, 'plan').held).toBe(60)
    expect(shown(world)).toEqual({ used: 0, limit: 150, remaining: 90, taken: 60 })
  })

  test('binds after what was used, and in the order holds were made', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50, priority: 1 })
    const first = reserve(world, 30)
    const second = reserve(world, 30)
    consume(world, 40)
    refresh(world)
    const allocations = world.holds.map(({ id, allocation }) => [id, allocation?.map(({ amount }) => amount)])
    expect(allocations).toEqual([
      [first, [10, 20]],
      [second, [30]],
    ])
  })

  test.each(['reservation', 'lease'] as const)(
    'a limit lowered under a %s admits no more, and what returns is gone',
    (kind) => {
      const world = newWorld()
      consume(world, 40)
      const id = reserve(world, 60, 0, kind)
      change(world, { limit: limited(50) })
      expect(shown(world)).toEqual({ used: 40, limit: 50, remaining: 0, taken: 100 })
      settle(world, id, 0)
      expect(shown(world)).toEqual({ used: 40, limit: 50, remaining: 10 })
      expect(consume(world, 11).allowed).toBe(false)
      expect(faults(world)).toEqual([])
    },
  )

  test('a limit raised under a hold gives the difference', () => {
    const world = newWorld()
    const id = reserve(world, 100)
    change(world, { limit: limited(150) })
    expect(shown(world)).toEqual({ used: 0, limit: 150, remaining: 50, taken: 100 })
    settle(world, id, 100)
    expect(shown(world)).toEqual({ used: 100, limit: 150, remaining: 50 })
  })

  test('settled in full after a limit was lowered, nothing of it is overage', () => {
    const world = newWorld({ entitlement: { policy: { type: 'overage', unitPrices: {} } } })
    const id = reserve(world, 100)
    change(world, { limit: limited(50) })
    settle(world, id, 100)
    expect(world.overage).toEqual([])
    expect(shown(world)).toEqual({ used: 100, limit: 50, remaining: 0 })
  })
})
