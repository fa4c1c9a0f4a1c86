import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { eventPayloads } from '../events.ts'
import type { EventType } from '../events.ts'
import { idempotencyKey, instant, list, listQuery } from '../primitives.ts'

const endpointId = z.string().max(60).describe('The id of the endpoint (`we_…`)')
const eventTypes = z.enum(Object.keys(eventPayloads) as [EventType, ...EventType[]])

const fields = {
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .describe('Where events are sent. A live environment needs https.'),
  description: z.string().max(500),
  format: z
    .enum(['standard', 'slack'])
    .describe('`standard`: the event, signed by Standard Webhooks. `slack`: `{ "text": … }` for people'),
  eventTypes: z
    .array(eventTypes)
    .max(200)
    .describe('Only these. Empty: all of them; in the format `slack`, those that are worth a letter'),
  status: z.enum(['enabled', 'disabled']),
}

const webhookEndpointFields = {
  object: z.literal('webhook_endpoint'),
  id: endpointId,
  livemode: z.boolean(),
  ...fields,
  disabledReason: z
    .enum(['operator', 'failures', 'gone'])
    .nullable()
    .describe('`failures`: it had only failed for five days. `gone`: it answered 410'),
  failingSince: instant.nullable().describe('The first failure since the last success'),
  createdAt: instant,
  updatedAt: instant,
}
const webhookEndpoint = z.object(webhookEndpointFields)
const withSecret = z.object({
  ...webhookEndpointFields,
  secret: z.string().describe('`whsec_…`, to verify signatures with. It is shown here and never again.'),
})
const params = z.object({ id: endpointId })

export const webhookEndpoints = {
  create: endpoint({
    method: 'POST',
    path: '/v1/webhook-endpoints',
    summary: 'Have events sent to an address',
    description:
      'Signed by Standard Webhooks: `webhook-id` (the id of the event, the same in every try), `webhook-timestamp` and ' +
      '`webhook-signature`. An answer of 2xx within 15 seconds is a success; anything else is tried again for about ' +
      'three days. Deduplicate by `webhook-id`.',
    scope: 'webhooks:write',
    body: z.strictObject({
      url: fields.url,
      description: fields.description.default(''),
      format: fields.format.default('standard'),
      eventTypes: fields.eventTypes.default([]),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: withSecret,
    secretAnswer: true,
    idempotency: 'stored',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/webhook-endpoints',
    summary: 'List webhook endpoints, newest first',
    scope: 'webhooks:read',
    query: listQuery,
    response: list(webhookEndpoint),
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/webhook-endpoints/{id}',
    summary: 'Read a webhook endpoint',
    scope: 'webhooks:read',
    params,
    response: webhookEndpoint,
    idempotency: 'natural',
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/webhook-endpoints/{id}',
    summary: 'Change a webhook endpoint, or disable or enable it',
    scope: 'webhooks:write',
    params,
    body: z.strictObject({
      url: fields.url.optional(),
      description: fields.description.optional(),
      format: fields.format.optional(),
      eventTypes: fields.eventTypes.optional(),
      status: fields.status.optional(),
    }),
    response: webhookEndpoint,
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/webhook-endpoints/{id}',
    summary: 'Delete a webhook endpoint',
    description: 'What waits for it is given up.',
    scope: 'webhooks:write',
    params,
    response: z.object({
      object: z.literal('webhook_endpoint'),
      id: endpointId,
      livemode: z.boolean(),
      deleted: z.literal(true),
    }),
    idempotency: 'natural',
  }),
  rollSecret: endpoint({
    method: 'POST',
    path: '/v1/webhook-endpoints/{id}/roll-secret',
    summary: 'Replace the secret of a webhook endpoint',
    description: 'For `overlapHours` every message carries a signature by the earlier secret as well.',
    scope: 'webhooks:write',
    params,
    body: z.strictObject({
      overlapHours: z.number().min(0).max(720).default(24),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: withSecret,
    secretAnswer: true,
    idempotency: 'stored',
  }),
  test: endpoint({
    method: 'POST',
    path: '/v1/webhook-endpoints/{id}/test',
    summary: 'Send a test event to a webhook endpoint',
    description: 'The event goes to this endpoint alone. `GET /v1/deliveries?event=…` tells how it went.',
    scope: 'webhooks:write',
    params,
    body: z.strictObject({ idempotencyKey: idempotencyKey.optional() }).default({}),
    status: 202,
    response: z.object({
      object: z.literal('webhook_endpoint_test'),
      webhookEndpoint: endpointId,
      event: z.string().describe('The id of the event that is sent'),
      livemode: z.boolean(),
    }),
    idempotency: 'stored',
  }),
}
