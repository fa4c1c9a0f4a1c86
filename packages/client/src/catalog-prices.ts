/** What things cost, as a catalog says it: as the API takes it, but knowing the author's own features. */
import type { PriceModelDefinition } from './api.gen.ts'
import type { ExactlyOne } from './catalog-definitions.ts'

/** `month`, or several: `3 months`. */
export type CatalogInterval =
  | 'day'
  | 'week'
  | 'month'
  | 'year'
  | `${number} ${'days' | 'weeks' | 'months' | 'years'}`

/** How what is counted is priced. */
export type CatalogPriceModel = ExactlyOne<PriceModelDefinition, keyof PriceModelDefinition>

interface Component {
  /** Of its line on the invoice. The key, unless told. */
  name?: string
}

interface CountingComponent extends Component {
  /** So many cost nothing. 0 unless told. */
  freeUnits?: number
  /** How what is counted is priced. */
  model: CatalogPriceModel
}

interface QuantityComponent extends CountingComponent {
  /** Counts this quantity of the subscription, such as `seats`. */
  quantity: string
  feature?: never
  timing?: 'advance'
}

interface UsageComponent<Feature extends string> extends CountingComponent {
  /** Counts what was used of this feature; its allowance needs `window: 'billing_period'`. */
  feature: Feature
  quantity?: never
  timing?: 'arrears'
}

interface FlatComponent extends Component {
  model: { readonly flat: number }
  /** Charged at the start of the period (unless told), or at its end. */
  timing?: 'advance' | 'arrears'
  quantity?: never
  feature?: never
}

/** A part of a price with a line of its own: of a quantity, of what was used, or flat. */
export type CatalogPriceComponent<Feature extends string = string> =
  | QuantityComponent
  | UsageComponent<Feature>
  | FlatComponent

/** An amount in minor units (19.00 USD is 1900, 15 000 XOF is 15000), with more beside it. */
export type CatalogPrice<Feature extends string = string> =
  | number
  | {
      /** The flat part. 0 unless told. */
      amountMinor?: number
      /** Quantity key → price of one in minor units, as a decimal in quotes. */
      perUnit?: Readonly<Record<string, string>>
      /** Parts with a name and a line of their own: what was used, tiers, packages. */
      components?: Readonly<Record<string, CatalogPriceComponent<Feature>>>
      /** Plans: the least that an interval costs before discounts and tax; what is missing is charged at its end. */
      minimumMinor?: number
    }

/** Currency → interval → price. */
export type CatalogPrices<Feature extends string = string> = Readonly<
  Record<string, { readonly [Interval in CatalogInterval]?: CatalogPrice<Feature> }>
>
