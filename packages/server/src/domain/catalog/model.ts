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
}

export interface PlanPolicies {
  /** What a plan change does to what was burnt in the running window. */
  usageOnChange: 'keep' | 'reset'
  upgrade: 'now' | 'period_end'
  downgrade: 'now' | 'period_end'
  /** Another number of seats: billed from the next period, prorated at once, or raised at once and lowered at period end. */
  quantityChange: 'next_period' | 'prorate' | 'raise_now'
  proration: 'second' | 'day' | 'none'
  /** Buying again while live. */
  purchaseWhileLive: 'refuse' | 'append'
  /** When a module switched on inside a period is charged. */
  modules: 'next_invoice' | 'now'
  failure: FailurePolicy
}

/** What a renewal that is not paid does; `grants` and `modules` hold for a cancellation too. */
export interface FailurePolicy {
  graceDays: number
  /** Access after the grace days. */
  access: 'full' | 'warned' | 'limited' | 'read_only' | 'blocked'
  /** Which grants expire: the plan's, or bought ones too. */
  grants: 'plan' | 'all'
  modules: 'off' | 'keep'
  modulesWhenPaid: 'restore' | 'by_hand'
  /** null = never. */
  cancelAfterDays: number | null
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
  metadata: Record<string, unknown>
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
  /** Where jobs have their hours. */
  operatorTimeZone: string
}
