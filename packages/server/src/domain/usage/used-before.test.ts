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
  instant,
  limited,
  newWorld,
  shown,
  type World,
} from '../../../test/support/usage-world.ts'
import type { FeatureEntitlement } from '../entitlements/model.ts'
import { DAY_MS } from '../time/instant.ts'
import { windowAt } from '../time/window.ts'
import { runs } from '../../../test/proof/support/random.ts'

type Terms = Partial<FeatureEntitlement>
const daily: Terms = { window: 'day', limit: limited(5), included: true }
const weekly: Terms = { window: 'week', limit: limited(20), included: true }
const monthly: Terms = { window: 'month', limit: limited(100), included: true }
const gone: Terms = { included: false, limit: limited(0) }

/** Takes as much as is given; answers how much that was. */
function takeAll(world: World): number {
  let taken = 0
  while (consume(world, 1).allowed) taken += 1
  return taken
}

describe('plans whose windows are of different kinds, changed to and fro', () => {
  test.each<[string, Terms[], number]>([
    ['day and month', [daily, monthly], 100 + 27 * 5],
    ['month and day, a night on each', [monthly, daily], 100 + 27 * 5],
    ['day, nothing and month', [daily, gone, monthly], 100 + 27 * 5],
    ['week and month', [weekly, monthly], 100 + 4 * 20],
  ])('%s, every day: the month’s allowance once, besides what the shorter plan gives', (_, plans, most) => {
    const world = newWorld({ now: '2024-02-01', entitlement: monthly })
    let taken = takeAll(world)
    for (let day = 1; day <= 28; day += 1)
      for (const [step, terms] of plans.entries()) {
        change(at(world, instant('2024-02-01') + day * DAY_MS + step * 3_600_000), terms)
        taken += takeAll(world)
        expect(faults(world)).toEqual([])
      }
    expect(taken).toBeGreaterThanOrEqual(100)
    expect(taken).toBeLessThanOrEqual(most)
    change(at(world, '2024-03-01'), monthly)
    expect(takeAll(at(world, '2024-03-05'))).toBe(100)
  })

  test('what was not used yet is still there, and shown as the limit of what is left of the month', () => {
    const world = newWorld({ now: '2024-02-09', entitlement: daily })
    consume(world, 3)
    consume(at(world, '2024-02-10'), 4)
    change(world, monthly)
    expect(shown(world)).toEqual({ used: 4, limit: 97, remaining: 93 })
    expect(shown(at(world, '2024-02-11'))).toEqual({ used: 0, limit: 93, remaining: 93 })
    expect(grantOf(world, 'plan')).toMatchObject({ amount: 93, expired: 0, burnt: 0 })
    change(world, { limit: limited(200) })
    expect(shown(world)).toEqual({ used: 0, limit: 193, remaining: 193 })
    expect(faults(world)).toEqual([])
  })

  test('of a window that reaches across, what was used since counts', () => {
    const world = newWorld({ now: '2024-01-29', entitlement: weekly })
    consume(world, 15)
    consume(at(world, '2024-02-01'), 4)
    change(at(world, '2024-02-02'), monthly)
    consume(world, 30)
    expect(shown(at(world, '2024-02-05'))).toEqual({ used: 0, limit: 66, remaining: 66 })
  })

  test('bought grants pay for themselves, and stay', () => {
    const world = newWorld({ now: '2024-02-09', entitlement: { ...daily, kind: 'credits' } })
    addGrant(world, { id: 'top', amount: 50 })
    consume(world, 45)
    change(world, monthly)
    expect(shown(at(world, '2024-02-10'))).toEqual({ used: 0, limit: 105, remaining: 105 })
    expect(grantOf(world, 'top').burnt).toBe(40)
  })

  test('a reset is meant to give anew', () => {
    const world = newWorld({ now: '2024-02-09', entitlement: monthly })
    consume(world, 60)
    change(at(world, '2024-02-10'), { limit: limited(70) }, { usageOnChange: 'reset' })
    expect(shown(world)).toEqual({ used: 0, limit: 70, remaining: 70 })
    expect(balanceOf(world).windowStart).toBe(instant('2024-02-10'))
  })

  test('for any walk: a month’s allowance once, besides what days and weeks gave on their own plans', () => {
    const step = fc.record({
      terms: fc.constantFrom(daily, weekly, monthly, gone),
      hours: fc.integer({ min: 1, max: 40 }),
      amount: fc.integer({ min: 1, max: 60 }),
    })
    const march = instant('2024-03-01')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (walk) => {
        const world = newWorld({ now: '2024-02-01', entitlement: monthly })
        const [days, weeks] = [new Set<number>(), new Set<number>()]
        let taken = 0
        for (const { terms, hours, amount } of walk) {
          change(world, terms)
          if (terms === daily) days.add(windowAt('day', world.now, { timeZone: 'UTC' }).start)
          if (terms === weekly) weeks.add(windowAt('week', world.now, { timeZone: 'UTC' }).start)
          if (consume(world, amount).allowed) taken += amount
          expect(taken).toBeLessThanOrEqual(100 + 5 * days.size + 20 * weeks.size)
          expect(faults(world)).toEqual([])
          world.now += hours * 3_600_000
          // On a shorter plan each day and week gives anew, also while nobody changes anything.
          while (terms === daily && days.size < 29 && lastOf(days) + DAY_MS <= world.now)
            days.add(lastOf(days) + DAY_MS)
          while (terms === weekly && lastOf(weeks) + 7 * DAY_MS <= world.now)
            weeks.add(lastOf(weeks) + 7 * DAY_MS)
          if (world.now >= march) return
        }
      }),
      { numRuns: runs(500) },
    )
  })
})

const lastOf = (instants: Set<number>): number => Math.max(...instants)
