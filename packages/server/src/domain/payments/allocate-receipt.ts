import { amountDueMinor } from '../invoices/model.ts'
import type { Invoice } from '../invoices/model.ts'
import type { Receipt } from './model.ts'

export type Allocation = Pick<Receipt, 'allocations' | 'toBalanceMinor'>

/**
 * Where money that came in goes: to the invoice that it was paid for, then to the others that are open, oldest first,
 * and the rest to the customer's balance. An invoice that was given up takes only money that was paid for it. Whether it
 * came late, twice, in part, or for an attempt that had been given up makes no difference: an invoice that is paid or void
 * meanwhile takes nothing, and the money goes on.
 *
 * @param invoices the customer's; those of another currency are passed over
 * @param paidFor the invoice of the attempt; null where nobody said
 */
export function allocateReceipt(
  receipt: Pick<Receipt, 'currency' | 'amountMinor'>,
  paidFor: string | null,
  invoices: readonly Invoice[],
): Allocation {
  const payable = invoices
    .filter(({ kind }) => kind === 'invoice')
    .filter(({ id, status }) => status === 'open' || (status === 'uncollectible' && id === paidFor))
    .filter(({ currency }) => currency === receipt.currency)
    .sort((one, other) => Number(other.id === paidFor) - Number(one.id === paidFor) || byAge(one, other))
  const allocations: Allocation['allocations'] = []
  let left = receipt.amountMinor
  for (const invoice of payable) {
    const amountMinor = Math.min(left, amountDueMinor(invoice))
    if (amountMinor > 0) allocations.push({ invoice: invoice.id, amountMinor })
    left -= Math.max(amountMinor, 0)
  }
  return { allocations, toBalanceMinor: left }
}

/** The oldest first. */
export function byAge(one: Invoice, other: Invoice): number {
  const age = (one.issuedAt ?? one.createdAt) - (other.issuedAt ?? other.createdAt)
  return age || (one.id < other.id ? -1 : 1)
}
