/** Receipts, money that came in: row ⇄ domain. */
import type { Receipt } from '../domain/payments/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { upsert } from './customer-statements.ts'
import type { Queryable, Statement, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

const KEY = ['environment', 'customer', 'id']

export interface ReceiptRow {
  customer: number
  id: string
  provider: string
  transaction: string
  attempt: string | null
  currency: string
  amount_minor: number
  received_at: Instant
  allocations: Receipt['allocations']
  to_balance_minor: number
  refunded_minor: number
  disputed_minor: number
}

export function receiptFromRow(row: ReceiptRow): Receipt {
  return {
    id: row.id,
    provider: row.provider,
    transaction: row.transaction,
    attempt: row.attempt,
    currency: row.currency,
    amountMinor: row.amount_minor,
    receivedAt: row.received_at,
    allocations: row.allocations,
    toBalanceMinor: row.to_balance_minor,
    refundedMinor: row.refunded_minor,
    disputedMinor: row.disputed_minor,
  }
}

export function saveReceipts(environment: number, customer: number, receipts: readonly Receipt[]): Statement {
  const rows = receipts.map((receipt) => ({
    environment,
    customer,
    id: receipt.id,
    provider: receipt.provider,
    transaction: receipt.transaction,
    attempt: receipt.attempt,
    currency: receipt.currency,
    amount_minor: receipt.amountMinor,
    received_at: timestampParameter(receipt.receivedAt),
    allocations: receipt.allocations,
    to_balance_minor: receipt.toBalanceMinor,
    refunded_minor: receipt.refundedMinor,
  }))
  const fixed = Object.keys(rows[0] ?? {}).filter((column) => column !== 'refunded_minor')
  return upsert('receipt', rows, KEY, fixed)
}

/** Whoever else records this transaction, for whichever customer, waits until the end of this. */
export async function lockReceipt(
  tx: Transaction,
  environment: number,
  provider: string,
  transaction: string,
): Promise<void> {
  await tx.query({
    name: 'lock-receipt',
    text: `select pg_advisory_xact_lock(hashtextextended('receipt ' || $1 || ' ' || $2 || ' ' || $3, 0))`,
    values: [environment, provider, transaction],
  })
}

/** Whether this transaction of the provider has landed. */
export async function hasReceipt(
  db: Queryable,
  environment: number,
  provider: string,
  transaction: string,
): Promise<boolean> {
  const { rows } = await db.query({
    name: 'has-receipt',
    text: 'select 1 from receipt where environment = $1 and provider = $2 and transaction = $3',
    values: [environment, provider, transaction],
  })
  return rows.length > 0
}

export interface ListedReceipt {
  receipt: Receipt
  customer: number
  customerKey: string
}

/** A payment that is disputed several times is withdrawn once. */
const columns = `receipt.*, least(receipt.amount_minor, (
    select coalesce(sum(greatest(dispute.amount_minor, withdrawn_minor)), 0) from dispute
    where dispute.environment = receipt.environment and dispute.customer = receipt.customer
      and dispute.receipt = receipt.id and dispute.status <> 'won'
  ))::bigint as disputed_minor`

const listed = `select ${columns}, customer.key as customer_key from receipt
  join customer on customer.environment = receipt.environment and customer.id = receipt.customer`

type ListedReceiptRow = ReceiptRow & { customer_key: string }

const listedFromRow = (row: ListedReceiptRow): ListedReceipt => ({
  receipt: receiptFromRow(row),
  customer: row.customer,
  customerKey: row.customer_key,
})

/** By its own id, or by that of the attempt that brought it in. */
export async function findReceipt(
  db: Queryable,
  environment: number,
  id: string,
): Promise<ListedReceipt | null> {
  const { rows } = await db.query<ListedReceiptRow>({
    name: 'find-receipt',
    text: `${listed} where receipt.environment = $1 and (receipt.id = $2 or receipt.attempt = $2)
           order by received_at, receipt.id limit 1`,
    values: [environment, id],
  })
  return rows[0] === undefined ? null : listedFromRow(rows[0])
}

export async function loadReceipts(
  db: Queryable,
  environment: number,
  customer: number,
  query: { ids?: readonly string[]; invoice?: string },
): Promise<Receipt[]> {
  const { rows } = await db.query<ReceiptRow>({
    name: 'receipts-of-customer',
    text: `select ${columns} from receipt where environment = $1 and customer = $2
             and (id = any($3::text[]) or allocations @> $4::jsonb)
           order by received_at, id`,
    values: [
      environment,
      customer,
      query.ids ?? [],
      query.invoice === undefined ? null : JSON.stringify([{ invoice: query.invoice }]),
    ],
  })
  return rows.map(receiptFromRow)
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listReceipts(
  db: Queryable,
  environment: number,
  filter: { customer: number | null; before: string | null; limit: number },
): Promise<ListedReceipt[]> {
  const { rows } = await db.query<ListedReceiptRow>({
    name: 'list-receipts',
    text: `${listed} where receipt.environment = $1
             and ($2::bigint is null or receipt.customer = $2)
             and ($3::text is null or receipt.id collate "C" < $3)
           order by receipt.id collate "C" desc limit $4`,
    values: [environment, filter.customer, filter.before, filter.limit],
  })
  return rows.map(listedFromRow)
}
