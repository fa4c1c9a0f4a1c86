/**
 * The catalog as its author writes it: maps keyed by the author's own ids, with shorthands and defaults left out.
 *
 * Owns: the shape and its messages. Does not own: rules between parts (does this plan's feature exist?), which are
 * the server's `domain/catalog/validate.ts`; nor the written-out form, which is `domain/catalog/model.ts`.
 * Invariant: what is parsed is what was written: no default is filled in and nothing is converted here.
 */
import { z } from 'zod'
import { callerId, currency, metadata } from './primitives.ts'

/** An object that names the fields it knows when it meets one it doesn't. */
function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.map((key) => `"${key}"`).join(', ')} is not known here; known are ${Object.keys(shape).join(', ')}`
        : issue.code === 'invalid_type'
          ? `Use an object with ${Object.keys(shape).join(', ')}`
          : undefined,
  })
}

const name = z.string('Give a name in quotes').min(1, 'A name needs at least one character').max(200)
const decimal = z
  .string('Use a decimal number in quotes, such as "12.5"')
  .regex(/^(0|[1-9]\d{0,14})(\.\d{1,12})?$/, 'Use a decimal number in quotes, such as "12.5"')
const days = z.int('Use a whole number of days').min(0, 'Days cannot be negative').max(36_500)
const positiveDays = z.int('Use a whole number of days').min(1, 'Use at least 1 day').max(3_650)
const amountMinor = z
  .int('Use a whole number of minor units (19.00 USD is 1900; 15 000 XOF is 15000)')
  .min(0, 'A price cannot be negative')
const quantityKey = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'Name a quantity with letters, digits, _ and -, such as "seats"')

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

const quantity = z.number('Use a number').min(0, 'A limit cannot be negative')
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

const rollover = z.union(
  [
    z.boolean(),
    fields({
      cap: quantity.optional().describe('At most so much goes on.'),
      sharePercent: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe('This share of the unused goes on. 100 unless told.'),
      windows: z.int().min(1).max(120).optional().describe('For so many windows. 1 unless told.'),
    }),
  ],
  'Use true, false or {cap?, sharePercent?, windows?}',
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
  rollover: rollover
    .optional()
    .describe('What happens to the unused at a window’s end. Nothing goes on unless told.'),
  priority: z.int().min(0).max(1000).optional().describe('Lower burns first. 100 unless told.'),
})

export const allowanceDefinition = z.union(
  [z.boolean(), z.number(), z.string().max(1000), allowanceDetails],
  'Use true or false, a number, "unlimited", a setting’s value, or {limit, …}',
)
const allowances = z.record(callerId, allowanceDefinition, 'Write the allowances by feature: {agents: 5}')

// Prices ---------------------------------------------------------------------------------------------

export const billingInterval = z
  .string()
  .regex(
    /^(?:day|week|month|year|(?:[2-9]|[1-9]\d{1,2}) (?:days|weeks|months|years))$/,
    'Use day, week, month or year, or several, such as "3 months"',
  )

export const priceDefinition = z.union(
  [
    amountMinor,
    fields({
      amountMinor: amountMinor.optional().describe('The flat part. 0 unless told.'),
      perUnit: z
        .record(quantityKey, decimal)
        .optional()
        .describe('Quantity key → price of one, in minor units, as a decimal.'),
    }),
  ],
  'Use an amount in minor units, such as 15000, or {amountMinor, perUnit: {seats: "500"}}',
)
const prices = z.record(
  currency,
  z.record(billingInterval, priceDefinition, 'Write the prices by interval: {month: 15000}'),
  'Write the prices by currency and interval: {XOF: {month: 15000}}',
)
const oneOffPrices = z.record(currency, amountMinor, 'Write the prices by currency: {XOF: 5000}')

// Plans, add-ons, bundles ----------------------------------------------------------------------------

const when = z.enum(['now', 'period_end'], 'Use "now" or "period_end"')

export const policiesDefinition = fields({
  usageOnChange: z
    .enum(['keep', 'reset'], 'Use "keep" or "reset"')
    .optional()
    .describe('What a plan change does to what was used in the running window. "keep" unless told.'),
  upgrade: when.optional().describe('"now" unless told.'),
  downgrade: when.optional().describe('"period_end" unless told.'),
  quantityChange: z
    .enum(['next_period', 'prorate', 'raise_now'], 'Use "next_period", "prorate" or "raise_now"')
    .optional()
    .describe(
      'When another number of seats is billed: from the next period, at once with proration, or raised at once and lowered at the period’s end ("raise_now", unless told).',
    ),
  proration: z
    .enum(['second', 'day', 'none'], 'Use "second", "day" or "none"')
    .optional()
    .describe('"second" unless told.'),
  purchaseWhileLive: z
    .enum(['refuse', 'append'], 'Use "refuse" or "append"')
    .optional()
    .describe(
      'Buying again while live. "refuse" unless told; "append" raises the quota and keeps unused credits.',
    ),
  modules: z
    .enum(['next_invoice', 'now'], 'Use "next_invoice" or "now"')
    .optional()
    .describe('When an add-on switched on inside a period is charged. "next_invoice" unless told.'),
  renewal: fields({
    credits: z
      .union(
        [z.literal('expire'), z.literal('rollover'), fields({ rollover })],
        'Use "expire", "rollover" or {rollover: {…}}',
      )
      .optional()
      .describe('Unused credits of the plan. "expire" unless told; an allowance’s own rollover goes before.'),
  })
    .optional()
    .describe('What a paid renewal does.'),
  failure: fields({
    graceDays: days.optional().describe('Access is kept for so many days after the due date. 7 unless told.'),
    access: z
      .enum(
        ['full', 'warned', 'limited', 'read_only', 'blocked'],
        'Use "full", "warned", "limited", "read_only" or "blocked"',
      )
      .optional()
      .describe('Access after the grace days. "blocked" unless told.'),
    grants: z
      .enum(['plan', 'all'], 'Use "plan" or "all"')
      .optional()
      .describe(
        'Which grants expire when the subscription fails or ends: the plan’s, or bought ones too. "plan" unless told.',
      ),
    modules: z.enum(['off', 'keep'], 'Use "off" or "keep"').optional().describe('"off" unless told.'),
    modulesWhenPaid: z
      .enum(['restore', 'by_hand'], 'Use "restore" or "by_hand"')
      .optional()
      .describe('Modules that a failure switched off, once paid. "restore" unless told.'),
    cancelAfterDays: days.optional().describe('Cancels so many days after the due date; never unless told.'),
  })
    .optional()
    .describe('What a renewal that is not paid does. `grants` and `modules` hold for a cancellation too.'),
})

export const planDefinition = fields({
  name: name.optional().describe('Shown to people. The key, unless told.'),
  description: z.string().max(2000).optional(),
  prices: prices.optional().describe('Currency → interval → price. A plan without prices is free.'),
  allowances: allowances
    .optional()
    .describe('Feature key → what is included. What is not named is not included.'),
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
  metadata: metadata.optional(),
  archived: z.boolean().optional(),
})

export const catalogDefinition = fields({
  operator: fields({
    timeZone: z
      .string()
      .max(64)
      .optional()
      .describe('Where jobs have their hours: an IANA name. UTC unless told.'),
  }).optional(),
  features: z.record(callerId, featureDefinition, 'Declare the features by key: {agents: {kind: "gauge"}}'),
  plans: z.record(
    callerId,
    planDefinition,
    'Declare the plans by key: {essential: {allowances: {agents: 5}}}',
  ),
  addOns: z.record(callerId, addOnDefinition, 'Declare the add-ons by key, or leave them out').optional(),
  bundles: z.record(callerId, bundleDefinition, 'Declare the bundles by key, or leave them out').optional(),
  fallbackPlan: callerId
    .nullable()
    .optional()
    .describe('The free plan that holds for customers without a live subscription.'),
})

export type FeatureDefinition = z.infer<typeof featureDefinition>
export type AllowanceDefinition = z.infer<typeof allowanceDefinition>
export type AllowanceDetails = z.infer<typeof allowanceDetails>
export type PriceDefinition = z.infer<typeof priceDefinition>
export type PlanDefinition = z.infer<typeof planDefinition>
export type PoliciesDefinition = z.infer<typeof policiesDefinition>
export type AddOnDefinition = z.infer<typeof addOnDefinition>
export type BundleDefinition = z.infer<typeof bundleDefinition>
export type CatalogDefinition = z.infer<typeof catalogDefinition>
