/**
 * Numbers of documents, without gaps.
 *
 * Invariant: the row is locked from here to the end of the transaction, so a number that is taken is used, or was never
 * taken; dates of issue never run backwards within a series.
 */
import type { Instant } from '../domain/time/index.ts'
import type { Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** Take it last: everybody who issues in this series waits from here on. */
export async function takeDocumentNumber(
  tx: Transaction,
  environment: number,
  { series, year, now }: { series: string; year: number; now: Instant },
): Promise<{ number: number; issuedAt: Instant }> {
  const { rows } = await tx.query<{ number: number; issuedAt: Instant }>({
    name: 'take-document-number',
    text: `insert into document_series (environment, series, year, last_number, last_issued_at)
           values ($1, $2, $3, 1, $4)
           on conflict (environment, series, year) do update set
             last_number = document_series.last_number + 1,
             last_issued_at = greatest(document_series.last_issued_at, excluded.last_issued_at)
           returning last_number as number, last_issued_at as "issuedAt"`,
    values: [environment, series, year, timestampParameter(now)],
  })
  return rows[0] as { number: number; issuedAt: Instant }
}
