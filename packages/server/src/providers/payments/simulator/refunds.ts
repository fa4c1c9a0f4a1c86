/**
 * Giving a payment back, whole or in parts.
 *
 * Invariant: what isn't failed never exceeds what was paid. A refund that succeeded can still fail a day later, and
 * then can be made again.
 */
import { DAY_MS } from '../../../domain/time/instant.ts'
import { writeAmount } from './amounts.ts'
import { cards } from './instruments.ts'
import { freshId } from './fresh-id.ts'
import type { Change, Charge, Payment, Refund } from './world.ts'

export function refundable(change: Change, payment: Payment): number {
  const given = change
    .all('refund')
    .filter(({ transaction, status }) => transaction === payment.transaction && status !== 'failed')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  return payment.amountMinor - given
}

export function createRefund(
  change: Change,
  charge: Charge,
  asked: Pick<Refund, 'key' | 'transaction' | 'amountMinor' | 'currency' | 'reason'>,
): Refund {
  const method = change.get('method', charge.token)
  const behaviour = cards[method?.instrument ?? '']?.refund ?? 'succeed_later'
  if (behaviour !== 'succeed') {
    const type = behaviour === 'fail_later' ? 'fail_refund' : 'succeed_refund'
    change.put('due', `refund ${change.account} ${asked.key}`, {
      account: change.account,
      at: change.now + DAY_MS,
      move: { type, key: asked.key },
    })
  }
  const status = behaviour === 'succeed_later' ? 'pending' : 'succeeded'
  return save(change, { ...asked, id: freshId('ref'), charge: charge.key, status, failure: null })
}

export function moveRefund(change: Change, refund: Refund, status: 'succeeded' | 'failed'): Refund {
  if (refund.status === 'failed' || refund.status === status) return refund
  return save(change, { ...refund, status, failure: status === 'failed' ? 'account_closed' : null })
}

function save(change: Change, refund: Refund): Refund {
  change.put('refund', refund.key, refund)
  change.emit('refund.updated', presentRefund(refund))
  return refund
}

export const presentRefund = (refund: Refund) => ({
  key: refund.key,
  id: refund.id,
  transaction: refund.transaction,
  amount: writeAmount(refund.amountMinor, refund.currency),
  currency: refund.currency,
  status: refund.status,
  reason: refund.reason,
  failure: refund.failure,
})

export type WireRefund = ReturnType<typeof presentRefund>
