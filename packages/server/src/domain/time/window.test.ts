import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyInstant, anyZone, at } from '../../../test/support/time-arbitraries.ts'
import { END_OF_TIME, localDateTime, toIso, type WindowContext, type WindowKind, windowAt } from './index.ts'

const DAYS_30 = 30 * 86_400_000

function isoWindow(kind: WindowKind, instant: string, context: WindowContext) {
  const { start, end } = windowAt(kind, at(instant), context)
  return [toIso(start), toIso(end)].map((text) => text.replace(':00.000Z', 'Z'))
}

describe('calendar windows', () => {
  test.each([
    ['day', '2024-02-29T12:00:00Z', 'UTC', '2024-02-29T00:00Z', '2024-03-01T00:00Z'],
    ['day', '2024-03-31T12:00:00Z', 'Europe/Paris', '2024-03-30T23:00Z', '2024-03-31T22:00Z'],
    ['day', '2018-11-04T12:00:00Z', 'America/Sao_Paulo', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ['day', '2018-11-04T02:59:59Z', 'America/Sao_Paulo', '2018-11-03T03:00Z', '2018-11-04T03:00Z'],
    ['day', '2018-02-18T02:30:00Z', 'America/Sao_Paulo', '2018-02-17T02:00Z', '2018-02-18T03:00Z'],
    ['day', '2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
    ['day', '2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
    ['week', '2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-26T10:00Z', '2012-01-01T10:00Z'],
    ['week', '2024-03-03T23:59:59Z', 'UTC', '2024-02-26T00:00Z', '2024-03-04T00:00Z'],
    ['week', '2024-03-04T00:00:00Z', 'UTC', '2024-03-04T00:00Z', '2024-03-11T00:00Z'],
    ['month', '2024-02-29T23:59:59Z', 'UTC', '2024-02-01T00:00Z', '2024-03-01T00:00Z'],
    ['month', '2024-02-29T18:15:00Z', 'Asia/Kathmandu', '2024-02-29T18:15Z', '2024-03-31T18:15Z'],
    ['month', '2024-03-31T22:00:00Z', 'Europe/Paris', '2024-03-31T22:00Z', '2024-04-30T22:00Z'],
    ['month', '1995-01-01T12:00:00Z', 'Pacific/Kiritimati', '1994-12-31T10:00Z', '1995-01-31T10:00Z'],
  ] as const)('the %s of %s in %s', (kind, instant, timeZone, start, end) => {
    expect(isoWindow(kind, instant, { timeZone })).toEqual([start, end])
  })

  test('an hour that comes back after midnight belongs to the new day', () => {
    // St John's went from 00:01 on 7 November 2010 back to 23:01 on the 6th.
    const timeZone = 'America/St_Johns'
    const [, end] = isoWindow('day', '2010-11-06T12:00:00Z', { timeZone })
    expect(end).toBe('2010-11-07T02:30Z')
    expect(localDateTime(at('2010-11-07T03:00:00Z'), timeZone)).toMatchObject({
      day: 6,
      hour: 23,
      minute: 30,
    })
    expect(isoWindow('day', '2010-11-07T03:00:00Z', { timeZone })).toEqual([
      '2010-11-07T02:30Z',
      '2010-11-08T03:30Z',
    ])
  })

  const anyKind = fc.constantFrom('day', 'week', 'month') as fc.Arbitrary<'day' | 'week' | 'month'>

  test('tile time without a gap or an overlap, in any order of asking', () => {
    fc.assert(
      fc.property(anyKind, anyInstant, anyZone, anyInstant, (kind, instant, timeZone, elsewhere) => {
        const here = windowAt(kind, instant, { timeZone })
        expect(here.start).toBeLessThanOrEqual(instant)
        expect(here.end).toBeGreaterThan(instant)
        expect(windowAt(kind, here.end, { timeZone }).start).toBe(here.end)
        expect(windowAt(kind, here.start - 1, { timeZone }).end).toBe(here.start)
        windowAt(kind, elsewhere, { timeZone })
        expect(windowAt(kind, here.end - 1, { timeZone })).toEqual(here)
        expect(windowAt(kind, here.start, { timeZone })).toEqual(here)
      }),
      { numRuns: 300 },
    )
  })

  test('start where the local date does', () => {
    fc.assert(
      fc.property(anyKind, anyInstant, anyZone, (kind, instant, timeZone) => {
        const { start } = windowAt(kind, instant, { timeZone })
        const first = localDateTime(start, timeZone)
        const before = localDateTime(start - 1, timeZone)
        expect(first.day).not.toBe(before.day)
        if (kind === 'month') expect(first.month).not.toBe(before.month)
        if (kind === 'week') expect(first.weekday).toBe(1)
      }),
    )
  })

  test('many zones in turn get their own answers', () => {
    const zones = Intl.supportedValuesOf('timeZone')
    const ask = () => zones.map((timeZone) => windowAt('day', at('2024-06-15T12:00:00Z'), { timeZone }).start)
    expect(ask()).toEqual(ask())
    expect(new Set(ask()).size).toBeGreaterThan(24)
  })

  test('an answer cannot be changed by who holds it', () => {
    expect(Object.isFrozen(windowAt('month', 0, { timeZone: 'UTC' }))).toBe(true)
    expect(Object.isFrozen(windowAt('lifetime', 0, { timeZone: 'UTC' }))).toBe(true)
  })

  test('a zone that is not known is refused', () => {
    expect(() => windowAt('day', 0, { timeZone: 'Mars/Phobos' })).toThrow(RangeError)
  })
})

describe('other windows', () => {
  test('the billing period is the one given', () => {
    const billingPeriod = { start: 5, end: 10 }
    expect(windowAt('billing_period', 7, { timeZone: 'UTC', billingPeriod })).toEqual(billingPeriod)
    expect(() => windowAt('billing_period', 7, { timeZone: 'UTC' })).toThrow(RangeError)
  })

  test('lifetime has a start and no end', () => {
    expect(windowAt('lifetime', 7, { timeZone: 'UTC', firstUseAt: 5 })).toEqual({
      start: 0,
      end: END_OF_TIME,
    })
  })

  test('a rolling window opens with the first use', () => {
    expect(windowAt('rolling_30_days', 7, { timeZone: 'UTC' })).toEqual({ start: 7, end: 7 + DAYS_30 })
    const next = windowAt('rolling_30_days', 7 + DAYS_30, { timeZone: 'UTC', firstUseAt: 7 })
    expect(next).toEqual({ start: 7 + DAYS_30, end: 7 + 2 * DAYS_30 })
  })

  test('rolling windows lie back to back', () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, (firstUseAt, instant) => {
        const { start, end } = windowAt('rolling_30_days', instant, { timeZone: 'UTC', firstUseAt })
        expect(start <= instant && instant < end).toBe(true)
        expect(end - start).toBe(DAYS_30)
        expect(Math.abs((start - firstUseAt) % DAYS_30)).toBe(0)
      }),
    )
  })
})
