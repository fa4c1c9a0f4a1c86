import { z } from 'zod'
import { accessLevels, accessReasons } from '../decision-codes.ts'
import { endpoint } from '../endpoint.ts'
import { operatorDefinition } from '../catalog-settings.ts'
import { callerId, currency, instant, limitFields, list, listQuery, metadata } from '../primitives.ts'

export const customerParams = z.object({ id: callerId.describe('Your own id of the customer') })

export const access = z
  .object({
    level: z.enum(accessLevels),
    reason: z.enum(accessReasons).describe('For `blocked`, also the code of every refusal'),
  })
  .describe('Whether the customer gets in at all; computed from lifecycle, suspension and fallback plan')

export const subscriptionStatuses = [
  'scheduled',
  'incomplete',
  'trialing',
  'active',
  'paused',
  'canceled',
  'expired',
] as const

const address = z.object({
  line1: z.string(),
  line2: z.string(),
  postalCode: z.string(),
  city: z.string(),
  region: z.string(),
  country: z.string(),
})

/** Whom documents are written to. */
const billing = z.object({
  name: z.string(),
  email: z.string().nullable(),
  address: address.nullable(),
  vatId: z.string().nullable(),
  taxExempt: z.boolean(),
  exemptionReason: z.string(),
})

const billingFields = z
  .strictObject({
    name: z.string().max(200).optional().describe("On documents; the customer's, unless told"),
    email: z
      .email()
      .max(254)
      .nullable()
      .optional()
      .describe("Where documents go; the customer's, unless told"),
    address: operatorDefinition.shape.address.unwrap().nullable().optional().describe('Decides the taxes'),
    vatId: z
      .string()
      .min(1)
      .max(64)
      .nullable()
      .optional()
      .describe('Checked by the rules of its country: EU, GB, CH, NO'),
    taxExempt: z.boolean().optional(),
    exemptionReason: z.string().max(500).optional().describe('As the document says it'),
  })
  .describe('Fields that are left out stay as they are')

const customerFields = {
  object: z.literal('customer'),
  id: callerId,
  livemode: z.boolean(),
  name: z.string(),
  email: z.string().nullable(),
  timeZone: z.string().describe('IANA name; days, months and periods are counted in it'),
  locale: z.string().describe('BCP 47 tag; the language of what is sent to the customer'),
  currency: currency.nullable(),
  testClock: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  billing,
  createdAt: instant,
  updatedAt: instant,
}
export const customer = z.object({ ...customerFields, access })
const listedCustomer = z.object({
  ...customerFields,
  access,
  plan: z.string().nullable().describe('Of the subscription made last'),
  status: z.enum(subscriptionStatuses).nullable().describe('Of the subscription made last; null without one'),
})

export const personFields = {
  name: z.string().max(200).optional(),
  email: z.email().max(254).nullable().optional(),
}

const featureEntitlement = z.object({
  feature: callerId,
  name: z.string(),
  kind: z.enum(['flag', 'setting', 'gauge', 'meter', 'credits']),
  included: z.boolean(),
  value: z.union([z.boolean(), z.string(), z.number()]).nullable().describe('Flags and settings; else null'),
  ...limitFields,
  unit: z.string(),
  scale: z.number().describe('Amounts are whole numbers of 10^-scale units'),
  window: z.string().nullable().describe('After which a meter starts again; null for what has none'),
  scope: z.enum(['customer', 'member']).describe('Whose balance it is'),
  memberLimit: z.object(limitFields).nullable().describe("Each member's own limit under the customer's pool"),
  policy: z.enum(['hard', 'soft', 'overage']).describe('What happens at the limit'),
  failPolicy: z
    .enum(['open', 'closed'])
    .describe('What a client decides that has lost its link for too long'),
  thresholds: z.array(z.number()),
  costs: z.record(z.string(), z.number()).describe('Credits: what one action costs'),
  overridden: z.boolean(),
})

