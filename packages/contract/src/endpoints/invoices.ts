import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, idempotencyKey, instant, list, listQuery } from '../primitives.ts'

export const invoiceStatuses = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const

const taxGroup = z.object({
  rate: z.string().describe('Key of the rate in the catalog; empty where none applies'),
  name: z.string(),
  percent: z.string(),
  category: z
    .enum(['S', 'Z', 'E', 'AE', 'O'])
    .describe('EN 16931: standard, zero, exempt, reverse charge, outside'),
  taxableMinor: z.number(),
  taxMinor: z.number(),
})

export const invoiceLine = z.object({
  id: z.string(),
  kind: z.enum([
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
  ]),
  reference: z.string().describe('Key of the plan, add-on, bundle or feature'),
  description: z.string(),
  quantity: z.string().describe('A decimal'),
  unitMinor: z
    .string()
    .nullable()
    .describe('Price of one, as a decimal in minor units; null for tiers and parts'),
  amountMinor: z.number().describe('Before discounts; with tax where `taxInclusive`'),
  discountMinor: z.number(),
  netMinor: z.number().describe('After discounts, without tax'),
  taxInclusive: z.boolean(),
  taxMinor: z.number(),
  serviceStart: instant.nullable(),
  serviceEnd: instant.nullable(),
  credits: z.string().nullable().describe('Of what is given back: the line it credits'),
})

export const invoice = z.object({
  object: z.literal('invoice'),
  id: z.string().describe('`inv_…`; of a credit note `cn_…`'),
  livemode: z.boolean(),
  customer: callerId,
  kind: z.enum(['invoice', 'credit_note']),
  reason: z.enum(['period', 'change', 'add_on', 'top_up', 'one_off']),
  status: z.enum(invoiceStatuses),
  number: z.string().nullable().describe('Without gaps in its series; null for a draft'),
  credits: z.string().nullable().describe('Of a credit note: the invoice it credits'),
  subscription: z.string().nullable(),
  periodStart: instant.nullable(),
  periodEnd: instant.nullable(),
  currency: z.string(),
  subtotalMinor: z.number(),
  discountMinor: z.number(),
  taxMinor: z.number(),
  totalMinor: z.number(),
  creditAppliedMinor: z.number().describe("Paid from the customer's balance"),
  creditedMinor: z.number().describe('Lowered by credit notes before it was paid'),
  amountPaidMinor: z.number(),
  refundedMinor: z.number(),
  amountDueMinor: z.number(),
  taxes: z.array(taxGroup),
  collection: z.enum(['automatic', 'send', 'prepaid']),
  createdAt: instant,
  issuedAt: instant.nullable(),
  dueAt: instant.nullable(),
  paidAt: instant.nullable(),
  voidedAt: instant.nullable(),
  attempts: z.number().describe('Automatic payment attempts so far'),
  nextAttemptAt: instant.nullable(),
  failure: z.enum(['soft', 'hard', 'action_needed']).nullable().describe('Why the last attempt failed'),
  note: z.string(),
  lines: z.array(invoiceLine),
  metadata: z.record(z.string(), z.unknown()),
})

const params = z.object({ id: z.string().min(1).max(100).describe('`inv_…` or `cn_…`') })

export const attempt = z.object({
  object: z.literal('payment_attempt'),
  id: z.string().describe('`pay_…`'),
  livemode: z.boolean(),
  customer: callerId,
  invoice: z.string(),
  method: z.string(),
  provider: z.string(),
  amountMinor: z.number(),
  currency: z.string(),
  status: z.enum([
    'created',
    'started',
    'pending',
    'action_needed',
    'unknown',
    'succeeded',
    'declined',
    'expired',
    'superseded',
  ]),
  url: z.string().nullable().describe('Where the customer pays or confirms'),
  decline: z.object({ kind: z.enum(['soft', 'hard']), reason: z.string() }).nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
})

export const invoices = {
  get: endpoint({
    method: 'GET',
    path: '/v1/invoices/{id}',
    summary: 'Read an invoice or a credit note',
    scope: 'money:read',
    params,
    response: invoice,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/invoices',
    summary: 'List invoices and credit notes, newest first',
    scope: 'money:read',
    query: listQuery.extend({
      customer: callerId.optional(),
      status: z.enum(invoiceStatuses).optional(),
      kind: z.enum(['invoice', 'credit_note']).optional(),
    }),
    response: list(invoice),
    idempotency: 'natural',
  }),
  listOfCustomer: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/invoices',
    summary: "List a customer's invoices and credit notes, newest first",
    scope: 'money:read',
    params: z.object({ id: callerId }),
    query: listQuery.extend({ status: z.enum(invoiceStatuses).optional() }),
    response: list(invoice),
    idempotency: 'natural',
  }),
  pay: endpoint({
    method: 'POST',
    path: '/v1/invoices/{id}/pay',
    summary: 'Charge an open invoice now',
    description:
      'With the default method, unless another is named. Answers what became of it: `pending` and `action_needed` come ' +
      'with a `url` for the customer. A decline is an answer too.',
    scope: 'money:write',
    params,
    body: z
      .strictObject({
        paymentMethod: z.string().min(1).max(100).optional(),
        idempotencyKey: idempotencyKey.optional(),
      })
      .default({}),
    response: z.object({ object: z.literal('payment'), attempt, invoice }),
    idempotency: 'resumed',
  }),
}
