/** What things cost: by currency and interval, flat or with components. */
import { z } from 'zod'
import {
  amountMinor,
  decimal,
  exactlyOneOf,
  fields,
  name,
  percent,
  quantityKey,
  units,
} from './catalog-words.ts'
import { callerId, currency } from './primitives.ts'

export const billingInterval = z
  .string()
  .regex(
    /^(?:day|week|month|year|(?:[2-9]|[1-9]\d{1,2}) (?:days|weeks|months|years))$/,
    'Use day, week, month or year, or several, such as "3 months"',
  )

export const priceTierDefinition = fields({
  upTo: units.optional().describe('The last unit of this tier; the last tier has none.'),
  unitMinor: decimal.optional().describe('Of one unit in this tier, in minor units. "0" unless told.'),
  flatMinor: decimal.optional().describe('Once for the tier, in minor units. "0" unless told.'),
})
const tiers = z
  .array(
    priceTierDefinition,
    'Use a list of tiers, such as [{upTo: 10, unitMinor: "800"}, {unitMinor: "600"}]',
  )
  .min(1, 'Give at least one tier')
  .max(100, 'Give at most 100 tiers')

const models = ['flat', 'perUnit', 'graduated', 'volume', 'package', 'percentage'] as const

export const priceModelDefinition = exactlyOneOf(
  fields({
    flat: amountMinor.optional().describe('So much, whatever is used; in minor units.'),
    perUnit: decimal.optional().describe('So much for each, in minor units as a decimal.'),
    graduated: tiers.optional().describe('Each tier prices the units that fall into it.'),
    volume: tiers.optional().describe('The tier that the whole quantity falls into prices all of it.'),
    package: fields({
      size: units.gt(0, 'A package holds more than 0').describe('Units in a package.'),
      packageMinor: decimal.describe('Of one package, in minor units as a decimal.'),
    })
      .optional()
      .describe('Begun packages are whole ones.'),
    percentage: fields({
      percent: percent.describe('Of what the feature counts, which is an amount in minor units.'),
      fixedMinor: decimal
        .optional()
        .describe('On top, once a period in which anything was counted. "0" unless told.'),
      minimumMinor: amountMinor.optional().describe('The least of a period in which anything was counted.'),
      maximumMinor: amountMinor.optional().describe('The most of a period.'),
    }).optional(),
  }),
  models,
  `Use exactly one of ${models.join(', ')}`,
)

export const priceComponentDefinition = fields({
  name: name.optional().describe('Of its line on the invoice. The key, unless told.'),
  timing: z
    .enum(['advance', 'arrears'], 'Use "advance" or "arrears"')
    .optional()
    .describe(
      'When it is charged: at the start of the period, or at its end. "arrears" for a feature, else "advance".',
    ),
  quantity: quantityKey.optional().describe('Counts this quantity of the subscription.'),
  feature: callerId.optional().describe('Counts what was used of this feature in the billing period.'),
  freeUnits: units.optional().describe('So many cost nothing. 0 unless told.'),
  model: priceModelDefinition.describe('How what is counted is priced.'),
})

export const priceDefinition = z.union(
  [
    amountMinor,
    fields({
      amountMinor: amountMinor.optional().describe('The flat part. 0 unless told.'),
      perUnit: z
        .record(quantityKey, decimal)
        .optional()
        .describe('Quantity key → price of one, in minor units, as a decimal.'),
      components: z
        .record(
          quantityKey,
          priceComponentDefinition,
          'Write the components by key: {calls: {feature: "calls", model: {perUnit: "2"}}}',
        )
        .optional()
        .describe('Parts with a name and a line of their own: what was used, tiers, packages.'),
      minimumMinor: amountMinor
        .optional()
        .describe('The least that an interval costs before discounts and tax; charged at its end.'),
    }),
  ],
  'Use an amount in minor units, such as 15000, or {amountMinor, perUnit: {seats: "500"}, components}',
)
export const prices = z.record(
  currency,
  z.record(billingInterval, priceDefinition, 'Write the prices by interval: {month: 15000}'),
  'Write the prices by currency and interval: {XOF: {month: 15000}}',
)
export const oneOffPrices = z.record(currency, amountMinor, 'Write the prices by currency: {XOF: 5000}')

export type PriceDefinition = z.infer<typeof priceDefinition>
export type PriceComponentDefinition = z.infer<typeof priceComponentDefinition>
export type PriceModelDefinition = z.infer<typeof priceModelDefinition>
