/**
 * A customer's money: reading it for a decision, and writing what the decision made of it.
 *
 * Owns: both directions. Does not own: the decision, the lock (whoever calls holds the head).
 * Invariant: what is written is what was not there before, or is no longer the same object; nothing is forgotten.
 */
import type {
  BillingProfile,
  CustomerMoney,
  NewDocument,
  PaidEffect,
  UnbilledUsage,
} from '../domain/customers/money.ts'
import type { Coupon } from '../domain/catalog/model.ts'
import type { Discount } from '../domain/discounts/model.ts'
import type { LineDraft, PendingItem, RunningLine } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import {
  insertLines,
  invoiceFromRow,
  lineFromRow,
  saveInvoice,
  type InvoiceRow,
  type LineRow,
} from './invoices.ts'
import { insertEntries } from './ledger.ts'
import {
  attemptFromRow,
  insertReceipt,
  methodFromRow,
  saveAttempt,
  saveMethod,
  saveRefund,
  type AttemptRow,
  type MethodRow,
} from './payments.ts'
import { upsert } from './upsert.ts'

const NO_BILLING: BillingProfile = {
  name: '',
  email: null,
  address: null,
  vatId: null,
  taxExempt: false,
  exemptionReason: '',
}

interface ItemRow {
  id: string
  subscription: number | null
  currency: string
  line: LineDraft
  created_at: Instant
}

interface DiscountRow {
  id: string
  subscription: number | null
  coupon: Coupon
  redeemed_at: Instant
  periods_left: number | null
}

/** What a decision on this customer's money needs. @param at lines whose time is over by then can't be given back */
export async function loadCustomerMoney(
  tx: Queryable,
  environment: number,
  customer: number,
  at: Instant,
): Promise<CustomerMoney> {
  const of = [environment, customer]
  const [profile, invoices, lines, running, items, discounts, methods, attempts, balances] =
    await Promise.all([
      tx.query<{ name: string; email: string | null; billing: Partial<BillingProfile> }>({
        name: 'money-profile',
        text: 'select name, email, billing from customer where environment = $1 and id = $2',
        values: of,
      }),
      tx.query<InvoiceRow>({
        name: 'money-invoices',
        text: `select * from invoice where environment = $1 and customer = $2 and status in ('draft', 'open', 'uncollectible')
             order by created_at, id`,
        values: of,
      }),
      tx.query<LineRow>({
        name: 'money-draft-lines',
        text: `select line.* from invoice join invoice_line line
               on line.environment = invoice.environment and line.customer = invoice.customer and line.invoice = invoice.id
             where invoice.environment = $1 and invoice.customer = $2 and status = 'draft' order by line.invoice, position`,
        values: of,
      }),
      tx.query<LineRow>({
        name: 'money-running-lines',
        text: `select line.* from invoice_line line join invoice
               on invoice.environment = line.environment and invoice.customer = line.customer and invoice.id = line.invoice
             where line.environment = $1 and line.customer = $2 and line.subscription is not null and service_end > $3
               and amount_minor > 0 and stopped_at is null and line.kind in ('plan', 'quantity', 'add_on', 'bundle')
               and invoice.kind = 'invoice' and invoice.status <> 'void'
             order by line.id collate "C"`,
        values: [...of, timestampParameter(at)],
      }),
      tx.query<ItemRow>({
        name: 'money-items',
        text: `select id, subscription, currency, line, created_at from pending_item
             where environment = $1 and customer = $2 and invoice is null order by created_at, id`,
        values: of,
      }),
      tx.query<DiscountRow>({
        name: 'money-discounts',
        text: `select id, subscription, coupon, redeemed_at, periods_left from discount
             where environment = $1 and customer = $2 and ended_at is null order by redeemed_at, id`,
        values: of,
      }),
      tx.query<MethodRow>({
        name: 'money-methods',
        text: `select * from payment_method where environment = $1 and customer = $2 and detached_at is null
             order by created_at, id`,
        values: of,
      }),
      tx.query<AttemptRow>({
        name: 'money-attempts',
        text: `select * from payment_attempt where environment = $1 and customer = $2
               and status in ('created', 'started', 'pending', 'action_needed', 'unknown') order by created_at, id`,
        values: of,
      }),
      tx.query<{ currency: string; amount_minor: number }>({
        name: 'money-balances',
        text: 'select currency, amount_minor from credit_balance where environment = $1 and customer = $2',
        values: of,
      }),
    ])
  const person = profile.rows[0]
  return {
    billing: { ...NO_BILLING, name: person?.name ?? '', email: person?.email ?? null, ...person?.billing },
    invoices: invoices.rows.map(invoiceFromRow),
    lines: linesByInvoice(lines.rows),
    documents: [],
    effects: new Map(
      invoices.rows.flatMap((row): [string, PaidEffect][] =>
        row.on_paid === null ? [] : [[row.id, row.on_paid]],
      ),
    ),
    running: running.rows.map(runningFromRow),
    items: items.rows.map(itemFromRow),
    discounts: discounts.rows.map(discountFromRow),
    methods: methods.rows.map(methodFromRow),
    attempts: attempts.rows.map(attemptFromRow),
    receipts: [],
    refunds: [],
    balances: Object.fromEntries(balances.rows.map((row) => [row.currency, row.amount_minor])),
    unbilled: null,
    usageBilledBy: null,
    entries: [],
  }
}

