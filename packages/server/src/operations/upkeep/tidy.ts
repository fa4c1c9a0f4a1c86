import type { Context } from '../../context.ts'
import { DAY_MS, HOUR_MS } from '../../domain/time/instant.ts'
import { removeOld } from '../../store/tidy.ts'

/** By the system's clock, whatever a test clock shows: a retry comes in real time. */
export const KEYS_KEPT_MS = 45 * DAY_MS
const DELIVERIES_KEPT_MS = 90 * DAY_MS
const RATE_WINDOWS_KEPT_MS = 2 * HOUR_MS
const BATCH = 2_000

/** Removes a bounded part of what has outlived its purpose; `more` when that was not all. */
export async function tidy({ db, clock }: Context): Promise<{ handled: number; more: boolean }> {
  const now = clock.now()
  const counts = [
    await removeOld(db, 'usageKeys', now - KEYS_KEPT_MS, BATCH),
    await removeOld(db, 'answers', now - KEYS_KEPT_MS, BATCH),
    await removeOld(db, 'rateWindows', now - RATE_WINDOWS_KEPT_MS, BATCH),
    await removeOld(db, 'deliveries', now - DELIVERIES_KEPT_MS, BATCH),
    await removeOld(db, 'mailbox', now - DELIVERIES_KEPT_MS, BATCH),
    await removeOld(db, 'refusals', now - DELIVERIES_KEPT_MS, BATCH),
  ]
  return {
    handled: counts.reduce((sum, count) => sum + count, 0),
    more: counts.some((count) => count >= BATCH),
  }
}
