import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, instant, list, listQuery, metadata } from '../primitives.ts'
import { customerParams, personFields } from './customers.ts'

const member = z.object({
  object: z.literal('member'),
  id: callerId,
  customer: callerId,
  livemode: z.boolean(),
  name: z.string(),
  email: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: instant,
  updatedAt: instant,
})
const params = customerParams.extend({ memberId: callerId.describe('Your own id of the member') })

export const members = {
  put: endpoint({
    method: 'PUT',
    path: '/v1/customers/{id}/members/{memberId}',
    summary: 'Add or update a member',
    description:
      "Fields that are left out stay as they are. The member's own limits hold from here on. One that was deleted " +
      'comes back with what it had used.',
    scope: 'customers:write',
    params,
    body: z.strictObject({ ...personFields, metadata: metadata.optional() }).default({}),
    response: member,
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/members/{memberId}',
    summary: 'Read a member',
    scope: 'customers:read',
    params,
    response: member,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/members',
    summary: 'List the members of a customer, newest first',
    scope: 'customers:read',
    params: customerParams,
    query: listQuery,
    response: list(member),
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/members/{memberId}',
    summary: 'Delete a member',
    description: 'Erases name, e-mail and metadata. What it used stays.',
    scope: 'customers:write',
    params,
    response: z.object({
      object: z.literal('member'),
      id: callerId,
      customer: callerId,
      livemode: z.boolean(),
      deleted: z.literal(true),
    }),
    idempotency: 'natural',
  }),
}
