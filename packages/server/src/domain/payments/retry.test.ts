import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { anyInstant, anyZone, at } from '../../../test/support/time-arbitraries.ts'
import { DAY_MS, localDateTime, localDaysBetween, toIso } from '../time/index.ts'
import { networkAllows, nextRetryAt } from './retry.ts'

const daily = { hour: 2, afterDays: [1, 2, 3] }
const iso = (instant: number | null) => (instant === null ? null : toIso(instant))
const failed = at('2026-01-10T23:30:00Z')

describe('QE-6 daily at 02:00, at most 3, within 7 days', () => {
  test.each([
    ['the next night', 1, '2026-01-10T23:30:00Z', '2026-01-11T02:00:00.000Z'],
    ['the second', 2, '2026-01-11T02:00:05Z', '2026-01-12T02:00:00.000Z'],
    ['the third', 3, '2026-01-12T02:00:05Z', '2026-01-13T02:00:00.000Z'],
    ['no fourth', 4, '2026-01-13T02:00:05Z', null],
    ['made up for after an outage', 2, '2026-01-14T09:00:00Z', '2026-01-15T02:00:00.000Z'],
    ['up to the seventh day', 3, '2026-01-16T09:00:00Z', '2026-01-17T02:00:00.000Z'],
    ['and no longer', 3, '2026-01-17T02:00:01Z', null],
  ])('%s', (_, attemptsMade, now, expected) => {
    expect(iso(nextRetryAt(daily, failed, attemptsMade, 'Africa/Dakar', at(now)))).toBe(expected)
  })

  it('counts in local days: a failure just before the hour waits a whole day', () => {
    const before = at('2026-06-10T23:30:00Z')
    expect(iso(nextRetryAt(daily, before, 1, 'Europe/Paris', before))).toBe('2026-06-12T00:00:00.000Z')
  })

  it('without an hour, at the time of day of the failure', () => {
    const policy = { hour: null, afterDays: [3, 5] }
    expect(iso(nextRetryAt(policy, failed, 1, 'UTC', failed))).toBe('2026-01-13T23:30:00.000Z')
  })

  it('is always later than now, at the hour, and within the days, in every zone', () => {
    const late = fc.integer({ min: 0, max: 12 * DAY_MS })
    fc.assert(
      fc.property(anyInstant, late, anyZone, fc.integer({ min: 1, max: 4 }), (first, delay, zone, made) => {
        const now = first + delay
        const retryAt = nextRetryAt(daily, first, made, zone, now)
        if (made === 4) expect(retryAt).toBeNull()
        if (retryAt === null) return
        expect(retryAt).toBeGreaterThan(now)
        expect(localDaysBetween(first, retryAt, zone)).toBeLessThanOrEqual(7)
        // a gap of summer time may take the hour away: then it is the first moment after
        expect([2, 3]).toContain(localDateTime(retryAt, zone).hour)
      }),
    )
  })
})

it('a card is charged at most 20 times in 30 days', () => {
  const charges = Array.from({ length: 20 }, (_, index) => index * DAY_MS)
  expect(networkAllows(charges, 20 * DAY_MS)).toBe(false)
  expect(networkAllows(charges.slice(1), 20 * DAY_MS)).toBe(true)
  expect(networkAllows(charges, 30 * DAY_MS)).toBe(true)
})
