/**
 * Writing what a decision made of a customer's money.
 *
 * Owns: finding it by comparing the money before with the one after. Does not own: the decision, the lock (whoever
 * calls holds the head).
 * Invariant: what is written is what was not there before, or is no longer the same object; nothing is forgotten.
 */
import type { CustomerMoney, PaidEffect } from '../domain/customers/money.ts'
import type { Discount } from '../domain/discounts/model.ts'
import type { Invoice, PendingItem, RunningLine } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { ofCustomers, ofItems, upsert } from './customer-statements.ts'
import type { Statement } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'
import { markIssued } from './earnings.ts'
import { insertLines } from './invoice-lines.ts'
import { saveInvoices } from './invoices.ts'
import { saveKeptUse, saveStretches } from './closed-stretches.ts'
import { insertEntries } from './ledger.ts'
import { saveAttempts, saveMethods } from './payments.ts'
import { saveReceipts } from './receipts.ts'
import { saveRefunds } from './refunds.ts'

/** What writes what a decision made, in this order. The head is saved by the caller. */
export function saveCustomerMoney(
  environment: number,
  customer: number,
  { before, after }: { before: CustomerMoney; after: CustomerMoney },
  recordedAt: Instant,
): Statement[] {
  if (before === after) return []
  const { recalled } = after
  const current = new Map(after.invoices.map((each) => [each.id, each]))
  // as they are now: what was made may have been issued since
  const documents = after.documents.flatMap(({ invoice: { id }, lines }) => {
    const invoice = current.get(id)
    return invoice === undefined || lines.length === 0 ? [] : [{ invoice, lines }]
  })
  const dropped = before.invoices.filter(({ id }) => !current.has(id)).map(({ id }) => id)
  const write = <Each>(each: readonly Each[], known: readonly Each[], save: Save<Each>) => {
    const old = new Set(known)
    const made = each.filter((one) => !old.has(one))
    return made.length === 0 ? [] : [save(environment, customer, made, recordedAt)]
  }
  const saveWithEffects: Save<Invoice> = (...[, , made]) =>
    saveInvoices(environment, customer, made, { effects: effectsOf(after), lines: after.lines })
  return [
    ...write(after.invoices, [...recalled.invoices, ...before.invoices], saveWithEffects),
    ...endEffects(environment, customer, before, after),
    ...write(documents, [], insertLines),
    ...earnedAtIssue(environment, customer, before, after),
    ...write(after.running.filter(isStopped), before.running, stopLines),
    ...write(after.items, before.items, saveItems),
    ...write(after.stretches, before.stretches, saveStretches),
    ...write(after.keptUse, before.keptUse, saveKeptUse),
    ...write(after.discounts, before.discounts, saveDiscounts),
    ...write(after.methods, before.methods, saveMethods),
    ...write(after.attempts, before.attempts, saveAttempts),
    ...write(after.receipts, [...recalled.receipts, ...before.receipts], saveReceipts),
    ...write(after.refunds, [...recalled.refunds, ...before.refunds], saveRefunds),
    ...saveBalances(environment, customer, before, after),
    ...insertEntries(environment, customer, after.entries, recordedAt),
    ...markUsageBilled(environment, customer, after),
    ...dropItems(environment, customer, before, after),
    ...dropDiscounts(environment, customer, before, after),
    ...dropDrafts(environment, customer, dropped),
  ]
}

type Save<Each> = (
  environment: number,
  customer: number,
  made: readonly Each[],
  recordedAt: Instant,
) => Statement

function effectsOf({ documents, effects }: CustomerMoney): Map<string, PaidEffect> {
  const all = new Map(effects)
  for (const { invoice, onPaid } of documents) if (onPaid !== null) all.set(invoice.id, onPaid)
  return all
}

