import { z } from 'zod'
import { planDefinition } from '../catalog.ts'
import { endpoint } from '../endpoint.ts'
import { callerId, currency, instant, limitFields, list, listQuery } from '../primitives.ts'
import { checkedLater } from './catalog.ts'

const planParams = z.object({ id: callerId.describe('Your own id of the plan') })

const allowance = z.object({
  feature: callerId,
  name: z.string(),
  kind: z.enum(['flag', 'setting', 'gauge', 'meter', 'credits']),
  unit: z.string(),
  scale: z.number(),
  value: z.union([z.boolean(), z.string(), z.number()]).nullable().describe('Flags and settings; else null'),
  ...limitFields,
  perQuantity: z.string().nullable().describe('The limit is multiplied by the quantity of this key'),
  window: z.string().nullable().describe('After which it starts again; null for what has none'),
  scope: z.enum(['customer', 'member']),
  memberLimit: z.object(limitFields).nullable(),
  policy: z.discriminatedUnion('type', [
    z.object({ type: z.literal('hard') }),
    z.object({
      type: z.literal('soft'),
      graceAmount: z.number().nullable(),
      graceDays: z.number().nullable(),
    }),
    z.object({
      type: z.literal('overage'),
      unitPrices: z.record(currency, z.string()).describe('Minor units, as a decimal'),
    }),
  ]),
  rollover: z
    .object({ cap: z.number().nullable(), sharePercent: z.number(), windows: z.number() })
    .nullable(),
  priority: z.number(),
})

const decimal = z.string().describe('A decimal; amounts in minor units')
const tiers = z.array(
  z.object({
    upTo: z.string().nullable().describe('Its last unit; null = no bound'),
    unitMinor: decimal,
    flatMinor: decimal,
  }),
)

const priceComponent = z.object({
  key: z.string(),
  name: z.string(),
  timing: z.enum(['advance', 'arrears']),
  counts: z
    .union([z.object({ quantity: z.string() }), z.object({ feature: callerId })])
    .nullable()
    .describe('A quantity of the subscription, a feature’s use in the billing period, or nothing'),
  freeUnits: decimal,
  model: z.discriminatedUnion('type', [
    z.object({ type: z.literal('flat'), amountMinor: z.number() }),
    z.object({ type: z.literal('per_unit'), unitMinor: decimal }),
    z.object({ type: z.literal('graduated'), tiers }),
    z.object({ type: z.literal('volume'), tiers }),
    z.object({ type: z.literal('package'), size: decimal, packageMinor: decimal }),
    z.object({
      type: z.literal('percentage'),
      percent: decimal,
      fixedMinor: decimal,
      minimumMinor: z.number().nullable(),
      maximumMinor: z.number().nullable(),
    }),
  ]),
})

export const plan = z.object({
  object: z.literal('plan'),
  id: callerId,
  livemode: z.boolean(),
  version: z.number(),
  currentVersion: z.number(),
  name: z.string(),
  description: z.string(),
  archived: z.boolean().describe('No longer sold'),
  prices: z.array(
    z.object({
      currency,
      interval: z.string().describe('As a subscription names it: `month`, `3 months`'),
      amountMinor: z.number(),
      perUnit: z
        .record(z.string(), z.string())
        .describe('Quantity key → price of one, minor units as a decimal'),
      components: z.array(priceComponent),
      minimumMinor: z.number().nullable().describe('The least that an interval costs'),
    }),
  ),
  allowances: z.array(allowance),
  trial: z.object({ days: z.number(), onEnd: z.enum(['expire', 'activate']) }).nullable(),
  policies: z.object({
    usageOnChange: z.enum(['keep', 'reset', 'reset_once']),
    upgrade: z.enum(['now', 'period_end']),
    downgrade: z.enum(['now', 'period_end']),
    quantityChange: z.enum(['next_period', 'prorate', 'raise_now']),
    proration: z.enum(['second', 'day', 'none']),
    purchaseWhileLive: z.enum(['refuse', 'append']),
    modules: z.enum(['next_invoice', 'now']),
    moduleInvoices: z.enum(['with_plan', 'apart']),
    failure: z.object({
      graceDays: z.number(),
      access: z.enum(['full', 'warned', 'limited', 'read_only', 'blocked']),
      reason: z.enum(['payment_required', 'tenant_suspended', 'subscription_inactive']),
      grants: z.enum(['plan', 'all']),
      modules: z.enum(['off', 'keep']),
      modulesWhenPaid: z.enum(['restore', 'by_hand']),
      cancelAfterDays: z.number().nullable(),
      negligible: z
        .record(currency, z.number())
        .describe('What may be missing of an invoice that was paid in part, in minor units'),
    }),
    disputes: z.object({
      open: z.enum(['full', 'warned', 'limited', 'read_only', 'blocked']).describe('Access meanwhile'),
      lost: z.enum(['keep', 'suspend', 'cancel']),
    }),
    anchor: z.enum(['subscription', 'calendar']),
    collection: z.enum(['automatic', 'send']),
    dueDays: z.number(),
    retries: z.object({
      hour: z.number().nullable().describe('Of the operator; null = the hour at which it failed'),
      afterDays: z.array(z.number()).describe('After the first failure'),
    }),
    dunning: z.object({
      hour: z.number().nullable().describe('Of the operator; null = the time of day of the due date'),
      steps: z.array(
        z.object({
          afterDays: z.number().describe('After the due date'),
          action: z.enum([
            'letter',
            'retry',
            'warn',
            'limit',
            'read_only',
            'modules_off',
            'suspend',
            'pause',
            'cancel',
          ]),
          letter: z.enum(['friendly', 'urgent', 'warning', 'final']).nullable(),
        }),
      ),
    }),
  }),
  taxInclusive: z.boolean().describe('Prices hold the tax already'),
  taxCategory: z.string().describe('Which rates apply'),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: instant,
  versionCreatedAt: instant,
})

export const plans = {
  list: endpoint({
    method: 'GET',
    path: '/v1/plans',
    summary: 'List plans, newest first',
    scope: 'catalog:read',
    publishable: true,
    query: listQuery.extend({
      archived: z
        .enum(['true', 'false'])
        .optional()
        .describe('true: only those no longer sold; those on sale unless told'),
    }),
    response: list(plan),
    idempotency: 'natural',
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/plans/{id}',
    summary: 'Read a plan',
    scope: 'catalog:read',
    publishable: true,
    params: planParams,
    query: z.object({
      version: z.coerce
        .number()
        .int()
        .min(1)
        .max(2_147_483_647)
        .optional()
        .describe('The current one unless told'),
    }),
    response: plan,
    idempotency: 'natural',
  }),
  create: endpoint({
    method: 'POST',
    path: '/v1/plans',
    summary: 'Add a plan to the catalog',
    scope: 'catalog:write',
    body: checkedLater(planDefinition.extend({ id: callerId })),
    status: 201,
    response: plan,
    idempotency: 'stored',
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/plans/{id}',
    summary: 'Change a plan',
    description:
      'A JSON merge patch: what is left out stays, null removes. A changed plan gets a new version; those who have it ' +
      'stay on theirs until they are moved.',
    scope: 'catalog:write',
    params: planParams,
    body: checkedLater(planDefinition.partial()),
    response: plan,
    idempotency: 'natural',
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/v1/plans/{id}',
    summary: 'Delete a plan that was never used',
    scope: 'catalog:write',
    params: planParams,
    response: z.object({
      object: z.literal('plan'),
      id: callerId,
      livemode: z.boolean(),
      deleted: z.literal(true),
    }),
    idempotency: 'natural',
  }),
}
