/**
 * A customer's money, read for a decision.
 *
 * Owns: what of it a decision gets: what is unsettled, and what it asks for beside that. Does not own: the decision,
 * the lock (whoever calls holds the head), writing (`save-customer-money.ts`).
 */
import { billingProfileOf } from '../domain/customers/billing-profile.ts'
import { NOTHING_RECALLED, type CustomerMoney, type PaidEffect } from '../domain/customers/money.ts'
import type { CustomerState } from '../domain/customers/state.ts'
import type { Coupon } from '../domain/catalog/model.ts'
import type { Discount } from '../domain/discounts/model.ts'
import { NO_DISPUTES } from '../domain/invoices/disputed-lines.ts'
import type { Disputed, InvoiceLine, LineDraft, PendingItem, RunningLine } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { ofCustomers, ofItems } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { loadDisputedLines } from './disputed-lines.ts'
import { lineFromRow, type LineRow } from './invoice-lines.ts'
import { invoiceFromRow, type InvoiceRow } from './invoices.ts'
import { attemptFromRow, methodFromRow, type AttemptRow, type MethodRow } from './payments.ts'
import { unitsPaidAgain } from './set-off-lines.ts'

interface ItemRow {
  id: string
  subscription: number | null
  currency: string
  line: LineDraft
  created_at: Instant
  has_disputes: boolean
}

interface DiscountRow {
  id: string
  subscription: number | null
  coupon: Coupon
  redeemed_at: Instant
  periods_left: number | null
  held_until: Instant | null
}

/** What a decision on this customer's money needs. Lines whose time is over by the state's moment can't be given back. */
export async function loadCustomerMoney(
  tx: Queryable,
  { environment, customer: person, now }: Pick<CustomerState, 'environment' | 'customer' | 'now'>,
): Promise<CustomerMoney> {
  const customer = person.id
  const [unsettled, items, discounts, methods, attempts, balances] = await Promise.all([
    loadUnsettled(tx, environment, customer, now),
    loadPendingItems(tx, environment, customer),
    tx.query<DiscountRow>(
      ofCustomers(environment, customer, {
        name: 'money-discounts',
        text: `select customer, id, subscription, coupon, redeemed_at, periods_left, held_until from discount
             where environment = $1 and customer = any($2::bigint[]) and ended_at is null order by redeemed_at, id`,
      }),
    ),
    tx.query<MethodRow>(
      ofCustomers(environment, customer, {
        name: 'money-methods',
        text: `select * from payment_method where environment = $1 and customer = any($2::bigint[]) and detached_at is null
             order by created_at, id`,
      }),
    ),
    tx.query<AttemptRow>(
      ofCustomers(environment, customer, {
        name: 'money-attempts',
        text: `select * from payment_attempt where environment = $1 and customer = any($2::bigint[])
               and status in ('created', 'started', 'pending', 'action_needed', 'unknown') order by created_at, id`,
      }),
    ),
    loadCreditBalances(tx, environment, customer),
  ])
  return {
    billing: billingProfileOf(person),
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
    overageBilled: [],
    stretches: [],
    keptUse: [],
    usageClosed: false,
    entries: [],
    recalled: NOTHING_RECALLED,
  }
}

type RunningRow = LineRow & { hasDisputes: boolean; paidAgain: number }

