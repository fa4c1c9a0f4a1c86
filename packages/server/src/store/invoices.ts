/** Invoices and credit notes: row ⇄ domain. Their lines are in `invoice-lines.ts`. */
import type { PaidEffect } from '../domain/customers/money.ts'
import type { Invoice, InvoiceLine, InvoiceParties, TaxGroup } from '../domain/invoices/model.ts'
import { earningZoneOf, nextEarningAt } from '../domain/ledger/earned-minor.ts'
import { END_OF_TIME, type Instant } from '../domain/time/index.ts'
import { upsert, type Row } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'

export interface InvoiceRow {
  customer: number
  id: string
  kind: Invoice['kind']
  reason: Invoice['reason']
  status: Invoice['status']
  series: string | null
  document_number: string | null
  credits: string | null
  subscription: number | null
  plan: string | null
  period_start: Instant | null
  period_end: Instant | null
  currency: string
  subtotal_minor: number
  discount_minor: number
  tax_minor: number
  total_minor: number
  credit_applied_minor: number
  credited_minor: number
  amount_paid_minor: number
  refunded_minor: number
  taxes: TaxGroup[]
  coupons: Invoice['coupons']
  collection: Invoice['collection']
  on_paid: PaidEffect | null
  created_at: Instant
  finalise_at: Instant
  issued_at: Instant | null
  due_at: Instant | null
  paid_at: Instant | null
  voided_at: Instant | null
  attempts: number
  first_failed_at: Instant | null
  next_attempt_at: Instant | null
  failure: Invoice['failure']
  dunning_step: number
  dunning_letter: number
  dunning_at: Instant | null
  due_days: number | null
  policies: Invoice['policies']
  parties: InvoiceParties | null
  note: string
  metadata: Record<string, unknown>
}

export function invoiceFromRow(row: InvoiceRow): Invoice {
  return {
    id: row.id,
    kind: row.kind,
    reason: row.reason,
    status: row.status,
    documentNumber: row.document_number,
    series: row.series,
    credits: row.credits,
    subscription: row.subscription,
    plan: row.plan,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    currency: row.currency,
    subtotalMinor: row.subtotal_minor,
    discountMinor: row.discount_minor,
    taxMinor: row.tax_minor,
    totalMinor: row.total_minor,
    creditAppliedMinor: row.credit_applied_minor,
    creditedMinor: row.credited_minor,
    amountPaidMinor: row.amount_paid_minor,
    refundedMinor: row.refunded_minor,
    taxes: row.taxes,
    coupons: row.coupons,
    collection: row.collection,
    createdAt: row.created_at,
    finaliseAt: row.finalise_at,
    issuedAt: row.issued_at,
    dueAt: row.due_at,
    paidAt: row.paid_at,
    voidedAt: row.voided_at,
    attempts: row.attempts,
    firstFailedAt: row.first_failed_at,
    nextAttemptAt: row.next_attempt_at,
    failure: row.failure,
    dunningStep: row.dunning_step,
    dunningLetter: row.dunning_letter,
    dunningAt: row.dunning_at,
    dueDays: row.due_days,
    policies: row.policies,
    parties: row.parties,
    note: row.note,
    metadata: row.metadata,
  }
}

const KEY = ['environment', 'customer', 'id']
/** Figures are those of the draft for good. */
const FIXED = [
  'kind',
  'reason',
  'subscription',
  'plan',
  'currency',
  'created_at',
  'on_paid',
  'taxes',
  'coupons',
  'total_minor',
  'earn_at',
]

export interface InvoiceParts {
  /** What paying a document sets in motion, where it does. */
  effects: ReadonlyMap<string, PaidEffect>
  /** Of new ones. */
  lines: ReadonlyMap<string, readonly InvoiceLine[]>
}

export function saveInvoices(
  environment: number,
  customer: number,
  invoices: readonly Invoice[],
  parts: InvoiceParts,
): Statement {
  const rows = invoices.map((invoice) => rowOf(environment, customer, invoice, parts))
  return upsert('invoice', rows, KEY, FIXED)
}

