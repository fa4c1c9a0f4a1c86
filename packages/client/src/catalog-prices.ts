/** What things cost, as a catalog says it. */

/** `month`, or several: `3 months`. */
export type CatalogInterval =
  | 'day'
  | 'week'
  | 'month'
  | 'year'
  | `${number} ${'days' | 'weeks' | 'months' | 'years'}`

/** Exactly one of the fields. */
export type OneOf<Fields> = {
  [Key in keyof Fields]: { readonly [Own in Key]: Fields[Own] } & {
    readonly [Other in Exclude<keyof Fields, Key>]?: never
  }
}[keyof Fields]

export interface CatalogPriceTier {
  /** The last unit of this tier; the last tier has none. */
  upTo?: number
  /** Of one unit in this tier, in minor units as a decimal in quotes. `"0"` unless told. */
  unitMinor?: string
  /** Once for the tier, in minor units as a decimal in quotes. `"0"` unless told. */
  flatMinor?: string
}

/** How what is counted is priced. */
export type CatalogPriceModel = OneOf<{
  /** So much, whatever is used; in minor units. */
  flat: number
  /** So much for each, in minor units as a decimal in quotes. */
  perUnit: string
  /** Each tier prices the units that fall into it. */
  graduated: readonly CatalogPriceTier[]
  /** The tier that the whole quantity falls into prices all of it. */
  volume: readonly CatalogPriceTier[]
  /** Begun packages are whole ones. */
  package: {
    /** Units in a package. */
    size: number
    /** Of one package, in minor units as a decimal in quotes. */
    packageMinor: string
  }
  /** Of what the feature counts, which is an amount in minor units. */
  percentage: {
    percent: number
    /** On top, in minor units as a decimal in quotes. */
    fixedMinor?: string
    minimumMinor?: number
    maximumMinor?: number
  }
}>

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