/** Documents that aren't settled, the lines of drafts, and those whose time isn't over. */
async function loadUnsettled(
  tx: Queryable,
  environment: number,
  customer: number,
  at: Instant,
): Promise<Pick<CustomerMoney, 'invoices' | 'lines' | 'effects' | 'running'>> {
  const [invoices, lines, running] = await Promise.all([
    tx.query<InvoiceRow>(
      ofCustomers(environment, customer, {
        name: 'money-invoices',
        text: `select * from invoice where environment = $1 and customer = any($2::bigint[])
               and status in ('draft', 'open', 'uncollectible')
             order by created_at, id`,
      }),
    ),
    tx.query<LineRow>(
      ofCustomers(environment, customer, {
        name: 'money-draft-lines',
        text: `select line.* from invoice join invoice_line line
             on line.environment = invoice.environment and line.customer = invoice.customer and line.invoice = invoice.id
           where invoice.environment = $1 and invoice.customer = any($2::bigint[]) and status = 'draft'
           order by line.invoice, position`,
      }),
    ),
    tx.query<RunningRow>(
      ofItems(environment, [{ customer, at: timestampParameter(at) }], {
        name: 'money-running-lines',
        text: `select line.*, exists (select from dispute where dispute.environment = $1 and dispute.customer = asked.customer
             and dispute.status <> 'won') as "hasDisputes",
             case when invoice.status = 'void' and line.kind = 'quantity' then ${unitsPaidAgain} else 0 end as "paidAgain"
           from json_to_recordset($2::json) as asked (customer bigint, at timestamptz)
           join invoice_line line on line.environment = $1 and line.customer = asked.customer
             and line.subscription is not null and service_end > asked.at
           join invoice
             on invoice.environment = line.environment and invoice.customer = line.customer and invoice.id = line.invoice
           where amount_minor <> 0 and stopped_at is null and line.kind in ('plan', 'quantity', 'add_on', 'bundle')
             and (amount_minor < 0) = (invoice.kind = 'credit_note')
             and (invoice.collection <> 'prepaid' or invoice.status not in ('draft', 'void') and invoice.on_paid is not null)
           order by line.id collate "C"`,
      }),
    ),
  ])
  const isDisputed = running.rows.some(({ hasDisputes }) => hasDisputes)
  const disputed = isDisputed ? await loadDisputedLines(tx, environment, customer) : NO_DISPUTES
  return {
    invoices: invoices.rows.map(invoiceFromRow),
    lines: linesByInvoice(lines.rows),
    effects: new Map(
      invoices.rows.flatMap((row): [string, PaidEffect][] =>
        row.on_paid === null ? [] : [[row.id, row.on_paid]],
      ),
    ),
    running: running.rows
      .filter(({ quantity, paidAgain: units }) => Number(quantity) > units)
      .map((row) => runningFromRow(row, disputed.of(row.id))),
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
function runningFromRow(row: RunningRow, disputed: RunningLine['disputed']): RunningLine {
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
    quantity: row.paidAgain === 0 ? quantity : String(Number(quantity) - row.paidAgain),
    amountMinor: Math.abs(amountMinor),
    discountMinor: Math.abs(discountMinor),
    taxInclusive: line.taxInclusive,
    taxCategory: line.taxCategory,
    taxes: line.taxes.map(({ taxMinor: _, ...rate }) => rate),
    service: service as RunningLine['service'],
    creditedMinor: row.credited_minor,
    creditedDiscountMinor: row.credited_discount_minor,
    stoppedAt: row.stopped_at,
    disputed,
  }
}

export async function loadCreditBalances(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<{ currency: string; amountMinor: number }[]> {
  const { rows } = await db.query<{ currency: string; amount_minor: number }>(
    ofCustomers(environment, customer, {
      name: 'money-balances',
      text: `select customer, currency, amount_minor from credit_balance
             where environment = $1 and customer = any($2::bigint[]) order by currency`,
    }),
  )
  return rows.map(({ currency, amount_minor: amountMinor }) => ({ currency, amountMinor }))
}

/** Not billed yet, oldest first. */
export async function loadPendingItems(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<PendingItem[]> {
  const { rows } = await db.query<ItemRow>(
    ofCustomers(environment, customer, {
      name: 'money-items',
      text: `select customer, id, subscription, currency, line, created_at,
               line ->> 'credits' is not null and exists (select from dispute where dispute.environment = item.environment
                 and dispute.customer = item.customer and dispute.status <> 'won') as has_disputes
             from pending_item item
             where environment = $1 and customer = any($2::bigint[]) and invoice is null order by created_at, id`,
    }),
  )
  const isDisputed = rows.some(({ has_disputes }) => has_disputes)
  const disputed = isDisputed ? await loadDisputedLines(db, environment, customer) : NO_DISPUTES
  const given = new Map<string, number>()
  return rows.map((row) => {
    const item = itemFromRow(row)
    const { credits, amountMinor } = item.line
    if (credits === null) return item
    const earlierMinor = given.get(credits) ?? 0
    const all = disputed.ofCredit(credits, earlierMinor - amountMinor)
    const earlier = disputed.ofCredit(credits, earlierMinor)
    given.set(credits, earlierMinor - amountMinor)
    return { ...item, disputed: lessOf(all, earlier) }
  })
}

const lessOf = (all: Disputed, earlier: Disputed): Disputed => ({
  openMinor: all.openMinor - earlier.openMinor,
  lostMinor: all.lostMinor - earlier.lostMinor,
})

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
