/**
 * The catalog as the engine decides by it: normalised, with every default written out.
 * Owns the shapes; the wire shape (shorthands) is the contract's, and `normalise.ts` leads from one to the other.
 * These are also the documents stored in feature.document and catalog_item_version.document.
 */
import type { WindowKind } from '../time/window.ts'

export type FeatureKind = 'flag' | 'setting' | 'gauge' | 'meter' | 'credits'
/** Gauges, meters and credits are counted; flags and settings are values. */
export type CountedKind = 'gauge' | 'meter' | 'credits'

/** Unlimited is a tag, never a null or a large number. Amounts count in 10^-scale of the feature's unit. */
export type Limit = { unlimited: true } | { unlimited: false; amount: number }

export interface Feature {
  id: number
  key: string
  kind: FeatureKind
  name: string
  unit: string
  /** Decimal places: amounts are whole numbers of 10^-scale units. */
  scale: number
  /** settings only: what the value is. */
  valueType: 'boolean' | 'string' | 'number' | null
  /** Percentages of the limit that are announced once per window, ascending. */
  thresholds: number[]
  /** What a client decides when it can't reach us for longer than its staleness. */
  failPolicy: 'open' | 'closed'
  /** credits only: action key → credits one action costs. */
  costs: Record<string, number>
  /** Events that occurred longer ago than this are rejected. */
  latenessDays: number
}

export type LimitPolicy =
  | { type: 'hard' }
  /** Admits up to graceAmount above the limit and, from the first crossing, for graceDays; null = not bounded by it. */
  | { type: 'soft'; graceAmount: number | null; graceDays: number | null }
  /** Admits and bills: currency → decimal price of one unit in minor units. */
  | { type: 'overage'; unitPrices: Record<string, string> }

export type Rollover =
  | { type: 'none' }
  /** What is unused at a window's end goes on as a grant: at most cap, at most share per cent, for `windows` windows. */
  | { type: 'unused'; cap: number | null; sharePercent: number; windows: number }

export interface Allowance {
  feature: string
  /** flag: boolean; setting: any scalar; counted kinds: null. */
  value: boolean | string | number | null
  /** counted kinds only. */
  limit: Limit
  /** The limit is multiplied by the subscription's quantity of this key. */
  perQuantity: string | null
  window: WindowKind
  scope: 'customer' | 'member'
  /** scope customer: each member's own limit under the pool. */
  memberLimit: Limit | null
  policy: LimitPolicy
  rollover: Rollover
  priority: number
}

export interface Price {
  currency: string
  interval: 'day' | 'week' | 'month' | 'year'
  intervalCount: number
  /** The flat part, in minor units. */
  amountMinor: number
  /** Quantity key → decimal price of one unit in minor units. */
  perUnit: Record<string, string>
  /** Everything that is more than flat and per unit. */
  components: PriceComponent[]
  /** The least that an interval costs before discounts and tax: what is missing is charged at its end; null = none. */
  minimumMinor: number | null
}

/** A part of a price with a name of its own, which its line on the invoice has too. */
export interface PriceComponent {
  key: string
  name: string
  /** `advance`: charged at the start of the period by a quantity; `arrears`: at its end by what was used. */
  timing: 'advance' | 'arrears'
  /** What is counted: a quantity of the subscription, a feature's use in the billing period, or nothing. */
  counts: { quantity: string } | { feature: string } | null
  /** So many units cost nothing; a decimal. */
  freeUnits: string
  model: PriceModel
}

/** Decimals are strings; amounts in minor units. A tier includes its upper bound; null = no bound. */
export type PriceModel =
  | { type: 'flat'; amountMinor: number }
  | { type: 'per_unit'; unitMinor: string }
  /** Each tier prices the units that fall into it; a tier that is entered costs its flat part once. */
  | { type: 'graduated'; tiers: PriceTier[] }
  /** The tier that the whole quantity falls into prices all of it. */
  | { type: 'volume'; tiers: PriceTier[] }
  /** Begun packages are whole ones. */
  | { type: 'package'; size: string; packageMinor: string }
  /** Of an amount in minor units, which is what the feature counts; the bounds hold for the sum. */
  | {
      type: 'percentage'
      percent: string
      fixedMinor: string
      minimumMinor: number | null
      maximumMinor: number | null
    }

