import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addLocalDays,
  endOfLocalDay,
  isTimeZone,
  localDateTime,
  localDaysBetween,
  nextLocalTime,
  toIso,
  windowAt,
} from './index.ts'
import { anyInstant, anyZone, at } from '../../../test/support/time-arbitraries.ts'

describe('isTimeZone', () => {
  test.each(['UTC', 'Africa/Abidjan', 'Europe/Paris', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'EST'])(
    '%s is one',
    (name) => {
      expect(isTimeZone(name)).toBe(true)
      expect(isTimeZone(name)).toBe(true)
    },
  )

  test.each([
    '',
    ' UTC',
    'Mars/Phobos',
    '+02:00',
    '-05',
    'Europe/Paris\n',
    '../etc/passwd',
    'Europe',
    'x'.repeat(99),
  ])('"%s" is none', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})

describe('localDateTime', () => {
  test('shows the wall of the zone', () => {
    expect(localDateTime(at('2024-02-29T23:30:00Z'), 'Asia/Kathmandu')).toEqual({
      year: 2024,
      month: 3,
      day: 1,
      hour: 5,
      minute: 15,
      weekday: 5,
    })
  })

  test('agrees with the platform', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, timeZone) => {
        const platform = new Intl.DateTimeFormat('en-GB', {
          timeZone,
          dateStyle: 'short',
          timeStyle: 'short',
        }).format(instant)
        const two = (value: number) => String(value).padStart(2, '0')
        const { year, month, day, hour, minute } = localDateTime(instant, timeZone)
        expect(`${two(day)}/${two(month)}/${year}, ${two(hour)}:${two(minute)}`).toBe(platform)
      }),
    )
  })
})

describe('nextLocalTime', () => {
  test.each([
    ['an ordinary day', '2024-01-10T01:00:00Z', 'Europe/Paris', 3, 0, '2024-01-10T02:00:00Z'],
    ['strictly after', '2024-01-10T02:00:00Z', 'Europe/Paris', 3, 0, '2024-01-11T02:00:00Z'],
    ['lost to summer time', '2024-03-30T12:00:00Z', 'Europe/Paris', 2, 30, '2024-03-31T01:30:00Z'],
    ['after a lost one', '2024-03-31T01:30:00Z', 'Europe/Paris', 2, 30, '2024-04-01T00:30:00Z'],
    ['repeated: the first', '2024-10-26T12:00:00Z', 'Europe/Paris', 2, 30, '2024-10-27T00:30:00Z'],
    ['repeated: not the second', '2024-10-27T00:30:00Z', 'Europe/Paris', 2, 30, '2024-10-28T01:30:00Z'],
    ['midnight that is not there', '2018-11-03T12:00:00Z', 'America/Sao_Paulo', 0, 0, '2018-11-04T03:00:00Z'],
    ['over a skipped day', '2011-12-29T20:00:00Z', 'Pacific/Apia', 9, 0, '2011-12-30T19:00:00Z'],
    ['after a skipped day', '2011-12-30T19:00:00Z', 'Pacific/Apia', 9, 0, '2011-12-31T19:00:00Z'],
  ])('%s', (_, after, timeZone, hour, minute, expected) => {
    expect(toIso(nextLocalTime(at(after), timeZone, hour, minute))).toBe(toIso(at(expected)))
  })

  test('refuses a time that is on no clock', () => {
    expect(() => nextLocalTime(0, 'UTC', 24, 0)).toThrow(RangeError)
    expect(() => nextLocalTime(0, 'UTC', 0, 60)).toThrow(RangeError)
  })

  test('is after, within two days and a bit, and the same from anywhere before it', () => {
    fc.assert(
      fc.property(
        anyInstant,
        anyZone,
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (after, timeZone, hour, minute, share) => {
          const next = nextLocalTime(after, timeZone, hour, minute)
          expect(next).toBeGreaterThan(after)
          expect(next - after).toBeLessThanOrEqual(26 * 3_600_000)
          expect(nextLocalTime(after + Math.floor((next - after) * share), timeZone, hour, minute)).toBe(next)
        },
      ),
    )
  })
})

describe('days', () => {
  test.each([
    ['2024-03-30T22:59:00Z', '2024-03-30T23:00:00Z', 'Europe/Paris', 1],
    ['2024-03-30T23:00:00Z', '2024-03-31T21:59:00Z', 'Europe/Paris', 0],
    ['2024-12-31T12:00:00Z', '2024-01-01T12:00:00Z', 'UTC', -365],
    ['2024-01-31T12:00:00Z', '2024-03-01T12:00:00Z', 'UTC', 30],
  ])('from %s to %s in %s: %i', (from, to, timeZone, days) => {
    expect(localDaysBetween(at(from), at(to), timeZone)).toBe(days)
  })

  test('adding days keeps the wall clock', () => {
    expect(toIso(addLocalDays(at('2024-03-30T11:00:00Z'), 1, 'Europe/Paris'))).toBe(
      '2024-03-31T10:00:00.000Z',
    )
    expect(toIso(addLocalDays(at('2024-03-31T10:00:00Z'), -1, 'Europe/Paris'))).toBe(
      '2024-03-30T11:00:00.000Z',
    )
  })

  test.each([
    ['2024-03-31T12:00:00Z', 'Europe/Paris', '2024-03-31T22:00:00.000Z'],
    ['2018-11-03T12:00:00Z', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31T10:00:00.000Z'],
  ])('the local day of %s in %s ends at %s', (instant, timeZone, end) => {
    expect(toIso(endOfLocalDay(at(instant), timeZone))).toBe(end)
  })

  test('the end of the local day is the end of its window', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, timeZone) => {
        expect(endOfLocalDay(instant, timeZone)).toBe(windowAt('day', instant, { timeZone }).end)
      }),
    )
  })
})
