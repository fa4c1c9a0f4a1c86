import { z } from 'zod'
import { taxCategory } from '../catalog-words.ts'
import { endpoint } from '../endpoint.ts'
import { callerId, currency, decimal, idempotencyKey, instant, list } from '../primitives.ts'

/** What a line is for. */
export const lineKind = z.enum([
  'plan',
  'quantity',
  'add_on',
  'bundle',
  'usage',
  'overage',
  'minimum',
  'top_up',
  'item',
  'credit',
])

/** What the operator writes. */
export const writtenLine = z
  .strictObject({
    description: z.string().min(1).max(500),
    quantity: decimal.default('1'),
    unitMinor: decimal.describe('Price of one in minor units, a decimal; below zero gives back'),
    taxCategory: taxCategory.default('standard'),
    taxInclusive: z.boolean().default(false).describe('Whether the price holds the tax already'),
    serviceStart: instant.optional(),
    serviceEnd: instant.optional().describe('Exclusive; goes with `serviceStart`'),
  })
  .refine(
    ({ serviceStart, serviceEnd }) =>
      serviceStart === undefined || serviceEnd === undefined
        ? serviceStart === serviceEnd
        : Date.parse(serviceStart) < Date.parse(serviceEnd),
    { error: 'A service has a start and a later end', path: ['serviceEnd'] },
  )

const invoiceItem = z.object({
  object: z.literal('invoice_item'),
  id: z.string().describe('`itm_…`'),
  livemode: z.boolean(),
  customer: callerId,
  currency: z.string(),
  kind: lineKind,
  description: z.string(),
  quantity: z.string(),
  unitMinor: z.string().nullable(),
  amountMinor: z.number(),
  serviceStart: instant.nullable(),
  serviceEnd: instant.nullable(),
  createdAt: instant,
})

const customerPath = z.object({ id: callerId })

export const invoiceItems = {
  create: endpoint({
    method: 'POST',
    path: '/v1/customers/{id}/invoice-items',
    summary: 'Put something on the next invoice',
    description:
      'It waits for the next invoice in its currency: of the next period, or one with `pendingItems`.',
    scope: 'money:write',
    params: customerPath,
    body: writtenLine.safeExtend({ currency, idempotencyKey: idempotencyKey.optional() }),
    status: 201,
    response: invoiceItem,
    idempotency: 'stored',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/invoice-items',
    summary: 'List what waits for the next invoice, oldest first',
    scope: 'money:read',
    params: customerPath,
    response: list(invoiceItem),
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}/invoice-items/{itemId}',
    summary: 'Take back what waits for the next invoice',
    scope: 'money:write',
    params: customerPath.extend({ itemId: z.string().min(1).max(100).describe('`itm_…`') }),
    response: z.object({ object: z.literal('invoice_item'), id: z.string(), deleted: z.literal(true) }),
    idempotency: 'natural',
  }),
}
