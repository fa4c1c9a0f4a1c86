import type { FailurePolicy } from '../catalog/model.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'

/**
 * Whether what is left of an invoice is too little to do anything about: it was paid but for that. It stays owed, and the
 * next money pays it first.
 */
export function isNegligible(
  { negligible }: Pick<FailurePolicy, 'negligible'>,
  invoice: Parameters<typeof amountDueMinor>[0] & Pick<Invoice, 'currency'>,
): boolean {
  const due = amountDueMinor(invoice)
  const settledMinor = invoice.totalMinor - due
  return settledMinor > 0 && due <= (negligible[invoice.currency] ?? 0)
}
