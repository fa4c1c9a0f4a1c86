/** The books: entries go in, and are never changed. */
import type { LedgerEntry } from '../domain/ledger/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { insert } from './customer-statements.ts'
import type { Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** A cause that has posted already fails the transaction: it has happened. */
export function insertEntries(
  environment: number,
  customer: number,
  entries: readonly LedgerEntry[],
  recordedAt: Instant,
): Statement[] {
  if (entries.length === 0) return []
  const rows = entries.map((entry) => ({
    environment,
    customer,
    id: entry.id,
    cause: entry.cause,
    kind: entry.kind,
    currency: entry.currency,
    invoice: entry.invoice,
    accounts: entry.postings.map(({ account }) => account),
    amounts_minor: entry.postings.map(({ amountMinor }) => amountMinor),
    occurred_at: timestampParameter(entry.occurredAt),
    recorded_at: timestampParameter(recordedAt),
  }))
  return [insert('ledger_entry', rows)]
}
