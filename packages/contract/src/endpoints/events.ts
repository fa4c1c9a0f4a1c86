import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { event } from '../events.ts'
import { callerId, cursor, list } from '../primitives.ts'

const position = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .describe('Only events after this position. 0 starts at the very first event')
const filter = {
  type: z
    .string()
    .max(1_000)
    .transform((types) => types.split(',').filter((type) => type !== ''))
    .optional()
    .describe('One type, or several separated by commas'),
  customer: callerId.optional().describe("Only this customer's events"),
}

export const events = {
  list: endpoint({
    method: 'GET',
    path: '/v1/events',
    summary: 'List events',
    description:
      'Newest first. With `after` it becomes the feed: oldest first, from that position on. To follow the feed, ask ' +
      'again with `after` set to the `position` of the last event you have handled. Positions have no gaps and ' +
      'become visible in order, so nothing is ever inserted before a position that you have seen.',
    scope: 'events:read',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: cursor
        .optional()
        .describe('The `nextCursor` of the page before; keep the other parameters unchanged'),
      after: position.optional(),
      ...filter,
    }),
    response: list(event),
    idempotency: 'natural',
  }),
  stream: endpoint({
    method: 'GET',
    path: '/v1/events/stream',
    summary: 'Follow events live',
    description:
      'Server-sent events: `event` is the type, `id` the position, `data` the event. Starts with what happens from ' +
      'now on, or after `Last-Event-ID` (which browsers send when they reconnect), or after `after`; the header ' +
      'wins. Reconnect when the stream ends: nothing is lost.',
    scope: 'events:read',
    query: z.object({ after: position.optional(), ...filter }),
    response: event,
    stream: true,
    idempotency: 'natural',
  }),
}
