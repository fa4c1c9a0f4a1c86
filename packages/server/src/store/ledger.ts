/** The books: entries go in, and are never changed. */
import type { LedgerEntry } from '../domain/ledger/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** A cause that has posted already fails the transaction: it has happened. */
export function insertEntries(
  environment: number,
  customer: number,
  entries: readonly LedgerEntry[],
  recordedAt: Instant,
): Statement[] {
  return entries.map((entry) => ({
    name: 'insert-ledger-entry',
    text: `insert into ledger_entry (environment, customer, id, cause, kind, currency, invoice, accounts, amounts_minor,
             occurred_at, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8::text[], $9::bigint[], $10, $11)`,
    values: [
      environment,
      customer,
      entry.id,
      entry.cause,
      entry.kind,
      entry.currency,
      entry.invoice,
      entry.postings.map(({ account }) => account),
      entry.postings.map(({ amountMinor }) => amountMinor),
      timestampParameter(entry.occurredAt),
      timestampParameter(recordedAt),
    ],
  }))
}
