/**
 * Rate limits by key and class, and by link for who has no key, over all processes, without a query per request.
 *
 * Owns: this process's share of each window. Does not own: the counts (`store/rate-windows.ts`).
 * Invariant: each process serves only what it has taken out of the shared window, in blocks; so all of them together
 * never pass the limit. They may refuse a little early, when another holds the rest of a block.
 */
import type { Clock } from '../../clock.ts'
import type { ApiKey, RateClass } from '../../domain/keys/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { takeFromWindow } from '../../store/rate-windows.ts'
import type { Database } from '../../store/database/pool.ts'

export type RateLimits = Readonly<Record<RateClass, number>>

/** Requests a minute and key. Far above what one process answers for usage: they guard against loops, not customers. */
export const defaultRateLimits: RateLimits = {
  usage: 6_000_000,
  quota: 60_000,
  read: 120_000,
  write: 120_000,
}

/** Requests a minute and link. Reading draws a page or a PDF; paying asks a provider. */
const linkLimits = { reading: 240, paying: 20 }

const WINDOW_MS = 60_000
const LARGEST_BLOCK = 10_000
/** Limits below this are counted one by one, so that nothing is refused early. */
const ONE_BY_ONE_BELOW = 200

export interface RateState {
  limit: number
  /** What is left of the window, as far as this process knows. */
  remaining: number
  resetSeconds: number
}

interface Share {
  bucket: string
  start: Instant
  limit: number
  held: number
  /** What nobody had taken when this process last looked. */
  left: number
  exhausted: boolean
  taking: Promise<void> | null
}

export interface RateLimiter {
  /**
   * Counts one request.
   *
   * @throws Refusal `rate_limited` with `retryAfterSeconds`
   */
  count(key: ApiKey, rateClass: RateClass): RateState | Promise<RateState>
  /**
   * Counts one request of somebody with a link to a document.
   *
   * @throws Refusal `rate_limited` with `retryAfterSeconds`
   */
  countLink(document: string, purpose: keyof typeof linkLimits): RateState | Promise<RateState>
}

export function createRateLimiter(db: Database, clock: Clock, limits: RateLimits): RateLimiter {
  const shares = new Map<string, Share>()
  let latestStart = Number.NEGATIVE_INFINITY

  function shareOf(bucket: string, limit: number): Share {
    const now = clock.now()
    const start = now - (now % WINDOW_MS)
    if (start > latestStart) beginWindow(start)
    let share = shares.get(bucket)
    if (share === undefined || share.start !== start) {
      share = { bucket, start, limit, held: 0, left: 0, exhausted: false, taking: null }
      shares.set(bucket, share)
    }
    return share
  }

  function beginWindow(start: Instant): void {
    latestStart = start
    shares.clear()
  }

  function serve(share: Share): RateState {
    share.held -= 1
    const block = blockOf(share.limit)
    if (block > 1 && share.held * 2 < block && !share.exhausted && share.taking === null) {
      // beside the request: when it fails, the request that finds nothing held tries again and says so
      take(db, share).catch(() => {})
    }
    return {
      limit: share.limit,
      remaining: share.held + share.left,
      resetSeconds: secondsToEnd(share, clock.now()),
    }
  }

  async function serveWhenTaken(share: Share): Promise<RateState> {
    while (share.held <= 0) {
      if (share.exhausted) throw refusalOf(share, clock.now())
      await take(db, share)
    }
    return serve(share)
  }

  function countOne(share: Share): RateState | Promise<RateState> {
    if (share.held > 0) return serve(share)
    if (share.exhausted) throw refusalOf(share, clock.now())
    return serveWhenTaken(share)
  }

  return {
    count({ environment, id, rateLimits }, rateClass) {
      const limit = rateLimits[rateClass] ?? limits[rateClass]
      return countOne(shareOf(`${environment.id}:${id}:${rateClass}`, limit))
    },
    countLink: (document, purpose) => countOne(shareOf(`link:${document}:${purpose}`, linkLimits[purpose])),
  }
}

/** One block more for this process; all who wait for one wait for the same. */
function take(db: Database, share: Share): Promise<void> {
  share.taking ??= takeFromWindow(db, share, blockOf(share.limit))
    .then(({ given, left }) => {
      share.held += given
      share.left = left
      if (given === 0) share.exhausted = true
    })
    .finally(() => {
      share.taking = null
    })
  return share.taking
}

function secondsToEnd(share: Share, now: Instant): number {
  return Math.max(1, Math.ceil((share.start + WINDOW_MS - now) / 1000))
}

function refusalOf(share: Share, now: Instant): Refusal {
  const seconds = secondsToEnd(share, now)
  return new Refusal('rate_limited', { values: { limit: share.limit, seconds }, retryAfterSeconds: seconds })
}

function blockOf(limit: number): number {
  if (limit < ONE_BY_ONE_BELOW) return 1
  return Math.min(LARGEST_BLOCK, Math.ceil(limit / 100))
}
