import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey, instant, list, listQuery } from '../primitives.ts'

const params = z.object({ id: callerId.describe('Your id of the customer') })
const outcome = z
  .enum(['synced', 'failed', 'skipped'])
  .describe('`skipped`: no subscription in force counts the quantity')

const fields = {
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .describe(
      'Where the site is asked. A live environment needs https and an address of the public internet.',
    ),
  quantity: z.string().min(1).max(64).describe('The quantity of the subscription that the site tells'),
  hour: z.int().min(0).max(23).describe('Hour of the operator at which it is asked each day'),
}

const lastVisit = {
  outcome: outcome.nullable().describe('Of the last visit; null before the first'),
  reason: z
    .enum([
      'address_refused',
      'name_not_found',
      'connection_failed',
      'tls_failed',
      'timed_out',
      'redirected',
      'http_status',
      'answer_invalid',
    ])
    .nullable()
    .describe('Why it failed. `answer_invalid`: the answer was no `{"activeUsers": n}`'),
  responseCode: z.number().nullable(),
  attempts: z.number().describe('Failed tries of the running day'),
  askedAt: instant.nullable(),
  activeUsers: z.number().nullable().describe('The last number that was understood'),
  syncedAt: instant.nullable().describe('When it was told'),
  nextAt: instant.describe('The next visit, by the clock of the customer'),
}

const siteFields = {
  object: z.literal('site'),
  customer: callerId,
  livemode: z.boolean(),
  ...fields,
  ...lastVisit,
  createdAt: instant,
  updatedAt: instant,
}
const site = z.object(siteFields)
const secret = z
  .string()
  .describe('`whsec_…`, by which the site verifies the question. It is shown here and never again.')

export const sites = {
  put: endpoint({
    method: 'PUT',
    path: '/v1/customers/{id}/site',
    summary: 'Have a customer’s seats counted by its own site',
    description:
      'Once a day, at `hour` of the operator, the address gets a POST of `{"type": "seats.count", "customer", "quantity"}` ' +
      'and answers `{"activeUsers": n}`, a whole number from 0 to 1,000,000, within 10 seconds. The question is signed by ' +
      'Standard Webhooks: HMAC-SHA256 over `webhook-id`, `webhook-timestamp` and the body, in `webhook-signature`; refuse ' +
      'a time stamp older than 300 seconds. What may be used follows the number at once; what is charged, and when, the ' +
      'plan’s policy `quantityChange`. A failed visit leaves the quantity as it was and is repeated on the same day.',
    scope: 'customers:write',
    params,
    body: z.strictObject({
      url: fields.url,
      quantity: fields.quantity.default('seats'),
      hour: fields.hour.default(3),
    }),
    response: z.object({ ...siteFields, secret: secret.nullable().describe('Where the site is new') }),
    secretAnswer: true,
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/site',
    summary: 'Read a customer’s site and its last visit',
    scope: 'customers:read',
    params,
    response: site,
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/site',
    summary: 'Ask a customer’s site no more',
    description: 'The quantity stays as it is.',
    scope: 'customers:write',
    params,
    response: z.object({
      object: z.literal('site'),
      customer: callerId,
      livemode: z.boolean(),
      deleted: z.literal(true),
    }),
    idempotency: 'natural',
  }),
  rollSecret: endpoint({
    method: 'POST',
    path: '/v1/customers/{id}/site/roll-secret',
    summary: 'Replace the secret of a customer’s site',
    description: 'For `overlapHours` every question carries a signature by the earlier secret as well.',
    scope: 'customers:write',
    params,
    body: z
      .strictObject({
        overlapHours: z.number().min(0).max(720).default(24),
        idempotencyKey: idempotencyKey.optional(),
      })
      .default({ overlapHours: 24 }),
    status: 201,
    response: z.object({ ...siteFields, secret }),
    secretAnswer: true,
    idempotency: 'stored',
  }),
}

export const seatSyncs = {
  list: endpoint({
    method: 'GET',
    path: '/v1/seat-syncs',
    summary: 'See how each site was visited last',
    scope: 'customers:read',
    query: listQuery.extend({ outcome: outcome.optional() }),
    response: list(
      z.object({
        object: z.literal('seat_sync'),
        customer: callerId,
        livemode: z.boolean(),
        ...fields,
        ...lastVisit,
      }),
    ),
    idempotency: 'natural',
  }),
}
