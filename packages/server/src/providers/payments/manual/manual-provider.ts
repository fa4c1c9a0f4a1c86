/**
 * Bank transfers and cash: people pay by hand, and the operator records what arrived.
 *
 * Owns: what the payer is told. Does not own: the money; a receipt exists once somebody has recorded it.
 * Invariant: it keeps nothing and asks nobody, so the same key always has the same answer.
 */
import { createHash } from 'node:crypto'
import type { ChargeOutcome } from '../../../domain/payments/model.ts'
import type { PaymentProvider } from '../../payments.ts'

export interface ManualProviderOptions {
  /** Where to pay, in the operator's own words. */
  instructions: string
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const labels = { bank_transfer: 'Bank transfer', cash: 'Cash' }

/** Ten letters that a person can read out and a clerk can type: no I, L, O or U. */
export function paymentReference(key: string): string {
  const digest = createHash('sha256').update(key).digest()
  const text = Array.from({ length: 10 }, (_, index) => letters[(digest[index] as number) % 32]).join('')
  return `${text.slice(0, 5)}-${text.slice(5)}`
}

export function createManualProvider({ instructions }: ManualProviderOptions): PaymentProvider {
  const waiting = (key: string): ChargeOutcome => {
    const reference = paymentReference(key)
    return {
      status: 'pending',
      transaction: reference,
      url: null,
      expiresAt: null,
      instructions: { text: instructions, reference },
    }
  }
  return {
    name: 'manual',
    capabilities: {
      silent: false,
      prompts: true,
      refunds: 'partial',
      disputes: false,
      cancel: true,
      byHand: true,
      pages: [],
    },
    charge: async ({ key }) => waiting(key),
    lookUp: async ({ key }) => waiting(key),
    cancel: async () => ({ status: 'canceled' }),
    // the operator sends it, and records that too
    refund: async ({ key }) => ({ status: 'pending', transaction: paymentReference(key) }),
    lookUpRefund: async ({ key }) => ({ status: 'pending', transaction: paymentReference(key) }),
    async attach({ kind, instrument }) {
      if (kind !== 'bank_transfer' && kind !== 'cash')
        return { status: 'declined', reason: 'kind_not_supported' }
      return {
        status: 'attached',
        token: kind,
        kind,
        label: instrument ?? labels[kind],
        expires: null,
        silent: false,
      }
    },
    lookUpMethod: async () => ({ status: 'not_found' }),
    detach: async () => ({ status: 'detached' }),
    readWebhook: () => ({ status: 'refused', reason: 'malformed' }),
    events: null,
    payments: null,
  }
}
