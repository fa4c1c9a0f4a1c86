import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addGrant,
  balanceOf,
  change,
  consume,
  entitlementOf,
  FEATURE,
  giveBack,
  faults,
  HARD,
  limited,
  newWorld,
  PRICED,
  refresh,
  reserve,
  rules,
  settle,
  soft,
  track,
  type World,
} from '../../../test/support/usage-world.ts'
import type { Limit, LimitPolicy } from '../catalog/model.ts'
import { DAY_MS } from '../time/instant.ts'
import { UNLIMITED, takenOf } from './limits.ts'
import { newBalance } from './refresh.ts'
import { recordUse } from './decide.ts'
import { runs } from '../../../test/proof/support/random.ts'

type Step =
  | { do: 'consume' | 'track' | 'reserve' | 'lease'; amount: number }
  | { do: 'settle'; which: number; share: number; outcome: 'settled' | 'canceled' | 'expired' }
  | { do: 'grant'; amount: number; starts: number; lasts: number | null; priority: number }
  | { do: 'change'; limit: Limit; policy: LimitPolicy; included: boolean }
  | { do: 'advance'; days: number }
  | { do: 'refresh' }
  | { do: 'giveBack'; which: number; amount: number }

const amount = fc.integer({ min: 1, max: 60 })
const anyLimit = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 150 }).map(limited) },
  { weight: 1, arbitrary: fc.constant<Limit>(UNLIMITED) },
)
const anyPolicy = fc.constantFrom(HARD, soft(20, null), soft(null, 3), soft(5, 2), PRICED)
const step = (
  policy: fc.Arbitrary<LimitPolicy>,
  limit: fc.Arbitrary<Limit>,
  share: number,
  tracked = true,
): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.record({ do: fc.constant('consume' as const), amount }),
    fc.record({ do: fc.constant('consume' as const), amount }),
    fc.record({ do: fc.constantFrom('reserve' as const, 'lease' as const), amount }),
    tracked
      ? fc.record({ do: fc.constant('track' as const), amount })
      : fc.constant({ do: 'refresh' as const }),
    fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(3),
      share: fc.integer({ min: 0, max: share }),
      outcome: fc.constantFrom('settled' as const, 'canceled' as const),
    }),
    fc.record({
      do: fc.constant('grant' as const),
      amount,
      starts: fc.integer({ min: 0, max: 20 }),
      lasts: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 30 })),
      priority: fc.constantFrom(50, 100, 200),
    }),
    fc.record({
      do: fc.constant('change' as const),
      limit,
      policy,
      included: fc.boolean(),
    }),
    fc.record({ do: fc.constant('advance' as const), days: fc.integer({ min: 0, max: 25 }) }),
    fc.constant({ do: 'refresh' as const }),
    fc.record({ do: fc.constant('giveBack' as const), which: fc.nat(20), amount }),
  )

function usedIn(world: World, { windowStart }: { windowStart: number }): number {
  refresh(world)
  const counter =
    world.windows.find((each) => each.windowStart === windowStart) ??
    world.balances.find((each) => each.windowStart === windowStart)
  return counter?.used ?? Number.NaN
}

