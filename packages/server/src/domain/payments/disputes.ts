/**
 * A payer wants money back through the bank.
 *
 * Owns: the states of a dispute and what it does to the books. Does not own: who wins (the bank's affair).
 * Invariant: the books follow what the provider holds of ours, not the status; a dispute that is closed stays closed, and
 * older news changes nothing.
 */
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerChange } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import type { NewId } from '../invoices/documents.ts'
import type { Posting } from '../ledger/model.ts'
import { disputeLostPostings, disputePostings, entry } from '../ledger/postings.ts'
import { toIsoOrNull, type Instant } from '../time/index.ts'
import type { Dispute } from './model.ts'

/** A dispute, and what is known of it with its provider. */
export interface KnownDispute extends Dispute {
  provider: string
  /** The provider's id of it. */
  reference: string
  /** What the provider holds of ours. */
  withdrawnMinor: number
  /** When the provider said so. */
  toldAt: Instant
}

export interface ToldDispute {
  id: string
  occurredAt: Instant
  amountMinor: number
  currency: string
  status: Dispute['status']
  reason: string
  evidenceDueAt: Instant | null
  withdrawnMinor: number
}

/** @returns null where that is nothing new */
export function decideDispute(
  change: CustomerChange,
  known: KnownDispute,
  isNew: boolean,
  told: ToldDispute,
  newId: NewId,
): { change: CustomerChange; dispute: KnownDispute } | null {
  if (!isNew && (told.occurredAt < known.toldAt || known.status !== 'open')) return null
  const { state } = change
  const money = state.money as CustomerMoney
  const dispute: KnownDispute = {
    ...known,
    amountMinor: told.amountMinor,
    status: told.status,
    reason: told.reason,
    evidenceDueAt: told.evidenceDueAt,
    withdrawnMinor: told.withdrawnMinor,
    closedAt: told.status === 'open' ? null : state.now,
    toldAt: told.occurredAt,
  }
  const moved = told.withdrawnMinor - (isNew ? 0 : known.withdrawnMinor)
  const isLost = told.status === 'lost'
  const make = (kind: string, lines: Posting[]) =>
    entry(
      {
        id: newId('le'),
        cause: `dispute:${known.id}:${kind}:${told.id}`,
        kind: `dispute.${kind}`,
        currency: told.currency,
        invoice: null,
        occurredAt: state.now,
      },
      lines,
    )
  const entries = [
    moved === 0 ? null : make('withdrawn', disputePostings(known.provider, moved)),
    isLost && told.withdrawnMinor > 0 ? make('lost', disputeLostPostings(told.withdrawnMinor)) : null,
  ].flatMap((each) => each ?? [])
  const events = [
    ...(isNew ? [disputeEvent('dispute.opened', dispute, state.now)] : []),
    ...(told.status === 'won' ? [disputeEvent('dispute.won', dispute, state.now)] : []),
    ...(isLost ? [disputeEvent('dispute.lost', dispute, state.now)] : []),
  ]
  return {
    dispute,
    change: {
      ...change,
      state: { ...state, money: { ...money, entries: [...money.entries, ...entries] } },
      events: [...change.events, ...events],
    },
  }
}

function disputeEvent(
  type: 'dispute.opened' | 'dispute.won' | 'dispute.lost',
  { id, receipt, currency, amountMinor, reason, evidenceDueAt }: KnownDispute,
  occurredAt: Instant,
): DomainEvent {
  const payload = {
    dispute: id,
    payment: receipt,
    currency,
    amountMinor,
    reason,
    evidenceDueAt: toIsoOrNull(evidenceDueAt),
  }
  return { type, subject: id, payload, occurredAt }
}
