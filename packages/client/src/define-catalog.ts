/**
 * The catalog as code, with types that know the author's own features: an allowance can only name a feature that is
 * declared, with the values that its kind has.
 *
 * Owns: the types of the authoring shape. Does not own: the rules that types can't say; `PUT /v1/catalog` (and
 * `tollkeeper catalog validate`) checks those.
 * Invariant: whatever type-checks here has the shape that the contract's schema takes.
 */
import type { RolloverDefinition } from './api.gen.ts'
import type {
  CatalogCoupon,
  CatalogOperator,
  CatalogPolicies,
  CatalogTaxRate,
} from './catalog-definitions.ts'
import type { CatalogPrices } from './catalog-prices.ts'

export interface FlagFeature {
  /** On or off. */
  kind: 'flag'
  /** Shown to people. The key, unless told. */
  name?: string
  description?: string
  /** What an application decides that can't reach the engine. `closed` unless told. */
  failPolicy?: 'open' | 'closed'
}

export interface SettingFeature {
  /** A value. */
  kind: 'setting'
  name?: string
  description?: string
  /** What its value is. `string` unless told. */
  type?: 'string' | 'number' | 'boolean'
  failPolicy?: 'open' | 'closed'
}

interface CountedFeature {
  name?: string
  description?: string
  /** What is counted, for example `ticket`; `byte` for storage. */
  unit?: string
  /** Decimal places that are counted, 0 to 9; 0 unless told. It can't change later. */
  scale?: number
  /** Percentages of the limit that are announced, ascending. 80, 90 and 100 unless told. */
  thresholds?: readonly number[]
  failPolicy?: 'open' | 'closed'
  /** Older events are rejected. 30 unless told. */
  latenessDays?: number
}

export interface GaugeFeature extends CountedFeature {
  /** Held, and given back: seats, sites, bytes stored. */
  kind: 'gauge'
}

export interface MeterFeature extends CountedFeature {
  /** Consumed; starts again each window. */
  kind: 'meter'
}

export interface CreditsFeature extends CountedFeature {
  /** Consumed from grants that expire. */
  kind: 'credits'
  /** Action key → credits that one action costs. */
  costs?: Readonly<Record<string, number>>
}

export type CatalogFeature = FlagFeature | SettingFeature | GaugeFeature | MeterFeature | CreditsFeature
export type CatalogFeatures = Readonly<Record<string, CatalogFeature>>

export type ByteUnit = 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'PB' | 'KiB' | 'MiB' | 'GiB' | 'TiB' | 'PiB'

interface CountedAllowance {
  /** In whole units, or with as many decimals as the feature's scale has. */
  limit: number | 'unlimited'
  /** Only where the feature counts bytes: the unit of all amounts here. GB is 10⁹, GiB 2³⁰. */
  unit?: ByteUnit
  /** The limit is multiplied by the subscription's quantity of this key, such as `seats`. */
  perQuantity?: string
  /** Whom it counts against: `customer` (shared by all members) unless told, or `member` (each has its own). */
  scope?: 'customer' | 'member'
  /** Scope customer: what each member may take of the shared limit. */
  memberLimit?: number | 'unlimited'
  /** Lower burns first. 100 unless told. */
  priority?: number
}

interface SoftPolicy {
  /** Admits so much above the limit, for so many days from the first crossing. */
  soft: { graceAmount?: number; graceDays?: number }
}

export interface GaugeAllowance extends CountedAllowance {
  /** What happens above the limit. `hard` unless told. */
  policy?: 'hard' | SoftPolicy
}

export interface ConsumedAllowance extends CountedAllowance {
  /** When it starts again. `month` for meters and `billing_period` for credits, unless told. */
  window?: 'day' | 'week' | 'month' | 'billing_period' | 'rolling_30_days' | 'lifetime'
  /** What happens above the limit: `hard` refuses (unless told), `soft` admits some, `overage` admits and bills. */
  policy?: 'hard' | SoftPolicy | { overage: Readonly<Record<string, string>> }
  /** What happens to the unused at a window's end. Nothing goes on unless told. */
  rollover?: RolloverDefinition
}

type SettingValue<Type> = Type extends 'number' ? number : Type extends 'boolean' ? boolean : string

/** What a plan may say about a feature of this kind. */
export type AllowanceOf<Feature extends CatalogFeature> = Feature extends { kind: 'flag' }
  ? boolean
  : Feature extends { kind: 'setting' }
    ? SettingValue<Feature['type']>
    : Feature extends { kind: 'gauge' }
      ? number | 'unlimited' | GaugeAllowance
      : number | 'unlimited' | ConsumedAllowance

