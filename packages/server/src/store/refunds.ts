/** Refunds: row ⇄ domain, and which of them wait for somebody. */
import type { Environment } from '../context.ts'
import type { Refund } from '../domain/payments/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { upsert } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

const KEY = ['environment', 'customer', 'id']

export interface RefundRow {
  customer: number
  id: string
  receipt: string
  parts: Refund['parts']
  amount_minor: number
  currency: string
  status: Refund['status']
  reason: string
  transaction: string | null
  failure: string | null
  created_at: Instant
  ended_at: Instant | null
}

export function refundFromRow(row: RefundRow): Refund {
  return {
    id: row.id,
    receipt: row.receipt,
    parts: row.parts,
    amountMinor: row.amount_minor,
    currency: row.currency,
    status: row.status,
    reason: row.reason,
    transaction: row.transaction,
    failure: row.failure,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }
}

/**
 * How long nobody else asks, by what was last known: whoever wrote it down goes first. System time: the world outside has
 * no test clock.
 */
const PAUSE_MS: Partial<Record<Refund['status'], number>> = {
  created: 2_000,
  started: 90_000,
  pending: 600_000,
}

export function saveRefunds(
  environment: number,
  customer: number,
  refunds: readonly Refund[],
  recordedAt: Instant,
): Statement {
  const rows = refunds.map((refund) => ({
    environment,
    customer,
    id: refund.id,
    receipt: refund.receipt,
    parts: refund.parts,
    amount_minor: refund.amountMinor,
    currency: refund.currency,
    status: refund.status,
    reason: refund.reason,
    transaction: refund.transaction,
    failure: refund.failure,
    created_at: timestampParameter(refund.createdAt),
    ended_at: refund.endedAt === null ? null : timestampParameter(refund.endedAt),
    claimable_at: timestampParameter(recordedAt + (PAUSE_MS[refund.status] ?? 0)),
  }))
  return upsert('refund', rows, KEY, ['receipt', 'parts', 'amount_minor', 'currency', 'reason', 'created_at'])
}

export async function loadRefunds(
  db: Queryable,
  environment: number,
  customer: number,
  query: { receipts?: readonly string[]; ids?: readonly string[] },
): Promise<Refund[]> {
  const { rows } = await db.query<RefundRow>({
    name: 'refunds-of-customer',
    text: `select * from refund where environment = $1 and customer = $2
             and (receipt = any($3::text[]) or id = any($4::text[]))
           order by id collate "C"`,
    values: [environment, customer, query.receipts ?? [], query.ids ?? []],
  })
  return rows.map(refundFromRow)
}

export interface ListedRefund {
  refund: Refund
  /** That of its payment. */
  provider: string
  customer: number
  customerKey: string
}

const listed = `select refund.*, receipt.provider, customer.key as customer_key from refund
  join receipt on receipt.environment = refund.environment and receipt.customer = refund.customer and receipt.id = refund.receipt
  join customer on customer.environment = refund.environment and customer.id = refund.customer`

type ListedRefundRow = RefundRow & { provider: string; customer_key: string }

const listedFromRow = (row: ListedRefundRow): ListedRefund => ({
  refund: refundFromRow(row),
  provider: row.provider,
  customer: row.customer,
  customerKey: row.customer_key,
})

/** By its id alone: how a provider names it. */
export async function findRefund(
  db: Queryable,
  environment: number,
  id: string,
): Promise<ListedRefund | null> {
  const { rows } = await db.query<ListedRefundRow>({
    name: 'find-refund',
    text: `${listed} where refund.environment = $1 and refund.id = $2`,
    values: [environment, id],
  })
  return rows[0] === undefined ? null : listedFromRow(rows[0])
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listRefunds(
  db: Queryable,
  environment: number,
  filter: {
    customer: number | null
    /** Its own id, or that of the attempt that brought it in. */
    payment: string | null
    invoice: string | null
    status: string | null
    before: string | null
    limit: number
  },
): Promise<ListedRefund[]> {
  const { rows } = await db.query<ListedRefundRow>({
    name: 'list-refunds',
    text: `${listed} where refund.environment = $1
             and ($2::bigint is null or refund.customer = $2)
             and ($3::text is null or receipt.id = $3 or receipt.attempt = $3)
             and ($4::jsonb is null or refund.parts @> $4)
             and ($5::text is null or refund.status = $5)
             and ($6::text is null or refund.id collate "C" < $6)
           order by refund.id collate "C" desc limit $7`,
    values: [
      environment,
      filter.customer,
      filter.payment,
      filter.invoice === null ? null : JSON.stringify([{ invoice: filter.invoice }]),
      filter.status,
      filter.before,
      filter.limit,
    ],
  })
  return rows.map(listedFromRow)
}

export interface ClaimableRefund {
  environment: Environment
  customer: number
  id: string
}

/** Refunds that somebody should carry out, or ask about again. */
export async function loadClaimableRefunds(
  db: Queryable,
  query: { now: Instant; limit: number },
): Promise<ClaimableRefund[]> {
  const { rows } = await db.query<Environment & { customer: number; refund: string }>({
    name: 'claimable-refunds',
    text: `select environment.id, environment.name, environment.mode, refund.customer, refund.id as refund
           from refund join environment on environment.id = refund.environment
           where refund.status in ('created', 'started', 'pending') and claimable_at <= $1
           order by claimable_at limit $2`,
    values: [timestampParameter(query.now), query.limit],
  })
  return rows.map(({ customer, refund, ...environment }) => ({ environment, customer, id: refund }))
}

/** Ask with the head locked: nobody else may be at it. */
export async function isRefundClaimable(
  tx: Queryable,
  environment: number,
  { customer, id }: Pick<ClaimableRefund, 'customer' | 'id'>,
  now: Instant,
): Promise<boolean> {
  const { rows } = await tx.query({
    name: 'refund-is-claimable',
    text: `select 1 from refund where environment = $1 and customer = $2 and id = $3
             and (status = 'created' or (status in ('started', 'pending') and claimable_at <= $4))`,
    values: [environment, customer, id, timestampParameter(now)],
  })
  return rows.length > 0
}

/** Nobody else takes it up before `until`. */
export async function postponeRefund(
  tx: Queryable,
  environment: number,
  { customer, id }: Pick<ClaimableRefund, 'customer' | 'id'>,
  until: Instant,
): Promise<void> {
  await tx.query({
    name: 'postpone-refund',
    text: 'update refund set claimable_at = $4 where environment = $1 and customer = $2 and id = $3',
    values: [environment, customer, id, timestampParameter(until)],
  })
}
