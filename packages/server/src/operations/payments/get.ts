import type { OperationContext } from '../../context.ts'
import type { PaymentAttempt, Receipt, Refund } from '../../domain/payments/model.ts'
import { Refusal } from '../../refusal.ts'
import { customerNotFound, findCustomerId } from '../../store/customer-state.ts'
import { findAttempt } from '../../store/payment-attempts.ts'
import { loadAttemptsOf } from '../../store/payments.ts'
import { findReceipt, listReceipts, type ListedReceipt } from '../../store/receipts.ts'
import { loadRefunds } from '../../store/refunds.ts'
import { pageOf, requireIdCursor } from '../page.ts'

export interface PaymentResult {
  receipt: Receipt
  /** Of the invoices that it paid. */
  attempts: PaymentAttempt[]
  refunds: Refund[]
  customer: string
  livemode: boolean
}

/** By its id, or that of its attempt. @throws Refusal `payment_not_found` */
export async function getPayment(ctx: OperationContext, id: string): Promise<PaymentResult> {
  return withAttempts(ctx, await requirePayment(ctx, id))
}

export async function requirePayment(ctx: OperationContext, id: string): Promise<ListedReceipt> {
  const found = await findReceipt(ctx.tx, ctx.environment.id, id)
  if (found !== null) return found
  const attempt = await findAttempt(ctx.tx, ctx.environment.id, id)
  const values = { payment: id, is: attempt === null ? 'nothing' : 'attempt' }
  throw new Refusal('payment_not_found', { param: 'id', values })
}

/** Newest first. @throws Refusal `invalid_cursor`, `customer_not_found` */
export async function listPayments(
  ctx: OperationContext,
  query: { customer?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<{ results: PaymentResult[]; nextCursor: string | null }> {
  const { cursor, limit } = query
  requireIdCursor(cursor, 'rec')
  const customer =
    query.customer === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, query.customer)
  if (query.customer !== undefined && customer === null) throw customerNotFound(query.customer)
  const filter = { customer, before: cursor ?? null, limit: limit + 1 }
  const found = await listReceipts(ctx.tx, ctx.environment.id, filter)
  const { rows, nextCursor } = pageOf(found, limit, (last) => last.receipt.id)
  const results: PaymentResult[] = []
  for (const row of rows) results.push(await withAttempts(ctx, row))
  return { results, nextCursor }
}

async function withAttempts(
  ctx: OperationContext,
  { receipt, customer, customerKey }: ListedReceipt,
): Promise<PaymentResult> {
  const invoices = receipt.allocations.map(({ invoice }) => invoice)
  return {
    receipt,
    attempts: await loadAttemptsOf(ctx.tx, ctx.environment.id, customer, invoices),
    refunds: await loadRefunds(ctx.tx, ctx.environment.id, customer, { receipts: [receipt.id] }),
    customer: customerKey,
    livemode: ctx.environment.mode === 'live',
  }
}
