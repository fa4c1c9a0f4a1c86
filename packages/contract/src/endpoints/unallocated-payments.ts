import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey, instant, list, listQuery } from '../primitives.ts'
import { payments } from './payments.ts'

const status = z.enum(['waiting', 'assigned'])

const unallocatedPayment = z.object({
  object: z.literal('unallocated_payment'),
  id: z.string().describe('`una_…`'),
  livemode: z.boolean(),
  provider: z.string(),
  transaction: z.string().describe('How the provider knows it'),
  currency: z.string(),
  amountMinor: z.number(),
  status: status.describe('`waiting`: nobody has said yet whose it is'),
  receivedAt: instant,
  payment: z.string().nullable().describe('What it has become: `rec_…`'),
})

export const unallocatedPayments = {
  list: endpoint({
    method: 'GET',
    path: '/v1/unallocated-payments',
    summary: 'List money that came in for nothing we know, newest first',
    description: 'In the books it is the unapplied cash of the environment until somebody says whose it is.',
    scope: 'money:read',
    query: listQuery.extend({ status: status.optional() }),
    response: list(unallocatedPayment),
    idempotency: 'natural',
  }),
  assign: endpoint({
    method: 'POST',
    path: '/v1/unallocated-payments/{id}/assign',
    summary: 'Say whose money it is',
    description:
      'From then on it is a payment of the customer like any other: it pays the invoice that is named, then the other open ' +
      'ones, oldest first, and the rest goes to the balance. It is assigned once: what was assigned to the wrong one is ' +
      'given back with a refund.',
    scope: 'money:write',
    params: z.object({ id: z.string().min(1).max(100).describe('`una_…`') }),
    body: z.strictObject({
      customer: callerId,
      invoice: z.string().min(1).max(100).optional(),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: payments.get.response,
    idempotency: 'stored',
  }),
}
