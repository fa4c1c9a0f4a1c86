import fc from 'fast-check'
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
  refresh,
  reserve,
  settle,
  shown,
  track,
  type World,
} from '../../../test/support/usage-world.ts'
import type { FeatureEntitlement } from '../entitlements/model.ts'
import { DAY_MS, toIso } from '../time/instant.ts'

type Terms = Partial<FeatureEntitlement>
const period = (start: string, end: string) => ({ start: instant(start), end: instant(end) })
const billed: Terms = { window: 'billing_period', limit: limited(100), included: true }
const monthly: Terms = { window: 'month', limit: limited(1_000), included: true }
const daily: Terms = { window: 'day', limit: limited(20), included: true }
const free: Terms = { window: 'month', limit: limited(10), included: true }
const gone: Terms = { window: 'month', limit: limited(0), included: false }

const day = (time: number) => toIso(time).slice(0, 10)
const running = (world: World) => {
  const { windowStart, windowEnd } = balanceOf(world)
  return `${day(windowStart)} ${day(windowEnd)}`
}
const ended = (world: World) =>
  world.windows.map(
    ({ windowStart, windowEnd, used }) => `${day(windowStart)} ${day(windowEnd)} used ${used}`,
  )

describe('GT-7 what is counted by billing period is counted in one window of it', () => {
  const march = period('2024-03-10', '2024-04-10')
  test.each<[string, Terms, string, number, string[], object]>([
    // terms before, from when, used under them, windows that have ended, what is shown after the change on the 20th
    [
      'back from a pause',
      gone,
      '2024-03-01',
      0,
      ['2024-03-01 2024-03-20 used 0'],
      { used: 0, limit: 100, remaining: 100 },
    ],
    [
      'from a free plan: what that gave counts until its month is over',
      free,
      '2024-03-01',
      8,
      ['2024-03-01 2024-03-20 used 8'],
      { used: 0, limit: 92, remaining: 92 },
    ],
    [
      'from a plan of months that is used up',
      monthly,
      '2024-03-01',
      300,
      ['2024-03-01 2024-03-20 used 300'],
      { used: 0, limit: 0, remaining: 0 },
    ],
    [
      'from a plan of days, in the same day',
      daily,
      '2024-03-20',
      15,
      [],
      { used: 15, limit: 100, remaining: 85 },
    ],
  ])('%s', (_, terms, from, used, windows, expected) => {
    const world = newWorld({ now: from, entitlement: { ...terms, included: true } })
    change(world, terms)
    if (used > 0) expect(consume(world, used).allowed).toBe(true)
    change(at(world, '2024-03-20'), billed, { billingPeriod: march })
    expect(ended(world)).toEqual(windows)
    expect(shown(world)).toEqual(expected)
    expect(running(world)).toBe('2024-03-20 2024-04-10')
    track(at(world, '2024-04-05'), 5)
    refresh(world)
    expect(running(world)).toBe('2024-03-20 2024-04-10')
    expect(shown(world)).toMatchObject({ used: 5 + (windows.length === 0 ? used : 0) })
    expect(faults(world)).toEqual([])
  })

  test('subscribed again: a new period, and nothing twice before the old one would have ended', () => {
    const world = newWorld({ now: '2024-03-10', billingPeriod: march, entitlement: billed })
    consume(world, 60)
    change(at(world, '2024-03-15'), gone, { billingPeriod: null })
    change(at(world, '2024-03-20'), billed, { billingPeriod: period('2024-03-20', '2024-04-20') })
    expect(running(world)).toBe('2024-03-20 2024-04-20')
    expect(shown(world)).toEqual({ used: 0, limit: 40, remaining: 40 })
    expect(consume(world, 41).allowed).toBe(false)
    expect(consume(world, 30).allowed).toBe(true)
    expect(shown(at(world, '2024-04-10'))).toEqual({ used: 30, limit: 100, remaining: 70 })
    expect(running(world)).toBe('2024-03-20 2024-04-20')
    expect(ended(world)).toEqual(['2024-03-10 2024-03-20 used 60'])
    expect(faults(world)).toEqual([])
  })

  test('a pause within the period leaves its window whole, also with a free plan meanwhile', () => {
    for (const meanwhile of [gone, free]) {
      const world = newWorld({ now: '2024-03-10', billingPeriod: march, entitlement: billed })
      consume(world, 60)
      change(at(world, '2024-03-15'), meanwhile, { billingPeriod: null })
      change(at(world, '2024-03-20'), billed, { billingPeriod: march })
      expect(running(world)).toBe('2024-03-10 2024-04-10')
      expect(shown(world)).toEqual({ used: 60, limit: 100, remaining: 40 })
      expect(ended(world)).toEqual([])
      expect(faults(world)).toEqual([])
    }
  })

  test('what was set aside, and what is given back, stays with the window that was cut short', () => {
    const world = newWorld({ now: '2024-03-10', billingPeriod: march, entitlement: billed })
    consume(world, 50)
    const hold = reserve(world, 30)
    change(at(world, '2024-03-20'), billed, { billingPeriod: period('2024-03-20', '2024-04-20') })
    expect(shown(world)).toEqual({ used: 0, limit: 20, remaining: 20 })
    settle(world, hold, 10)
    giveBack(world, 0, 20)
    expect(world.windows).toMatchObject([{ used: 40, reserved: 0 }])
    expect(shown(world)).toEqual({ used: 0, limit: 20, remaining: 20 })
    expect(faults(world)).toEqual([])
    refresh(world)
    // what was not used in the end is there again
    expect(shown(world)).toEqual({ used: 0, limit: 60, remaining: 60 })
    expect(shown(at(world, '2024-04-10'))).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(faults(world)).toEqual([])
  })

  test('bought grants go on, and pay first for what they paid for', () => {
    const world = newWorld({
      now: '2024-03-10',
      billingPeriod: march,
      entitlement: { ...billed, kind: 'credits' },
    })
    addGrant(world, { id: 'top', amount: 50 })
    consume(world, 120)
    change(at(world, '2024-03-20'), billed, { billingPeriod: period('2024-03-20', '2024-04-20') })
    expect(grantOf(world, 'top')).toMatchObject({ burnt: 20, expired: 0 })
    expect(shown(world)).toEqual({ used: 0, limit: 30, remaining: 30 })
    expect(faults(world)).toEqual([])
  })

  test('a reset gives anew all the same', () => {
    const world = newWorld({ now: '2024-03-10', billingPeriod: march, entitlement: billed })
    consume(world, 60)
    const billingPeriod = period('2024-03-20', '2024-04-20')
    change(at(world, '2024-03-20'), billed, { billingPeriod, usageOnChange: 'reset' })
    expect(shown(world)).toEqual({ used: 0, limit: 100, remaining: 100 })
    expect(running(world)).toBe('2024-03-20 2024-04-20')
  })

  test('subscribed again twenty times in one day: the allowance once', () => {
    const world = newWorld({ now: '2024-03-10', billingPeriod: march, entitlement: billed })
    let admitted = 0
    for (let round = 0; round < 20; round += 1) {
      while (consume(world, 7).allowed) admitted += 7
      change(at(world, world.now + 60_000), gone, { billingPeriod: null })
      const start = world.now + 60_000
      change(at(world, start), billed, { billingPeriod: { start, end: start + 30 * DAY_MS } })
    }
    expect(admitted).toBe(98)
    expect(faults(world)).toEqual([])
  })
})

