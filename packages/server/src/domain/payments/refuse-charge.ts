import type { Instant } from '../time/instant.ts'
import type { ChargeOutcome, PaymentMethod } from './model.ts'
import { networkAllows } from './retry.ts'

/** The reasons of declines that are ours: no provider was asked. */
export const OWN_DECLINES = ['method_detached', 'card_network_limit'] as const

type OwnDecline = Extract<ChargeOutcome, { status: 'declined' }> & { reason: (typeof OWN_DECLINES)[number] }

/**
 * Why a charge that is written down is not asked for; null where nothing speaks against it.
 *
 * @param method null: it was detached meanwhile
 * @param triedAt earlier charges of this method that brought nothing in
 */
export function refuseCharge(
  method: PaymentMethod | null,
  triedAt: readonly Instant[],
  now: Instant,
): OwnDecline | null {
  if (method === null) return { status: 'declined', kind: 'hard', reason: 'method_detached' }
  if (method.kind !== 'card' || networkAllows(triedAt, now)) return null
  return { status: 'declined', kind: 'soft', reason: 'card_network_limit' }
}
