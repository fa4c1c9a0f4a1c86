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
  kind: 'recurring' | 'one_off'
  prices: Price[]
  allowances: Allowance[]
  /** one-off: the grant lives this many days; null = for good. */
  grantDays: number | null
}

export interface BundleVersion {
  item: number
  key: string
  version: number
  name: string
  addOns: string[]
  prices: Price[]
}

/** The catalog in force in one environment. */
export interface Catalog {
  revision: number
  features: Feature[]
  plans: PlanVersion[]
  addOns: AddOnVersion[]
  bundles: BundleVersion[]
  /** Key of the plan whose entitlements hold without a live subscription, or null. */
  fallbackPlan: string | null
  /** Where jobs have their hours. */
  operatorTimeZone: string
}
