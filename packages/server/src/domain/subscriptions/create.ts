import { liveSubscription, neverBegan, type CustomerChange, type CustomerState } from '../customers/state.ts'
import type { AddOnVersion, BundleVersion } from '../catalog/model.ts'
import { Refusal } from '../../refusal.ts'
import { requirePrices } from '../invoices/charges.ts'
import { addLocalDays, endOfLocalDay, type Instant } from '../time/index.ts'
import { requireGoodStanding } from './change.ts'
import { buyAgain, requireStartNow, takesPurchases } from './buy-again.ts'
import { subscriptionEvent } from './events.ts'
import type { Subscription, SubscriptionStatus, Terms } from './model.ts'
import { anchorFor, runningPeriod } from './period.ts'

export interface NewSubscription {
  number: number
  id: string
  terms: Terms
  addOns: { addOn: AddOnVersion; quantity: number }[]
  bundles: BundleVersion[]
  authority: Subscription['authority']
  activation: Subscription['activation']
  /** null = now. In the past it only sets the anchor. */
  startAt: Instant | null
  /** null = as the plan says; 0 = none. */
  trialDays: number | null
  metadata: Record<string, unknown>
  /** The running period was billed elsewhere: of a subscription that is brought in. */
  billed?: boolean
}

/**
 * When a trial is over: its last day, so many local days after the day it started, is included to its end.
 *
 * @example trialEnd(march1st, 14, 'Africa/Abidjan') // the start of 16 March, at whatever hour it started
 */
export function trialEnd(startAt: Instant, days: number, timeZone: string): Instant {
  return endOfLocalDay(addLocalDays(startAt, days, timeZone), timeZone)
}

/** Whether a trial has begun before: a customer has one. */
function trialUsed(state: Pick<CustomerState, 'subscriptions'>): boolean {
  return state.subscriptions.some((each) => each.trialEndAt !== null && !neverBegan(each))
}

/**
 * Subscribes a customer; or buys again for its live subscription, where that takes purchases.
 *
 * @throws Refusal `subscription_exists` while another is live, `trial_used` when a second trial is asked for,
 * `subscription_inactive` while unpaid invoices block the customer, `price_not_found` for an add-on or bundle without a
 * price in these terms.
 */
export function createSubscription(state: CustomerState, command: NewSubscription): CustomerChange {
  const live = liveSubscription(state)
  // nobody is sold what stays locked; who is brought along has it already
  if (command.billed !== true) requireGoodStanding(state)
  if (live !== null && takesPurchases(live)) {
    requireStartNow(state, command.startAt)
    return buyAgain(state, live, command, null)
  }
  if (live !== null) {
    throw new Refusal('subscription_exists', {
      param: 'customer',
      values: { customer: state.customer.key, subscription: live.id },
    })
  }
  const { now } = state
  const { timeZone } = state.customer
  const startAt = command.startAt ?? now
  const trialEndAt = decideTrial(state, command, startAt)
  const anchorAt = anchorFor(command.terms.plan, command.terms.interval, trialEndAt ?? startAt, timeZone)
  const status = initialStatus(command, startAt > now, trialEndAt !== null)
  const period =
    trialEndAt === null
      ? runningPeriod(anchorAt, command.terms.interval, startAt, Math.max(now, startAt), timeZone)
      : { start: startAt, end: trialEndAt }
  const subscription: Subscription = {
    ...command.terms,
    number: command.number,
    id: command.id,
    status,
    authority: command.authority,
    activation: command.activation,
    addOns: command.addOns.map((each) => ({ ...each, startedAt: startAt, endsAt: null })),
    bundles: command.bundles.map((bundle) => ({ bundle, startedAt: startAt, endsAt: null })),
    anchorAt,
    timeZone,
    periodStart: period.start,
    periodEnd: period.end,
    billedUntil: command.billed ? period.end : null,
    closedUntil: null,
    settlesAt: null,
    startAt,
    trialEndAt,
    trialPlan: null,
    trialEndingToldAt: null,
    cancelAt: null,
    canceledAt: null,
    endedAt: null,
    endReason: null,
    pausedAt: null,
    pausedUnpaid: false,
    resumeAt: null,
    scheduledChange: null,
    metadata: command.metadata,
    createdAt: now,
    updatedAt: now,
  }
  const events = [subscriptionEvent('subscription.created', subscription, now)]
  if (status === 'trialing') events.push(subscriptionEvent('subscription.trial_started', subscription, now))
  if (status === 'active') events.push(subscriptionEvent('subscription.activated', subscription, now))
  return { state: { ...state, subscriptions: [...state.subscriptions, requirePrices(subscription)] }, events }
}

function decideTrial(state: CustomerState, command: NewSubscription, startAt: Instant): Instant | null {
  const days = command.trialDays ?? command.terms.plan.trial?.days ?? 0
  if (days === 0) return null
  if (trialUsed(state)) {
    // asked for by name it is refused; what the plan offers to newcomers is merely not given again
    if (command.trialDays === null) return null
    throw new Refusal('trial_used', { param: 'trialDays', values: { customer: state.customer.key } })
  }
  const end = trialEnd(startAt, days, state.customer.timeZone)
  return end > state.now ? end : null
}

function initialStatus(command: NewSubscription, later: boolean, trial: boolean): SubscriptionStatus {
  if (later) return 'scheduled'
  if (trial) return 'trialing'
  return command.activation === 'automatic' ? 'active' : 'incomplete'
}
