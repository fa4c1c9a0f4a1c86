import { z } from 'zod'
import { endpoint, scopes } from '../endpoint.ts'
import { idempotencyKey, instant, list, listQuery } from '../primitives.ts'

const keyId = z.string().max(60).describe('The id of the key (`key_…`), not its secret.')
const requestsAMinute = z.int().min(1).max(100_000_000)

const rateLimits = z
  .strictObject({
    usage: requestsAMinute.optional(),
    quota: requestsAMinute.optional(),
    read: requestsAMinute.optional(),
    write: requestsAMinute.optional(),
  })
  .describe('Requests a minute by class, where they differ from those of the installation.')

const apiKeyFields = {
  object: z.literal('api_key'),
  id: keyId,
  livemode: z.boolean(),
  kind: z.enum(['secret', 'restricted', 'publishable']),
  name: z.string(),
  scopes: z.array(z.enum(scopes)).describe('What a restricted key may do; empty for the other kinds.'),
  hint: z.string().describe('The first and last characters of the key, to recognise it by.'),
  rateLimits,
  createdAt: instant,
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  rolledTo: z.string().nullable().describe('The id of the key that replaced this one.'),
}
const apiKey = z.object(apiKeyFields)
const newApiKey = z.object({
  ...apiKeyFields,
  secret: z.string().describe('The key itself. It is shown here and never again.'),
})

export const keys = {
  create: endpoint({
    method: 'POST',
    path: '/v1/keys',
    summary: 'Create an API key',
    description:
      'The key itself is in `secret`, in this answer only. A key can make none that may do more than itself.',
    scope: 'keys:write',
    body: z.strictObject({
      kind: z.enum(['secret', 'restricted', 'publishable']),
      name: z.string().min(1).max(100),
      scopes: z
        .array(z.enum(scopes))
        .max(scopes.length)
        .optional()
        .describe('For a restricted key: at least one.'),
      expiresAt: instant.optional(),
      rateLimits: rateLimits.optional(),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: newApiKey,
    secretAnswer: true,
    idempotency: 'stored',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/keys',
    summary: 'List API keys',
    scope: 'keys:write',
    query: listQuery,
    response: list(apiKey),
    idempotency: 'natural',
  }),
  roll: endpoint({
    method: 'POST',
    path: '/v1/keys/{id}/roll',
    summary: 'Replace an API key',
    description: 'Makes a key with the same rights. The old one goes on working for `overlapHours`.',
    scope: 'keys:write',
    params: z.object({ id: keyId }),
    body: z.strictObject({
      overlapHours: z.number().min(0).max(720).default(0),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: newApiKey,
    secretAnswer: true,
    idempotency: 'stored',
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/v1/keys/{id}',
    summary: 'Revoke an API key',
    description: 'In force in every process within a second. Revoking a revoked key changes nothing.',
    scope: 'keys:write',
    params: z.object({ id: keyId }),
    response: apiKey,
    idempotency: 'natural',
  }),
}