export interface PriceTier {
  upTo: string | null
  unitMinor: string
  flatMinor: string
}

export interface PlanPolicies {
  /** What a plan change does to what was burnt in the running window. */
  usageOnChange: 'keep' | 'reset' | 'reset_once'
  upgrade: 'now' | 'period_end'
  downgrade: 'now' | 'period_end'
  /** Another number of seats: billed from the next period, prorated at once, or raised at once and lowered at period end. */
  quantityChange: 'next_period' | 'prorate' | 'raise_now'
  proration: 'second' | 'day' | 'none'
  /** Buying again while live. */
  purchaseWhileLive: 'refuse' | 'append'
  /** When a module switched on inside a period is charged. */
  modules: 'next_invoice' | 'now'
  /** Where a renewal charges modules: on its invoice, or on one beside it that stops nothing when it fails. */
  moduleInvoices: 'with_plan' | 'apart'
  failure: FailurePolicy
  disputes: DisputePolicy
  /** Where periods begin: at the subscription's own anchor, or on the first of the month (weeks: on Monday). */
  anchor: 'subscription' | 'calendar'
  /** `automatic`: a method is charged; `send`: a letter asks. */
  collection: 'automatic' | 'send'
  /** An invoice is due so many days after its issue. */
  dueDays: number
  retries: RetryPolicy
  dunning: DunningPolicy
}

/** What becomes of an invoice that isn't paid. */
export type CollectionPolicies = Pick<PlanPolicies, 'failure' | 'retries' | 'dunning'>

/** What a payment that its payer disputes does. */
export interface DisputePolicy {
  /** Access while one is open. */
  open: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
  /** `suspend`: in the operator's name, who lifts it. */
  lost: 'keep' | 'suspend' | 'cancel'
}

/** When a failed payment is tried again. Hard declines are not, until there is another method. */
export interface RetryPolicy {
  /** Local hour of the operator; null = the hour at which it failed. */
  hour: number | null
  /** Days after the first failure, ascending: at most so many attempts as there are entries. */
  afterDays: number[]
}

/** What happens, and when, after an invoice is not paid. */
export interface DunningPolicy {
  /** Local hour of the operator; null = at the very time of day the invoice fell due. */
  hour: number | null
  /** Ascending by days. */
  steps: DunningStep[]
}

export interface DunningStep {
  /** Local days after the due date. */
  afterDays: number
  /** `warn`, `limit`, `read_only` and `suspend` set access; `retry` charges again; `pause` and `cancel` are the subscription's. */
  action: 'letter' | 'retry' | 'warn' | 'limit' | 'read_only' | 'suspend' | 'pause' | 'cancel' | 'modules_off'
  /** Letters: which one; `warning` announces a suspension. */
  letter: 'friendly' | 'urgent' | 'warning' | 'final' | null
}

/**
 * What a renewal that is not paid does; `grants` and `modules` hold for a cancellation too. `graceDays`, `access` and
 * `cancelAfterDays` are a short way to write dunning steps: where a plan declares `dunning`, that holds instead.
 */
export interface FailurePolicy {
  graceDays: number
  /** Access after the grace days. */
  access: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
  /** The reason that a block gives. */
  reason: 'payment_required' | 'tenant_suspended' | 'subscription_inactive'
  /** Which grants expire: the plan's, or bought ones too. */
  grants: 'plan' | 'all'
  modules: 'off' | 'keep'
  modulesWhenPaid: 'restore' | 'by_hand'
  /** null = never. */
  cancelAfterDays: number | null
  /** By currency, what may be missing of an invoice that was paid in part without any consequence. */
  negligible: Record<string, number>
}