type AllowancesOf<Features extends CatalogFeatures> = {
  readonly [Key in keyof Features]?: AllowanceOf<Features[Key]>
}

type Metadata = Readonly<Record<string, string | number | boolean | null>>

/** What is consumed can be priced by use. */
type ConsumedOf<Features extends CatalogFeatures> = {
  [Key in keyof Features]: Features[Key] extends { kind: 'meter' | 'credits' } ? Key : never
}[keyof Features] &
  string

interface CatalogItem {
  /** Shown to people. The key, unless told. */
  name?: string
  description?: string
  /** Prices hold the tax already. false unless told. */
  taxInclusive?: boolean
  /** Which tax rates apply. `standard` unless told. */
  taxCategory?: string
  metadata?: Metadata
  /** No longer sold; those who have it keep it. */
  archived?: boolean
}

export interface CatalogPlan<Features extends CatalogFeatures> extends CatalogItem {
  /** Currency → interval → price. A plan without prices is free. */
  prices?: CatalogPrices<ConsumedOf<Features>>
  /** Feature key → what is included. What is not named is not included. */
  allowances?: AllowancesOf<Features>
  trial?: {
    days: number
    /** Whether access ends with the trial (unless told) or the paid time begins. */
    onEnd?: 'expire' | 'activate'
  }
  policies?: CatalogPolicies
}

export interface RecurringAddOn<Features extends CatalogFeatures> extends CatalogItem {
  /** A module: billed with the subscription. */
  kind: 'recurring'
  prices?: CatalogPrices<ConsumedOf<Features>>
  allowances?: AllowancesOf<Features>
}

export interface OneOffAddOn<Features extends CatalogFeatures> extends CatalogItem {
  /** A top-up: bought once, granted once. */
  kind: 'one_off'
  /** Currency → amount in minor units. */
  prices?: Readonly<Record<string, number>>
  allowances?: AllowancesOf<Features>
  /** What is granted lives for so many days; for good unless told. */
  grantDays?: number
}

export interface CatalogBundle<AddOn extends string> extends CatalogItem {
  /** The recurring add-ons it covers. */
  addOns: readonly AddOn[]
  prices?: CatalogPrices
}

export interface CatalogSource<
  Features extends CatalogFeatures = CatalogFeatures,
  Plan extends string = string,
  AddOn extends string = string,
> {
  /** Who sells, as documents name it. */
  operator?: CatalogOperator
  features: Features
  plans: { readonly [Key in Plan]: CatalogPlan<NoInfer<Features>> }
  addOns?: {
    readonly [Key in AddOn]: RecurringAddOn<NoInfer<Features>> | OneOffAddOn<NoInfer<Features>>
  }
  bundles?: Readonly<Record<string, CatalogBundle<NoInfer<AddOn>>>>
  /** What is taken off. */
  coupons?: Readonly<Record<string, CatalogCoupon>>
  /** Rates by place, and the days they hold. */
  taxes?: Readonly<Record<string, CatalogTaxRate>>
  /** The free plan that holds for customers without a live subscription. */
  fallbackPlan?: NoInfer<Plan> | null
}

/** A feature has the fields of its kind and no others: inferring its type would let a misspelt one through. */
type OwnFields<Features extends CatalogFeatures> = {
  readonly [Key in keyof Features]: {
    readonly [Field in Exclude<keyof Features[Key], keyof OfKind<Features[Key]['kind']>>]: never
  }
}
type OfKind<Kind> = Extract<CatalogFeature, { kind: Kind }>

/**
 * Writes a catalog down with types that complete as you write. Changes nothing: the value is what you gave.
 *
 * @example
 * export default defineCatalog({
 *   features: { agents: { kind: 'gauge' }, tickets: { kind: 'meter' }, export: { kind: 'flag' } },
 *   plans: {
 *     essential: {
 *       prices: { XOF: { month: 15000, year: 150000 } },
 *       allowances: { agents: 5, tickets: { limit: 500, window: 'month' }, export: false },
 *       trial: { days: 14 },
 *     },
 *   },
 * })
 */
export function defineCatalog<
  const Features extends CatalogFeatures,
  const Plan extends string,
  const AddOn extends string = never,
>(
  catalog: CatalogSource<Features, Plan, AddOn> & { features: OwnFields<NoInfer<Features>> },
): CatalogSource<Features, Plan, AddOn> {
  return catalog
}
