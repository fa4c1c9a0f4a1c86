import { Refusal } from '../../refusal.ts'
import type { CustomerChange, CustomerState } from './state.ts'

export interface Suspend {
  reason: string
  note: string
  author: string
}

/** Blocks a customer by hand; a standing suspension only takes the new reason, note and author. */
export function suspend(state: CustomerState, command: Suspend): CustomerChange {
  const { now } = state
  const standing = state.suspension
  if (
    standing !== null &&
    standing.reason === command.reason &&
    standing.note === command.note &&
    standing.author === command.author
  ) {
    return { state, events: [] }
  }
  const suspension = { ...command, createdAt: standing?.createdAt ?? now }
  const payload = { reason: command.reason, note: command.note, author: command.author }
  return {
    state: { ...state, suspension },
    events: [{ type: 'suspension.created', subject: '', payload, occurredAt: now }],
  }
}

/** @throws Refusal `suspension_not_found` */
export function liftSuspension(state: CustomerState, author: string): CustomerChange {
  const { suspension } = state
  if (suspension === null) throw new Refusal('suspension_not_found')
  const payload = { reason: suspension.reason, author }
  return {
    state: { ...state, suspension: null },
    events: [{ type: 'suspension.deleted', subject: '', payload, occurredAt: state.now }],
  }
}
