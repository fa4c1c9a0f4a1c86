/** Lines of invoices and credit notes: row ⇄ domain, and which of them credit which. */
import type { Invoice, InvoiceLine, LineTax } from '../domain/invoices/model.ts'
import { earnedMinor } from '../domain/ledger/earned-minor.ts'
import type { Instant } from '../domain/time/index.ts'
import { insert, ofItems } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { nullableTimestamp } from './database/type-parsers.ts'

export interface LineRow {
  invoice: string
  id: string
  kind: InvoiceLine['kind']
  reference: string
  component: string
  description: string
  quantity: string
  unit_minor: string | null
  amount_minor: number
  discount_minor: number
  net_minor: number
  tax_inclusive: boolean
  tax_category: string
  taxes: LineTax[]
  service_start: Instant | null
  service_end: Instant | null
  credits: string | null
  credited_minor: number
  credited_discount_minor: number
  earned_minor: number
  stopped_at: Instant | null
  subscription: number | null
}

export function lineFromRow(row: LineRow): InvoiceLine {
  return {
    id: row.id,
    kind: row.kind,
    reference: row.reference,
    component: row.component,
    description: row.description,
    quantity: row.quantity,
    unitMinor: row.unit_minor,
    amountMinor: row.amount_minor,
    discountMinor: row.discount_minor,
    netMinor: row.net_minor,
    taxInclusive: row.tax_inclusive,
    taxCategory: row.tax_category,
    taxes: row.taxes,
    service:
      row.service_start === null || row.service_end === null
        ? null
        : { start: row.service_start, end: row.service_end },
    credits: row.credits,
  }
}

/** The lines of new documents. */
export function insertLines(
  environment: number,
  customer: number,
  documents: readonly { invoice: Invoice; lines: readonly InvoiceLine[] }[],
): Statement {
  const rows = documents.flatMap(({ invoice, lines }) =>
    lines.map((line, index) => ({
      environment,
      customer,
      invoice: invoice.id,
      position: index + 1,
      subscription: invoice.subscription,
      id: line.id,
      kind: line.kind,
      reference: line.reference,
      component: line.component,
      description: line.description,
      quantity: line.quantity,
      unit_minor: line.unitMinor,
      amount_minor: line.amountMinor,
      discount_minor: line.discountMinor,
      net_minor: line.netMinor,
      tax_inclusive: line.taxInclusive,
      tax_category: line.taxCategory,
      taxes: line.taxes,
      service_start: nullableTimestamp(line.service?.start ?? null),
      service_end: nullableTimestamp(line.service?.end ?? null),
      credits: line.credits,
      earned_minor: invoice.issuedAt === null ? 0 : earnedMinor(line, invoice.issuedAt),
    })),
  )
  return insert('invoice_line', rows)
}

export async function loadLines(
  db: Queryable,
  environment: number,
  customer: number,
  invoice: string,
): Promise<InvoiceLine[]> {
  const { rows } = await db.query<LineRow>({
    name: 'invoice-lines',
    text: `select * from invoice_line where environment = $1 and customer = $2 and invoice = $3 order by position`,
    values: [environment, customer, invoice],
  })
  return rows.map(lineFromRow)
}

/** Every line, of credit notes and of later invoices, that credits one of these, and what took such a one back. */
export async function loadCreditingLines(
  db: Queryable,
  environment: number,
  customer: number,
  invoices: readonly string[],
): Promise<InvoiceLine[]> {
  if (invoices.length === 0) return []
  const items = invoices.map((invoice) => ({ customer, invoice }))
  const { rows } = await db.query<LineRow>(ofItems(environment, items, creditingLines))
  return rows.map(lineFromRow)
}

const creditingLines = {
  name: 'crediting-lines',
  text: `with recursive crediting as (
           select line.customer, line.id, false as credits from json_to_recordset($2::json) as asked (customer bigint, invoice text)
           join invoice_line line on line.environment = $1 and line.customer = asked.customer and line.invoice = asked.invoice
           union
           select credit.customer, credit.id, true from crediting
           join invoice_line credit on credit.environment = $1 and credit.customer = crediting.customer
             and credit.credits = crediting.id
           join invoice document on document.environment = $1 and document.customer = credit.customer
             and document.id = credit.invoice and document.status <> 'void'
         )
         select credit.* from crediting
         join invoice_line credit on credit.environment = $1 and credit.customer = crediting.customer and credit.id = crediting.id
         where crediting.credits
         order by credit.id collate "C"`,
}
