import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, instant } from '../primitives.ts'
import { access as accessFields, customerParams } from './customers.ts'

const suspension = z.object({ reason: z.string(), note: z.string(), author: z.string(), createdAt: instant })

const customerAccess = z.object({
  object: z.literal('access'),
  customer: callerId,
  livemode: z.boolean(),
  ...accessFields.shape,
  suspension: suspension.nullable(),
  history: z
    .array(z.object({ from: instant, to: instant.nullable(), ...accessFields.shape }))
    .describe('Newest first, without a gap: from (inclusive) to (exclusive; null = still)'),
})

export const access = {
  get: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/access',
    summary: 'Whether a customer gets in, and since when',
    scope: 'customers:read',
    params: customerParams,
    response: customerAccess,
    idempotency: 'natural',
  }),
  suspend: endpoint({
    method: 'PUT',
    path: '/v1/customers/{id}/suspension',
    summary: 'Suspend a customer by hand',
    description: 'Blocks everything with `tenant_suspended` until it is lifted.',
    scope: 'customers:write',
    params: customerParams,
    body: z.strictObject({
      reason: z.string().min(1).max(200),
      note: z.string().max(2000).default(''),
      author: z.string().min(1).max(200).optional().describe('Who decided it; the key unless told'),
    }),
    response: customerAccess,
    idempotency: 'natural',
  }),
  lift: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/suspension',
    summary: 'Lift a suspension',
    scope: 'customers:write',
    params: customerParams,
    response: customerAccess,
    idempotency: 'natural',
  }),
}
