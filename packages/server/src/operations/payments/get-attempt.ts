import type { OperationContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { customerNotFound, findCustomerId } from '../../store/customer-state.ts'
import { findAttempt, listAttempts as loadPage, type ListedAttempt } from '../../store/payment-attempts.ts'
import { pageOf, requireIdCursor } from '../page.ts'

/** Whatever became of it. @throws Refusal `payment_attempt_not_found` */
export async function getAttempt(ctx: OperationContext, id: string): Promise<ListedAttempt> {
  const found = await findAttempt(ctx.tx, ctx.environment.id, id)
  if (found !== null) return found
  throw new Refusal('payment_attempt_not_found', { param: 'id', values: { attempt: id } })
}

export interface ListAttempts {
  customer?: string | undefined
  /** One that is there no more, too: an order that nobody paid. */
  invoice?: string | undefined
  status?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** Newest first. @throws Refusal `invalid_cursor`, `customer_not_found` */
export async function listAttempts(
  ctx: OperationContext,
  { customer: key, invoice, status, limit, cursor }: ListAttempts,
): Promise<{ attempts: ListedAttempt[]; nextCursor: string | null }> {
  requireIdCursor(cursor, 'pay')
  const customer = key === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, key)
  if (key !== undefined && customer === null) throw customerNotFound(key)
  const found = await loadPage(ctx.tx, ctx.environment.id, {
    customer,
    invoice: invoice ?? null,
    status: status ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  })
  const { rows, nextCursor } = pageOf(found, limit, ({ attempt }) => attempt.id)
  return { attempts: rows, nextCursor }
}
