import { describe, expect, test } from 'vitest'
import { TollkeeperError } from './errors.ts'
import { backoffMs, parseRetryAfterMs, retryDelayMs } from './retry.ts'
import type { Attempt } from './retry.ts'

const attempt: Attempt = { number: 1, idempotent: true, maxRetries: 3, remainingMs: 30_000, random: 1 }
const error = (code: string, status: number, retryAfterMs?: number) =>
  new TollkeeperError({ code, status, title: code, retryAfterMs })

describe('what is tried again', () => {
  test.each([
    // code, status, when it may arrive twice, when it may not
    ['network_error', 0, true, false],
    ['timeout', 0, true, false],
    ['timeout', 408, true, false],
    ['rate_limited', 429, true, true],
    ['internal_error', 500, true, false],
    ['invalid_response', 502, true, false],
    ['overloaded', 503, true, true],
    ['invalid_response', 503, true, false],
    ['invalid_response', 200, false, false],
    ['idempotency_key_in_flight', 409, true, false],
    ['idempotency_key_reused', 422, false, false],
    ['key_invalid', 401, false, false],
    ['customer_not_found', 404, false, false],
  ])('%s with %d: %j, and %j if it may not arrive twice', (code, status, whenIdempotent, otherwise) => {
    expect(retryDelayMs(error(code, status), attempt) !== null).toBe(whenIdempotent)
    expect(retryDelayMs(error(code, status), { ...attempt, idempotent: false }) !== null).toBe(otherwise)
  })

  test('until the retries or the time are used up', () => {
    const failure = error('overloaded', 503, 1000)
    expect(retryDelayMs(failure, { ...attempt, number: 3 })).toBe(1800)
    expect(retryDelayMs(failure, { ...attempt, number: 4 })).toBeNull()
    expect(retryDelayMs(failure, { ...attempt, remainingMs: 1201 })).toBe(1200)
    expect(retryDelayMs(failure, { ...attempt, remainingMs: 1200 })).toBeNull()
  })
})

test.each([
  [1, 1, 200],
  [2, 1, 400],
  [6, 1, 6400],
  [7, 1, 8000],
  [60, 1, 8000],
  [3, 0.5, 400],
  [9, 0, 0],
])('before retry %d at jitter %d: %d ms', (number, random, delayMs) => {
  expect(backoffMs(number, random)).toBe(delayMs)
})

test.each([
  [null, null, undefined],
  ['2', null, 2000],
  ['0.5', null, 500],
  ['-1', null, 0],
  ['soon', null, undefined],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 'Thu, 01 Jan 2026 00:00:00 GMT', 5000],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 00:00:05 GMT', 0],
  ['Thu, 01 Jan 2026 00:00:05 GMT', null, undefined],
])('Retry-After %j at %j: %j ms', (retryAfter, date, delayMs) => {
  expect(parseRetryAfterMs(retryAfter, date)).toBe(delayMs)
})
