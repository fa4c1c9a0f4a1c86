import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, instant, list, listQuery } from '../primitives.ts'

const status = z.enum([
  'created',
  'started',
  'pending',
  'action_needed',
  'unknown',
  'succeeded',
  'declined',
  'expired',
  'superseded',
])

export const attempt = z.object({
  object: z.literal('payment_attempt'),
  id: z.string().describe('`pay_…`'),
  livemode: z.boolean(),
  customer: callerId,
  invoice: z
    .string()
    .describe('What it was to pay. Of an order that was not paid there is no such invoice any more'),
  method: z.string().describe('Which way to pay was asked'),
  provider: z.string(),
  kind: z.enum(['card', 'phone', 'bank_transfer', 'cash']).describe('Of the way to pay'),
  amountMinor: z.number(),
  currency: z.string(),
  status: status.describe(
    '`unknown`: the answer never came, and is asked for again. `superseded`: given up for another attempt, or ' +
      'because less is due or nothing is to be paid any more',
  ),
  url: z.string().nullable().describe('Where the customer pays or confirms'),
  decline: z
    .object({
      kind: z.enum(['soft', 'hard']).describe('A hard decline takes the way to pay out of use'),
      reason: z.string().describe("In the provider's words"),
    })
    .nullable(),
  instructions: z
    .object({
      text: z.string().describe("The operator's, in the customer's language; empty where none is set"),
      reference: z.string().describe('What the payer is to quote: the same for each attempt of the invoice'),
    })
    .nullable()
    .describe('For whoever pays by hand: where to pay, and what to quote'),
  createdAt: instant,
  startedAt: instant.nullable().describe('When the provider was asked; null: not yet, or never'),
  expiresAt: instant.nullable().describe('Until when the customer can pay or confirm'),
  endedAt: instant.nullable(),
})

export const paymentAttempts = {
  get: endpoint({
    method: 'GET',
    path: '/v1/payment-attempts/{id}',
    summary: 'Read what became of asking for money',
    description:
      'Also of what brought nothing in. What came in is a payment: `GET /v1/payments/{id}` takes this id, too.',
    scope: 'money:read',
    params: z.object({ id: z.string().min(1).max(100).describe('`pay_…`') }),
    response: attempt,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/payment-attempts',
    summary: 'List payment attempts, newest first',
    description: 'Those that failed, wait for somebody or are unknown, too.',
    scope: 'money:read',
    query: listQuery.extend({
      customer: callerId.optional(),
      invoice: z.string().min(1).max(100).optional(),
      status: status.optional(),
    }),
    response: list(attempt),
    idempotency: 'natural',
  }),
}
