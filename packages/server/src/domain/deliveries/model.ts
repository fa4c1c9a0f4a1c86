/**
 * What leaves for the outside, as decisions see it.
 *
 * Owns: who is told of which event (`plan.ts`), which letter it makes (`letters.ts`), when a failed try is repeated
 * (`schedule.ts`). Does not own: events, sending, rows.
 * Invariant: what leaves has a cause that was committed before, and leaves for each target once per cause. Sending may
 * be repeated after a crash, under the same id, so that a receiver can tell.
 */
import type { Instant } from '../time/instant.ts'

export type Channel = 'webhook' | 'slack' | 'mail'
export type DeliveryStatus = 'pending' | 'sending' | 'delivered' | 'failed' | 'abandoned'

export interface Delivery {
  id: string
  /** The caller's id; null for what concerns the whole environment. */
  customer: string | null
  event: string
  eventType: string
  channel: Channel
  /** The id of an endpoint, or an address. */
  target: string
  status: DeliveryStatus
  attempts: number
  /** Of one that waits: when it is tried (again). */
  nextAttemptAt: Instant
  attemptedAt: Instant | null
  deliveredAt: Instant | null
  /** One of the codes of `Failure`. */
  lastError: string | null
  responseCode: number | null
  createdAt: Instant
}

export interface WebhookEndpoint {
  id: string
  url: string
  description: string
  /** `slack`: a message for people instead of the event. */
  format: 'standard' | 'slack'
  /** Empty: all. */
  eventTypes: string[]
  status: 'enabled' | 'disabled'
  disabledReason: 'operator' | 'failures' | 'gone' | null
  /** The first failure since the last success. */
  failingSince: Instant | null
  createdAt: Instant
  updatedAt: Instant
}

/** Why a try failed. Never a text of the other side: it may hold anything. */
export type Failure =
  | 'timed_out'
  | 'connection_failed'
  | 'address_refused'
  | 'name_not_found'
  | 'redirected'
  | 'http_status'
  | 'tls_failed'
  | 'recipient_refused'
  | 'mail_refused'
  | 'endpoint_deleted'
  | 'endpoint_disabled'
  | 'recipient_erased'
  | 'crashed'
  | 'failed'

/** How one try ended. `permanent`: trying again is no use. */
export type Outcome =
  | { delivered: true; responseCode: number | null }
  | { delivered: false; failure: Failure; responseCode: number | null; permanent: boolean }
