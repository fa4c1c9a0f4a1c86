/**
 * What of issued lines is earned, and when more of it will be (`invoice.earn_at`).
 *
 * Owns: `invoice_line.earned_minor` and `invoice.earn_at` of what is stored; a document that is made as an issued one has
 * them from the start. Does not own: how much that is (`domain/ledger`), the lock (whoever calls holds the head).
 */
import { earnedMinor, earningZoneOf, nextEarningAt } from '../domain/ledger/earned-minor.ts'
import type { Earned, EarningDocument } from '../domain/ledger/earn.ts'
import type { Invoice, InvoiceLine, InvoiceParties } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { ofItems } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { lineFromRow, type LineRow } from './invoice-lines.ts'

/** Of a draft that is issued: what its entry has earned already, and the next moment. */
export function markIssued(
  environment: number,
  customer: number,
  invoice: Invoice,
  lines: readonly InvoiceLine[],
): Statement[] {
  const issuedAt = invoice.issuedAt as Instant
  const earned = lines.map((line) => ({ id: line.id, earnedMinor: earnedMinor(line, issuedAt) }))
  const earnAt = nextEarningAt(lines, issuedAt, earningZoneOf(invoice))
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
  const document = { customer, id: invoice, earn_at: timestampParameter(earnAt) }
  const earned = lines.map((line) => ({ customer, id: line.id, earned_minor: line.earnedMinor }))
  return [
    ofItems(environment, [document], saveEarnAt),
    ...(earned.length === 0 ? [] : [ofItems(environment, earned, saveEarnedMinor)]),
  ]
}

const saveEarnAt = {
  name: 'save-earn-at',
  text: `update invoice set earn_at = new.earn_at
         from json_to_recordset($2::json) as new (customer bigint, id text, earn_at timestamptz)
         where invoice.environment = $1 and invoice.customer = new.customer and invoice.id = new.id
           and invoice.earn_at <> new.earn_at`,
}

const saveEarnedMinor = {
  name: 'save-earned',
  text: `update invoice_line line set earned_minor = new.earned_minor
         from json_to_recordset($2::json) as new (customer bigint, id text, earned_minor bigint)
         where line.environment = $1 and line.customer = new.customer and line.id = new.id`,
}

interface EarningRow {
  id: string
  kind: Invoice['kind']
  status: Invoice['status']
  currency: string
  earn_at: Instant
  parties: InvoiceParties | null
}

const isEarning = `from json_to_recordset($2::json) as asked (customer bigint, now timestamptz)
  join invoice on invoice.environment = $1 and invoice.customer = asked.customer and earn_at <= asked.now`

const earningDocuments = {
  name: 'earning-documents',
  text: `select invoice.customer, id, kind, status, currency, earn_at, parties ${isEarning} order by id collate "C"`,
}

const earningLines = {
  name: 'earning-lines',
  text: `select line.* ${isEarning}
         join invoice_line line on line.environment = $1 and line.customer = invoice.customer
           and line.invoice = invoice.id
         order by line.invoice, position`,
}

/** Documents of whose revenue some is due. */
export async function loadEarningDocuments(
  db: Queryable,
  environment: number,
  customer: number,
  now: Instant,
): Promise<EarningDocument[]> {
  const asked = [{ customer, now: timestampParameter(now) }]
  const [{ rows }, lines] = await Promise.all([
    db.query<EarningRow>(ofItems(environment, asked, earningDocuments)),
    db.query<LineRow>(ofItems(environment, asked, earningLines)),
  ])
  return rows.map(({ id, kind, status, currency, earn_at, parties }) => ({
    invoice: { id, kind, status, currency },
    lines: lines.rows
      .filter((line) => line.invoice === id)
      .map((line) => ({ ...lineFromRow(line), earnedMinor: line.earned_minor })),
    earnAt: earn_at,
    timeZone: earningZoneOf({ parties }),
  }))
}

/** What of its net is earned by now. */
export async function loadEarnedMinor(
  db: Queryable,
  environment: number,
  customer: number,
  invoice: string,
): Promise<number> {
  const { rows } = await db.query<{ earned: number }>({
    name: 'earned-of-invoice',
    text: `select coalesce(sum(earned_minor), 0)::bigint as earned from invoice_line
           where environment = $1 and customer = $2 and invoice = $3`,
    values: [environment, customer, invoice],
  })
  return rows[0]?.earned ?? 0
}
