/**
 * Numbers of documents, without gaps.
 *
 * Invariant: the row is locked from here to the end of the transaction, so a number that is taken is used, or was never
 * taken; dates of issue never run backwards within a series.
 */
import type { Instant } from '../domain/time/index.ts'
import { ofItems } from './customer-statements.ts'
import type { Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/**
 * Take it last: everybody who issues in this series waits from here on. Customers of one transaction take theirs together,
 * in the order of their surrogates, at the latest of their moments.
 */
export async function takeDocumentNumber(
  tx: Transaction,
  environment: number,
  customer: number,
  { series, year, now }: { series: string; year: number; now: Instant },
): Promise<{ number: number; issuedAt: Instant }> {
  const asked = [{ customer, series, year, at: timestampParameter(now) }]
  const { rows } = await tx.query<{ number: number; issuedAt: Instant }>(
    ofItems(environment, asked, takeNumbers),
  )
  return rows[0] as { number: number; issuedAt: Instant }
}

const takeNumbers = {
  name: 'take-document-numbers',
  text: `with asked as (
           select * from json_to_recordset($2::json) as asked (customer bigint, series text, year integer, at timestamptz)
         ), taken as (
           insert into document_series (environment, series, year, last_number, last_issued_at)
           select $1, series, year, count(*), max(at) from asked group by series, year order by series collate "C", year
           on conflict (environment, series, year) do update set
             last_number = document_series.last_number + excluded.last_number,
             last_issued_at = greatest(document_series.last_issued_at, excluded.last_issued_at)
           returning series, year, last_number, last_issued_at
         )
         select asked.customer, taken.last_issued_at as "issuedAt",
           taken.last_number + 1 - row_number() over (partition by series, year order by asked.customer desc) as number
         from asked join taken using (series, year)`,
}
