import { checkBooks, noDocuments, type AccountSum, type DocumentSums } from './books.ts'
import type { Finding } from './model.ts'

/** Money that is nobody's, by provider and currency. */
export interface OwnReceipts {
  currency: string
  provider: string
  sumMinor: number
}

/** The environment's own books: what came in for nothing we know. */
export function checkOwnBooks(
  accounts: readonly Omit<AccountSum, 'customer'>[],
  receipts: readonly OwnReceipts[],
): Finding[] {
  const sums = new Map<string, DocumentSums>()
  for (const { currency, provider, sumMinor } of receipts) {
    const known = sums.get(currency) ?? noDocuments({ customer: '', currency })
    const unallocatedMinor = known.unallocatedMinor + sumMinor
    sums.set(currency, { ...known, unallocatedMinor, cash: { ...known.cash, [provider]: sumMinor } })
  }
  const found = checkBooks(
    accounts.map((each) => ({ ...each, customer: '' })),
    [...sums.values()],
  )
  return found.map((finding) => ({ ...finding, customer: null }))
}