function take(world: World, todo: Step): void {
  switch (todo.do) {
    case 'consume':
      consume(world, todo.amount)
      return
    case 'track':
      return track(world, todo.amount)
    case 'reserve':
    case 'lease':
      reserve(world, todo.amount, 0, todo.do === 'lease' ? 'lease' : 'reservation')
      return
    case 'settle': {
      const open = world.holds.filter(({ status }) => status === 'open')
      const hold = open[todo.which % Math.max(1, open.length)]
      if (hold === undefined) return
      const canceled = todo.outcome === 'canceled'
      settle(world, hold.id, canceled ? 0 : Math.floor((hold.amount * todo.share) / 100), todo.outcome)
      return
    }
    case 'grant':
      addGrant(world, {
        amount: todo.amount,
        startsAt: world.now + todo.starts * DAY_MS,
        expiresAt:
          todo.lasts === null ? Number.POSITIVE_INFINITY : world.now + (todo.starts + todo.lasts) * DAY_MS,
        priority: todo.priority,
      })
      return
    case 'change': {
      const { limit, policy, included } = todo
      const burnt = new Map(world.grants.map((grant) => [grant.id, grant.burnt]))
      change(world, { limit, policy, included })
      for (const grant of world.grants) expect(grant.burnt).toBeGreaterThanOrEqual(burnt.get(grant.id) ?? 0)
      return
    }
    case 'advance':
      world.now += todo.days * DAY_MS + 1
      return
    case 'giveBack': {
      if (world.uses.length === 0) return
      const index = todo.which % world.uses.length
      const before = usedIn(world, world.uses[index]!)
      const given = giveBack(world, index, todo.amount)
      expect(usedIn(world, world.uses[index]!)).toBe(before - given)
      expect(world.uses[index]!.returned).toBeLessThanOrEqual(world.uses[index]!.amount)
      return
    }
    case 'refresh':
      refresh(world)
  }
}

const windowKind = fc.constantFrom(
  'month' as const,
  'week' as const,
  'lifetime' as const,
  'rolling_30_days' as const,
)
const rollover = fc.constantFrom(
  { type: 'none' as const },
  { type: 'unused' as const, cap: 30, sharePercent: 50, windows: 2 },
)

const isClosed = (world: World): boolean => {
  const { windowStart, windowEnd, validUntil, entitlementVersion } = balanceOf(world)
  return (
    windowStart === Number.NEGATIVE_INFINITY ||
    world.now >= windowEnd ||
    world.now >= validUntil ||
    entitlementVersion !== world.entitlements.version
  )
}

/** A refresh at the same instant may fold, but neither what is shown nor what may be taken moves by it. */
function expectRefreshToShowTheSame(world: World): void {
  if (isClosed(world)) return
  const before = balanceOf(world)
  refresh(world)
  const after = balanceOf(world)
  expect({ limit: after.limit, capacity: after.capacity, used: after.used, taken: takenOf(after) }).toEqual({
    limit: before.limit,
    capacity: before.capacity,
    used: before.used,
    taken: takenOf(before),
  })
  const again = refresh(world)
  expect(again.movements).toEqual([])
  expect(again.windows).toEqual([])
  expect(again.events).toEqual([])
  expect(again.insertGrants).toEqual([])
  expect(again.holds).toEqual([])
  expect(balanceOf(world)).toEqual(after)
}

describe('any sequence of steps', () => {
  test('keeps the ledger: a grant is the sum of its movements, use is what was burnt', () => {
    fc.assert(
      fc.property(
        windowKind,
        rollover,
        anyPolicy,
        fc.array(step(anyPolicy, anyLimit, 200), { minLength: 1, maxLength: 25 }),
        (window, rule, policy, steps) => {
          const world = newWorld({ entitlement: { window, rollover: rule, policy } })
          for (const todo of steps) {
            take(world, todo)
            expect(faults(world)).toEqual([])
          }
        },
      ),
      { numRuns: runs(1_500) },
    )
  })

  test('leaves a balance that a refresh at the same instant does not move', () => {
    fc.assert(
      fc.property(
        windowKind,
        rollover,
        fc.array(step(anyPolicy, anyLimit, 200), { minLength: 1, maxLength: 15 }),
        (window, rule, steps) => {
          const world = newWorld({ entitlement: { window, rollover: rule } })
          for (const todo of steps) {
            take(world, todo)
            expectRefreshToShowTheSame(world)
            expect(faults(world)).toEqual([])
          }
        },
      ),
      { numRuns: runs(1_000) },
    )
  })

  test('never admits under a hard limit what no grant pays', () => {
    const finite = fc.integer({ min: 0, max: 150 }).map(limited)
    fc.assert(
      fc.property(
        windowKind,
        rollover,
        fc.array(step(fc.constant(HARD), finite, 100, false), { minLength: 1, maxLength: 30 }),
        (window, rule, steps) => {
          const world = newWorld({ entitlement: { window, rollover: rule } })
          for (const todo of steps) {
            const before = takenOf(balanceOf(world))
            take(world, todo)
            const balance = balanceOf(world)
            if (todo.do === 'consume' && takenOf(balance) > before)
              expect(takenOf(balance)).toBeLessThanOrEqual(balance.capacity)
          }
          refresh(world)
          expect(world.overage).toEqual([])
          expect(balanceOf(world).folded).toBe(balanceOf(world).used)
          for (const closed of world.windows) {
            expect(closed.overage).toBe(0)
            const burnt = world.movements
              .filter(
                ({ kind, windowStart }) =>
                  (kind === 'burnt' || kind === 'returned') && windowStart === closed.windowStart,
              )
              .reduce((sum, { kind, amount: moved }) => sum + (kind === 'burnt' ? moved : -moved), 0)
            expect(burnt).toBe(closed.used)
          }
        },
      ),
      { numRuns: runs(1_500) },
    )
  })
})

