/**
 * The catalog as its author writes it: maps keyed by the author's own ids, with shorthands and defaults left out.
 *
 * Owns: the shape and its messages. Does not own: rules between parts (does this plan's feature exist?), which are
 * the server's `domain/catalog/validate.ts`; nor the written-out form, which is `domain/catalog/model.ts`.
 * Invariant: what is parsed is what was written: no default is filled in and nothing is converted here.
 */
import { z } from 'zod'
import { policiesDefinition, rolloverDefinition } from './catalog-policies.ts'
import { oneOffPrices, prices } from './catalog-prices.ts'
import { couponDefinition, operatorDefinition, taxRateDefinition } from './catalog-settings.ts'
import {
  days,
  decimal,
  fields,
  name,
  limitQuantity as quantity,
  positiveDays,
  quantityKey,
  taxCategory,
} from './catalog-words.ts'
import { callerId, currency, metadata } from './primitives.ts'

// Features -------------------------------------------------------------------------------------------

const actionCosts = z.record(callerId, z.int('A cost is a whole number of credits').min(0).max(1_000_000))

export const featureDefinition = fields({
  kind: z
    .enum(
      ['flag', 'setting', 'gauge', 'meter', 'credits'],
      'Use "flag", "setting", "gauge", "meter" or "credits"',
    )
    .describe(
      'flag: on or off. setting: a value. gauge: held and given back (seats, bytes stored). meter: consumed, starts again each window. credits: consumed from grants that expire.',
    ),
  name: name.optional().describe('Shown to people. The key, unless told.'),
  description: z.string().max(2000).optional(),
  unit: z.string().max(32).optional().describe('What is counted, for example "ticket"; "byte" for storage.'),
  scale: z
    .int('Use the number of decimal places, 0 to 9')
    .min(0, 'Use the number of decimal places, 0 to 9')
    .max(9, 'Use the number of decimal places, 0 to 9')
    .optional()
    .describe('Decimal places that are counted; 0 unless told. It cannot change later.'),
  type: z
    .enum(['string', 'number', 'boolean'], 'Use "string", "number" or "boolean"')
    .optional()
    .describe('Settings only: what its value is. "string" unless told.'),
  thresholds: z
    .array(
      z
        .int('A threshold is a whole percentage')
        .min(1, 'At least 1 per cent')
        .max(100, 'At most 100 per cent'),
    )
    .max(20)
    .optional()
    .describe('Percentages of the limit that are announced, ascending. 80, 90 and 100 unless told.'),
  failPolicy: z
    .enum(['open', 'closed'], 'Use "open" or "closed"')
    .optional()
    .describe('What an application decides when it cannot reach the engine. "closed" unless told.'),
  costs: actionCosts.optional().describe('Credits only: action key → credits that one action costs.'),
  latenessDays: days.max(400).optional().describe('Older events are rejected. 30 unless told.'),
})

// Allowances -----------------------------------------------------------------------------------------

export const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const windows = ['day', 'week', 'month', 'billing_period', 'rolling_30_days', 'lifetime'] as const

const limit = z.union([quantity, z.literal('unlimited')], 'Use a number or "unlimited"')

const softPolicy = fields({
  soft: fields({
    graceAmount: quantity.optional().describe('Admits so much above the limit.'),
    graceDays: days.optional().describe('Admits for so many days from the first crossing.'),
  }),
})
const overagePolicy = fields({
  overage: z
    .record(currency, decimal)
    .describe('Admits and bills: currency → price of one unit in minor units, as a decimal.'),
})
const limitPolicy = z.union(
  [z.literal('hard'), softPolicy, overagePolicy],
  'Use "hard", {soft: {graceAmount?, graceDays?}} or {overage: {XOF: "12.5"}}',
)

export const allowanceDetails = fields({
  limit: limit.describe('Of counted features, in whole units or with as many decimals as the scale has.'),
  unit: z
    .enum(byteUnits, `Use one of ${byteUnits.join(', ')}`)
    .optional()
    .describe(
      'Only where the feature counts bytes: the unit of all amounts of this allowance. GB is 10⁹, GiB 2³⁰.',
    ),
  perQuantity: quantityKey
    .optional()
    .describe('The limit is multiplied by the subscription’s quantity of this key.'),
  window: z
    .enum(windows, `Use one of ${windows.join(', ')}`)
    .optional()
    .describe(
      'When it starts again: "month" for meters and "billing_period" for credits unless told; gauges have none.',
    ),
  scope: z
    .enum(['customer', 'member'], 'Use "customer" (shared by all members) or "member" (each has its own)')
    .optional()
    .describe('Who it counts against. "customer" unless told.'),
  memberLimit: limit.optional().describe('Scope customer: what each member may take of the shared limit.'),
  policy: limitPolicy.optional().describe('What happens above the limit. "hard" unless told.'),
  rollover: rolloverDefinition
    .optional()
    .describe('What happens to the unused at a window’s end. Nothing goes on unless told.'),
  priority: z.int().min(0).max(1000).optional().describe('Lower burns first. 100 unless told.'),
})

