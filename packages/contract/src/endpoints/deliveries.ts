import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey, instant, list, listQuery } from '../primitives.ts'

const deliveryId = z.string().max(60).describe('The id of the delivery (`dlv_…`)')
const status = z
  .enum(['pending', 'sending', 'delivered', 'failed', 'abandoned'])
  .describe('`failed`: it is tried again at `nextAttemptAt`. `abandoned`: it is not')
const channel = z.enum(['webhook', 'slack', 'mail'])

const delivery = z.object({
  object: z.literal('delivery'),
  id: deliveryId,
  livemode: z.boolean(),
  customer: callerId.nullable(),
  event: z.string().describe('The id of the event it tells of; of a webhook, also its `webhook-id`'),
  eventType: z.string(),
  channel,
  target: z.string().describe('The id of a webhook endpoint, or an e-mail address'),
  status,
  attempts: z.number(),
  lastError: z.string().nullable().describe('`timed_out`, `http_status`, `recipient_refused`, …'),
  responseCode: z.number().nullable().describe('What the receiver answered to the last try'),
  nextAttemptAt: instant.nullable(),
  attemptedAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  createdAt: instant,
})
const params = z.object({ id: deliveryId })

export const deliveries = {
  list: endpoint({
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'List what was sent, or is to be sent, newest first',
    description: 'Webhooks, chat messages and letters: one for each event and receiver.',
    scope: 'webhooks:read',
    query: listQuery.extend({
      status: status.optional(),
      channel: channel.optional(),
      customer: callerId.optional(),
      event: z.string().max(60).optional().describe('The id of an event'),
      target: z.string().max(320).optional().describe('The id of a webhook endpoint, or an e-mail address'),
    }),
    response: list(delivery),
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/deliveries/{id}',
    summary: 'Read a delivery',
    scope: 'webhooks:read',
    params,
    response: delivery,
    idempotency: 'natural',
  }),
  resend: endpoint({
    method: 'POST',
    path: '/v1/deliveries/{id}/resend',
    summary: 'Send a delivery once more',
    description:
      'At once, under the same id, and with all tries before it. One that is being sent is left alone.',
    scope: 'webhooks:write',
    params,
    body: z.strictObject({ idempotencyKey: idempotencyKey.optional() }).default({}),
    response: delivery,
    idempotency: 'stored',
  }),
}
