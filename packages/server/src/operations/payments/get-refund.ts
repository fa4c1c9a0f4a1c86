import type { OperationContext } from '../../context.ts'
import type { Refund } from '../../domain/payments/model.ts'
import { Refusal } from '../../refusal.ts'
import { customerNotFound, findCustomerId } from '../../store/customer-state.ts'
import { findRefund, listRefunds as loadPage, type ListedRefund } from '../../store/refunds.ts'
import { pageOf, requireIdCursor } from '../page.ts'

export interface RefundResult {
  refund: Refund
  /** That of its payment. */
  provider: string
  customer: string
  livemode: boolean
}

/** @throws Refusal `refund_not_found` */
export async function getRefund(ctx: OperationContext, id: string): Promise<RefundResult> {
  return resultOf(ctx, await requireRefund(ctx, id))
}

/** @throws Refusal `refund_not_found` */
export async function requireRefund(ctx: OperationContext, id: string): Promise<ListedRefund> {
  const found = await findRefund(ctx.tx, ctx.environment.id, id)
  if (found !== null) return found
  throw new Refusal('refund_not_found', { param: 'id', values: { refund: id } })
}

export interface ListRefunds {
  customer?: string | undefined
  /** Its own id, or that of the attempt that brought it in. */
  payment?: string | undefined
  invoice?: string | undefined
  status?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** Newest first. @throws Refusal `invalid_cursor`, `customer_not_found` */
export async function listRefunds(
  ctx: OperationContext,
  { customer: key, payment, invoice, status, limit, cursor }: ListRefunds,
): Promise<{ results: RefundResult[]; nextCursor: string | null }> {
  requireIdCursor(cursor, 're')
  const customer = key === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, key)
  if (key !== undefined && customer === null) throw customerNotFound(key)
  const found = await loadPage(ctx.tx, ctx.environment.id, {
    customer,
    payment: payment ?? null,
    invoice: invoice ?? null,
    status: status ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  })
  const { rows, nextCursor } = pageOf(found, limit, ({ refund }) => refund.id)
  return { results: rows.map((row) => resultOf(ctx, row)), nextCursor }
}

function resultOf(ctx: OperationContext, { refund, provider, customerKey }: ListedRefund): RefundResult {
  return { refund, provider, customer: customerKey, livemode: ctx.environment.mode === 'live' }
}
