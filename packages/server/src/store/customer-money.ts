/**
 * A customer's money, read for a decision.
 *
 * Owns: what of it a decision gets: what is unsettled, and what it asks for beside that. Does not own: the decision,
 * the lock (whoever calls holds the head), writing (`save-customer-money.ts`).
 */
import { billingProfileOf, type BillingFields } from '../domain/customers/billing-profile.ts'
import type { CustomerMoney, PaidEffect, UnbilledUsage } from '../domain/customers/money.ts'
import type { Coupon } from '../domain/catalog/model.ts'
import type { Discount } from '../domain/discounts/model.ts'
import type { InvoiceLine, LineDraft, PendingItem, RunningLine } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { invoiceFromRow, lineFromRow, type InvoiceRow, type LineRow } from './invoices.ts'
import { attemptFromRow, methodFromRow, type AttemptRow, type MethodRow } from './payments.ts'

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
  held_until: Instant | null
}

/** What a decision on this customer's money needs. @param at lines whose time is over by then can't be given back */
export async function loadCustomerMoney(
  tx: Queryable,
  environment: number,
  customer: number,
  at: Instant,
): Promise<CustomerMoney> {
  const of = [environment, customer]
  const [profile, unsettled, items, discounts, methods, attempts, balances] = await Promise.all([
    tx.query<{ name: string; email: string | null; billing: BillingFields }>({
      name: 'money-profile',
      text: 'select name, email, billing from customer where environment = $1 and id = $2',
      values: of,
    }),
    loadUnsettled(tx, environment, customer, at),
    loadPendingItems(tx, environment, customer),
    tx.query<DiscountRow>({
      name: 'money-discounts',
      text: `select id, subscription, coupon, redeemed_at, periods_left, held_until from discount
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
    loadCreditBalances(tx, environment, customer),
  ])
  const person = profile.rows[0]
  return {
    billing: billingProfileOf(person ?? { name: '', email: null, billing: {} }),
    ...unsettled,
    documents: [],
    items,
    discounts: discounts.rows.map(discountFromRow),
    methods: methods.rows.map(methodFromRow),
    attempts: attempts.rows.map(attemptFromRow),
    receipts: [],
    refunds: [],
    balances: Object.fromEntries(balances.map(({ currency, amountMinor }) => [currency, amountMinor])),
    unbilled: null,
    usageBilledBy: null,
    usageClosed: false,
    entries: [],
  }
}

/** Documents that aren't settled, the lines of drafts, and those whose time isn't over. */
async function loadUnsettled(
  tx: Queryable,
  environment: number,
  customer: number,
  at: Instant,
): Promise<Pick<CustomerMoney, 'invoices' | 'lines' | 'effects' | 'running'>> {
  const [invoices, lines, running] = await Promise.all([
    tx.query<InvoiceRow>({
      name: 'money-invoices',
      text: `select * from invoice where environment = $1 and customer = $2 and status in ('draft', 'open', 'uncollectible')
           order by created_at, id`,
      values: [environment, customer],
    }),
    tx.query<LineRow>({
      name: 'money-draft-lines',
      text: `select line.* from invoice join invoice_line line
             on line.environment = invoice.environment and line.customer = invoice.customer and line.invoice = invoice.id
           where invoice.environment = $1 and invoice.customer = $2 and status = 'draft' order by line.invoice, position`,
      values: [environment, customer],
    }),
    tx.query<LineRow>({
      name: 'money-running-lines',
      text: `select line.* from invoice_line line join invoice
             on invoice.environment = line.environment and invoice.customer = line.customer and invoice.id = line.invoice
           where line.environment = $1 and line.customer = $2 and line.subscription is not null and service_end > $3
             and amount_minor <> 0 and stopped_at is null and line.kind in ('plan', 'quantity', 'add_on', 'bundle')
             and (amount_minor < 0) = (invoice.kind = 'credit_note') and invoice.status <> 'void'
             and (invoice.status <> 'draft' or invoice.collection <> 'prepaid')
           order by line.id collate "C"`,
      values: [environment, customer, timestampParameter(at)],
    }),
  ])
  return {
    invoices: invoices.rows.map(invoiceFromRow),
    lines: linesByInvoice(lines.rows),
    effects: new Map(
      invoices.rows.flatMap((row): [string, PaidEffect][] =>
        row.on_paid === null ? [] : [[row.id, row.on_paid]],
      ),
    ),
    running: running.rows.map(runningFromRow),
  }
}

function linesByInvoice(rows: LineRow[]): Map<string, InvoiceLine[]> {
  const lines = new Map<string, InvoiceLine[]>()
  for (const row of rows) {
    const known = lines.get(row.invoice)
    if (known === undefined) lines.set(row.invoice, [lineFromRow(row)])
    else known.push(lineFromRow(row))
  }
  return lines
}

/** What a credit note charges is below zero there. */
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
    amountMinor: Math.abs(amountMinor),
    discountMinor: Math.abs(discountMinor),
    taxInclusive: line.taxInclusive,
    taxCategory: line.taxCategory,
    taxes: line.taxes.map(({ taxMinor: _, ...rate }) => rate),
    service: service as RunningLine['service'],
    creditedMinor: row.credited_minor,
    creditedDiscountMinor: row.credited_discount_minor,
    stoppedAt: row.stopped_at,
  }
}

export async function loadCreditBalances(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<{ currency: string; amountMinor: number }[]> {
  const { rows } = await db.query<{ currency: string; amountMinor: number }>({
    name: 'money-balances',
    text: `select currency, amount_minor as "amountMinor" from credit_balance
           where environment = $1 and customer = $2 order by currency`,
    values: [environment, customer],
  })
  return rows
}

/** Not billed yet, oldest first. */
export async function loadPendingItems(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<PendingItem[]> {
  const { rows } = await db.query<ItemRow>({
    name: 'money-items',
    text: `select id, subscription, currency, line, created_at from pending_item
           where environment = $1 and customer = $2 and invoice is null order by created_at, id`,
    values: [environment, customer],
  })
  return rows.map(itemFromRow)
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
    heldUntil: row.held_until,
  }
}

/** A feature whose use a price counts: by the customer's pool, or by its members together. */
export interface CountedFeature {
  feature: number
  byMember: boolean
}

/** Of windows that have ended. */
export async function loadUnbilledUsage(
  tx: Queryable,
  environment: number,
  customer: number,
  currency: string,
  counted: readonly CountedFeature[],
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
          text: `select feature, window_start as "windowStart", max(window_end) as "windowEnd",
                   sum(used)::bigint as used, sum(billed)::bigint as billed
                 from usage_window join unnest($3::int[], $4::boolean[]) as counted (feature, by_member) using (feature)
                 where environment = $1 and customer = $2 and (member <> 0) = by_member
                 group by feature, window_start having sum(used) > sum(billed)
                 order by feature, window_start`,
          values: [
            environment,
            customer,
            counted.map(({ feature }) => feature),
            counted.map(({ byMember }) => byMember),
          ],
        }),
  ])
  return { overage: overage.rows, windows: windows.rows }
}