/** Of orders that are paid in part, and whose reason is gone. */
function endEffects(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statement[] {
  const ids = [...before.effects.keys()].filter((id) => !after.effects.has(id))
  if (ids.length === 0) return []
  return [
    {
      name: 'end-paid-effects',
      text: 'update invoice set on_paid = null where environment = $1 and customer = $2 and id = any($3::text[])',
      values: [environment, customer, ids],
    },
  ]
}

/** Of drafts that are issued: what is earned by the same entry, and when the rest begins to be. */
function earnedAtIssue(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statement[] {
  const drafts = new Set(before.invoices.filter(({ status }) => status === 'draft').map(({ id }) => id))
  return after.invoices
    .filter(({ id, issuedAt }) => issuedAt !== null && drafts.has(id))
    .flatMap((each) => markIssued(environment, customer, each, after.lines.get(each.id) ?? []))
}

/** A line of an earlier document that a change stopped, or gave back in part. One made just now is inserted before. */
const isStopped = ({ stoppedAt, creditedMinor }: RunningLine) => stoppedAt !== null || creditedMinor !== 0

function stopLines(environment: number, customer: number, lines: readonly RunningLine[]): Statement {
  const items = lines.map((line) => ({
    customer,
    id: line.id,
    stopped_at: nullableTimestamp(line.stoppedAt),
    credited_minor: line.creditedMinor,
    credited_discount_minor: line.creditedDiscountMinor,
  }))
  return ofItems(environment, items, {
    name: 'stop-invoice-lines',
    text: `update invoice_line line set stopped_at = new.stopped_at, credited_minor = new.credited_minor,
             credited_discount_minor = new.credited_discount_minor
           from json_populate_recordset(null::invoice_line, $2::json) new
           where line.environment = $1 and line.customer = new.customer and line.id = new.id`,
  })
}

function saveItems(environment: number, customer: number, items: readonly PendingItem[]): Statement {
  const rows = items.map((item) => ({
    environment,
    customer,
    id: item.id,
    subscription: item.subscription,
    currency: item.currency,
    line: item.line,
    created_at: timestampParameter(item.createdAt),
    invoice: item.invoice,
  }))
  return upsert('pending_item', rows, ['environment', 'customer', 'id'])
}

function saveDiscounts(environment: number, customer: number, discounts: readonly Discount[]): Statement {
  const rows = discounts.map((discount) => ({
    environment,
    customer,
    id: discount.id,
    subscription: discount.subscription,
    coupon_key: discount.coupon.key,
    coupon: discount.coupon,
    redeemed_at: timestampParameter(discount.redeemedAt),
    periods_left: discount.periodsLeft,
    held_until: nullableTimestamp(discount.heldUntil),
  }))
  return upsert('discount', rows, ['environment', 'customer', 'id'])
}

function saveBalances(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statement[] {
  const rows = Object.entries(after.balances)
    .filter(([currency, amountMinor]) => before.balances[currency] !== amountMinor)
    .map(([currency, amountMinor]) => ({ environment, customer, currency, amount_minor: amountMinor }))
  return rows.length === 0 ? [] : [upsert('credit_balance', rows, ['environment', 'customer', 'currency'])]
}

function markUsageBilled(
  environment: number,
  customer: number,
  { overageBilled, usageClosed }: CustomerMoney,
): Statement[] {
  const items = overageBilled.map(({ by, subscription, currency, from, to }) => ({
    customer,
    invoice: by,
    subscription,
    currency,
    start: timestampParameter(from),
    end: timestampParameter(to),
  }))
  const overage = ofItems(environment, items, {
    name: 'bill-overage',
    text: `update overage set invoice = billed.invoice
           from json_to_recordset($2::json) as billed (customer bigint, invoice text, subscription bigint, currency text,
             start timestamptz, "end" timestamptz)
           where environment = $1 and overage.customer = billed.customer and priced and overage.invoice is null
             and overage.subscription = billed.subscription and unit_price ? billed.currency
             and at >= billed.start and at < billed."end"`,
  })
  const windows = ofCustomers(environment, customer, {
    name: 'close-windows',
    text: `update usage_window set billed = used
           where environment = $1 and customer = any($2::bigint[]) and billed < used`,
  })
  return [...(items.length === 0 ? [] : [overage]), ...(usageClosed ? [windows] : [])]
}

function dropItems(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statement[] {
  const kept = new Set(after.items.map(({ id }) => id))
  const ids = before.items.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  if (ids.length === 0) return []
  return [
    {
      name: 'drop-pending-items',
      text: 'delete from pending_item where environment = $1 and customer = $2 and id = any($3::text[]) and invoice is null',
      values: [environment, customer, ids],
    },
  ]
}

/** What was never used can be redeemed again, by this customer and by others. */
function dropDiscounts(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statement[] {
  const kept = new Set(after.discounts.map(({ id }) => id))
  const ids = before.discounts.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  if (ids.length === 0) return []
  return [
    {
      name: 'drop-discounts',
      text: `with unused as (
               delete from discount where environment = $1 and customer = $2 and id = any($3::text[])
               returning coupon_key)
             update coupon_redemptions r set redeemed = greatest(r.redeemed - u.times, 0)
             from (select coupon_key, count(*)::integer as times from unused group by coupon_key) u
             where r.environment = $1 and r.coupon_key = u.coupon_key`,
      values: [environment, customer, ids],
    },
  ]
}

/** A draft goes away with its lines; it never had a number. What had waited for it waits for the next invoice. */
function dropDrafts(environment: number, customer: number, ids: string[]): Statement[] {
  if (ids.length === 0) return []
  const values = [environment, customer, ids]
  return [
    {
      name: 'free-pending-items',
      text: 'update pending_item set invoice = null where environment = $1 and customer = $2 and invoice = any($3::text[])',
      values,
    },
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
