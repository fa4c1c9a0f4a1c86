import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { currency, idempotencyKey, MAX_MONEY } from '../primitives.ts'
import { customerParams } from './customers.ts'

const balance = z.object({
  object: z.literal('credit_balance'),
  customer: z.string(),
  livemode: z.boolean(),
  balances: z
    .array(z.object({ currency: z.string(), amountMinor: z.number() }))
    .describe('What the customer has with you; the next invoice in the currency takes it first'),
})

export const balances = {
  get: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/balance',
    summary: 'What a customer has with you, by currency',
    scope: 'money:read',
    params: customerParams,
    response: balance,
    idempotency: 'natural',
  }),
  adjust: endpoint({
    method: 'POST',
    path: '/v1/customers/{id}/balance-adjustments',
    summary: 'Give a customer credit, or take it back',
    scope: 'money:write',
    params: customerParams,
    body: z.strictObject({
      currency,
      amountMinor: z.int().min(-MAX_MONEY).max(MAX_MONEY).describe('Above zero gives, below zero takes'),
      reason: z.string().min(1).max(500),
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: balance,
    idempotency: 'stored',
  }),
}
