/** Methods, attempts, receipts and refunds: row ⇄ domain. */
import type { PaymentAttempt, PaymentMethod, Receipt, Refund } from '../domain/payments/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Statement } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { upsert } from './upsert.ts'

const KEY = ['environment', 'customer', 'id']
const optional = (at: Instant | null) => (at === null ? null : timestampParameter(at))

export interface MethodRow {
  customer: number
  id: string
  provider: string
  token: string
  kind: PaymentMethod['kind']
  label: string
  expires: string | null
  silent: boolean
  is_default: boolean
  is_fallback: boolean
  failed_at: Instant | null
  created_at: Instant
  detached_at: Instant | null
}

export function methodFromRow(row: MethodRow): PaymentMethod {
  return {
    id: row.id,
    provider: row.provider,
    token: row.token,
    kind: row.kind,
    label: row.label,
    expires: row.expires,
    silent: row.silent,
    isDefault: row.is_default,
    isFallback: row.is_fallback,
    failedAt: row.failed_at,
    createdAt: row.created_at,
    detachedAt: row.detached_at,
  }
}

export function saveMethod(environment: number, customer: number, method: PaymentMethod): Statement {
  const row = {
    environment,
    customer,
    id: method.id,
    provider: method.provider,
    token: method.token,
    kind: method.kind,
    label: method.label,
    expires: method.expires,
    silent: method.silent,
    is_default: method.isDefault,
    is_fallback: method.isFallback,
    failed_at: optional(method.failedAt),
    created_at: timestampParameter(method.createdAt),
    detached_at: optional(method.detachedAt),
  }
  return upsert('payment_method', row, KEY, ['provider', 'created_at'])
}

export interface AttemptRow {
  customer: number
  id: string
  invoice: string
  method: string
  provider: string
  amount_minor: number
  currency: string
  status: PaymentAttempt['status']
  trigger: PaymentAttempt['trigger']
  transaction: string | null
  url: string | null
  decline: PaymentAttempt['decline']
  created_at: Instant
  started_at: Instant | null
  ended_at: Instant | null
  expires_at: Instant | null
}

export function attemptFromRow(row: AttemptRow): PaymentAttempt {
  return {
    id: row.id,
    invoice: row.invoice,
    method: row.method,
    provider: row.provider,
    amountMinor: row.amount_minor,
    currency: row.currency,
    status: row.status,
    trigger: row.trigger,
    transaction: row.transaction,
    url: row.url,
    decline: row.decline,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    expiresAt: row.expires_at,
  }
}

/** How long nobody else asks again, by what was last known. System time: the world outside has no test clock. */
const PAUSE_MS: Partial<Record<PaymentAttempt['status'], number>> = {
  started: 90_000,
  unknown: 30_000,
  pending: 120_000,
  action_needed: 120_000,
}

export function saveAttempt(
  environment: number,
  customer: number,
  attempt: PaymentAttempt,
  recordedAt: Instant,
): Statement {
  const row = {
    environment,
    customer,
    id: attempt.id,
    invoice: attempt.invoice,
    method: attempt.method,
    provider: attempt.provider,
    amount_minor: attempt.amountMinor,
    currency: attempt.currency,
    status: attempt.status,
    trigger: attempt.trigger,
    transaction: attempt.transaction,
    url: attempt.url,
    decline: attempt.decline === null ? null : JSON.stringify(attempt.decline),
    created_at: timestampParameter(attempt.createdAt),
    started_at: optional(attempt.startedAt),
    ended_at: optional(attempt.endedAt),
    expires_at: optional(attempt.expiresAt),
    claimable_at: timestampParameter(recordedAt + (PAUSE_MS[attempt.status] ?? 0)),
  }
  return upsert('payment_attempt', row, KEY, ['invoice', 'method', 'provider', 'amount_minor', 'created_at'])
}

export function insertReceipt(environment: number, customer: number, receipt: Receipt): Statement {
  return {
    name: 'insert-receipt',
    text: `insert into receipt (environment, customer, id, provider, transaction, attempt, currency, amount_minor,
             received_at, allocations, to_balance_minor, refunded_minor)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    values: [
      environment,
      customer,
      receipt.id,
      receipt.provider,
      receipt.transaction,
      receipt.attempt,
      receipt.currency,
      receipt.amountMinor,
      timestampParameter(receipt.receivedAt),
      JSON.stringify(receipt.allocations),
      receipt.toBalanceMinor,
      receipt.refundedMinor,
    ],
  }
}

export function saveRefund(
  environment: number,
  customer: number,
  refund: Refund,
  recordedAt: Instant,
): Statement {
  const row = {
    environment,
    customer,
    id: refund.id,
    receipt: refund.receipt,
    invoice: refund.invoice,
    credit_note: refund.creditNote,
    amount_minor: refund.amountMinor,
    currency: refund.currency,
    status: refund.status,
    reason: refund.reason,
    transaction: refund.transaction,
    created_at: timestampParameter(refund.createdAt),
    ended_at: optional(refund.endedAt),
    claimable_at: timestampParameter(recordedAt + (refund.status === 'created' ? 0 : 60_000)),
  }
  return upsert('refund', row, KEY, ['receipt', 'amount_minor', 'created_at'])
}
