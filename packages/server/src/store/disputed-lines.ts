/** What of a customer's lines is disputed. Owns: reading what paid for what. Does not own: what follows from it. */
import type { BalanceMovement } from '../domain/invoices/disputed-balance.ts'
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
  const [payments, lines, movements] = await Promise.all([
    tx.query<DisputedPayment>(ofCustomers(environment, customer, disputedPayments)),
    tx.query<LineRow>(ofCustomers(environment, customer, paidByDisputed)),
    tx.query<BalanceMovement>(ofCustomers(environment, customer, balanceMovements)),
  ])
  return disputedLines(
    lines.rows.map((row) => ({ ...lineFromRow(row), invoice: row.invoice })),
    payments.rows,
    movements.rows,
  )
}

const paid = `dispute
  join receipt on receipt.environment = dispute.environment and receipt.customer = dispute.customer
    and receipt.id = dispute.receipt
  cross join lateral (
    select invoice as subject, "amountMinor" from jsonb_to_recordset(receipt.allocations)
      as allocated (invoice text, "amountMinor" bigint)
    union all
    select receipt.id, receipt.to_balance_minor where receipt.to_balance_minor > 0
  ) paid
  where dispute.environment = $1 and dispute.customer = any($2::bigint[]) and dispute.status <> 'won'`

const disputedPayments = {
  name: 'disputed-payments',
  text: `select dispute.customer, paid.subject, dispute.status,
           least(paid."amountMinor", greatest(dispute.amount_minor, dispute.withdrawn_minor)) as "amountMinor"
         from ${paid}`,
}

/** Of the documents that were paid so, and of those that were paid by what was set off of them, or by what they brought to the balance. */
const paidByDisputed = {
  name: 'paid-by-disputed',
  text: `with recursive document as (
           select dispute.customer, paid.subject as id from ${paid}
           union
           select document.customer, later.invoice from document
           cross join lateral (
             select later.invoice from invoice_line line
             join invoice_line later on later.environment = $1 and later.customer = line.customer and later.credits = line.id
             where line.environment = $1 and line.customer = document.customer and line.invoice = document.id
             union all
             select applied.invoice from ledger_entry brought
             join ledger_entry applied on applied.environment = $1 and applied.customer = brought.customer
               and applied.currency = brought.currency and applied.kind = 'invoice.credit_applied'
               and applied.id collate "C" > brought.id collate "C"
             where brought.environment = $1 and brought.customer = document.customer
               and brought.cause in ('invoice:' || document.id || ':issued', 'receipt:' || document.id || ':allocated')
               and 'customer_credit' = any(brought.accounts)
           ) later
         )
         select line.* from document
         join invoice_line line on line.environment = $1 and line.customer = document.customer
           and line.invoice = document.id`,
}

/** Of whoever disputes something: what came to the balance, and where it went. */
const balanceMovements = {
  name: 'balance-movements',
  text: `select customer, split_part(cause, ':', 2) as subject, kind, currency, -amount_minor as "amountMinor"
         from ledger_posting posting
         where environment = $1 and customer = any($2::bigint[]) and account = 'customer_credit'
           and exists (select from dispute where dispute.environment = $1 and dispute.customer = posting.customer
             and dispute.status <> 'won')
         order by customer, entry collate "C"`,
}
