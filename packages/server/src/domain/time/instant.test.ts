import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { END_OF_TIME, parseInstant, toIso } from './instant.ts'

const LAST = 253_402_300_799_999

describe('toIso', () => {
  test.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
    [951_782_400_000, '2000-02-29T00:00:00.000Z'],
    [1_709_204_400_123, '2024-02-29T11:00:00.123Z'],
    [LAST, '9999-12-31T23:59:59.999Z'],
    [-62_167_219_200_000, '0000-01-01T00:00:00.000Z'],
  ])('%i is %s', (instant, text) => {
    expect(toIso(instant)).toBe(text)
  })

  test.each([END_OF_TIME, -END_OF_TIME, Number.NaN, 0.5, LAST + 1, -62_167_219_200_001])(
    'refuses %d',
    (instant) => {
      expect(() => toIso(instant)).toThrow(RangeError)
    },
  )
})

describe('parseInstant', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.5Z', 500],
    ['1970-01-01T00:00:00.123456789Z', 123],
    ['2024-02-29T12:00:00+01:00', 1_709_204_400_000],
    ['2024-02-29T12:00:00-05:45', 1_709_228_700_000],
    ['1969-12-31T20:00:00-04:00', 0],
    ['2024-01-01T00:00:00-00:00', 1_704_067_200_000],
    ['9999-12-31T23:59:59.999Z', LAST],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant)
  })

  test.each([
    '',
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00Z',
    '2024-01-01 00:00:00Z',
    '2024-01-01t00:00:00z',
    ' 2024-01-01T00:00:00Z',
    '2024-01-01T00:00:00Z\n',
    '2024-00-01T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00,5Z',
    '2024-01-01T00:00:00+0100',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+01:60',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '0070-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '+12024-01-01T00:00:00Z',
    '-2024-01-01T00:00:00Z',
    '٢٠٢٤-01-01T00:00:00Z',
  ])('refuses "%s"', (text) => {
    expect(parseInstant(text)).toBeNull()
  })

  test('reads back what toIso writes, which is what the platform writes too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LAST }), (instant) => {
        const text = toIso(instant)
        expect(text).toBe(new Date(instant).toISOString())
        expect(parseInstant(text)).toBe(instant)
      }),
    )
  })

  test('takes the offset off', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }),
        fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
        (instant, offset) => {
          const wall = toIso(instant + offset * 60_000).slice(0, -1)
          const size = Math.abs(offset)
          const hours = String(Math.floor(size / 60)).padStart(2, '0')
          const minutes = String(size % 60).padStart(2, '0')
          expect(parseInstant(`${wall}${offset < 0 ? '-' : '+'}${hours}:${minutes}`)).toBe(instant)
        },
      ),
    )
  })
})
