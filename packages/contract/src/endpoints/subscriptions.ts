import { z } from 'zod'
import { billingInterval } from '../catalog-prices.ts'
import { endpoint } from '../endpoint.ts'
import { invoiceLine } from './invoices.ts'
import { attempt } from './payment-attempts.ts'
import {
  callerId,
  currency,
  idempotencyKey,
  instant,
  list,
  listQuery,
  metadata,
  startInstant,
} from '../primitives.ts'
import { subscriptionStatuses } from './customers.ts'

const quantities = z
  .record(z.string().min(1).max(64), z.int().min(0).max(1_000_000_000))
  .describe('How many of what the plan counts, for example `{"seats": 5}`. What is left out is 1.')
const addOnQuantity = z.int().min(1).max(1_000_000)
const when = z.enum(['now', 'period_end'])
const params = z.object({ id: z.string().min(1).max(100).describe('`sub_…`') })
const idempotent = { idempotencyKey: idempotencyKey.optional() }

const terms = {
  plan: callerId,
  planVersion: z.number(),
  interval: billingInterval,
  currency: z.string(),
  quantities: z.record(z.string(), z.number()),
}

export const subscription = z.object({
  object: z.literal('subscription'),
  id: z.string(),
  livemode: z.boolean(),
  customer: callerId,
  status: z.enum(subscriptionStatuses),
  authority: z.enum(['engine', 'provider']),
  ...terms,
  addOns: z.array(
    z.object({ id: callerId, quantity: z.number(), startedAt: instant, endsAt: instant.nullable() }),
  ),
  bundles: z.array(z.object({ id: callerId, startedAt: instant, endsAt: instant.nullable() })),
  anchorAt: instant.describe(
    'Periods are counted from it, in the time zone that the customer had when the running one began',
  ),
  periodStart: instant,
  periodEnd: instant,
  billedUntil: instant.nullable().describe('Until when it is on invoices; null = nothing yet'),
  startAt: instant,
  trialEndAt: instant.nullable().describe('The end of the last day of the trial'),
  cancelAt: instant.nullable(),
  canceledAt: instant.nullable(),
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  pausedAt: instant.nullable(),
  resumeAt: instant.nullable(),
  scheduledChange: z.object({ at: instant, ...terms }).nullable(),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: instant,
  updatedAt: instant,
})

const agreed = {
  previewToken: z
    .string()
    .max(2000)
    .optional()
    .describe(
      'Of a preview with these fields: billed to the unit as it was shown, or refused if anything moved',
    ),
  totalMinor: z
    .int()
    .optional()
    .describe(
      'What you have shown the customer: `totalMinor` of a preview. The server prices; a difference is refused as `total_mismatch`, with both figures (`expected`, `actual`)',
    ),
}
const coupons = z.array(callerId).max(20).describe('Coupons to redeem with it')

/** What a change would come to. The lines are those of the invoice that follows. */
const preview = z.object({
  object: z.literal('subscription_preview'),
  livemode: z.boolean(),
  customer: callerId,
  effectiveAt: instant.describe('As of when it is billed if it is agreed to'),
  stateVersion: z.string(),
  previewToken: z.string().describe('Good for 15 minutes, for the same fields, while nothing moves'),
  currency: z.string().nullable(),
  kind: z
    .enum(['invoice', 'credit_note', 'none'])
    .describe('A credit note goes to the balance of the customer'),
  subtotalMinor: z.number(),
  discountMinor: z.number(),
  taxMinor: z.number(),
  totalMinor: z.number(),
  creditAppliedMinor: z.number().describe('What the balance of the customer will pay of it'),
  amountDueMinor: z.number(),
  lines: z.array(invoiceLine),
  otherCurrency: z
    .object({
      currency: z.string(),
      kind: z.enum(['invoice', 'credit_note']),
      subtotalMinor: z.number(),
      discountMinor: z.number(),
      taxMinor: z.number(),
      totalMinor: z.number(),
      lines: z.array(invoiceLine),
    })
    .nullable()
    .describe('What the currency before still charges, on an invoice of its own beside the other one'),
  nextInvoice: z
    .array(
      z.object({
        kind: invoiceLine.shape.kind,
        reference: z.string(),
        description: z.string(),
        quantity: z.string(),
        currency: z.string(),
        amountMinor: z.number(),
        serviceStart: instant.nullable(),
        serviceEnd: instant.nullable(),
      }),
    )
    .describe(
      'What goes on the next invoice instead, before discounts and tax; of what is charged later alone, all of it',
    ),
  nextInvoiceAt: instant
    .nullable()
    .describe(
      'When that is charged which waits for the end of the period, of a trial, for a start that lies ahead, or for the payment of what is bought again',
    ),
  nextInvoiceCurrency: z.string().nullable(),
  nextInvoiceTotalMinor: z
    .number()
    .nullable()
    .describe('What that comes to by what is known now, as if nothing were used; below zero: to the balance'),
})

