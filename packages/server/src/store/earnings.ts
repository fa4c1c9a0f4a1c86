/**
 * What of issued lines is earned, and when more of it will be (`invoice.earn_at`).
 *
 * Owns: `invoice_line.earned_minor` and `invoice.earn_at`. Does not own: how much that is (`domain/ledger`), the lock
 * (whoever calls holds the head).
 */
import { earnedMinor, nextEarningAt } from '../domain/ledger/earned-minor.ts'
import type { Earned, EarningDocument } from '../domain/ledger/earn.ts'
import type { Invoice, InvoiceLine, InvoiceParties } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { lineFromRow, type LineRow } from './invoices.ts'

const zoneOf = (parties: InvoiceParties | null) => parties?.seller.timeZone ?? 'UTC'

/** Of a document that is issued: what its entry has earned already, and the next moment. */
export function markIssued(
  environment: number,
  customer: number,
  invoice: Invoice,
  lines: readonly InvoiceLine[],
): Statement[] {
  const issuedAt = invoice.issuedAt as Instant
  const earned = lines.map((line) => ({ id: line.id, earnedMinor: earnedMinor(line, issuedAt) }))
  const earnAt = nextEarningAt(lines, issuedAt, zoneOf(invoice.parties))
  return saveEarned(environment, customer, invoice.id, {
    lines: earned.filter((line) => line.earnedMinor !== 0),
    earnAt,
  })
}

export function saveEarned(
  environment: number,
  customer: number,
  invoice: string,
  { lines, earnAt }: Pick<Earned, 'lines' | 'earnAt'>,
): Statement[] {
  const statements: Statement[] = [
    {
      name: 'save-earn-at',
      text: 'update invoice set earn_at = $4 where environment = $1 and customer = $2 and id = $3 and earn_at <> $4',
      values: [environment, customer, invoice, timestampParameter(earnAt)],
    },
  ]
  if (lines.length === 0) return statements
  statements.push({
    name: 'save-earned',
    text: `update invoice_line line set earned_minor = earned.minor
           from unnest($3::text[], $4::bigint[]) earned (id, minor)
           where line.environment = $1 and line.customer = $2 and line.id = earned.id`,
    values: [environment, customer, lines.map(({ id }) => id), lines.map((line) => line.earnedMinor)],
  })
  return statements
}

/** Documents of whose revenue some is due. */
export async function loadEarningDocuments(
  db: Queryable,
  environment: number,
  customer: number,
  now: Instant,
): Promise<EarningDocument[]> {
  const { rows } = await db.query<{
    id: string
    kind: Invoice['kind']
    status: Invoice['status']
    currency: string
    earn_at: Instant
    parties: InvoiceParties | null
  }>({
    name: 'earning-documents',
    text: `select id, kind, status, currency, earn_at, parties from invoice
           where environment = $1 and customer = $2 and earn_at <= $3 order by id collate "C"`,
    values: [environment, customer, timestampParameter(now)],
  })
  const ids = rows.map(({ id }) => id)
  const lines = await db.query<LineRow>({
    name: 'earning-lines',
    text: `select * from invoice_line where environment = $1 and customer = $2 and invoice = any($3::text[])
           order by invoice, position`,
    values: [environment, customer, ids],
  })
  return rows.map(({ earn_at, parties, ...invoice }) => ({
    invoice,
    lines: lines.rows
      .filter((line) => line.invoice === invoice.id)
      .map((line) => ({ ...lineFromRow(line), earnedMinor: line.earned_minor })),
    earnAt: earn_at,
    timeZone: zoneOf(parties),
  }))
}
