import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey, instant, list } from '../primitives.ts'

const discount = z.object({
  object: z.literal('discount'),
  id: z.string().describe('`dis_…`'),
  livemode: z.boolean(),
  customer: callerId,
  coupon: callerId,
  name: z.string(),
  subscription: z
    .string()
    .nullable()
    .describe('The one that it holds for; null = whatever the customer is billed'),
  percentOff: z.string().nullable(),
  amountOffMinor: z.record(z.string(), z.number()).describe('Currency → minor units'),
  periodsLeft: z.number().nullable().describe('Periods that it still holds for; null = all'),
  redeemedAt: instant,
})

export const discounts = {
  create: endpoint({
    method: 'POST',
    path: '/v1/customers/{id}/discounts',
    summary: 'Redeem a coupon for a customer',
    description: 'It holds for what is billed from now on. A customer redeems a coupon once.',
    scope: 'money:write',
    params: z.object({ id: callerId }),
    body: z.strictObject({ coupon: callerId, idempotencyKey: idempotencyKey.optional() }),
    status: 201,
    response: discount,
    idempotency: 'stored',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/discounts',
    summary: 'List the discounts of a customer',
    scope: 'money:read',
    params: z.object({ id: callerId }),
    response: list(discount),
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/discounts/{discountId}',
    summary: 'End a discount',
    description: 'What was billed with it stays as it is.',
    scope: 'money:write',
    params: z.object({ id: callerId, discountId: z.string().min(1).max(100) }),
    response: z.object({ object: z.literal('discount'), id: z.string(), deleted: z.literal(true) }),
    idempotency: 'natural',
  }),
}