const verb = <const Path extends string, Body extends z.ZodType>(
  path: Path,
  body: Body,
  summary: string,
  description: string,
) =>
  endpoint({
    method: 'POST',
    path: `/v1/subscriptions/{id}/${path}`,
    summary,
    description,
    scope: 'subscriptions:write',
    params,
    body,
    response: subscription,
    idempotency: 'stored',
  })

/** What is subscribed to: the same fields for the preview and for the thing itself. */
const newSubscription = {
  customer: callerId,
  plan: callerId,
  interval: billingInterval.default('month'),
  currency: currency
    .optional()
    .describe('The plan must have a price in it, unless it is free. Left out: the currency of the customer'),
  quantities: quantities.default({}),
  addOns: z
    .array(z.union([callerId, z.strictObject({ id: callerId, quantity: addOnQuantity.default(1) })]))
    .max(100)
    .default([]),
  authority: z
    .enum(['engine', 'provider'])
    .default('engine')
    .describe(
      'Who renews it. What a provider renews is billed, charged and dunned there, and nothing of it here',
    ),
  activation: z.enum(['automatic', 'manual']).default('automatic'),
  startAt: startInstant.optional().describe('In the future: it starts then. In the past: only the anchor'),
  trialDays: z
    .int()
    .min(0)
    .max(730)
    .optional()
    .describe('Replaces the trial of the plan; 0 = none. The last day is included'),
  metadata: metadata.default({}),
  bundles: z.array(callerId).max(100).default([]).describe('Each covers its add-ons'),
  coupons: coupons.default([]),
  paymentMethod: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'One of the customer’s that can be charged: it is charged for this, and the default from now on',
    ),
}

const changedTerms = {
  plan: callerId.optional(),
  interval: billingInterval.optional(),
  currency: currency.optional(),
  quantities: quantities.optional(),
  when: when
    .optional()
    .describe('Left out: the policy of the plan; by default upwards now, downwards at period end'),
  coupons: coupons.optional(),
}

/** What is charged at once is paid first. */
const withPayment = subscription.extend({
  payment: z
    .object({
      status: z.enum(['paid', 'pending', 'action_needed', 'processing', 'failed']),
      url: z.string().nullable().describe('Where the customer pays or confirms'),
      attempt: attempt.nullable(),
    })
    .nullable()
    .describe('null where nothing is charged now'),
})