function rowOf(
  environment: number,
  customer: number,
  invoice: Invoice,
  { effects, lines }: InvoiceParts,
): Row {
  const { issuedAt } = invoice
  const earnAt =
    issuedAt === null
      ? END_OF_TIME
      : nextEarningAt(lines.get(invoice.id) ?? [], issuedAt, earningZoneOf(invoice))
  return {
    environment,
    customer,
    id: invoice.id,
    kind: invoice.kind,
    reason: invoice.reason,
    status: invoice.status,
    series: invoice.series,
    document_number: invoice.documentNumber,
    credits: invoice.credits,
    subscription: invoice.subscription,
    plan: invoice.plan,
    period_start: nullableTimestamp(invoice.periodStart),
    period_end: nullableTimestamp(invoice.periodEnd),
    currency: invoice.currency,
    subtotal_minor: invoice.subtotalMinor,
    discount_minor: invoice.discountMinor,
    tax_minor: invoice.taxMinor,
    total_minor: invoice.totalMinor,
    credit_applied_minor: invoice.creditAppliedMinor,
    credited_minor: invoice.creditedMinor,
    amount_paid_minor: invoice.amountPaidMinor,
    refunded_minor: invoice.refundedMinor,
    taxes: invoice.taxes,
    coupons: invoice.coupons,
    collection: invoice.collection,
    on_paid: effects.get(invoice.id) ?? null,
    earn_at: timestampParameter(earnAt),
    created_at: timestampParameter(invoice.createdAt),
    finalise_at: timestampParameter(invoice.finaliseAt),
    issued_at: nullableTimestamp(invoice.issuedAt),
    due_at: nullableTimestamp(invoice.dueAt),
    paid_at: nullableTimestamp(invoice.paidAt),
    voided_at: nullableTimestamp(invoice.voidedAt),
    attempts: invoice.attempts,
    first_failed_at: nullableTimestamp(invoice.firstFailedAt),
    next_attempt_at: nullableTimestamp(invoice.nextAttemptAt),
    failure: invoice.failure,
    dunning_step: invoice.dunningStep,
    dunning_letter: invoice.dunningLetter,
    dunning_at: nullableTimestamp(invoice.dunningAt),
    due_days: invoice.dueDays,
    policies: invoice.policies,
    parties: invoice.parties,
    note: invoice.note,
    metadata: invoice.metadata,
  }
}

export interface ListedInvoice {
  invoice: Invoice
  customer: number
  customerKey: string
  subscription: string | null
}

type ListedRow = InvoiceRow & { customer_key: string; subscription_id: string | null }

const listed = `select invoice.*, customer.key as customer_key, subscription.id as subscription_id from invoice
  join customer on customer.environment = invoice.environment and customer.id = invoice.customer
  left join subscription on subscription.environment = invoice.environment
    and subscription.customer = invoice.customer and subscription.number = invoice.subscription`

function listedFromRow(row: ListedRow): ListedInvoice {
  return {
    invoice: invoiceFromRow(row),
    customer: row.customer,
    customerKey: row.customer_key,
    subscription: row.subscription_id,
  }
}

export async function loadInvoice(
  db: Queryable,
  environment: number,
  id: string,
): Promise<ListedInvoice | null> {
  const { rows } = await db.query<ListedRow>({
    name: 'invoice-by-id',
    text: `${listed} where invoice.environment = $1 and invoice.id = $2`,
    values: [environment, id],
  })
  return rows[0] === undefined ? null : listedFromRow(rows[0])
}

export async function findInvoiceOwner(
  db: Queryable,
  environment: number,
  id: string,
): Promise<number | null> {
  const { rows } = await db.query<{ customer: number }>({
    name: 'invoice-owner',
    text: 'select customer from invoice where environment = $1 and id = $2',
    values: [environment, id],
  })
  return rows[0]?.customer ?? null
}

export interface InvoiceFilter {
  customer: number | null
  status: string | null
  kind: string | null
  /** The id of the last one of the page before. */
  before: string | null
  limit: number
}

/** Newest first, by the time inside the ids, whatever their prefix. */
export async function listInvoices(
  db: Queryable,
  environment: number,
  filter: InvoiceFilter,
): Promise<ListedInvoice[]> {
  const madeAt = (id: string) => `split_part(${id}, '_', 3) collate "C"`
  const { rows } = await db.query<ListedRow>({
    name: 'list-invoices',
    text: `${listed} where invoice.environment = $1
             and ($2::bigint is null or invoice.customer = $2)
             and ($3::text is null or invoice.status = $3)
             and ($4::text is null or invoice.kind = $4)
             and ($5::text is null or ${madeAt('invoice.id')} < ${madeAt('$5::text')})
           order by ${madeAt('invoice.id')} desc limit $6`,
    values: [environment, filter.customer, filter.status, filter.kind, filter.before, filter.limit],
  })
  return rows.map(listedFromRow)
}
