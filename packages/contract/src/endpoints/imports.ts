import { z } from 'zod'
import { billingInterval } from '../catalog-prices.ts'
import { endpoint } from '../endpoint.ts'
import { amount, callerId, currency, idempotencyKey, metadata } from '../primitives.ts'
import { personFields } from './customers.ts'

const amounts = z
  .record(callerId, amount)
  .refine((entries) => Object.keys(entries).length <= 100, 'At most 100 entries')

const importedCustomer = z.strictObject({
  id: callerId,
  ...personFields,
  timeZone: z.string().max(64).optional(),
  locale: z.string().max(35).optional(),
  currency: currency.optional(),
  metadata: metadata.optional(),
  testClock: z.string().max(100).optional(),
  plan: callerId,
  interval: billingInterval.default('month'),
  quantities: z.record(z.string().min(1).max(64), z.int().min(0).max(1_000_000_000)).default({}),
  trialDays: z.int().min(0).max(730).default(14).describe('0 = no trial: active at once'),
  held: amounts.default({}).describe('Gauges: what the customer holds already, also above its new limit'),
  used: amounts.default({}).describe('Meters and credits: what was used in the running window'),
  members: z
    .array(z.strictObject({ id: callerId, ...personFields, metadata: metadata.optional() }))
    .max(1000)
    .default([]),
})

const result = z.object({
  index: z.number(),
  customer: callerId,
  status: z
    .enum(['imported', 'unchanged', 'failed'])
    .describe('`unchanged`: it has (or had) a subscription already; `failed`: nothing of it was written'),
  created: z.boolean().describe('The customer did not exist before'),
  subscription: z.string().nullable().describe('The subscription that it was given'),
  error: z
    .object({ code: z.string(), title: z.string(), detail: z.string(), param: z.string().nullable() })
    .nullable(),
})

export const imports = {
  create: endpoint({
    method: 'POST',
    path: '/v1/imports',
    summary: 'Bring existing customers in',
    description:
      'Each one that never had a subscription gets the plan with a trial, and what it holds is counted: above its limit ' +
      'it keeps what it has and may not add. Running it again changes nothing for those that were imported.',
    scope: 'subscriptions:write',
    body: z.strictObject({
      customers: z.array(importedCustomer).min(1).max(500),
      idempotencyKey: idempotencyKey.optional(),
    }),
    response: z.object({
      object: z.literal('import'),
      livemode: z.boolean(),
      imported: z.number(),
      unchanged: z.number(),
      failed: z.number(),
      results: z.array(result),
    }),
    idempotency: 'stored',
  }),
}
