/**
 * A customer's whole state but its usage, as one value: what every command on a customer is decided from.
 *
 * Owns: the shape, and small questions asked of it. Does not own: balances, grants and holds (`CustomerUsage`, which
 * `reconcile` takes beside it), and how either is read or written (the store).
 * Invariant: a state is never changed in place; a decision yields a new one, and `reconcile` writes what differs.
 */
import type { RevenueShare } from '../analytics/model.ts'
import type { Catalog, Limit, PlanVersion } from '../catalog/model.ts'
import type { Access, AccessLevel, AccessReason } from '../entitlements/model.ts'
import type { DomainEvent } from '../events.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import type { BillingFields } from './billing-profile.ts'
import type { CustomerMoney, Standing } from './money.ts'
import type { Instant } from '../time/index.ts'
import type { Balance, Grant, Hold } from '../usage/model.ts'
import type { UsedBefore } from '../usage/refresh-context.ts'

export interface Customer {
  /** Surrogate. */
  id: number
  key: string
  name: string
  email: string | null
  timeZone: string
  locale: string
  currency: string | null
  testClock: string | null
  metadata: Record<string, unknown>
  /** What documents say of it otherwise than the fields above. */
  billing: BillingFields
  createdAt: Instant
  updatedAt: Instant
  deletedAt: Instant | null
}

export interface CustomerHead {
  entitlementVersion: number
  /** Grows with every change of anything but usage. */
  revision: number
  decidedAt: Instant
  /** The next lifecycle moment; Infinity if none is known. */
  dueAt: Instant
  /** The next moment of collection; Infinity if none is known. */
  collectionDueAt: Instant
}

/** A limit or value for one customer that replaces its plan's. */
export interface Override {
  feature: number
  /** Counted kinds have a limit; flags and settings a value. */
  limit: Limit | null
  value: boolean | string | number | null
  reason: string
  author: string
  /** Infinity = for good. */
  expiresAt: Instant
  createdAt: Instant
  updatedAt: Instant
}

export interface Suspension {
  reason: string
  note: string
  author: string
  createdAt: Instant
}

/** One row of the access axis: `from <= t < to`. */
export interface AccessPeriod {
  sequence: number
  from: Instant
  to: Instant
  level: AccessLevel
  reason: AccessReason
}

export interface CustomerState {
  environment: number
  livemode: boolean
  customer: Customer
  head: CustomerHead
  /** The moment of this decision, by the customer's clock; never before an earlier decision. */
  now: Instant
  catalog: Catalog
  /** All that there ever were, oldest first. */
  subscriptions: readonly Subscription[]
  overrides: readonly Override[]
  suspension: Suspension | null
  /** What unpaid invoices do to access. */
  standing: Standing
  /** null where it wasn't loaded: nothing of money is decided then. */
  money: CustomerMoney | null
  /** What is recorded of its monthly revenue; plans of earlier times with 0. */
  revenue: readonly RevenueShare[]
  /** The open row of the access axis; null before the first. */
  accessPeriod: AccessPeriod | null
  /** Surrogates of the members that exist. */
  members: readonly number[]
}

export interface CustomerUsage {
  balances: Balance[]
  /** Those that are not closed. */
  grants: Grant[]
  /** Those that are open. */
  holds: Hold[]
  /** What `questionsOfUseBefore` asks, where it asks anything. */
  usedBefore?: ReadonlyMap<string, UsedBefore> | undefined
}

/** What a pure decision yields: the state after it, and what happened. */
export interface CustomerChange {
  state: CustomerState
  events: DomainEvent[]
  /** A subscription that ends gives back what is left of its period. */
  creditOnEnd?: boolean | undefined
  /**
   * It was bought again: a new period is paid in full, nothing is given back, and unused credits are kept. `paidBy`: the
   * invoice that has paid for it already; null: it is billed now.
   */
  boughtAgain?: { paidBy: string | null } | undefined
}

/** No change yet: what a chain of decisions starts from. */
export function unchanged(state: CustomerState): CustomerChange {
  return { state, events: [] }
}

export function liveSubscription(state: Pick<CustomerState, 'subscriptions'>): Subscription | null {
  return state.subscriptions.find(isLive) ?? null
}

/** Whether it was called off before it began: it has given nothing, and counts for nothing. */
export function neverBegan(subscription: Subscription): boolean {
  return subscription.endedAt !== null && subscription.endedAt < subscription.startAt
}

/** Of those that began, the subscription that ended last. */
export function lastEndedSubscription(state: Pick<CustomerState, 'subscriptions'>): Subscription | null {
  let last: Subscription | null = null
  for (const subscription of state.subscriptions) {
    if (subscription.endedAt === null || neverBegan(subscription)) continue
    if (last === null || subscription.endedAt >= (last.endedAt as Instant)) last = subscription
  }
  return last
}

export function replaceSubscription(state: CustomerState, subscription: Subscription): CustomerState {
  return {
    ...state,
    subscriptions: state.subscriptions.map((other) =>
      other.number === subscription.number ? subscription : other,
    ),
  }
}

/** The plan whose entitlements hold without a subscription in force. */
export function fallbackPlan(catalog: Catalog): PlanVersion | null {
  if (catalog.fallbackPlan === null) return null
  return catalog.plans.find((plan) => plan.key === catalog.fallbackPlan) ?? null
}

export function sameAccess(left: Access, right: Access): boolean {
  return left.level === right.level && left.reason === right.reason
}
