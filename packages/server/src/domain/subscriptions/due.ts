/**
 * What time alone does to a customer: the moments of its lifecycle, and what happens at each.
 *
 * Owns: the list of moments and their order. Does not own: usage windows and grants (`usage/refresh.ts` has their
 * boundaries), who calls (the sweep, the usage writer, and every command before it decides).
 * Invariant: moments are applied one by one in order of time, so that a late caller gets what a punctual one got.
 */
import {
  liveSubscription,
  type CustomerChange,
  type CustomerState,
  type Override,
} from '../customers/state.ts'
import { dunningEndsFirst } from '../dunning/ends-first.ts'
import { isPausedByInvoice } from '../dunning/standing.ts'
import { DAY_MS, END_OF_TIME, toIso, type Instant } from '../time/index.ts'
import { applyTerms } from './change.ts'
import { subscriptionEvent } from './events.ts'
import { changed, end, settle } from './lifecycle.ts'
import type { Subscription, SubscriptionAddOn, SubscriptionBundle } from './model.ts'
import { PAYABLE_MS } from '../payments/drop-orders.ts'
import { anchorFor, periodAfter, runningPeriod } from './period.ts'
import { wake } from './resume.ts'
import { transition } from './transitions.ts'

interface Moment {
  at: Instant
  apply(state: CustomerState): CustomerChange
}

/** The next moment at which something happens by itself; `END_OF_TIME` if none is known. */
export function nextDueAt(state: CustomerState): Instant {
  return earliest([...moments(state), ...state.subscriptions.flatMap(settlingMoment)])
}

/** The next of them that may change what is in force: what was told of a subscription that is over changes money alone. */
export function inForceUntil(state: CustomerState): Instant {
  return earliest(moments(state))
}

function earliest(all: readonly Moment[]): Instant {
  let next = END_OF_TIME
  for (const { at } of all) if (at < next) next = at
  return next
}

/**
 * The earliest thing due at `now` or before, as a change decided at its own moment; null when nothing is due, or when what
 * is unpaid comes first.
 * The state in the answer stands at that moment, so apply again until it is null.
 */
export function planDue(state: CustomerState, now: Instant): CustomerChange | null {
  let first: Moment | null = null
  for (const moment of [...moments(state), ...state.subscriptions.flatMap(settlingMoment)]) {
    if (moment.at <= now && (first === null || moment.at < first.at)) first = moment
  }
  if (first === null) return null
  const live = liveSubscription(state)
  const begins = live?.status === 'active' && first.at === live.periodEnd
  if (begins && dunningEndsFirst(state, live, now)) return null
  // never before an earlier decision: what was missed happens late rather than in a past that is settled
  return first.apply({ ...state, now: Math.max(first.at, state.head.decidedAt) })
}

/** In the order that holds at one and the same moment: an end comes before everything it makes pointless. */
function moments(state: CustomerState): Moment[] {
  const subscription = liveSubscription(state)
  return [
    ...(subscription === null ? [] : momentsOf(subscription)),
    ...state.overrides.flatMap(overrideMoment),
  ]
}

function momentsOf(subscription: Subscription): Moment[] {
  const list: Moment[] = []
  const add = (
    at: Instant | null,
    apply: (state: CustomerState, subscription: Subscription) => CustomerChange,
  ) => {
    if (at !== null) list.push({ at, apply: (state) => apply(state, subscription) })
  }
  const { status } = subscription
  add(subscription.cancelAt, (state) => end(state, subscription, 'cancel', 'canceled'))
  if (status === 'incomplete' && subscription.activation === 'payment')
    add(subscription.createdAt + PAYABLE_MS, expireUnpaid)
  if (status === 'paused') add(subscription.resumeAt, endPause)
  if (status === 'scheduled') add(subscription.startAt, start)
  if (status === 'trialing' || status === 'active')
    add(subscription.scheduledChange?.at ?? null, applyScheduled)
  for (const each of subscription.addOns) add(each.endsAt, (state) => endAddOn(state, subscription, each))
  for (const each of subscription.bundles) add(each.endsAt, (state) => endBundle(state, subscription, each))
  if (status === 'trialing') add(trialEndingAt(subscription), announceTrialEnd)
  if (status === 'trialing') add(subscription.trialEndAt, endTrial)
  if (status === 'active') add(subscription.periodEnd, startPeriod)
  return list
}

function settlingMoment(subscription: Subscription): Moment[] {
  const { settlesAt } = subscription
  return settlesAt === null ? [] : [{ at: settlesAt, apply: (state) => settle(state, subscription) }]
}

function expireUnpaid(state: CustomerState, subscription: Subscription): CustomerChange {
  return end(state, subscription, 'expire', 'not_paid')
}

function overrideMoment(override: Override): Moment[] {
  if (override.expiresAt === END_OF_TIME) return []
  return [{ at: override.expiresAt, apply: (state) => expireOverride(state, override) }]
}

/** A pause by hand is over; what an invoice wants paused meanwhile stays so until it is paid. */
function endPause(state: CustomerState, subscription: Subscription): CustomerChange {
  if (!isPausedByInvoice(state, subscription)) return wake(state, subscription)
  return changed(state, { ...subscription, pausedUnpaid: true, resumeAt: null }, [])
}

