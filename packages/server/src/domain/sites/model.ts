/**
 * A customer's own site, which knows how many people use it.
 *
 * Owns: the shape of a site and of its answer, when it is asked next, what an answer leads to.
 * Does not own: the quantity itself (`subscriptions/sync-seats.ts`), the asking (`providers/sites/`).
 * Invariant: only a number that was understood changes a quantity; whatever else comes leaves it as it was.
 */
import type { Instant } from '../time/index.ts'

/** Why there is no number. */
export type SiteFailure =
  | 'address_refused'
  | 'name_not_found'
  | 'connection_failed'
  | 'tls_failed'
  | 'timed_out'
  | 'redirected'
  | 'http_status'
  | 'answer_invalid'

export type SiteAnswer =
  | { answered: true; activeUsers: number }
  | { answered: false; reason: SiteFailure; responseCode: number | null }

export interface Site {
  url: string
  /** Key of the subscription's quantity that it tells. */
  quantity: string
  /** Hour of the operator at which it is asked each day. */
  hour: number
  /** When it is asked next, by the customer's clock. */
  dueAt: Instant
  /** Failed tries of the running day. */
  attempts: number
  /** Of the last visit; null before the first. `skipped`: there was nothing to count for. */
  outcome: 'synced' | 'failed' | 'skipped' | null
  reason: SiteFailure | null
  responseCode: number | null
  askedAt: Instant | null
  /** The last number that was understood, and when. */
  activeUsers: number | null
  syncedAt: Instant | null
  createdAt: Instant
  updatedAt: Instant
}
