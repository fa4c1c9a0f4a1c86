import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '../time/instant.ts'
import type { Outcome } from './model.ts'
import { afterAttempt, DISABLE_AFTER_MS, healthAfter, MOST_ATTEMPTS } from './schedule.ts'

const NOW = Date.UTC(2026, 2, 1)
const refused = (responseCode: number | null, permanent = false): Outcome => ({
  delivered: false,
  failure: 'http_status',
  responseCode,
  permanent,
})
const accepted: Outcome = { delivered: true, responseCode: 200 }

describe('after a failed try', () => {
  it('the waits grow, and it is given up after about three days', () => {
    let at = NOW
    let previous = 0
    for (let attempts = 1; attempts < MOST_ATTEMPTS; attempts += 1) {
      const next = afterAttempt({ id: 'dlv_test_a', attempts }, refused(500), at)
      expect(next.status).toBe('failed')
      const wait = next.nextAttemptAt - at
      expect(wait).toBeGreaterThan(previous)
      previous = wait
      at = next.nextAttemptAt
    }
    expect(at - NOW).toBeGreaterThan(3 * DAY_MS)
    expect(at - NOW).toBeLessThan(4 * DAY_MS)
    const last = afterAttempt({ id: 'dlv_test_a', attempts: MOST_ATTEMPTS }, refused(500), at)
    expect(last).toEqual({ status: 'abandoned', nextAttemptAt: Number.POSITIVE_INFINITY })
  })

  it('many that failed together come back apart, each always at the same moment', () => {
    const moments = Array.from({ length: 1_000 }, (_, index) => {
      const delivery = { id: `dlv_test_${index}`, attempts: 4 }
      const { nextAttemptAt } = afterAttempt(delivery, refused(503), NOW)
      expect(afterAttempt(delivery, refused(503), NOW).nextAttemptAt).toBe(nextAttemptAt)
      return nextAttemptAt - NOW
    })
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(2 * HOUR_MS)
    expect(Math.max(...moments)).toBeLessThanOrEqual(2.4 * HOUR_MS)
    expect(new Set(moments).size).toBeGreaterThan(900)
    const tenths = new Set(moments.map((wait) => Math.floor((wait / HOUR_MS - 2) / 0.04)))
    expect(tenths.size).toBeGreaterThanOrEqual(10)
  })

  it('what is permanent is given up at once', () => {
    expect(afterAttempt({ id: 'dlv_test_a', attempts: 1 }, refused(410, true), NOW).status).toBe('abandoned')
  })
})

describe('an endpoint', () => {
  const endpoint = { status: 'enabled' as const, disabledReason: null, failingSince: null }

  it('is disabled when it has only failed for days, and a success starts anew', () => {
    const failing = healthAfter(endpoint, refused(500), NOW)
    expect(failing).toEqual({ ...endpoint, failingSince: NOW })
    expect(healthAfter(failing, refused(500), NOW + DISABLE_AFTER_MS - 1)).toBe(failing)
    expect(healthAfter(failing, refused(500), NOW + DISABLE_AFTER_MS)).toEqual({
      status: 'disabled',
      disabledReason: 'failures',
      failingSince: NOW,
    })
    expect(healthAfter(failing, accepted, NOW + 1)).toEqual(endpoint)
    expect(healthAfter(endpoint, accepted, NOW)).toBe(endpoint)
  })

  it('that answers 410 is disabled at once', () => {
    expect(healthAfter(endpoint, refused(410), NOW)).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
    })
  })
})
