import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import {
  callerId,
  idempotencyKey,
  instant,
  list,
  listQuery,
  positiveAmount,
  startInstant,
} from '../primitives.ts'
import { customerParams } from './customers.ts'

const grant = z.object({
  object: z.literal('grant'),
  id: z.string(),
  livemode: z.boolean(),
  customer: callerId,
  feature: callerId,
  member: callerId.nullable(),
  source: z.enum(['plan', 'add_on', 'top_up', 'promotion', 'rollover', 'manual', 'import']),
  reference: z.string(),
  reason: z.string(),
  amount: z.number(),
  burnt: z.number(),
  held: z.number().describe('Set aside for open reservations and leases'),
  expired: z.number(),
  remaining: z.number().describe('amount = burnt + held + expired + remaining'),
  priority: z.number().describe('Lower burns first; then the earliest expiry, then the oldest'),
  startsAt: instant,
  expiresAt: instant.nullable(),
  createdAt: instant,
  closedAt: instant.nullable(),
})

export const grants = {
  create: endpoint({
    method: 'POST',
    path: '/v1/customers/{id}/grants',
    summary: 'Give an amount of a feature on top of the plan',
    scope: 'customers:write',
    params: customerParams,
    body: z.strictObject({
      feature: callerId.describe('A gauge, a meter or credits'),
      amount: positiveAmount,
      member: callerId.optional().describe("Into this member's own balance"),
      priority: z.int().min(0).max(1000).default(100),
      source: z.enum(['manual', 'promotion', 'top_up', 'import']).default('manual'),
      reason: z.string().max(500).default(''),
      startsAt: startInstant.optional().describe('Now unless told'),
      expiresAt: instant.nullable().optional().describe('Left out or null: never'),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: grant,
    idempotency: 'stored',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/grants',
    summary: 'List the grants of a customer, newest first',
    description: "The plan's own allowances are among them, with the source `plan`.",
    scope: 'customers:read',
    params: customerParams,
    query: listQuery.extend({
      feature: callerId.optional(),
      open: z.stringbool().optional().describe('true: those that are not closed; false: the closed ones'),
    }),
    response: list(grant),
    idempotency: 'natural',
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/grants/{grantId}',
    summary: 'Revoke a grant',
    description: 'What is burnt stays burnt; the rest expires now.',
    scope: 'customers:write',
    params: customerParams.extend({ grantId: z.string().min(1).max(100) }),
    response: grant,
    idempotency: 'natural',
  }),
}
