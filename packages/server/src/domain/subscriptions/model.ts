/**
 * A customer's running agreement to a plan version.
 *
 * Owns: the shape, and (beside this file) how a subscription comes to be, changes and ends.
 * Does not own: money (invoices, charges), what the plan grants (`entitlements/`), who may get in (`access/`).
 * Invariant: at most one subscription of a customer is live; periods are half-open, follow each other, and
 * follow the anchor in the time zone that the customer had when they began; what is ended never moves again.
 */
import type { AddOnVersion, BundleVersion, PlanVersion } from '../catalog/model.ts'
import type { Instant, Interval } from '../time/index.ts'

export type SubscriptionStatus =
  | 'scheduled'
  | 'incomplete'
  | 'trialing'
  | 'active'
  | 'paused'
  | 'canceled'
  | 'expired'

/** What is agreed to, and what a change replaces. */
export interface Terms {
  plan: PlanVersion
  interval: Interval
  currency: string
  /** Quantity key (a seat, a branch) → how many. */
  quantities: Record<string, number>
}

export interface SubscriptionAddOn {
  addOn: AddOnVersion
  quantity: number
  startedAt: Instant
  /** When it goes away; null = with the subscription. */
  endsAt: Instant | null
}

/** Covers its add-ons: they are in force and cost nothing of their own. */
export interface SubscriptionBundle {
  bundle: BundleVersion
  startedAt: Instant
  /** When it goes away; null = with the subscription. */
  endsAt: Instant | null
}

export interface Subscription extends Terms {
  /** Surrogate. */
  number: number
  id: string
  status: SubscriptionStatus
  /** Who renews it: the engine itself, or the payment provider. */
  authority: 'engine' | 'provider'
  /** `manual`: without a trial it waits as `incomplete` until somebody activates it; `payment`: until it is paid, a day long. */
  activation: 'automatic' | 'manual' | 'payment'
  addOns: SubscriptionAddOn[]
  bundles: SubscriptionBundle[]
  anchorAt: Instant
  /** In which its periods are counted: the customer's, as it was when the running one began. */
  timeZone: string
  periodStart: Instant
  periodEnd: Instant
  /** Until when what is paid in advance is on an invoice; null = nothing yet. */
  billedUntil: Instant | null
  /** Until when what is charged afterwards is on an invoice, or waits for one; null = nothing yet. */
  closedUntil: Instant | null
  startAt: Instant
  trialEndAt: Instant | null
  /** Key of the plan that became paid when the trial was over; null before, and where none did. */
  trialPlan: string | null
  /** When the end of the trial was announced ahead. */
  trialEndingToldAt: Instant | null
  cancelAt: Instant | null
  canceledAt: Instant | null
  endedAt: Instant | null
  /** When the use that is told after its end is billed, once and for all; null before it ends, and after. */
  settlesAt: Instant | null
  /** `trial_ended`, `canceled`, `customer_deleted`, … */
  endReason: string | null
  pausedAt: Instant | null
  /** By a step of dunning: the payment ends it. */
  pausedUnpaid: boolean
  resumeAt: Instant | null
  scheduledChange: (Terms & { at: Instant }) | null
  metadata: Record<string, unknown>
  createdAt: Instant
  updatedAt: Instant
}

export const LIVE_STATUSES: readonly SubscriptionStatus[] = [
  'scheduled',
  'incomplete',
  'trialing',
  'active',
  'paused',
]

export function isLive(subscription: Pick<Subscription, 'status'>): boolean {
  return LIVE_STATUSES.includes(subscription.status)
}

/** Whether the plan's allowances hold under this subscription. */
export function isInForce(subscription: Pick<Subscription, 'status'>): boolean {
  return subscription.status === 'trialing' || subscription.status === 'active'
}
