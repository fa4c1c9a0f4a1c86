import type { Instant } from '../time/index.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The two sides of a change, by what it is about: `{"subscription sub_…": {"status": "active"}}`. */
export interface Told {
  before: Record<string, Fields>
  after: Record<string, Fields>
}

/** One change: who, what, why, when. It is never changed itself. */
export interface AuditEntry extends Told {
  id: string
  /** A key's id, `job:<name>`, or `cli`. */
  actor: string
  /** The call of the API (`subscriptions.create`), or the name of the job. */
  action: string
  /** Of the request; null without one. */
  request: string | null
  /** In the caller's words; '' where none was given. */
  reason: string
  /** By the customer's clock. */
  occurredAt: Instant
  recordedAt: Instant
}
