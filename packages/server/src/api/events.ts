import type { endpoints, Event } from '@tollkeeper/contract'
import type { FeedBatch, FeedEvent, FeedFilter } from '../operations/events/feed.ts'
import { listEvents } from '../operations/events/list.ts'
import { presentEvent } from '../operations/events/present-event.ts'
import { Refusal } from '../refusal.ts'
import type { Handlers, StreamEvent } from './handler.ts'
import { presentList } from './list.ts'

type Query = { type?: string[] | undefined; customer?: string | undefined }

export const eventRoutes = {
  list: async ({ query }, ctx) => {
    const { limit, cursor, after } = query
    const { events, nextCursor } = await listEvents(ctx, { limit, cursor, after, ...filterOf(query) })
    const livemode = ctx.environment.mode === 'live'
    const data = events.map((event) => presentEvent(event, livemode))
    return presentList(data, nextCursor)
  },
  stream: ({ query, lastEventId, signal }, ctx) => {
    const after = lastEventId === undefined ? query.after : positionOf(lastEventId)
    const batches = ctx.feed.follow(ctx.environment.id, { ...filterOf(query), after, signal })
    return stream(batches, ctx.environment.mode === 'live')
  },
} satisfies Handlers<typeof endpoints.events>

async function* stream(batches: AsyncIterable<FeedBatch>, livemode: boolean): AsyncGenerator<StreamEvent> {
  for await (const { events } of batches) {
    for (const event of events) {
      yield { id: String(event.position), event: event.type, data: presentOnce(event, livemode) }
    }
  }
}

// All followers get the same event objects, so what is made of them is made once.
const presented = new WeakMap<FeedEvent, Event>()

function presentOnce(event: FeedEvent, livemode: boolean): Event {
  const known = presented.get(event)
  if (known !== undefined) return known
  const made = presentEvent(event, livemode)
  presented.set(event, made)
  return made
}

function filterOf({ type, customer }: Query): FeedFilter {
  return {
    ...(type !== undefined && type.length > 0 && { types: type }),
    ...(customer !== undefined && { customer }),
  }
}

function positionOf(lastEventId: string): number {
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId)
  throw new Refusal('invalid_cursor', { param: 'Last-Event-ID' })
}
