import { z } from 'zod'
import { billingInterval } from '../catalog-prices.ts'
import { endpoint } from '../endpoint.ts'
import { callerId, currency, idempotencyKey, instant, webAddress } from '../primitives.ts'
import { invoice } from './invoices.ts'
import { attempt } from './payment-attempts.ts'

const item = z.union([
  callerId,
  z.strictObject({ id: callerId, quantity: z.int().min(1).max(1_000_000).default(1) }),
])

const session = z.object({
  object: z.literal('checkout_session'),
  id: z.string().describe('`cs_…`'),
  livemode: z.boolean(),
  customer: callerId,
  status: z.enum(['open', 'complete', 'expired']).describe('`expired`: over, and not paid'),
  url: z.string().nullable().describe('Where the customer pays; null when there is nothing left to do'),
  successUrl: z.string(),
  cancelUrl: z.string(),
  subscription: z.string().nullable(),
  currency: z.string(),
  totalMinor: z.number(),
  attempt: attempt.nullable().describe('null until somebody is asked for the money'),
  invoice: invoice.nullable().describe('A draft until it is paid; null when it was not'),
  createdAt: instant,
  expiresAt: instant,
})
const params = z.object({ id: z.string().min(1).max(100).describe('`cs_…`') })

export const checkoutSessions = {
  create: endpoint({
    method: 'POST',
    path: '/v1/checkout-sessions',
    summary: 'Open a page where a customer pays',
    description:
      'For a plan with its add-ons, for top-ups, or both. The server prices. A subscription so begun is `incomplete` until it ' +
      'is paid, and expires after a day.',
    scope: 'money:write',
    body: z.strictObject({
      customer: callerId,
      plan: callerId.optional(),
      interval: billingInterval.default('month'),
      currency: currency.optional(),
      quantities: z.record(z.string().min(1).max(64), z.int().min(0).max(1_000_000_000)).default({}),
      addOns: z.array(item).max(100).default([]).describe('Of the plan'),
      bundles: z.array(callerId).max(100).default([]),
      coupons: z.array(callerId).max(20).default([]),
      topUps: z.array(item).max(100).default([]),
      totalMinor: z
        .int()
        .optional()
        .describe(
          'What you have shown the customer. A difference is refused as `total_mismatch`, with both figures (`expected`, `actual`)',
        ),
      provider: z.string().min(1).max(50),
      kind: z.enum(['card', 'phone', 'bank_transfer', 'cash']).default('card'),
      successUrl: webAddress,
      cancelUrl: webAddress,
      idempotencyKey: idempotencyKey.optional(),
    }),
    status: 201,
    response: session,
    idempotency: 'resumed',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/checkout-sessions/{id}',
    summary: 'Read a checkout session',
    scope: 'money:read',
    params,
    response: session,
    idempotency: 'natural',
  }),
  complete: endpoint({
    method: 'POST',
    path: '/v1/checkout-sessions/{id}/complete',
    summary: 'The customer is back from the page',
    description:
      'For the page at `successUrl`. With the webhook of the provider, in either order, it has one effect. While it is `open` ' +
      'there is something left to do at `url`.',
    scope: 'money:write',
    params,
    body: z.strictObject({
      customer: callerId.describe('Who is logged in at the page: the session of another one is not found'),
      idempotencyKey: idempotencyKey.optional(),
    }),
    response: session,
    idempotency: 'resumed',
  }),
}
