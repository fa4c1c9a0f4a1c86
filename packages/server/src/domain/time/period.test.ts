import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyInstant, anyZone, at } from '../../../test/support/time-arbitraries.ts'
import {
  boundary,
  fullPeriod,
  type Interval,
  localDateTime,
  periodContaining,
  periodsBetween,
  toIso,
} from './index.ts'

const MONTH: Interval = { unit: 'month', count: 1 }
const DAY: Interval = { unit: 'day', count: 1 }

const anyInterval: fc.Arbitrary<Interval> = fc.record({
  unit: fc.constantFrom('day', 'week', 'month', 'year'),
  count: fc.integer({ min: 1, max: 13 }),
})
const anyMonthly: fc.Arbitrary<Interval> = fc.record({
  unit: fc.constantFrom('month', 'year'),
  count: fc.integer({ min: 1, max: 6 }),
})
const anyBillingDay = fc.integer({ min: 1, max: 31 })
/** Any interval alone, or one of months with a billing day. */
const anySchedule: fc.Arbitrary<{ interval: Interval; billingDay: number | undefined }> = fc.oneof(
  fc.record({ interval: anyInterval, billingDay: fc.constant(undefined) }),
  fc.record({ interval: anyMonthly, billingDay: anyBillingDay }),
)

function isoOf(anchor: string, ns: number[], interval: Interval, timeZone: string, billingDay?: number) {
  return ns.map((n) => toIso(boundary(at(anchor), n, interval, timeZone, billingDay)).replace('.000Z', 'Z'))
}

describe('boundary', () => {
  test('the 31st comes back after the short months', () => {
    expect(isoOf('2024-01-31T10:00:00Z', [-2, -1, 0, 1, 2, 3], MONTH, 'UTC')).toEqual([
      '2023-11-30T10:00:00Z',
      '2023-12-31T10:00:00Z',
      '2024-01-31T10:00:00Z',
      '2024-02-29T10:00:00Z',
      '2024-03-31T10:00:00Z',
      '2024-04-30T10:00:00Z',
    ])
  })

  test('29 February comes back in the next leap year', () => {
    expect(isoOf('2024-02-29T00:00:00Z', [1, 4], { unit: 'year', count: 1 }, 'UTC')).toEqual([
      '2025-02-28T00:00:00Z',
      '2028-02-29T00:00:00Z',
    ])
  })

  test('the local wall clock is kept over summer time', () => {
    expect(isoOf('2024-03-15T08:00:00Z', [0, 1, 8], MONTH, 'Europe/Paris')).toEqual([
      '2024-03-15T08:00:00Z',
      '2024-04-15T07:00:00Z',
      '2024-11-15T08:00:00Z',
    ])
  })

  test('a time lost to summer time moves past the gap, and comes back the day after', () => {
    expect(isoOf('2024-03-30T01:30:00Z', [0, 1, 2], DAY, 'Europe/Paris')).toEqual([
      '2024-03-30T01:30:00Z',
      '2024-03-31T01:30:00Z',
      '2024-04-01T00:30:00Z',
    ])
  })

  test('of a repeated time the first is taken, but the anchor stays what it is', () => {
    expect(isoOf('2024-10-26T00:30:00Z', [1], DAY, 'Europe/Paris')).toEqual(['2024-10-27T00:30:00Z'])
    expect(isoOf('2024-10-27T01:30:00Z', [0, 1], DAY, 'Europe/Paris')).toEqual([
      '2024-10-27T01:30:00Z',
      '2024-10-28T01:30:00Z',
    ])
  })

  test('a date the zone skipped has an empty period, and nothing is ever in it', () => {
    // The anchor is at 14:00 on the 28th in Apia; the 30th at 14:00 does not exist.
    expect(isoOf('2011-12-29T00:00:00Z', [0, 1, 2, 3, 4], DAY, 'Pacific/Apia')).toEqual([
      '2011-12-29T00:00:00Z',
      '2011-12-30T00:00:00Z',
      '2011-12-31T00:00:00Z',
      '2011-12-31T00:00:00Z',
      '2012-01-01T00:00:00Z',
    ])
    const anchor = at('2011-12-29T00:00:00Z')
    const indexAt = (text: string) => periodContaining(anchor, DAY, at(text), 'Pacific/Apia').index
    expect([indexAt('2011-12-30T23:59:59Z'), indexAt('2011-12-31T00:00:00Z')]).toEqual([1, 3])
  })

  test.each([
    ['count 0', { unit: 'month', count: 0 }, 1, undefined],
    ['count 1.5', { unit: 'month', count: 1.5 }, 1, undefined],
    ['index 0.5', MONTH, 0.5, undefined],
    ['billing day 0', MONTH, 1, 0],
    ['billing day 32', MONTH, 1, 32],
    ['billing day of a week', { unit: 'week', count: 1 }, 1, 1],
  ] as const)('refuses %s', (_, interval, n, billingDay) => {
    expect(() => boundary(0, n, interval, 'UTC', billingDay)).toThrow(RangeError)
  })

  test('never drifts: each month has the day of the anchor, or its own last day', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, fc.integer({ min: -60, max: 240 }), (anchor, timeZone, n) => {
        const from = localDateTime(anchor, timeZone)
        const to = localDateTime(boundary(anchor, n, MONTH, timeZone), timeZone)
        const lastDay = new Date(Date.UTC(to.year, to.month, 0)).getUTCDate()
        const day = Math.min(from.day, lastDay)
        const skipped = timeZone === 'Pacific/Apia' && to.year === 2011 && to.month === 12 && day === 30
        expect(to.day).toBe(skipped ? 31 : day)
        const months = (to.year - from.year) * 12 + to.month - from.month
        expect(months).toBe(n)
      }),
    )
  })

  test('strictly increases', () => {
    fc.assert(
      fc.property(
        anyInstant,
        anyZone,
        anySchedule,
        fc.integer({ min: -40, max: 40 }),
        (anchor, zone, plan, n) => {
          const { interval, billingDay } = plan
          const here = boundary(anchor, n, interval, zone, billingDay)
          const next = boundary(anchor, n + 1, interval, zone, billingDay)
          const mayBeEmpty = zone === 'Pacific/Apia' && interval.unit === 'day' && interval.count === 1
          expect(next).toBeGreaterThan(mayBeEmpty ? here - 1 : here)
        },
      ),
    )
  })
})