describe('for any walk through plans, pauses and periods', () => {
  const step = fc.record({
    do: fc.constantFrom(
      'use',
      'use',
      'hold',
      'settle',
      'goOn',
      'leave',
      'free',
      'month',
      'comeBack',
      'subscribe',
    ),
    amount: fc.integer({ min: 1, max: 60 }),
    days: fc.integer({ min: 0, max: 20 }),
  })

  test('a window lies within one period, which gives its allowance once at most', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (walk) => {
        const world = newWorld({ now: '2024-01-10', entitlement: free })
        let anchor: number | null = null
        const periodAt = (time: number) => {
          const start =
            (anchor as number) + Math.floor((time - (anchor as number)) / (30 * DAY_MS)) * 30 * DAY_MS
          return { start, end: start + 30 * DAY_MS }
        }
        const given = new Map<number, number>()
        const isBilled = () => world.entitlements.billingPeriod !== null
        for (const { do: what, amount, days } of walk) {
          const until = world.now + days * DAY_MS
          // each period begins by itself, at its moment
          while (isBilled() && (world.entitlements.billingPeriod?.end ?? 0) <= until) {
            world.now = world.entitlements.billingPeriod?.end ?? 0
            world.entitlements = { ...world.entitlements, billingPeriod: periodAt(world.now) }
            world.entitlements.version += 1
            refresh(world)
          }
          world.now = until
          if (what === 'leave') change(world, gone, { billingPeriod: null })
          else if (what === 'free') change(world, free, { billingPeriod: null })
          else if (what === 'month') change(world, monthly, { billingPeriod: null })
          else if (what === 'comeBack' && anchor !== null)
            change(world, billed, { billingPeriod: periodAt(world.now) })
          else if (what === 'subscribe') {
            anchor = world.now
            change(world, billed, { billingPeriod: periodAt(world.now) })
          } else if (what === 'hold') reserve(world, amount)
          else if (what === 'settle') {
            const open = world.holds.find(({ status }) => status === 'open')
            if (open !== undefined) settle(world, open.id, Math.min(amount, open.amount))
          } else if (what === 'use' && consume(world, amount).allowed && isBilled()) {
            const { start } = periodAt(world.now)
            given.set(start, (given.get(start) ?? 0) + amount)
          }
          expect(faults(world)).toEqual([])
          if (!isBilled()) continue
          refresh(world)
          const { start, end } = periodAt(world.now)
          const { windowStart, windowEnd } = balanceOf(world)
          expect(windowStart).toBeGreaterThanOrEqual(start)
          expect(windowEnd).toBe(end)
        }
        for (const admitted of given.values()) expect(admitted).toBeLessThanOrEqual(100)
      }),
      { numRuns: 1_000 },
    )
  })
})
