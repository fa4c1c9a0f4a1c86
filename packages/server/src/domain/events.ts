/**
 * Something that happened, as a pure decision yields it in its plan.
 *
 * Owns: the shape. Does not own: the types and their payloads (the contract's), ids, sequences and positions (the
 * store and the sequencer give those).
 * Invariant: an event is written in the transaction of what it tells, or not at all.
 */
import type { EventType } from '@tollkeeper/contract'
import type { Instant } from './time/instant.ts'

export interface DomainEvent {
  type: EventType
  /** The id of what it is about (`sub_…`, a feature's key, …); '' for the customer itself. */
  subject: string
  /** Plain JSON as the contract names it for the type: caller's ids, ISO times. */
  payload: Record<string, unknown>
  /** By the customer's clock. */
  occurredAt: Instant
}