describe('a billing day', () => {
  test('cuts the first period short and starts the others at local midnight', () => {
    expect(isoOf('2024-01-10T15:00:00Z', [-1, 0, 1, 2], MONTH, 'Europe/Paris', 1)).toEqual([
      '2023-12-31T23:00:00Z',
      '2024-01-10T15:00:00Z',
      '2024-01-31T23:00:00Z',
      '2024-02-29T23:00:00Z',
    ])
  })

  test('is the last day of a month that is too short, whatever the month of the anchor', () => {
    expect(isoOf('2023-02-10T00:00:00Z', [0, 1, 2, 3], MONTH, 'UTC', 31)).toEqual([
      '2023-02-10T00:00:00Z',
      '2023-02-28T00:00:00Z',
      '2023-03-31T00:00:00Z',
      '2023-04-30T00:00:00Z',
    ])
  })

  test('an anchor at its start has a whole first period', () => {
    expect(isoOf('2024-01-31T00:00:00Z', [-1, 0, 1, 2], MONTH, 'UTC', 31)).toEqual([
      '2023-12-31T00:00:00Z',
      '2024-01-31T00:00:00Z',
      '2024-02-29T00:00:00Z',
      '2024-03-31T00:00:00Z',
    ])
  })

  test('the full period is what a short one is prorated over', () => {
    const spanOf = (index: number, billingDay?: number) => {
      const { start, end } = fullPeriod(at('2024-01-10T15:00:00Z'), index, MONTH, 'UTC', billingDay)
      return [toIso(start).slice(0, 13), toIso(end).slice(0, 13)]
    }
    expect(spanOf(0, 1)).toEqual(['2024-01-01T00', '2024-02-01T00'])
    expect(spanOf(-1, 1)).toEqual(['2024-01-01T00', '2024-02-01T00'])
    expect(spanOf(1, 1)).toEqual(['2024-02-01T00', '2024-03-01T00'])
    expect(spanOf(-2, 1)).toEqual(['2023-12-01T00', '2024-01-01T00'])
    expect(spanOf(0)).toEqual(['2024-01-10T15', '2024-02-10T15'])
  })

  test('every period lies in its full period, and only those beside the anchor are shorter', () => {
    fc.assert(
      fc.property(
        anyInstant,
        anyZone,
        anyMonthly,
        anyBillingDay,
        fc.integer({ min: -9, max: 9 }),
        (anchor, timeZone, interval, billingDay, index) => {
          const full = fullPeriod(anchor, index, interval, timeZone, billingDay)
          const start = boundary(anchor, index, interval, timeZone, billingDay)
          const end = boundary(anchor, index + 1, interval, timeZone, billingDay)
          expect(full.start).toBeLessThanOrEqual(start)
          expect(full.end).toBeGreaterThanOrEqual(end)
          if (index !== 0 && index !== -1) expect(full).toEqual({ start, end })
        },
      ),
    )
  })
})

