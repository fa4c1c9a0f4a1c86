/** What of a customer's lines is disputed. Owns: reading what paid for what. Does not own: what follows from it. */
import type { BalanceMovement } from '../domain/invoices/disputed-balance.ts'
import { disputedLines, type DisputedLines, type DisputedPayment } from '../domain/invoices/disputed-lines.ts'
import { ofCustomers } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { lineFromRow, type LineRow } from './invoice-lines.ts'

/** Ask where the customer disputes something. */
export async function loadDisputedLines(
  tx: Queryable,
  environment: number,
  customer: number,
): Promise<DisputedLines> {
  const [payments, lines, movements, sentBack] = await Promise.all([
    tx.query<DisputedPayment>(ofCustomers(environment, customer, disputedPayments)),
    tx.query<LineRow>(ofCustomers(environment, customer, paidByDisputed)),
    tx.query<BalanceMovement>(ofCustomers(environment, customer, balanceMovements)),
    tx.query<{ note: string; amountMinor: number }>(ofCustomers(environment, customer, notesSentBack)),
  ])
  return disputedLines(
    lines.rows.map((row) => ({ ...lineFromRow(row), invoice: row.invoice })),
    payments.rows,
    movements.rows,
    new Map(sentBack.rows.map(({ note, amountMinor }) => [note, amountMinor])),
  )
}

/**
 * A payment that is disputed several times is withdrawn once: of what it paid and nobody gave back, its own invoice first, the
 * balance last.
 */
const disputedPayments = {
  name: 'disputed-payments',
  text: `with disputed as (
           select customer, receipt, status, greatest(amount_minor, withdrawn_minor) as amount,
             sum(greatest(amount_minor, withdrawn_minor)) over (partition by customer, receipt order by opened_at, id) as until
           from dispute where environment = $1 and customer = any($2::bigint[]) and status <> 'won'
         )
         select disputed.customer, paid.subject, disputed.status,
           (least(disputed.until, paid.until) - greatest(disputed.until - disputed.amount, paid.until - paid.amount))::bigint
             as "amountMinor"
         from disputed join receipt on receipt.environment = $1 and receipt.customer = disputed.customer
           and receipt.id = disputed.receipt
         cross join lateral (
           select part.subject, rest.amount, sum(rest.amount) over (order by part.position) as until
           from (
             select each ->> 'invoice' as subject, (each ->> 'amountMinor')::bigint as amount, position
             from jsonb_array_elements(receipt.allocations) with ordinality as allocated (each, position)
             union all
             select receipt.id, receipt.to_balance_minor, jsonb_array_length(receipt.allocations) + 1
           ) part
           cross join lateral (
             select greatest(part.amount - coalesce(sum((given ->> 'amountMinor')::bigint), 0), 0) as amount
             from refund cross join jsonb_array_elements(refund.parts) given
             where refund.environment = $1 and refund.customer = receipt.customer and refund.receipt = receipt.id
               and refund.status <> 'failed' and coalesce(given ->> 'invoice', receipt.id) = part.subject
           ) rest
         ) paid
         where disputed.until - disputed.amount < paid.until and paid.until - paid.amount < disputed.until`,
}

/** Of the documents that were paid so, and of those that were paid by what was set off of them, or by what they brought to the balance. */
const paidByDisputed = {
  name: 'paid-by-disputed',
  text: `with recursive document as (
           select dispute.customer, paid.subject as id from dispute
           join receipt on receipt.environment = $1 and receipt.customer = dispute.customer and receipt.id = dispute.receipt
           cross join lateral (
             select invoice as subject from jsonb_to_recordset(receipt.allocations) as allocated (invoice text)
             union all
             select receipt.id where receipt.to_balance_minor > 0
           ) paid
           where dispute.environment = $1 and dispute.customer = any($2::bigint[]) and dispute.status <> 'won'
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
               and brought.cause = any(array['invoice:' || document.id || ':issued', 'receipt:' || document.id || ':allocated']
                 || array(select 'refund:' || refund.id || ':failed' from refund where refund.environment = $1
                   and refund.customer = document.customer and refund.status = 'failed'
                   and refund.parts @> jsonb_build_array(jsonb_build_object('creditNote', document.id))))
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
  text: `select customer, split_part(cause, ':', 2) as subject, kind, currency, -amount_minor as "amountMinor",
           array(select part ->> 'creditNote' from refund cross join jsonb_array_elements(refund.parts) part
             where refund.environment = $1 and refund.customer = posting.customer and posting.kind = 'refund.failed'
               and refund.id = split_part(cause, ':', 2) and part ->> 'creditNote' is not null) as notes
         from ledger_posting posting
         where environment = $1 and customer = any($2::bigint[]) and account = 'customer_credit'
           and exists (select from dispute where dispute.environment = $1 and dispute.customer = posting.customer
             and dispute.status <> 'won')
         order by customer, entry collate "C"`,
}

/** What of credit notes was sent back, or is on its way. */
const notesSentBack = {
  name: 'notes-sent-back',
  text: `select customer, part ->> 'creditNote' as note, sum((part ->> 'amountMinor')::bigint)::bigint as "amountMinor"
         from refund cross join jsonb_array_elements(refund.parts) part
         where environment = $1 and customer = any($2::bigint[]) and status <> 'failed' and part ->> 'creditNote' is not null
         group by customer, note`,
}
