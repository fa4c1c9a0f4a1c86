/**
 * When to try again, and when. Pure: what failed and how often goes in, a delay or nothing comes out.
 *
 * Invariant: only calls that may safely arrive twice are tried twice, and a server's `Retry-After` is never undercut.
 */
import type { TollkeeperError } from './errors.ts'

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 8_000

export interface Attempt {
  /** 1 for the first. */
  number: number
  idempotent: boolean
  maxRetries: number
  /** What is left until the deadline. */
  remainingMs: number
  /** From 0 up to 1. */
  random: number
}

/** Milliseconds to wait before the next attempt, or null to give up. */
export function retryDelayMs(error: TollkeeperError, attempt: Attempt): number | null {
  if (attempt.number > attempt.maxRetries || !isWorthRetrying(error, attempt.idempotent)) return null
  const delayMs = (error.retryAfterMs ?? 0) + backoffMs(attempt.number, attempt.random)
  return delayMs < attempt.remainingMs ? delayMs : null
}

/** Full jitter: anything from nothing to 200 ms, 400 ms, 800 ms …, so that clients don't come back as one crowd. */
export function backoffMs(number: number, random: number, longestMs = LONGEST_DELAY_MS): number {
  return Math.round(random * Math.min(longestMs, FIRST_DELAY_MS * 2 ** (number - 1)))
}

function isWorthRetrying({ code, status }: TollkeeperError, idempotent: boolean): boolean {
  if (status === 429 || (status === 503 && code !== 'invalid_response')) return true // refused before anything was done
  if (!idempotent) return false
  if (code === 'network_error' || code === 'timeout') return true
  // Our own earlier attempt may still be running: its answer will be there in a moment.
  if (code === 'idempotency_key_in_flight') return true
  return status === 408 || status >= 500
}

/**
 * What a `Retry-After` header asks for, in milliseconds. A date is read against the same answer's `Date`, so that a
 * wrong clock on our side doesn't matter.
 */
export function parseRetryAfterMs(retryAfter: string | null, date: string | null): number | undefined {
  if (!retryAfter) return undefined
  const seconds = Number(retryAfter)
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1000))
  const delayMs = Date.parse(retryAfter) - Date.parse(date ?? '')
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs)
}
