import { replaceSubscription, type CustomerChange, type CustomerState } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import { Refusal } from '../../refusal.ts'
import { DAY_MS, toIso, type Instant } from '../time/index.ts'
import { endWithPeriod } from './ending.ts'
import { subscriptionEvent } from './events.ts'
import { LIVE_STATUSES, type Subscription } from './model.ts'
import { anchorFor, runningPeriod } from './period.ts'
import { requireStatus, transition } from './transitions.ts'

/** Puts a subscription into the state, with what happened. */
export function changed(
  state: CustomerState,
  subscription: Subscription,
  events: DomainEvent[],
): CustomerChange {
  return { state: replaceSubscription(state, { ...subscription, updatedAt: state.now }), events }
}

/** Ends it at the state's moment, for good. */
export function end(
  state: CustomerState,
  subscription: Subscription,
  event: 'cancel' | 'expire',
  endReason: string,
): CustomerChange {
  const { now } = state
  const ended: Subscription = {
    ...subscription,
    status: transition(subscription.status, event),
    endedAt: now,
    settlesAt: settlesAt(state, subscription),
    endReason,
    canceledAt: event === 'cancel' ? (subscription.canceledAt ?? now) : subscription.canceledAt,
    cancelAt: null,
    resumeAt: null,
    scheduledChange: null,
  }
  const type = event === 'cancel' ? 'subscription.canceled' : 'subscription.expired'
  return changed(withoutSwitchedOff(state), ended, [subscriptionEvent(type, ended, now)])
}

/** What is off because of an unpaid invoice comes back to nothing else. */
function withoutSwitchedOff(state: CustomerState): CustomerState {
  if (state.standing.modules.length === 0) return state
  return { ...state, standing: { ...state.standing, modules: [] } }
}

/** What is told later than any feature may be changes no invoice any more. */
function settlesAt({ catalog, now }: CustomerState, subscription: Subscription): Instant | null {
  if (subscription.billedUntil === null || subscription.authority === 'provider') return null
  const days = catalog.features
    .filter(({ kind }) => kind === 'meter' || kind === 'credits')
    .map(({ latenessDays }) => latenessDays)
  return days.length === 0 ? null : now + Math.max(...days) * DAY_MS
}

/** Bills what was told of an ended subscription since, for good. */
export function settle(state: CustomerState, subscription: Subscription): CustomerChange {
  return changed(state, { ...subscription, settlesAt: null }, [])
}

/**
 * Cancels now, or when the running period (the trial, the pause's period) is over. What hasn't begun ends at once.
 *
 * @throws Refusal `subscription_state` when it has ended already.
 */
export function cancel(
  state: CustomerState,
  subscription: Subscription,
  when: 'now' | 'period_end',
): CustomerChange {
  requireStatus(subscription.status, LIVE_STATUSES, 'cancel')
  const begun = subscription.status !== 'scheduled' && subscription.status !== 'incomplete'
  if (when === 'now' || !begun || subscription.periodEnd <= state.now) {
    return end(state, subscription, 'cancel', 'canceled')
  }
  if (subscription.cancelAt === subscription.periodEnd) return { state, events: [] }
  const next: Subscription = { ...subscription, cancelAt: subscription.periodEnd, canceledAt: state.now }
  return changed(state, next, [
    subscriptionEvent('subscription.cancel_scheduled', next, state.now, {
      cancelAt: toIso(subscription.periodEnd),
    }),
  ])
}

/**
 * Stops an active subscription without ending it; `resumeAt` (later than now) wakes it by itself.
 *
 * @throws Refusal `subscription_state` unless it is active, `invalid_request` for a moment that is past.
 */
export function pause(
  state: CustomerState,
  subscription: Subscription,
  resumeAt: Instant | null,
  pausedUnpaid = false,
): CustomerChange {
  const status = transition(subscription.status, 'pause')
  if (resumeAt !== null && resumeAt <= state.now) {
    const errors = [{ param: 'resumeAt', message: 'It must be later than now.' }]
    throw new Refusal('invalid_request', { param: 'resumeAt', errors })
  }
  const next: Subscription = { ...subscription, status, pausedAt: state.now, pausedUnpaid, resumeAt }
  return changed(state, next, [subscriptionEvent('subscription.paused', next, state.now)])
}

/**
 * From `incomplete`, or out of a trial before its end: active from now on, which is also its new anchor.
 *
 * @param startAt if not now; in the zone that it was ordered in, if that is another by now
 *
 * @throws Refusal `subscription_state` in every other state.
 */
export function activate(
  state: CustomerState,
  subscription: Subscription,
  startAt = state.now,
  timeZone = state.customer.timeZone,
): CustomerChange {
  const { now } = state
  const wasTrial = subscription.status === 'trialing'
  const anchorAt = anchorFor(subscription.plan, subscription.interval, startAt, timeZone)
  const period = runningPeriod(anchorAt, subscription.interval, startAt, startAt, timeZone)
  const ended = endWithPeriod(subscription, now)
  const next: Subscription = {
    ...ended.subscription,
    status: transition(subscription.status, 'activate'),
    anchorAt,
    timeZone,
    periodStart: period.start,
    periodEnd: period.end,
    trialEndAt: wasTrial ? now : subscription.trialEndAt,
    trialPlan: wasTrial ? subscription.plan.key : subscription.trialPlan,
    // they were meant for the end of a period that is over now
    cancelAt: null,
    canceledAt: null,
    scheduledChange: subscription.scheduledChange && { ...subscription.scheduledChange, at: period.end },
  }
  const events = wasTrial
    ? [subscriptionEvent('subscription.trial_ended', next, now, { converted: true })]
    : []
  const activated = subscriptionEvent('subscription.activated', next, now)
  return changed(state, next, [...events, activated, ...ended.events])
}
