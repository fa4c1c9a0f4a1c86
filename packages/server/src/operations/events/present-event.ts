import type { Event } from '@tollkeeper/contract'
import { toIso } from '../../domain/time/instant.ts'
import type { FeedEvent } from '../../store/event-feed.ts'

/** An event as everybody outside gets it: in the feed, the stream and webhooks. */
export function presentEvent(event: FeedEvent, livemode: boolean): Event {
  return {
    object: 'event',
    id: event.id,
    type: event.type,
    position: event.position,
    customer: event.customer,
    sequence: event.sequence,
    subject: event.subject === '' ? null : event.subject,
    occurredAt: toIso(event.occurredAt),
    recordedAt: toIso(event.recordedAt),
    livemode,
    data: event.payload,
  }
}
