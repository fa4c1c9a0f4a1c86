import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import {
  callerId,
  currency,
  idempotencyKey,
  instant,
  list,
  listQuery,
  positiveAmount,
  positiveMoney,
} from '../primitives.ts'
import { attempt } from './payment-attempts.ts'

const refundStatus = z.enum(['created', 'started', 'pending', 'succeeded', 'failed'])

const refund = z.object({
  object: z.literal('refund'),
  id: z.string().describe('`re_…`'),
  livemode: z.boolean(),
  customer: callerId,
  payment: z.string().describe('What it gives back'),
  provider: z.string().describe('Who sends it. `manual`: you do, and `POST …/settle` says what became of it'),
  amountMinor: z.number(),
  currency: z.string(),
  status: refundStatus.describe(
    'What succeeded can still fail, weeks later: then it is on the balance of the customer',
  ),
  reason: z.string(),
  failure: z.string().nullable().describe("In the provider's words"),
  parts: z.array(
    z.object({
      invoice: z.string().nullable().describe('null: from the balance of the customer'),
      creditNote: z.string().nullable(),
      amountMinor: z.number(),
    }),
  ),
  createdAt: instant,
  endedAt: instant.nullable(),
})

const payment = z.object({
  object: z.literal('payment'),
  id: z.string().describe('`rec_…`'),
  livemode: z.boolean(),
  customer: callerId,
  provider: z.string(),
  transaction: z.string().describe('How the provider knows it'),
  currency: z.string(),
  amountMinor: z.number(),
  refundedMinor: z.number().describe('Given back, or on its way'),
  receivedAt: instant,
  allocations: z.array(z.object({ invoice: z.string(), amountMinor: z.number() })),
  toBalanceMinor: z.number().describe('What no invoice took: it is on the balance of the customer'),
  attempts: z.array(attempt).describe('Of the invoices it paid, oldest first: those that failed, too'),
  refunds: z.array(refund),
})

const params = z.object({
  id: z.string().min(1).max(100).describe('`rec_…`, or `pay_…`: the attempt that brought it in'),
})
const once = { idempotencyKey: idempotencyKey.optional() }

export const payments = {
  create: endpoint({
    method: 'POST',
    path: '/v1/payments',
    summary: 'Record money that came in by hand',
    description:
      'A bank transfer or cash. It pays the invoice that is named, then the other open ones, oldest first; the rest goes to ' +
      'the balance of the customer. Access that a missing payment took away is back at once.',
    scope: 'money:write',
    body: z.strictObject({
      customer: callerId,
      currency,
      amountMinor: positiveMoney,
      transaction: z
        .string()
        .min(1)
        .max(200)
        .describe('The reference of the transfer or the receipt: unique'),
      invoice: z.string().min(1).max(100).optional(),
      receivedAt: instant.optional().describe('Now, unless told; not in the future'),
      ...once,
    }),
    status: 201,
    response: payment,
    idempotency: 'stored',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/payments/{id}',
    summary: 'Read money that came in',
    scope: 'money:read',
    params,
    response: payment,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/payments',
    summary: 'List money that came in, newest first',
    scope: 'money:read',
    query: listQuery.extend({ customer: callerId.optional() }),
    response: list(payment),
    idempotency: 'natural',
  }),
  refund: endpoint({
    method: 'POST',
    path: '/v1/payments/{id}/refunds',
    summary: 'Give money back',
    description:
      'All that is left of the payment, unless an amount is told, with a credit note for each invoice that it paid. With ' +
      '`creditNote: false` it comes from the balance of the customer instead: after a credit note that went there.',
    scope: 'money:write',
    params,
    body: z
      .strictObject({
        amountMinor: positiveAmount.optional(),
        reason: z.string().max(500).default(''),
        creditNote: z.boolean().default(true),
        ...once,
      })
      .prefault({}),
    status: 201,
    response: refund,
    idempotency: 'resumed',
  }),
}

const refundParams = z.object({ id: z.string().min(1).max(100).describe('`re_…`') })

export const refunds = {
  get: endpoint({
    method: 'GET',
    path: '/v1/refunds/{id}',
    summary: 'Read a refund',
    scope: 'money:read',
    params: refundParams,
    response: refund,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/refunds',
    summary: 'List refunds, newest first',
    description:
      'Which are on their way, which failed, and, with `status=pending`, what people still have to send.',
    scope: 'money:read',
    query: listQuery.extend({
      customer: callerId.optional(),
      payment: params.shape.id.optional(),
      invoice: z.string().min(1).max(100).optional().describe('What it gives back of this invoice'),
      status: refundStatus.optional(),
    }),
    response: list(refund),
    idempotency: 'natural',
  }),
  settle: endpoint({
    method: 'POST',
    path: '/v1/refunds/{id}/settle',
    summary: 'Record what became of a refund by hand',
    description: 'Of money that people send: a transfer, cash. What a provider sends, it tells itself.',
    scope: 'money:write',
    params: refundParams,
    body: z.strictObject({
      status: z.enum(['succeeded', 'failed']),
      transaction: z.string().min(1).max(200).optional(),
      reason: z.string().max(500).default('').describe('Why it failed'),
      ...once,
    }),
    response: refund,
    idempotency: 'stored',
  }),
}