describe('periodContaining', () => {
  test('contains the instant, whatever the anchor, and its ends are boundaries', () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, anyZone, anySchedule, (anchor, instant, zone, plan) => {
        const { interval, billingDay } = plan
        const { index, start, end } = periodContaining(anchor, interval, instant, zone, billingDay)
        expect(start).toBeLessThanOrEqual(instant)
        expect(end).toBeGreaterThan(instant)
        expect(start).toBe(boundary(anchor, index, interval, zone, billingDay))
        expect(end).toBe(boundary(anchor, index + 1, interval, zone, billingDay))
      }),
      { numRuns: 300 },
    )
  })

  test('tiles time: where one ends the next begins', () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, anyZone, anySchedule, (anchor, instant, zone, plan) => {
        const { interval, billingDay } = plan
        const here = periodContaining(anchor, interval, instant, zone, billingDay)
        const next = periodContaining(anchor, interval, here.end, zone, billingDay)
        expect(next.start).toBe(here.end)
        expect(periodContaining(anchor, interval, here.end - 1, zone, billingDay)).toEqual(here)
        expect(periodContaining(anchor, interval, here.start - 1, zone, billingDay).end).toBe(here.start)
      }),
    )
  })

  test('what it remembers of one question does not show in another with the same anchor', () => {
    const anchor = at('2024-02-29T12:00:00Z')
    const questions: [Interval, string, number | undefined][] = [
      [MONTH, 'UTC', undefined],
      [MONTH, 'America/New_York', undefined],
      [MONTH, 'UTC', 15],
      [{ unit: 'month', count: 2 }, 'UTC', undefined],
      [{ unit: 'week', count: 1 }, 'UTC', undefined],
    ]
    const ask = () =>
      questions.map(([interval, zone, day]) => periodContaining(anchor, interval, anchor + 1, zone, day).end)
    const first = ask()
    expect(new Set(first).size).toBe(questions.length)
    expect(ask()).toEqual(first)
    expect(ask().reverse()).toEqual([...first].reverse())
  })

  test('an answer cannot be changed by who holds it', () => {
    expect(Object.isFrozen(periodContaining(0, MONTH, 0, 'UTC'))).toBe(true)
  })
})

test.each([
  ['2024-01-31T10:00:00Z', '2024-02-29T09:59:59Z', 0],
  ['2024-01-31T10:00:00Z', '2024-02-29T10:00:00Z', 1],
  ['2024-01-31T10:00:00Z', '2024-01-31T10:00:00Z', 0],
  ['2024-01-31T10:00:00Z', '2023-01-31T10:00:00Z', 0],
])('whole months from %s to %s: %i', (from, to, count) => {
  expect(periodsBetween(at(from), at(to), MONTH, 'UTC')).toBe(count)
})
