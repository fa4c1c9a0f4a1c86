/** Disputes: row ⇄ domain. */
import type { KnownDispute } from '../domain/payments/disputes.ts'
import type { Instant } from '../domain/time/index.ts'
import { upsert } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

interface DisputeRow {
  id: string
  provider: string
  reference: string
  receipt: string
  amount_minor: number
  withdrawn_minor: number
  currency: string
  status: KnownDispute['status']
  reason: string
  evidence_due_at: Instant | null
  opened_at: Instant
  closed_at: Instant | null
  told_at: Instant
}

function disputeFromRow(row: DisputeRow): KnownDispute {
  return {
    id: row.id,
    provider: row.provider,
    reference: row.reference,
    receipt: row.receipt,
    amountMinor: row.amount_minor,
    withdrawnMinor: row.withdrawn_minor,
    currency: row.currency,
    status: row.status,
    reason: row.reason,
    evidenceDueAt: row.evidence_due_at,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    toldAt: row.told_at,
  }
}

export async function saveDispute(
  db: Queryable,
  environment: number,
  customer: number,
  dispute: KnownDispute,
): Promise<void> {
  const optional = (at: Instant | null) => (at === null ? null : timestampParameter(at))
  const row = {
    environment,
    customer,
    id: dispute.id,
    provider: dispute.provider,
    reference: dispute.reference,
    receipt: dispute.receipt,
    amount_minor: dispute.amountMinor,
    withdrawn_minor: dispute.withdrawnMinor,
    currency: dispute.currency,
    status: dispute.status,
    reason: dispute.reason,
    evidence_due_at: optional(dispute.evidenceDueAt),
    opened_at: timestampParameter(dispute.openedAt),
    closed_at: optional(dispute.closedAt),
    told_at: timestampParameter(dispute.toldAt),
  }
  const key = ['environment', 'customer', 'id']
  await db.query(upsert('dispute', [row], key, ['provider', 'reference', 'receipt', 'opened_at']))
}

export async function findDispute(
  db: Queryable,
  environment: number,
  provider: string,
  reference: string,
): Promise<KnownDispute | null> {
  const { rows } = await db.query<DisputeRow>({
    name: 'find-dispute',
    text: 'select * from dispute where environment = $1 and provider = $2 and reference = $3',
    values: [environment, provider, reference],
  })
  return rows[0] === undefined ? null : disputeFromRow(rows[0])
}

export async function hasOtherOpenDispute(
  db: Queryable,
  environment: number,
  customer: number,
  id: string,
): Promise<boolean> {
  const { rows } = await db.query({
    name: 'other-open-dispute',
    text: `select 1 from dispute where environment = $1 and customer = $2 and id <> $3 and status = 'open' limit 1`,
    values: [environment, customer, id],
  })
  return rows.length > 0
}

/** Whose payment a transaction of a provider was. */
export async function findDisputedReceipt(
  db: Queryable,
  environment: number,
  provider: string,
  transaction: string,
): Promise<{ customer: number; receipt: string } | null> {
  const { rows } = await db.query<{ customer: number; receipt: string }>({
    name: 'find-disputed-receipt',
    text: `select customer, id as receipt from receipt
           where environment = $1 and provider = $2 and transaction = $3`,
    values: [environment, provider, transaction],
  })
  return rows[0] ?? null
}

export interface ListedDispute {
  dispute: KnownDispute
  customerKey: string
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listDisputes(
  db: Queryable,
  environment: number,
  filter: { customer: number | null; status: string | null; before: string | null; limit: number },
): Promise<ListedDispute[]> {
  const { rows } = await db.query<DisputeRow & { customer_key: string }>({
    name: 'list-disputes',
    text: `select dispute.*, customer.key as customer_key from dispute
           join customer on customer.environment = dispute.environment and customer.id = dispute.customer
           where dispute.environment = $1
             and ($2::bigint is null or dispute.customer = $2)
             and ($3::text is null or dispute.status = $3)
             and ($4::text is null or dispute.id collate "C" < $4)
           order by dispute.id collate "C" desc limit $5`,
    values: [environment, filter.customer, filter.status, filter.before, filter.limit],
  })
  return rows.map((row) => ({ dispute: disputeFromRow(row), customerKey: row.customer_key }))
}