export const subscriptions = {
  create: endpoint({
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Subscribe a customer to a plan',
    description:
      'Without a trial it is active at once, unless `activation` is `manual`: then it waits as `incomplete` for ' +
      'POST …/activate. A customer has one live subscription and one trial. Where the plan of the live one lets it be ' +
      'bought again (`purchaseWhileLive: append`), that is charged and only then given: a decline is refused as ' +
      '`payment_declined`, and what is not paid yet answers 202 with the payment.',
    scope: 'subscriptions:write',
    body: z.strictObject({ ...newSubscription, ...agreed, ...idempotent }),
    status: 201,
    mayTakeLong: true,
    response: withPayment,
    idempotency: 'resumed',
  }),
  preview: endpoint({
    method: 'POST',
    path: '/v1/subscriptions/preview',
    summary: 'What subscribing would come to',
    description: 'Saves nothing. Send the same fields with `previewToken` to agree to the very figures.',
    scope: 'subscriptions:write',
    body: z.strictObject({ ...newSubscription, idempotencyKey: idempotencyKey.optional() }),
    response: preview,
    idempotency: 'natural',
  }),
  previewChange: endpoint({
    method: 'POST',
    path: '/v1/subscriptions/{id}/preview',
    summary: 'What a change would come to',
    description:
      'Saves nothing. Send the same fields with `previewToken` to …/change to agree to the very figures.',
    scope: 'subscriptions:write',
    params,
    body: z.strictObject({ ...changedTerms, idempotencyKey: idempotencyKey.optional() }),
    response: preview,
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/subscriptions/{id}',
    summary: 'Read a subscription',
    scope: 'subscriptions:read',
    params,
    response: subscription,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/subscriptions',
    summary: 'List subscriptions, newest first',
    scope: 'subscriptions:read',
    query: listQuery.extend({
      customer: callerId.optional(),
      status: z.enum(subscriptionStatuses).optional(),
      plan: callerId.optional(),
    }),
    response: list(subscription),
    idempotency: 'natural',
  }),
  change: verb(
    'change',
    z.strictObject({ ...changedTerms, ...agreed, ...idempotent }),
    'Change plan, interval, currency or quantities',
    'What is left out stays. Asking for the terms in force calls off a scheduled change, whatever `when` says.',
  ),
  cancel: verb(
    'cancel',
    z
      .strictObject({
        when: when.default('period_end'),
        credit: z
          .boolean()
          .default(false)
          .describe('With `now`: what is left of the paid period goes to the balance of the customer'),
        ...idempotent,
      })
      .default({ when: 'period_end', credit: false }),
    'Cancel a subscription',
    'At the end of the period, or now. POST …/resume undoes it before the end.',
  ),
  resume: verb(
    'resume',
    z.strictObject(idempotent).default({}),
    'Undo a cancellation, or end a pause',
    'A pause first, where there are both. A cancellation that has taken effect can not be undone: subscribe again.',
  ),
  pause: verb(
    'pause',
    z.strictObject({ resumeAt: startInstant.optional(), ...idempotent }).default({}),
    'Pause an active subscription',
    'Until POST …/resume, or until `resumeAt`.',
  ),
  activate: verb(
    'activate',
    z.strictObject(idempotent).default({}),
    'Activate by hand',
    'From `incomplete`, or out of a trial before its end. Periods count from this moment.',
  ),
  putAddOn: endpoint({
    method: 'PUT',
    path: '/v1/subscriptions/{id}/add-ons/{addOnId}',
    summary: 'Switch an add-on on, or set its quantity',
    description:
      'Where the plan charges modules at once, what is left of the period is paid first and only then it is in force: ' +
      'a decline is refused as `payment_declined`, and what is not paid yet answers 202 with the payment.',
    scope: 'subscriptions:write',
    params: params.extend({ addOnId: callerId }),
    body: z.strictObject({ quantity: addOnQuantity.default(1) }).default({ quantity: 1 }),
    mayTakeLong: true,
    response: withPayment,
    idempotency: 'natural',
  }),
  deleteAddOn: endpoint({
    method: 'DELETE',
    path: '/v1/subscriptions/{id}/add-ons/{addOnId}',
    summary: 'Switch an add-on off',
    scope: 'subscriptions:write',
    params: params.extend({ addOnId: callerId }),
    query: z.object({ when: when.default('now') }),
    response: subscription,
    idempotency: 'natural',
  }),
  putBundle: endpoint({
    method: 'PUT',
    path: '/v1/subscriptions/{id}/bundles/{bundleId}',
    summary: 'Switch a bundle on',
    description:
      'One of each of its add-ons is in force and costs nothing of its own. Where the plan charges modules at once it is ' +
      'paid first, as an add-on is.',
    scope: 'subscriptions:write',
    params: params.extend({ bundleId: callerId }),
    body: z.strictObject({}).default({}),
    mayTakeLong: true,
    response: withPayment,
    idempotency: 'natural',
  }),
  deleteBundle: endpoint({
    method: 'DELETE',
    path: '/v1/subscriptions/{id}/bundles/{bundleId}',
    summary: 'Switch a bundle off',
    scope: 'subscriptions:write',
    params: params.extend({ bundleId: callerId }),
    query: z.object({ when: when.default('now') }),
    response: subscription,
    idempotency: 'natural',
  }),
}