test('the stretches of overage sum up the same in any order', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      amounts.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      anyPolicy,
      fc.nat(60),
      ([left, right], policy, capacity) => {
        const total = (list: number[]) => {
          const balance = { ...newBalance(FEATURE, 0), limit: limited(capacity), capacity }
          const entitlement = entitlementOf({ policy })
          return list.reduce((sum, each) => sum + (recordUse(balance, entitlement, each, 0)?.amount ?? 0), 0)
        }
        expect(total(left)).toBe(total(right))
        const used = left.reduce((sum, each) => sum + each, 0)
        expect(total(left)).toBe(Math.max(0, used - capacity))
      },
    ),
  )
})

test('the fold burns as one unit at a time would', () => {
  const grantSet = fc.array(
    fc.record({
      amount: fc.integer({ min: 1, max: 12 }),
      starts: fc.nat(12),
      lasts: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 12 })),
      priority: fc.constantFrom(1, 2),
    }),
    { maxLength: 6 },
  )
  const uses = fc.array(fc.record({ day: fc.nat(20), amount: fc.integer({ min: 1, max: 10 }) }), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(grantSet, uses, (terms, list) => {
      const world = newWorld({
        entitlement: { window: 'lifetime', limit: limited(0), policy: soft(null, null) },
      })
      const start = world.now
      const inTime = [...list].sort((left, right) => left.day - right.day)
      const grants = terms.map((each, index) => ({
        ...each,
        id: `grant${index}`,
        ends: each.lasts === null ? Number.POSITIVE_INFINITY : each.starts + each.lasts,
        burnt: 0,
      }))
      for (const each of grants)
        addGrant(world, {
          id: each.id,
          amount: each.amount,
          priority: each.priority,
          startsAt: start + each.starts * DAY_MS,
          expiresAt: start + each.ends * DAY_MS,
        })
      for (const use of inTime) {
        world.now = start + use.day * DAY_MS
        consume(world, use.amount)
      }
      world.now = start + 40 * DAY_MS
      refresh(world)
      // One unit after the other, day by day; a unit that finds no grant waits for the next one.
      let waiting = 0
      for (let day = 0; day <= 40; day += 1) {
        waiting += inTime.filter((use) => use.day === day).reduce((sum, use) => sum + use.amount, 0)
        for (; waiting > 0; waiting -= 1) {
          const [first] = grants
            .filter((each) => each.starts <= day && day < each.ends && each.burnt < each.amount)
            .sort(
              (left, right) =>
                left.priority - right.priority ||
                (left.ends < right.ends ? -1 : left.ends > right.ends ? 1 : 0) ||
                (left.id < right.id ? -1 : 1),
            )
          if (first === undefined) break
          first.burnt += 1
        }
      }
      const burnt = Object.fromEntries(world.grants.map((grant) => [grant.id, grant.burnt]))
      expect(burnt).toEqual(Object.fromEntries(grants.map((each) => [each.id, each.burnt])))
      expect(balanceOf(world).used - balanceOf(world).folded).toBe(waiting)
      expect(rules(world).kind).toBe('meter')
    }),
    { numRuns: runs(1_000) },
  )
})
