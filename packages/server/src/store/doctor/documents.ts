import type { DocumentFacts } from '../../domain/doctor/documents.ts'
import type { SubscriptionFacts } from '../../domain/doctor/periods.ts'
import type { TaxGroup } from '../../domain/invoices/model.ts'
import type { Instant } from '../../domain/time/index.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import { invoiceFromRow, type InvoiceRow } from '../invoices.ts'
import type { Page } from './books.ts'

type DocumentRow = InvoiceRow & {
  customer_key: string
  lines_net: number
  lines_discount: number
  lines_tax: number
  rates: TaxGroup[] | null
  allocated: number
  credited_by_notes: number
  refunded_by_refunds: number
  open_attempts: number
}

const documentFacts = `
  with line as (
    select invoice, countable(sum(net_minor)) as lines_net, countable(sum(discount_minor)) as lines_discount,
      sum((select coalesce(sum((tax ->> 'taxMinor')::bigint), 0) from jsonb_array_elements(taxes) tax))::bigint as lines_tax
    from invoice_line where environment = $1 and customer = any($2::bigint[]) group by invoice
  ), rate as (
    select invoice, jsonb_agg(jsonb_build_object('category', category, 'rate', rate, 'percent', percent,
        'taxableMinor', taxable, 'taxMinor', tax)) as rates
    from (select invoice, tax ->> 'category' as category, tax ->> 'rate' as rate, tax ->> 'percent' as percent,
            countable(sum(net_minor)) as taxable, countable(sum((tax ->> 'taxMinor')::bigint)) as tax
          from invoice_line, jsonb_array_elements(taxes) tax
          where environment = $1 and customer = any($2::bigint[]) group by 1, 2, 3, 4) sums
    group by invoice
  ), allocation as (
    select part ->> 'invoice' as invoice, countable(sum((part ->> 'amountMinor')::bigint)) as allocated
    from receipt, jsonb_array_elements(allocations) part
    where environment = $1 and customer = any($2::bigint[]) group by 1
  ), note as (
    select credits as invoice, countable(sum(credited_minor)) as credited from invoice
    where environment = $1 and customer = any($2::bigint[]) and kind = 'credit_note' and status <> 'draft' group by 1
  ), refunded as (
    select part ->> 'invoice' as invoice, countable(sum((part ->> 'amountMinor')::bigint)) as refunded
    from refund, jsonb_array_elements(parts) part
    where environment = $1 and customer = any($2::bigint[]) and status <> 'failed' group by 1
  ), attempt as (
    select invoice, count(*) as open_attempts from payment_attempt
    where environment = $1 and customer = any($2::bigint[])
      and status in ('created', 'started', 'pending', 'action_needed', 'unknown') group by 1
  )
  select i.*, c.key as customer_key, coalesce(lines_net, 0) as lines_net, coalesce(lines_discount, 0) as lines_discount,
    coalesce(lines_tax, 0) as lines_tax, rates, coalesce(allocated, 0) as allocated,
    coalesce(note.credited, 0) as credited_by_notes, coalesce(refunded.refunded, 0) as refunded_by_refunds,
    coalesce(open_attempts, 0) as open_attempts
  from invoice i
  join customer c on c.environment = i.environment and c.id = i.customer
  left join line on line.invoice = i.id
  left join rate on rate.invoice = i.id
  left join allocation on allocation.invoice = i.id
  left join note on note.invoice = i.id
  left join refunded on refunded.invoice = i.id
  left join attempt on attempt.invoice = i.id
  where i.environment = $1 and i.customer = any($2::bigint[])`

export async function loadDocumentFacts(
  db: Queryable,
  { environment, customers }: Page,
): Promise<DocumentFacts[]> {
  const { rows } = await db.query<DocumentRow>({
    name: 'doctor-document-facts',
    text: documentFacts,
    values: [environment, customers],
  })
  return rows.map((row) => ({
    customer: row.customer_key,
    invoice: invoiceFromRow(row),
    hasParties: row.parties !== null,
    netMinor: row.lines_net,
    discountMinor: row.lines_discount,
    taxMinor: row.lines_tax,
    rates: row.rates ?? [],
    allocatedMinor: row.allocated,
    creditedMinor: row.credited_by_notes,
    refundedMinor: row.refunded_by_refunds,
    openAttempts: row.open_attempts,
  }))
}

/** Those that are active or trialing, and renewed by the engine. Of a test clock on its way none: it is not there yet. */
export async function loadSubscriptionFacts(
  db: Queryable,
  { environment, customers }: Page,
  now: Instant,
): Promise<SubscriptionFacts[]> {
  const { rows } = await db.query<SubscriptionFacts>({
    name: 'doctor-subscriptions',
    text: `select c.key as customer, s.id as subscription, s.period_end as "periodEnd", s.billed_until as "billedUntil",
             case s.status when 'trialing' then s.trial_end_at end as "trialEnd",
             coalesce(k.current_at, $3::timestamptz) as now
           from subscription s
           join customer c on c.environment = s.environment and c.id = s.customer
           left join test_clock k on k.environment = c.environment and k.id = c.test_clock
           where s.environment = $1 and s.customer = any($2::bigint[]) and s.status in ('active', 'trialing') and s.authority = 'engine'
             and coalesce(k.status, 'ready') = 'ready'`,
    values: [environment, customers, timestampParameter(now)],
  })
  return rows
}
