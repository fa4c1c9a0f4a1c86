import type { OperationContext } from '../../context.ts'
import { loadFeed, loadRecentEvents } from '../../store/event-feed.ts'
import type { FeedEvent, FeedFilter } from '../../store/event-feed.ts'
import { numberCursor, pageOf } from '../page.ts'

export interface ListEvents extends FeedFilter {
  limit: number
  cursor?: string | undefined
  /** The feed: oldest first, after this position. Without it, newest first. */
  after?: number | undefined
}

/**
 * The cursor is the last position of the page before. It serves both directions: which one is meant is said by
 * `after`, which stays in the query.
 *
 * @throws Refusal `invalid_cursor`
 */
export async function listEvents(
  ctx: OperationContext,
  { limit, cursor, after, ...filter }: ListEvents,
): Promise<{ events: FeedEvent[]; nextCursor: string | null }> {
  const from = numberCursor(cursor)
  const environment = ctx.environment.id
  const found =
    after === undefined
      ? await loadRecentEvents(ctx.tx, environment, { ...filter, before: from ?? Infinity, limit: limit + 1 })
      : await loadFeed(ctx.tx, environment, {
          ...filter,
          after: Math.max(after, from ?? 0),
          limit: limit + 1,
        })
  const { rows: events, nextCursor } = pageOf(found, limit, (last) => String(last.position))
  return { events, nextCursor }
}
