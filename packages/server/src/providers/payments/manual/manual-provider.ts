/**
 * Bank transfers and cash: people pay by hand, and the operator records what arrived.
 *
 * Owns: what the payer is told. Does not own: the money; a receipt exists once somebody has recorded it.
 * Invariant: it keeps nothing and asks nobody, so the same key always has the same answer.
 */
import { createHash } from 'node:crypto'
import { chooseLanguage, type LanguageTag } from '../../../language/index.ts'
import type { PaymentProvider } from '../../payments.ts'

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const labels: Record<LanguageTag, { bank_transfer: string; cash: string }> = {
  en: { bank_transfer: 'Bank transfer', cash: 'Cash' },
  fr: { bank_transfer: 'Virement', cash: 'Espèces' },
}

/** Ten letters that a person can read out and a clerk can type: no I, L, O or U. */
export function paymentReference(key: string): string {
  const digest = createHash('sha256').update(key).digest()
  const text = Array.from({ length: 10 }, (_, index) => letters[(digest[index] as number) % 32]).join('')
  return `${text.slice(0, 5)}-${text.slice(5)}`
}

export function createManualProvider(): PaymentProvider {
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
    reference: paymentReference,
    charge: async ({ invoice, instructions }) => ({
      status: 'pending',
      transaction: paymentReference(invoice),
      url: null,
      expiresAt: null,
      instructions: { text: instructions, reference: paymentReference(invoice) },
    }),
    lookUp: async ({ transaction }) => ({ status: 'pending', transaction, url: null, expiresAt: null }),
    cancel: async () => ({ status: 'canceled' }),
    // the operator sends it, and records that too
    refund: async ({ key }) => ({ status: 'pending', transaction: paymentReference(key) }),
    lookUpRefund: async ({ key }) => ({ status: 'pending', transaction: paymentReference(key) }),
    async attach({ kind, instrument, language }) {
      if (kind !== 'bank_transfer' && kind !== 'cash')
        return { status: 'declined', reason: 'kind_not_supported' }
      return {
        status: 'attached',
        token: kind,
        kind,
        label: instrument ?? labels[chooseLanguage(language)][kind],
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
