import type { OperationContext } from '../../context.ts'
import { findCustomerId, customerNotFound } from '../../store/customer-state.ts'
import { loadTimeline, type TimelineEvent } from '../../store/customers.ts'
import { numberCursor, pageOf } from '../page.ts'

export type { TimelineEvent }

/** What happened to a customer, newest first; also to a deleted one. @throws Refusal `customer_not_found`, `invalid_cursor` */
export async function getTimeline(
  ctx: OperationContext,
  key: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ events: TimelineEvent[]; nextCursor: string | null }> {
  const customer = await findCustomerId(ctx.tx, ctx.environment.id, key)
  if (customer === null) throw customerNotFound(key)
  const before = numberCursor(page.cursor) ?? null
  const found = await loadTimeline(ctx.tx, ctx.environment.id, customer, before, page.limit + 1)
  const { rows: events, nextCursor } = pageOf(found, page.limit, (last) => String(last.sequence))
  return { events, nextCursor }
}