function linesByInvoice(rows: LineRow[]): CustomerMoney['lines'] {
  const lines = new Map<string, ReturnType<typeof lineFromRow>[]>()
  for (const row of rows) {
    const known = lines.get(row.invoice)
    if (known === undefined) lines.set(row.invoice, [lineFromRow(row)])
    else known.push(lineFromRow(row))
  }
  return lines
}

function runningFromRow(row: LineRow): RunningLine {
  const {
    id,
    kind,
    reference,
    component,
    description,
    quantity,
    amountMinor,
    discountMinor,
    service,
    ...line
  } = lineFromRow(row)
  return {
    id,
    invoice: row.invoice,
    subscription: row.subscription as number,
    kind,
    reference,
    component,
    description,
    quantity,
    amountMinor,
    discountMinor,
    taxInclusive: line.taxInclusive,
    taxCategory: line.taxCategory,
    taxes: line.taxes.map(({ taxMinor: _, ...rate }) => rate),
    service: service as RunningLine['service'],
    creditedMinor: row.credited_minor,
    creditedDiscountMinor: row.credited_discount_minor,
    stoppedAt: row.stopped_at,
  }
}

function itemFromRow(row: ItemRow): PendingItem {
  return {
    id: row.id,
    subscription: row.subscription,
    currency: row.currency,
    line: row.line,
    createdAt: row.created_at,
    invoice: null,
  }
}

function discountFromRow(row: DiscountRow): Discount {
  return {
    id: row.id,
    coupon: row.coupon,
    subscription: row.subscription,
    redeemedAt: row.redeemed_at,
    periodsLeft: row.periods_left,
  }
}

/** @param counted surrogates of the features whose use the price counts */
export async function loadUnbilledUsage(
  tx: Queryable,
  environment: number,
  customer: number,
  currency: string,
  counted: readonly number[],
): Promise<UnbilledUsage> {
  const [overage, windows] = await Promise.all([
    tx.query<UnbilledUsage['overage'][number]>({
      name: 'unbilled-overage',
      text: `select feature, unit_price ->> $3 as "unitMinor", $3 as currency, window_start as "windowStart",
               sum(amount)::bigint as amount
             from overage where environment = $1 and customer = $2 and priced and invoice is null and unit_price ? $3
             group by feature, window_start, unit_price ->> $3 having sum(amount) > 0
             order by feature, window_start, 2`,
      values: [environment, customer, currency],
    }),
    counted.length === 0
      ? { rows: [] }
      : tx.query<UnbilledUsage['windows'][number]>({
          name: 'unbilled-windows',
          text: `select feature, window_start as "windowStart", window_end as "windowEnd", used, billed from usage_window
                 where environment = $1 and customer = $2 and feature = any($3::int[]) and member = 0 and used > billed
                 order by feature, window_start`,
          values: [environment, customer, counted],
        }),
  ])
  return { overage: overage.rows, windows: windows.rows }
}

/** Writes what a decision made. The head is saved by the caller. */
export async function saveCustomerMoney(
  tx: Transaction,
  environment: number,
  customer: number,
  { before, after, currency }: { before: CustomerMoney; after: CustomerMoney; currency: string | null },
  recordedAt: Instant,
): Promise<void> {
  if (before === after) return
  const known = new Set<unknown>([
    ...before.invoices,
    ...before.items,
    ...before.discounts,
    ...before.methods,
    ...before.attempts,
    ...before.running,
    ...before.refunds,
  ])
  const isNew = (each: unknown) => !known.has(each)
  const made = new Map<string, NewDocument>(after.documents.map((each) => [each.invoice.id, each]))
  const kept = new Set(after.invoices.map(({ id }) => id))
  const dropped = before.invoices.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  const statements = [
    ...after.invoices
      .filter(isNew)
      .map((each) =>
        saveInvoice(
          environment,
          customer,
          each,
          made.get(each.id)?.onPaid ?? after.effects.get(each.id) ?? null,
        ),
      ),
    ...after.documents
      .filter(({ invoice }) => kept.has(invoice.id))
      .map(({ invoice, lines }) => insertLines(environment, customer, invoice, lines)),
    ...earnedAtOnce(environment, customer, before, after),
    ...after.running.filter(isNew).flatMap((line) => stopLine(environment, customer, line)),
    ...after.items.filter(isNew).map((item) => saveItem(environment, customer, item)),
    ...after.discounts.filter(isNew).map((discount) => saveDiscount(environment, customer, discount)),
    ...after.methods.filter(isNew).map((method) => saveMethod(environment, customer, method)),
    ...after.attempts.filter(isNew).map((attempt) => saveAttempt(environment, customer, attempt, recordedAt)),
    ...after.receipts.map((receipt) => insertReceipt(environment, customer, receipt)),
    ...after.refunds.filter(isNew).map((refund) => saveRefund(environment, customer, refund, recordedAt)),
    ...saveBalances(environment, customer, before, after),
    ...insertEntries(environment, customer, after.entries, recordedAt),
    ...markUsageBilled(environment, customer, after, currency),
    ...dropDrafts(environment, customer, dropped),
  ]
  await Promise.all(statements.map((statement) => tx.query(statement)))
}

