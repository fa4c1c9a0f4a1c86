import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import {
  callerId,
  currency,
  idempotencyKey,
  instant,
  list,
  listQuery,
  metadata,
  positiveAmount,
} from '../primitives.ts'
import { lineKind, writtenLine } from './invoice-items.ts'
import { attempt } from './payment-attempts.ts'

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
  kind: lineKind,
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
  creditedMinor: z
    .number()
    .describe('Lowered by credit notes before it was paid. Of a credit note: what it lowered'),
  amountPaidMinor: z.number(),
  refundedMinor: z
    .number()
    .describe('Given back. Of a credit note: what of it goes back; the rest is the balance of the customer'),
  amountDueMinor: z.number(),
  taxes: z.array(taxGroup),
  coupons: z
    .array(z.object({ id: callerId, name: z.string() }))
    .describe('That took something off; of a credit note: of what it credits'),
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

const once = { idempotencyKey: idempotencyKey.optional() }

const verb = (name: string, summary: string, description: string) =>
  endpoint({
    method: 'POST',
    path: `/v1/invoices/{id}/${name}`,
    summary,
    description,
    scope: 'money:write',
    params,
    body: z.strictObject(once).default({}),
    response: invoice,
    idempotency: 'stored',
  })

const language = z
  .string()
  .max(35)
  .optional()
  .describe('BCP 47 tag such as `fr`. That of the customer, unless told')

export const invoices = {
  create: endpoint({
    method: 'POST',
    path: '/v1/invoices',
    summary: 'Write an invoice',
    description:
      'Final at once, with its number, unless `finalise` is false: then it stays a draft. Coupons take nothing off what is ' +
      'written by hand.',
    scope: 'money:write',
    body: z.strictObject({
      customer: callerId,
      currency,
      lines: z.array(writtenLine).max(250).default([]),
      pendingItems: z.boolean().default(false).describe('What waits in this currency goes along'),
      collection: z
        .enum(['automatic', 'send'])
        .optional()
        .describe("Charged to a method, or sent by letter. By the plan's policy unless told"),
      dueDays: z
        .int()
        .min(0)
        .max(3650)
        .optional()
        .describe("Days from issue. By the plan's policy unless told"),
      note: z.string().max(2000).default(''),
      metadata: metadata.default({}),
      finalise: z.boolean().default(true),
      ...once,
    }),
    status: 201,
    response: invoice,
    idempotency: 'stored',
  }),
  finalise: verb(
    'finalise',
    'Make a draft final',
    'It gets its number and its dates, and is collected. Lines and figures stay.',
  ),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/invoices/{id}',
    summary: 'Delete a draft that was written by hand',
    description: 'It never had a number. Items that had waited for it wait for the next invoice.',
    scope: 'money:write',
    params,
    response: z.object({ object: z.literal('invoice'), id: z.string(), deleted: z.literal(true) }),
    idempotency: 'natural',
  }),
  void: verb(
    'void',
    'Void an open invoice',
    'As if it had never been owed: only where nothing of it is paid or credited. It keeps its number. Its period and the ' +
      'use that it billed stay billed.',
  ),
  markUncollectible: verb(
    'mark-uncollectible',
    'Give up an open invoice',
    'Nobody is asked for it any more. It stays owed: access is as dunning has left it, and a payment still settles it.',
  ),
  credit: endpoint({
    method: 'POST',
    path: '/v1/invoices/{id}/credit-notes',
    summary: 'Write a credit note',
    description:
      'For all that is left, an amount, or amounts of single lines; amounts hold their tax. It lowers what is due first; the ' +
      'rest goes to the balance of the customer, or back the way it was paid.',
    scope: 'money:write',
    params,
    body: z
      .strictObject({
        amountMinor: positiveAmount.optional(),
        lines: z
          .array(z.strictObject({ line: z.string().min(1).max(100), amountMinor: positiveAmount }))
          .min(1)
          .max(250)
          .optional(),
        destination: z.enum(['balance', 'refund']).default('balance'),
        reason: z.string().max(500).default('').describe('Of the refund'),
        note: z.string().max(2000).default('').describe('On the document'),
        metadata: metadata.default({}),
        ...once,
      })
      .refine(({ amountMinor, lines }) => amountMinor === undefined || lines === undefined, {
        error: 'Give an amount, or lines, or neither',
        path: ['lines'],
      })
      .prefault({}),
    status: 201,
    response: invoice,
    idempotency: 'stored',
  }),
  pdf: endpoint({
    method: 'GET',
    path: '/v1/invoices/{id}/pdf',
    summary: 'Read an invoice or a credit note as a PDF',
    scope: 'money:read',
    params,
    query: z.object({ language }),
    response: z.string(),
    file: 'application/pdf',
    idempotency: 'natural',
  }),
  xml: endpoint({
    method: 'GET',
    path: '/v1/invoices/{id}/xml',
    summary: 'Read an invoice or a credit note as an electronic invoice (EN 16931)',
    scope: 'money:read',
    params,
    query: z.object({ language }),
    response: z.string(),
    file: 'application/xml',
    idempotency: 'natural',
  }),
  link: endpoint({
    method: 'POST',
    path: '/v1/invoices/{id}/link',
    summary: 'Make a link to an invoice for whoever pays it',
    description: 'Whoever has the link may read the invoice and its PDF, without a key, until it expires.',
    scope: 'money:write',
    params,
    body: z.strictObject({ validDays: z.int().min(1).max(90).default(30), ...once }).prefault({}),
    response: z.object({
      object: z.literal('invoice_link'),
      invoice: z.string(),
      livemode: z.boolean(),
      path: z.string().describe('On this server'),
      pdfPath: z.string(),
      expiresAt: instant,
    }),
    secretAnswer: true,
    idempotency: 'stored',
  }),
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
        returnUrl: z.url().max(2000).optional().describe('Where the customer goes on after confirming'),
        idempotencyKey: idempotencyKey.optional(),
      })
      .default({}),
    response: z.object({ object: z.literal('payment'), attempt, invoice }),
    idempotency: 'resumed',
  }),
}