export const entitlements = z.object({
  object: z.literal('entitlements'),
  customer: callerId,
  livemode: z.boolean(),
  version: z.number().describe('Grows with every change; also the `ETag`'),
  plan: z.object({ id: callerId, version: z.number(), name: z.string() }).nullable(),
  subscription: z
    .object({
      id: z.string(),
      status: z.enum(subscriptionStatuses),
      interval: z.string(),
      currency: z.string(),
      periodStart: instant,
      periodEnd: instant,
      trialEndAt: instant.nullable(),
      cancelAt: instant.nullable(),
      quantities: z.record(z.string(), z.number()).describe('Seats and what else is counted by number'),
      addOns: z.array(z.object({ id: callerId, quantity: z.number(), endsAt: instant.nullable() })),
    })
    .nullable()
    .describe('The live one; null when there is none'),
  access,
  timeZone: z.string(),
  validUntil: instant
    .nullable()
    .describe('The next moment at which time alone changes this; null if none is known'),
  features: z.array(featureEntitlement),
})

export const timelineEvent = z.object({
  object: z.literal('event'),
  id: z.string(),
  type: z.string(),
  sequence: z.number(),
  subject: z.string().nullable(),
  occurredAt: instant,
  recordedAt: instant,
  data: z.record(z.string(), z.unknown()),
})

export const customers = {
  put: endpoint({
    method: 'PUT',
    path: '/v1/customers/{id}',
    summary: 'Create or update a customer',
    description: 'Fields that are left out stay as they are (on creation: their defaults).',
    scope: 'customers:write',
    params: customerParams,
    body: z.strictObject({
      ...personFields,
      timeZone: z.string().max(64).optional().describe('IANA name; UTC unless told'),
      locale: z.string().max(35).optional().describe('BCP 47 tag; `en` unless told'),
      currency: currency.nullable().optional(),
      metadata: metadata.optional(),
      billing: billingFields.optional(),
      testClock: z
        .string()
        .max(100)
        .optional()
        .describe('Only at creation, and only in a test environment: the clock the customer lives by'),
    }),
    response: customer,
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}',
    summary: 'Read a customer',
    scope: 'customers:read',
    params: customerParams,
    response: customer,
    idempotency: 'natural',
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/customers',
    summary: 'List customers, newest first',
    scope: 'customers:read',
    query: listQuery.extend({
      search: z.string().min(1).max(200).optional().describe('The start of an id or a name'),
      status: z
        .enum([...subscriptionStatuses, 'none'])
        .optional()
        .describe('Of the subscription made last'),
      testClock: z.string().max(100).optional(),
    }),
    response: list(listedCustomer),
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/customers/{id}',
    summary: 'Delete a customer',
    description:
      'Ends its subscription, erases name, e-mail and metadata of it and its members, and keeps what was used. The id ' +
      'can not be used again.',
    scope: 'customers:write',
    params: customerParams,
    response: z.object({
      object: z.literal('customer'),
      id: callerId,
      livemode: z.boolean(),
      deleted: z.literal(true),
      deletedAt: instant,
    }),
    idempotency: 'natural',
  }),
  entitlements: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/entitlements',
    summary: 'What a customer may use',
    description:
      'Plan, status, period, seats, access and every feature, under one version. With `version` (or `If-None-Match`) ' +
      'of an earlier answer, `unchanged` tells whether anything has moved.',
    scope: 'customers:read',
    params: customerParams,
    query: z.object({
      version: z.coerce.number().int().min(0).optional().describe('The version you have'),
    }),
    response: z.union([
      entitlements,
      z.object({
        object: z.literal('entitlements'),
        customer: callerId,
        livemode: z.boolean(),
        version: z.number(),
        unchanged: z.literal(true),
      }),
    ]),
    idempotency: 'natural',
  }),
  timeline: endpoint({
    method: 'GET',
    path: '/v1/customers/{id}/timeline',
    summary: 'What happened to a customer, newest first',
    scope: 'customers:read',
    params: customerParams,
    query: listQuery,
    response: list(timelineEvent),
    idempotency: 'natural',
  }),
}
