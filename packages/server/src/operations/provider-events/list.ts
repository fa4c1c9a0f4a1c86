import type { OperationContext } from '../../context.ts'
import {
  isProviderEvent,
  listProviderEvents as loadPage,
  type StoredProviderEvent,
} from '../../store/provider-events.ts'
import { invalidCursor, pageOf } from '../page.ts'

export interface ListProviderEvents {
  provider?: string | undefined
  status?: 'waiting' | 'failed' | 'applied' | undefined
  limit: number
  cursor?: string | undefined
}

/** Newest first. @throws Refusal `invalid_cursor` */
export async function listProviderEvents(
  ctx: OperationContext,
  query: ListProviderEvents,
): Promise<{ events: StoredProviderEvent[]; nextCursor: string | null }> {
  const { cursor } = query
  if (cursor !== undefined && !(await isProviderEvent(ctx.tx, ctx.environment.id, cursor)))
    throw invalidCursor()
  const found = await loadPage(ctx.tx, ctx.environment.id, {
    provider: query.provider ?? null,
    status: query.status ?? null,
    before: cursor ?? null,
    limit: query.limit + 1,
  })
  const { rows, nextCursor } = pageOf(found, query.limit, (last) => last.id)
  return { events: rows, nextCursor }
}
