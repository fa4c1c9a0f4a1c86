import { describe, expect, test } from 'vitest'
import { toIso } from '../time/index.ts'
import { divideRange, localDate, type RangeInterval } from './range.ts'

const NOW = Date.UTC(2026, 2, 15, 12)
const asked = (interval: RangeInterval, from?: string, to?: string, timeZone = 'UTC') =>
  divideRange({ from, to, interval }, timeZone, NOW).boundaries.map(toIso)

describe('divideRange', () => {
  test('the last twelve months until the running one has ended, unless told', () => {
    const boundaries = asked('month')
    expect(boundaries).toHaveLength(13)
    expect([boundaries[0], boundaries.at(-1)]).toEqual([
      '2025-04-01T00:00:00.000Z',
      '2026-04-01T00:00:00.000Z',
    ])
  })

  test('dates are of the time zone, and the end is exclusive', () => {
    expect(asked('month', '2026-01-01', '2026-03-01', 'Asia/Tokyo')).toEqual([
      '2025-12-31T15:00:00.000Z',
      '2026-01-31T15:00:00.000Z',
      '2026-02-28T15:00:00.000Z',
    ])
    expect(asked('day', '2026-03-28', '2026-03-30', 'Europe/Paris')).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ])
  })

  test('what lies inside an interval takes the whole of it; weeks begin on Monday', () => {
    expect(asked('week', '2026-03-11T08:00:00Z', '2026-03-16T00:00:00+01:00')).toEqual([
      '2026-03-09T00:00:00.000Z',
      '2026-03-16T00:00:00.000Z',
    ])
  })

  test.each([
    ['2026-02-30', undefined],
    ['2026-03-02', '2026-03-01'],
    ['2026-03-01', '2026-03-01'],
    ['2020-01-01', undefined],
  ])('refuses from %s to %s by day', (from, to) => {
    expect(() => asked('day', from, to)).toThrowError(expect.objectContaining({ code: 'invalid_request' }))
  })

  test('a date is that of the calendar on the wall', () => {
    expect(localDate(Date.UTC(2026, 2, 1, 23), 'Asia/Tokyo')).toBe('2026-03-02')
    expect(localDate(Date.UTC(2026, 2, 1, 23), 'UTC')).toBe('2026-03-01')
  })
})