type Statements = Parameters<Transaction['query']>[0][]

/** What is issued and pays for no time to come is earned by the same entry. */
function earnedAtOnce(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statements {
  const earlier = new Map(before.invoices.map((each) => [each.id, each]))
  return after.invoices
    .filter((each) => each.issuedAt !== null && (earlier.get(each.id)?.issuedAt ?? null) === null)
    .map((each) => ({
      name: 'earn-at-issue',
      text: `update invoice_line set earned_minor = net_minor
             where environment = $1 and customer = $2 and invoice = $3 and (service_end is null or service_end <= $4)`,
      values: [environment, customer, each.id, timestampParameter(each.issuedAt as Instant)],
    }))
}

/** A line of an earlier document that a change stopped, or gave back in part. One made just now is inserted before. */
function stopLine(environment: number, customer: number, line: RunningLine): Statements {
  if (line.stoppedAt === null && line.creditedMinor === 0) return []
  return [
    {
      name: 'stop-invoice-line',
      text: `update invoice_line set stopped_at = $4, credited_minor = $5, credited_discount_minor = $6
             where environment = $1 and customer = $2 and id = $3`,
      values: [
        environment,
        customer,
        line.id,
        line.stoppedAt === null ? null : timestampParameter(line.stoppedAt),
        line.creditedMinor,
        line.creditedDiscountMinor,
      ],
    },
  ]
}

function saveItem(environment: number, customer: number, item: PendingItem) {
  const row = {
    environment,
    customer,
    id: item.id,
    subscription: item.subscription,
    currency: item.currency,
    line: JSON.stringify(item.line),
    created_at: timestampParameter(item.createdAt),
    invoice: item.invoice,
  }
  return upsert('pending_item', row, ['environment', 'customer', 'id'])
}

function saveDiscount(environment: number, customer: number, discount: Discount) {
  const row = {
    environment,
    customer,
    id: discount.id,
    subscription: discount.subscription,
    coupon_key: discount.coupon.key,
    coupon: JSON.stringify(discount.coupon),
    redeemed_at: timestampParameter(discount.redeemedAt),
    periods_left: discount.periodsLeft,
  }
  return upsert('discount', row, ['environment', 'customer', 'id'])
}

function saveBalances(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statements {
  return Object.entries(after.balances)
    .filter(([currency, amountMinor]) => before.balances[currency] !== amountMinor)
    .map(([currency, amount_minor]) =>
      upsert('credit_balance', { environment, customer, currency, amount_minor }, [
        'environment',
        'customer',
        'currency',
      ]),
    )
}

function markUsageBilled(
  environment: number,
  customer: number,
  { usageBilledBy }: CustomerMoney,
  currency: string | null,
): Statements {
  if (usageBilledBy === null || currency === null) return []
  return [
    {
      name: 'bill-overage',
      text: `update overage set invoice = $3
             where environment = $1 and customer = $2 and priced and invoice is null and unit_price ? $4`,
      values: [environment, customer, usageBilledBy, currency],
    },
    {
      name: 'bill-windows',
      text: 'update usage_window set billed = used where environment = $1 and customer = $2 and billed < used',
      values: [environment, customer],
    },
  ]
}

/** A draft that nobody paid goes away with its lines; it never had a number. */
function dropDrafts(environment: number, customer: number, ids: string[]): Statements {
  if (ids.length === 0) return []
  const values = [environment, customer, ids]
  return [
    {
      name: 'drop-draft-lines',
      text: 'delete from invoice_line where environment = $1 and customer = $2 and invoice = any($3::text[])',
      values,
    },
    {
      name: 'drop-drafts',
      text: `delete from invoice where environment = $1 and customer = $2 and id = any($3::text[]) and status = 'draft'`,
      values,
    },
  ]
}
