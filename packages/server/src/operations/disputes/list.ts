import type { OperationContext } from '../../context.ts'
import { customerNotFound, findCustomerId } from '../../store/customer-state.ts'
import { listDisputes as loadPage, type ListedDispute } from '../../store/disputes.ts'
import { pageOf, requireIdCursor } from '../page.ts'

export interface ListDisputes {
  customer?: string | undefined
  status?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** @throws Refusal `invalid_cursor`, `customer_not_found` */
export async function listDisputes(
  ctx: OperationContext,
  { customer: key, status, limit, cursor }: ListDisputes,
): Promise<{ disputes: ListedDispute[]; nextCursor: string | null }> {
  requireIdCursor(cursor, 'dsp')
  const customer = key === undefined ? null : await findCustomerId(ctx.tx, ctx.environment.id, key)
  if (key !== undefined && customer === null) throw customerNotFound(key)
  const found = await loadPage(ctx.tx, ctx.environment.id, {
    customer,
    status: status ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  })
  const { rows, nextCursor } = pageOf(found, limit, ({ dispute }) => dispute.id)
  return { disputes: rows, nextCursor }
}
