import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { amount, callerId, instant, limitFields, list } from '../primitives.ts'
import { customerParams } from './customers.ts'

const override = z.object({
  object: z.literal('override'),
  customer: callerId,
  feature: callerId,
  livemode: z.boolean(),
  ...limitFields,
  value: z.union([z.boolean(), z.string(), z.number()]).nullable(),
  reason: z.string(),
  author: z.string(),
  expiresAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
})
const params = customerParams.extend({ featureId: callerId })

export const overrides = {
  put: endpoint({
    method: 'PUT',
    path: '/v1/customers/{id}/overrides/{featureId}',
    summary: "Replace a customer's limit of one feature, up or down",
    description:
      'Instead of what plan and add-ons give; grants still come on top. In force with the answer, until `expiresAt` or ' +
      'until it is deleted.',
    scope: 'customers:write',
    params,
    body: z.strictObject({
      limit: amount.optional().describe('Gauges, meters and credits'),
      unlimited: z.literal(true).optional().describe('Gauges, meters and credits'),
      value: z
        .union([z.boolean(), z.string().max(1000), z.number()])
        .optional()
        .describe('Flags and settings'),
      reason: z.string().min(1).max(500),
      author: z.string().min(1).max(200).optional().describe('Who decided it; the key unless told'),
      expiresAt: instant.nullable().optional().describe('Left out or null: for good'),
    }),
    response: override,
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/overrides/{featureId}',
    summary: 'Read an override',
    scope: 'customers:read',
    params,
    response: override,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/overrides',
    summary: 'List the overrides of a customer',
    scope: 'customers:read',
    params: customerParams,
    response: list(override),
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/overrides/{featureId}',
    summary: "Go back to the plan's limit",
    scope: 'customers:write',
    params,
    response: z.object({
      object: z.literal('override'),
      customer: callerId,
      feature: callerId,
      livemode: z.boolean(),
      deleted: z.literal(true),
    }),
    idempotency: 'natural',
  }),
}
