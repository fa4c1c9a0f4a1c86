import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, instant, list, listQuery } from '../primitives.ts'

const sides = z.record(z.string(), z.record(z.string(), z.unknown()))

const entry = z.object({
  object: z.literal('audit_entry'),
  id: z.string().describe('`aud_…`'),
  customer: callerId.nullable().describe("null for what is the environment's"),
  actor: z.string().describe('The id of a key, `job:<name>`, or `cli`'),
  action: z.string().describe('The call (`subscriptions.create`), or the name of the job'),
  requestId: z.string().nullable().describe('As in `x-request-id`'),
  reason: z.string().describe("In the caller's words; empty where none was given"),
  before: sides.describe('What it was, by what it is about; only what differs. Personal values are left out'),
  after: sides.describe('What it is since'),
  occurredAt: instant.describe("By the customer's clock"),
  recordedAt: instant,
})

export const auditLog = {
  list: endpoint({
    method: 'GET',
    path: '/v1/audit-log',
    summary: 'See who changed what, newest first',
    description:
      'Every change of customers, subscriptions, money, the catalog, keys and endpoints, as it was committed. Entries are ' +
      'never changed. What is used is not here but among the events.',
    scope: 'audit:read',
    query: listQuery.extend({
      customer: callerId.optional(),
      actor: z.string().max(100).optional(),
      since: instant.optional().describe('When it was recorded, or later'),
    }),
    response: list(entry),
    idempotency: 'natural',
  }),
}
