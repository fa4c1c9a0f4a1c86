/** What of a customer's lines is disputed. Owns: reading what paid for what. Does not own: what follows from it. */
import { disputedLines, type DisputedLines, type DisputedPayment } from '../domain/invoices/disputed-lines.ts'
import { ofCustomers } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { lineFromRow, type LineRow } from './invoices.ts'

/** Ask where the customer disputes something. */
export async function loadDisputedLines(
  tx: Queryable,
  environment: number,
  customer: number,
): Promise<DisputedLines> {
  const [payments, lines] = await Promise.all([
    tx.query<DisputedPayment>(ofCustomers(environment, customer, disputedPayments)),
    tx.query<LineRow>(ofCustomers(environment, customer, paidByDisputed)),
  ])
  return disputedLines(
    lines.rows.map((row) => ({ ...lineFromRow(row), invoice: row.invoice })),
    payments.rows,
  )
}

const paid = `dispute
  join receipt on receipt.environment = dispute.environment and receipt.customer = dispute.customer
    and receipt.id = dispute.receipt
  cross join jsonb_to_recordset(receipt.allocations) as allocated (invoice text, "amountMinor" bigint)
  where dispute.environment = $1 and dispute.customer = any($2::bigint[]) and dispute.status <> 'won'`

const disputedPayments = {
  name: 'disputed-payments',
  text: `select dispute.customer, allocated.invoice, dispute.status,
           least(allocated."amountMinor", greatest(dispute.amount_minor, dispute.withdrawn_minor)) as "amountMinor"
         from ${paid}`,
}

/** Of the documents that were paid so, and of those that were paid by what was set off of them. */
const paidByDisputed = {
  name: 'paid-by-disputed',
  text: `with recursive document as (
           select dispute.customer, allocated.invoice from ${paid}
           union
           select later.customer, later.invoice from document
           join invoice_line line on line.environment = $1 and line.customer = document.customer
             and line.invoice = document.invoice
           join invoice_line later on later.environment = $1 and later.customer = document.customer
             and later.credits = line.id
         )
         select line.* from document
         join invoice_line line on line.environment = $1 and line.customer = document.customer
           and line.invoice = document.invoice`,
}
