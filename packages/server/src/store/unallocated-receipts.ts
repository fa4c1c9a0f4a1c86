/**
 * Money that came in for nothing we know: row ⇄ domain.
 *
 * Owns: the table `unallocated_receipt`. Does not own: what it becomes (`receipts.ts`).
 * Invariant: a transaction of a provider is here once, also after it was assigned, so that it never lands twice.
 */
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface UnallocatedReceipt {
  id: string
  provider: string
  transaction: string
  attemptKey: string | null
  currency: string
  amountMinor: number
  receivedAt: Instant
  /** What it became; null: it is nobody's. */
  receipt: string | null
}

/** @returns whether it is new */
export async function insertUnallocatedReceipt(
  tx: Transaction,
  environment: number,
  receipt: Omit<UnallocatedReceipt, 'receipt'>,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'insert-unallocated-receipt',
    text: `insert into unallocated_receipt (environment, id, provider, transaction, attempt_key, currency, amount_minor,
             received_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    values: [
      environment,
      receipt.id,
      receipt.provider,
      receipt.transaction,
      receipt.attemptKey,
      receipt.currency,
      receipt.amountMinor,
      timestampParameter(receipt.receivedAt),
    ],
  })
  return rowCount === 1
}

const columns = `id, provider, transaction, attempt_key as "attemptKey", currency, amount_minor as "amountMinor",
  received_at as "receivedAt", receipt`

/** Newest first. `before`: the id of the last one of the page before. */
export async function listUnallocatedReceipts(
  db: Queryable,
  environment: number,
  filter: { isAssigned: boolean | null; before: string | null; limit: number },
): Promise<UnallocatedReceipt[]> {
  const { rows } = await db.query<UnallocatedReceipt>({
    name: 'list-unallocated-receipts',
    text: `select ${columns} from unallocated_receipt
           where environment = $1 and ($2::boolean is null or (receipt is not null) = $2)
             and ($3::text is null or id collate "C" < $3)
           order by id collate "C" desc limit $4`,
    values: [environment, filter.isAssigned, filter.before, filter.limit],
  })
  return rows
}

/** Whoever else assigns it waits until the end of this. */
export async function lockUnallocatedReceipt(
  tx: Transaction,
  environment: number,
  id: string,
): Promise<UnallocatedReceipt | null> {
  const { rows } = await tx.query<UnallocatedReceipt>({
    name: 'lock-unallocated-receipt',
    text: `select ${columns} from unallocated_receipt where environment = $1 and id = $2 for update`,
    values: [environment, id],
  })
  return rows[0] ?? null
}

/** From now on it is this receipt. */
export async function assignUnallocatedReceipt(
  tx: Transaction,
  environment: number,
  id: string,
  receipt: string,
): Promise<void> {
  await tx.query({
    name: 'assign-unallocated-receipt',
    text: 'update unallocated_receipt set receipt = $3 where environment = $1 and id = $2',
    values: [environment, id, receipt],
  })
}
