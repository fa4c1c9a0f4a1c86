import type { FailurePolicy } from '../catalog/model.ts'
import { amountDueMinor, isUnpaid, type Invoice } from '../invoices/model.ts'

/**
 * Whether what is left of an invoice is too little to do anything about: it was paid but for that. It stays owed, and
 * what comes in for no invoice, or beyond another, pays it.
 */
export function isNegligible(
  { negligible }: Pick<FailurePolicy, 'negligible'>,
  invoice: Parameters<typeof amountDueMinor>[0] & Pick<Invoice, 'currency'>,
): boolean {
  const due = amountDueMinor(invoice)
  const settledMinor = invoice.totalMinor - due
  return settledMinor > 0 && due <= (negligible[invoice.currency] ?? 0)
}

/** Whether the steps that were taken for an invoice hold: until it is paid, but for what is negligible. */
export function hasConsequences(
  policy: Pick<FailurePolicy, 'negligible'>,
  invoice: Parameters<typeof isNegligible>[1],
): boolean {
  return isUnpaid(invoice) && !isNegligible(policy, invoice)
}