function start(state: CustomerState, subscription: Subscription): CustomerChange {
  const { now } = state
  if (subscription.trialEndAt !== null) {
    const next = { ...subscription, status: transition(subscription.status, 'start_trial') }
    return changed(state, next, [
      subscriptionEvent('subscription.started', next, now),
      subscriptionEvent('subscription.trial_started', next, now),
    ])
  }
  const event = subscription.activation === 'manual' ? 'await_activation' : 'start'
  const next = {
    ...subscription,
    ...firstPeriod(state, subscription, subscription.startAt),
    status: transition(subscription.status, event),
  }
  const events = [subscriptionEvent('subscription.started', next, now)]
  if (next.status === 'active') events.push(subscriptionEvent('subscription.activated', next, now))
  return changed(state, next, events)
}

/** The end of a trial is announced so long ahead; of a shorter one, when it starts. */
const TRIAL_ENDING_DAYS = 3

function trialEndingAt({ trialEndAt, trialEndingToldAt, startAt }: Subscription): Instant | null {
  if (trialEndAt === null || trialEndingToldAt !== null) return null
  return Math.max(startAt, trialEndAt - TRIAL_ENDING_DAYS * DAY_MS)
}

/** Whether its trial becomes paid time by itself. */
const goesOn = ({ plan }: Subscription): boolean => plan.trial?.onEnd === 'activate'

function announceTrialEnd(state: CustomerState, subscription: Subscription): CustomerChange {
  const next: Subscription = { ...subscription, trialEndingToldAt: state.now }
  const calledOff = next.cancelAt !== null && next.cancelAt <= (next.trialEndAt ?? state.now)
  const converts = goesOn(next) && !calledOff
  return changed(state, next, [subscriptionEvent('subscription.trial_ending', next, state.now, { converts })])
}

function endTrial(state: CustomerState, subscription: Subscription): CustomerChange {
  const { now } = state
  if (!goesOn(subscription)) {
    const told = subscriptionEvent('subscription.trial_ended', subscription, now, { converted: false })
    const ended = end(state, subscription, 'expire', 'trial_ended')
    return { state: ended.state, events: [told, ...ended.events] }
  }
  const next: Subscription = {
    ...subscription,
    ...firstPeriod(state, subscription, subscription.trialEndAt ?? now),
    trialPlan: subscription.plan.key,
    status: transition(subscription.status, 'activate'),
  }
  return changed(state, next, [
    subscriptionEvent('subscription.trial_ended', next, now, { converted: true }),
    subscriptionEvent('subscription.activated', next, now),
  ])
}

/** Counted in the zone that the customer has when it begins. */
function firstPeriod(state: CustomerState, { plan, interval }: Subscription, startAt: Instant) {
  const { timeZone } = state.customer
  const anchorAt = anchorFor(plan, interval, startAt, timeZone)
  const period = runningPeriod(anchorAt, interval, startAt, startAt, timeZone)
  return { anchorAt, timeZone, periodStart: period.start, periodEnd: period.end }
}

function startPeriod(state: CustomerState, subscription: Subscription): CustomerChange {
  const period = periodAfter(subscription, subscription.periodEnd, state.customer.timeZone)
  const next: Subscription = { ...subscription, ...period }
  return changed(state, next, [subscriptionEvent('subscription.period_started', next, state.now)])
}

function applyScheduled(state: CustomerState, subscription: Subscription): CustomerChange {
  const { scheduledChange } = subscription
  if (scheduledChange === null) return { state, events: [] }
  const change = applyTerms(state, { ...subscription, scheduledChange: null }, scheduledChange)
  const next = liveSubscription(change.state)
  // at the end of a period the new terms begin with the next one, in the same step: the old ones close theirs
  const begins =
    next?.status === 'active' && next.periodEnd === subscription.periodEnd && next.periodEnd <= state.now
  if (next === null || !begins) return change
  const started = startPeriod(change.state, next)
  return { state: started.state, events: [...change.events, ...started.events] }
}

function endAddOn(
  state: CustomerState,
  subscription: Subscription,
  ended: SubscriptionAddOn,
): CustomerChange {
  const next: Subscription = {
    ...subscription,
    addOns: subscription.addOns.filter((each) => each.addOn.item !== ended.addOn.item),
  }
  const more = { addOn: ended.addOn.key, quantity: ended.quantity }
  return changed(state, next, [subscriptionEvent('subscription.add_on_removed', next, state.now, more)])
}

function endBundle(
  state: CustomerState,
  subscription: Subscription,
  ended: SubscriptionBundle,
): CustomerChange {
  const next: Subscription = {
    ...subscription,
    bundles: subscription.bundles.filter((each) => each.bundle.item !== ended.bundle.item),
  }
  const more = { bundle: ended.bundle.key }
  return changed(state, next, [subscriptionEvent('subscription.bundle_removed', next, state.now, more)])
}

function expireOverride(state: CustomerState, expired: Override): CustomerChange {
  const feature = state.catalog.features.find((each) => each.id === expired.feature)
  return {
    state: { ...state, overrides: state.overrides.filter((each) => each.feature !== expired.feature) },
    events: [
      {
        type: 'override.expired',
        subject: feature?.key ?? '',
        payload: { feature: feature?.key ?? '', reason: expired.reason, expiresAt: toIso(expired.expiresAt) },
        occurredAt: state.now,
      },
    ],
  }
}
