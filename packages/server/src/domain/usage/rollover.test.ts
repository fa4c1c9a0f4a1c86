import { describe, expect, test } from 'vitest'
import {
  addGrant,
  at,
  change,
  consume,
  faults,
  instant,
  limited,
  newWorld,
  refresh,
  reserve,
  settle,
  shown,
  type World,
} from '../../../test/support/usage-world.ts'
import type { Rollover } from '../catalog/model.ts'
import { toIso } from '../time/instant.ts'

const unused = (cap: number | null, sharePercent = 100, windows = 1): Rollover => ({
  type: 'unused',
  cap,
  sharePercent,
  windows,
})

const rolled = (world: World) =>
  world.grants
    .filter(({ source, closedAt }) => source === 'rollover' && closedAt === null)
    .map(({ amount, startsAt, expiresAt }) => [
      amount,
      toIso(startsAt).slice(0, 10),
      toIso(expiresAt).slice(0, 10),
    ])

describe('CM-4 what is unused goes on', () => {
  test.each<[string, Rollover, number, string, unknown[]]>([
    ['nothing', { type: 'none' }, 30, '2024-02-05', []],
    ['all', unused(null), 30, '2024-02-05', [[70, '2024-02-01', '2024-03-01']]],
    ['a cap', unused(50), 30, '2024-02-05', [[50, '2024-02-01', '2024-03-01']]],
    ['a share', unused(null, 33), 30, '2024-02-05', [[23, '2024-02-01', '2024-03-01']]],
    ['for three windows', unused(null, 100, 3), 30, '2024-02-05', [[70, '2024-02-01', '2024-05-01']]],
    ['nothing where all was used', unused(null), 100, '2024-02-05', []],
    [
      'from the window before alone, after a dormant one',
      unused(null),
      30,
      '2024-03-05',
      [[100, '2024-03-01', '2024-04-01']],
    ],
    [
      'from each dormant window that still counts',
      unused(null, 100, 2),
      30,
      '2024-04-05',
      [
        [100, '2024-03-01', '2024-05-01'],
        [100, '2024-04-01', '2024-06-01'],
      ],
    ],
    [
      'after years',
      unused(10, 100, 3),
      30,
      '2026-01-05',
      [
        [10, '2025-11-01', '2026-02-01'],
        [10, '2025-12-01', '2026-03-01'],
        [10, '2026-01-01', '2026-04-01'],
      ],
    ],
  ])('%s', (_, rollover, used, later, expected) => {
    const world = newWorld({ entitlement: { rollover } })
    consume(world, used)
    refresh(at(world, later))
    expect(rolled(world)).toEqual(expected)
    expect(faults(world)).toEqual([])
    refresh(world)
    expect(rolled(world)).toEqual(expected)
    // One that would be over already is not made.
    expect(world.grants.filter(({ source }) => source === 'rollover')).toHaveLength(expected.length)
  })

  test('of a billing period until the period’s end after the next', () => {
    const period = (start: string, end: string) => ({ start: instant(start), end: instant(end) })
    const billingPeriod = period('2024-01-31', '2024-02-29')
    const world = newWorld({
      now: '2024-01-31',
      billingPeriod,
      interval: 'month',
      entitlement: { window: 'billing_period', rollover: unused(null, 100, 1) },
    })
    consume(world, 30)
    at(world, '2024-02-29')
    world.entitlements = {
      ...world.entitlements,
      version: 1,
      billingPeriod: period('2024-02-29', '2024-03-31'),
    }
    refresh(world)
    expect(rolled(world)).toEqual([[70, '2024-02-29', '2024-03-31']])
  })

  test('is shown and used with the new window’s allowance, what expires first before it', () => {
    const world = newWorld({ entitlement: { rollover: unused(null) } })
    consume(world, 30)
    expect(shown(at(world, '2024-02-05'))).toEqual({ used: 0, limit: 170, remaining: 170 })
    consume(world, 80)
    expect(shown(at(world, '2024-03-01'))).toEqual({ used: 0, limit: 190, remaining: 190 })
    expect(rolled(world)).toEqual([[90, '2024-03-01', '2024-04-01']])
  })

  test('leaves bought grants and what is held where they are', () => {
    const world = newWorld({ entitlement: { rollover: unused(null) } })
    addGrant(world, { amount: 50 })
    const id = reserve(world, 40)
    expect(shown(at(world, '2024-02-05'))).toEqual({ used: 0, limit: 210, remaining: 210 })
    expect(rolled(world)).toEqual([[60, '2024-02-01', '2024-03-01']])
    settle(world, id, 0)
    expect(shown(world)).toEqual({ used: 0, limit: 210, remaining: 210 })
    expect(faults(world)).toEqual([])
  })

  test('windows slept through under poor terms do not roll over by richer ones', () => {
    const world = newWorld({ entitlement: { limit: limited(10) } })
    consume(world, 10)
    at(world, '2024-06-10')
    world.entitlements = {
      ...world.entitlements,
      version: 1,
      features: new Map(
        [...world.entitlements.features].map(([id, each]) => [
          id,
          { ...each, limit: limited(1_000), rollover: unused(null, 100, 6) },
        ]),
      ),
    }
    refresh(world)
    expect(rolled(world).every(([amount]) => Number(amount) <= 10)).toBe(true)
    change(world, { rollover: { type: 'none' } })
    expect(faults(world)).toEqual([])
  })
})