export const allowanceDefinition = z.union(
  [z.boolean(), z.number(), z.string().max(1000), allowanceDetails],
  'Use true or false, a number, "unlimited", a setting’s value, or {limit, …}',
)
const allowances = z.record(callerId, allowanceDefinition, 'Write the allowances by feature: {agents: 5}')

// Plans, add-ons, bundles ----------------------------------------------------------------------------

const taxes = {
  taxInclusive: z
    .boolean('Use true or false')
    .optional()
    .describe('Prices hold the tax already. false unless told.'),
  taxCategory: taxCategory.optional().describe('Which rates apply. "standard" unless told.'),
}

export const planDefinition = fields({
  name: name.optional().describe('Shown to people. The key, unless told.'),
  description: z.string().max(2000).optional(),
  prices: prices.optional().describe('Currency → interval → price. A plan without prices is free.'),
  allowances: allowances
    .optional()
    .describe('Feature key → what is included. What is not named is not included.'),
  ...taxes,
  trial: fields({
    days: positiveDays,
    onEnd: z
      .enum(['expire', 'activate'], 'Use "expire" or "activate"')
      .optional()
      .describe('Whether access ends with the trial or the paid time begins. "expire" unless told.'),
  }).optional(),
  policies: policiesDefinition.optional(),
  metadata: metadata.optional(),
  archived: z.boolean().optional().describe('No longer sold; those who have it keep it.'),
})

const addOnFields = {
  name: name.optional(),
  description: z.string().max(2000).optional(),
  allowances: allowances.optional(),
  ...taxes,
  metadata: metadata.optional(),
  archived: z.boolean().optional(),
}
export const addOnDefinition = z.discriminatedUnion(
  'kind',
  [
    fields({ kind: z.literal('recurring'), prices: prices.optional(), ...addOnFields }),
    fields({
      kind: z.literal('one_off'),
      prices: oneOffPrices.optional().describe('Currency → amount in minor units.'),
      grantDays: positiveDays
        .optional()
        .describe('What is granted lives for so many days; for good unless told.'),
      ...addOnFields,
    }),
  ],
  'Give kind: "recurring" (a module) or "one_off" (a top-up)',
)

export const bundleDefinition = fields({
  name: name.optional(),
  description: z.string().max(2000).optional(),
  addOns: z.array(callerId).min(1, 'Name at least one add-on'),
  prices: prices.optional(),
  ...taxes,
  metadata: metadata.optional(),
  archived: z.boolean().optional(),
})

export const catalogDefinition = fields({
  operator: operatorDefinition.optional().describe('Who sells, as documents name it.'),
  features: z.record(callerId, featureDefinition, 'Declare the features by key: {agents: {kind: "gauge"}}'),
  plans: z.record(
    callerId,
    planDefinition,
    'Declare the plans by key: {essential: {allowances: {agents: 5}}}',
  ),
  addOns: z.record(callerId, addOnDefinition, 'Declare the add-ons by key, or leave them out').optional(),
  bundles: z.record(callerId, bundleDefinition, 'Declare the bundles by key, or leave them out').optional(),
  coupons: z
    .record(callerId, couponDefinition, 'Declare the coupons by key: {WELCOME: {percentOff: 20}}')
    .optional(),
  taxes: z
    .record(
      callerId,
      taxRateDefinition,
      'Declare the tax rates by key: {"sn-vat": {country: "SN", percent: 18}}',
    )
    .optional(),
  fallbackPlan: callerId
    .nullable()
    .optional()
    .describe('The free plan that holds for customers without a live subscription.'),
})

export type FeatureDefinition = z.infer<typeof featureDefinition>
export type AllowanceDefinition = z.infer<typeof allowanceDefinition>
export type AllowanceDetails = z.infer<typeof allowanceDetails>
export type PlanDefinition = z.infer<typeof planDefinition>
export type AddOnDefinition = z.infer<typeof addOnDefinition>
export type BundleDefinition = z.infer<typeof bundleDefinition>
export type CatalogDefinition = z.infer<typeof catalogDefinition>
