/**
 * Writing what a decision made of a customer's money.
 *
 * Owns: finding it by comparing the money before with the one after. Does not own: the decision, the lock (whoever
 * calls holds the head).
 * Invariant: what is written is what was not there before, or is no longer the same object; nothing is forgotten.
 */
import type { CustomerMoney, NewDocument } from '../domain/customers/money.ts'
import type { Discount } from '../domain/discounts/model.ts'
import type { PendingItem, RunningLine } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { insertLines, saveInvoice } from './invoices.ts'
import { markIssued } from './earnings.ts'
import { insertEntries } from './ledger.ts'
import { saveAttempt, saveMethod } from './payments.ts'
import { saveReceipt } from './receipts.ts'
import { saveRefund } from './refunds.ts'
import { upsert } from './upsert.ts'

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
    ...before.receipts,
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
    ...earnedAtIssue(environment, customer, before, after),
    ...after.running.filter(isNew).flatMap((line) => stopLine(environment, customer, line)),
    ...after.items.filter(isNew).map((item) => saveItem(environment, customer, item)),
    ...after.discounts.filter(isNew).map((discount) => saveDiscount(environment, customer, discount)),
    ...after.methods.filter(isNew).map((method) => saveMethod(environment, customer, method)),
    ...after.attempts.filter(isNew).map((attempt) => saveAttempt(environment, customer, attempt, recordedAt)),
    ...after.receipts.filter(isNew).map((receipt) => saveReceipt(environment, customer, receipt)),
    ...after.refunds.filter(isNew).map((refund) => saveRefund(environment, customer, refund, recordedAt)),
    ...saveBalances(environment, customer, before, after),
    ...insertEntries(environment, customer, after.entries, recordedAt),
    ...markUsageBilled(environment, customer, after, currency),
    ...dropItems(environment, customer, before, after),
    ...dropDrafts(environment, customer, dropped),
  ]
  await Promise.all(statements.map((statement) => tx.query(statement)))
}

type Statements = Parameters<Transaction['query']>[0][]

/** Of what is issued: what is earned by the same entry, and when the rest begins to be. */
function earnedAtIssue(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statements {
  const drafts = new Set(before.invoices.filter(({ status }) => status === 'draft').map(({ id }) => id))
  const made = new Set(after.documents.map(({ invoice }) => invoice.id))
  return after.invoices
    .filter(({ id, issuedAt }) => issuedAt !== null && (drafts.has(id) || made.has(id)))
    .flatMap((each) => markIssued(environment, customer, each, after.lines.get(each.id) ?? []))
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
    held_until: discount.heldUntil === null ? null : timestampParameter(discount.heldUntil),
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
  { usageBilledBy, usageClosed }: CustomerMoney,
  currency: string | null,
): Statements {
  const overage = {
    name: 'bill-overage',
    text: `update overage set invoice = $3
           where environment = $1 and customer = $2 and priced and invoice is null and unit_price ? $4`,
    values: [environment, customer, usageBilledBy, currency],
  }
  const windows = {
    name: 'close-windows',
    text: 'update usage_window set billed = used where environment = $1 and customer = $2 and billed < used',
    values: [environment, customer],
  }
  return [
    ...(usageBilledBy === null || currency === null ? [] : [overage]),
    ...(usageClosed ? [windows] : []),
  ]
}

function dropItems(
  environment: number,
  customer: number,
  before: CustomerMoney,
  after: CustomerMoney,
): Statements {
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

/** A draft goes away with its lines; it never had a number. What had waited for it waits for the next invoice. */
function dropDrafts(environment: number, customer: number, ids: string[]): Statements {
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
