/** A payer who wants the money back through the bank. Invariant: one dispute for a payment; it is withdrawn while open. */
import { DAY_MS } from '../../../domain/time/instant.ts'
import { writeAmount } from './amounts.ts'
import { freshId } from './fresh-id.ts'
import { refundable } from './refunds.ts'
import type { Change, Charge, Dispute, Payment } from './world.ts'

const EVIDENCE_MS = 7 * DAY_MS

export function openDispute(
  change: Change,
  charge: Charge,
  payment: Payment,
  reason: string,
  amountMinor: number,
): Dispute {
  return save(change, {
    id: freshId('case'),
    transaction: payment.transaction,
    // what has been given back already is nobody's to dispute
    amountMinor: Math.min(amountMinor, refundable(change, payment)),
    currency: charge.currency,
    status: 'open',
    reason,
    evidenceDueAt: change.now + EVIDENCE_MS,
  })
}

export function closeDispute(change: Change, dispute: Dispute, status: 'won' | 'lost'): Dispute {
  return dispute.status === 'open' ? save(change, { ...dispute, status }) : dispute
}

function save(change: Change, dispute: Dispute): Dispute {
  change.put('dispute', dispute.id, dispute)
  change.emit('dispute.updated', presentDispute(dispute))
  return dispute
}

export const presentDispute = (dispute: Dispute) => ({
  id: dispute.id,
  transaction: dispute.transaction,
  amount: writeAmount(dispute.amountMinor, dispute.currency),
  currency: dispute.currency,
  status: dispute.status,
  reason: dispute.reason,
  evidenceDueAt: dispute.evidenceDueAt,
  withdrawn: writeAmount(dispute.status === 'won' ? 0 : dispute.amountMinor, dispute.currency),
})

export type WireDispute = ReturnType<typeof presentDispute>
