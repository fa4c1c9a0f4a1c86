import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  balanceOf,
  change,
  consume,
  faults,
  grantOf,
  instant,
  limited,
  newWorld,
  reserve,
  settle,
  shown,
} from '../../../test/support/usage-world.ts'
import { DAY_MS } from '../time/instant.ts'

describe('CM-3 usageOnChange: reset', () => {
  test('ends the window and its allowance, and begins both anew', () => {
    const world = newWorld()
    addGrant(world, { id: 'top', amount: 50 })
    consume(world, 120)
    change(at(world, '2024-01-20'), { limit: limited(200) }, { usageOnChange: 'reset' })
    expect(shown(world)).toEqual({ used: 0, limit: 230, remaining: 230 })
    expect(world.windows).toMatchObject([{ used: 120, windowEnd: world.now }])
    expect(grantOf(world, 'top').burnt).toBe(20)
    expect(balanceOf(world).windowEnd).toBe(instant('2024-02-01'))
    expect(faults(world)).toEqual([])
  })

  test('expires what was left', () => {
    const world = newWorld()
    consume(world, 30)
    const old = grantOf(world, 'plan').id
    change(at(world, '2024-01-20'), {}, { usageOnChange: 'reset' })
    expect(grantOf(world, old)).toMatchObject({ burnt: 30, expired: 70, closedAt: world.now })
  })

  test('a hold stays with the window it was made in', () => {
    const world = newWorld()
    const id = reserve(world, 30)
    change(at(world, '2024-01-20'), {}, { usageOnChange: 'reset' })
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    settle(world, id, 10)
    expect(world.windows).toMatchObject([{ used: 10, reserved: 0 }])
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(faults(world)).toEqual([])
  })

  test('at every change', () => {
    const world = newWorld()
    const reset = (limit: number) => change(world, { limit: limited(limit) }, { usageOnChange: 'reset' })
    for (const limit of [30, 100, 30, 100]) {
      reset(limit)
      at(world, world.now + DAY_MS)
      expect(shown(world)).toEqual({ used: 0, limit, remaining: limit })
      consume(world, limit)
    }
    expect(faults(world)).toEqual([])
  })
})

describe('usageOnChange: reset_once', () => {
  const once = (world: ReturnType<typeof newWorld>, limit = 100) =>
    change(world, { limit: limited(limit) }, { usageOnChange: 'reset_once' })

  test('up and down again gives what is left', () => {
    const world = newWorld()
    const reset = (limit: number) => once(world, limit)
    consume(world, 100)
    at(world, '2024-01-20')
    reset(30)
    expect(shown(world)).toEqual({ used: 0, limit: 30, remaining: 30 })
    consume(world, 30)
    reset(100)
    expect(shown(world)).toEqual({ used: 30, limit: 100, remaining: 70 })
    consume(at(world, '2024-01-21'), 70)
    reset(30)
    expect(shown(world).remaining).toBe(0)
    reset(100)
    expect(shown(world).remaining).toBe(0)
    at(world, '2024-02-01')
    expect(consume(world, 40).allowed).toBe(true)
    at(world, '2024-02-02')
    reset(30)
    expect(shown(world)).toEqual({ used: 0, limit: 30, remaining: 30 })
    expect(faults(world)).toEqual([])
  })

  test('also in a window that a change of another kind began in its middle', () => {
    const world = newWorld({ entitlement: { window: 'day' } })
    consume(world, 60)
    change(world, { window: 'month' })
    expect(shown(world).remaining).toBe(40)
    once(at(world, '2024-01-15'))
    expect(shown(world).remaining).toBe(100)
    consume(world, 70)
    once(at(world, '2024-01-16'), 200)
    expect(shown(world).remaining).toBe(130)
    expect(faults(world)).toEqual([])
  })

  test('in the moment in which a window began: the same window, begun anew', () => {
    const billingPeriod = { start: instant('2024-01-10'), end: instant('2024-02-10') }
    const world = newWorld({ now: '2024-01-10', billingPeriod, entitlement: { window: 'billing_period' } })
    consume(world, 60)
    once(world)
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(world.windows).toEqual([])
    expect(consume(world, 100).allowed).toBe(true)
  })
})