export interface PlanVersion {
  item: number
  key: string
  version: number
  name: string
  description: string
  prices: Price[]
  allowances: Allowance[]
  trial: { days: number; onEnd: 'expire' | 'activate' } | null
  policies: PlanPolicies
  /** Prices hold the tax already. */
  taxInclusive: boolean
  /** Which rates apply: `standard`, `reduced`, or a word of the catalog's own. */
  taxCategory: string
  metadata: Record<string, unknown>
}

export interface AddOnVersion {
  item: number
  key: string
  version: number
  name: string
  description: string
  kind: 'recurring' | 'one_off'
  /** recurring only. */
  prices: Price[]
  /** one-off only; amounts in minor units. */
  oneOffPrices: { currency: string; amountMinor: number }[]
  allowances: Allowance[]
  /** one-off: the grant lives this many days; null = for good. */
  grantDays: number | null
  taxInclusive: boolean
  taxCategory: string
  metadata: Record<string, unknown>
}

export interface BundleVersion {
  item: number
  key: string
  version: number
  name: string
  description: string
  addOns: string[]
  prices: Price[]
  taxInclusive: boolean
  taxCategory: string
  metadata: Record<string, unknown>
}

/** Takes something off. Percentages of several compound first, amounts come after, never below zero. */
export interface Coupon {
  key: string
  name: string
  /** Per cent as a decimal; null where it is an amount. */
  percentOff: string | null
  /** Currency → minor units; empty where it is a percentage. */
  amountOff: Record<string, number>
  /** How many invoices of a subscription it holds for; null = all. */
  periods: number | null
  /** Keys of plans, add-ons and bundles; empty = everything. */
  appliesTo: string[]
  /** ISO 8601 with an offset: from then on nobody redeems it. */
  redeemBy: string | null
  maximumRedemptions: number | null
  archived: boolean
}

/** A dated rate of a place. */
export interface TaxRate {
  key: string
  name: string
  country: string
  /** Of a country that has several; null = the whole of it. */
  region: string | null
  /** The tax category of what is sold. */
  category: string
  percent: string
  /** Local dates of the operator: `from <= date < until`; null = open. */
  from: string
  until: string | null
}

/** Who sells, as documents name them. */
export interface Operator {
  name: string
  email: string | null
  address: PostalAddress | null
  /** `{ type: "vat", value: "FR…" }`, `{ type: "ninea", … }`. */
  taxIds: { type: string; value: string }[]
  /** A data URI of a PNG or JPEG; null without one. */
  logo: string | null
  footer: string
  /** Where to pay by hand, by the reader's language. */
  paymentInstructions: Readonly<Record<string, string>>
  /** Begins the numbers of documents: `INV` gives `INV-2026-000001`. */
  invoicePrefix: string
  creditNotePrefix: string
  /** Letters about a document carry it as a file. */
  attachDocuments: boolean
  /** Where jobs have their hours. */
  timeZone: string
  language: string
}

export interface PostalAddress {
  line1: string
  line2: string
  postalCode: string
  city: string
  region: string
  country: string
}

/** The catalog in force in one environment, each item in its current version. Revision 0: none was ever put. */
export interface Catalog {
  revision: number
  /** All that were ever declared: versions that customers still have may name one that is archived by now. */
  features: Feature[]
  /** On sale. */
  plans: PlanVersion[]
  addOns: AddOnVersion[]
  bundles: BundleVersion[]
  /** No longer sold. Features by key, the rest as they last were. */
  archived: { features: string[]; plans: PlanVersion[]; addOns: AddOnVersion[]; bundles: BundleVersion[] }
  /** Key of the plan whose entitlements hold without a live subscription, or null. */
  fallbackPlan: string | null
  operator: Operator
  coupons: Coupon[]
  taxRates: TaxRate[]
}
