import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { Refusal } from '../../refusal.ts'
import { applyTerms } from './change.ts'
import { subscriptionEvent } from './events.ts'
import { changed } from './lifecycle.ts'
import { LIVE_STATUSES, type Subscription } from './model.ts'
import { periodAfter } from './period.ts'
import { requireStatus, transition } from './transitions.ts'

/**
 * What somebody asks for: a pause ends; of what is not paused, a cancellation that hasn't taken effect is called off.
 *
 * @throws Refusal `subscription_state` when there is nothing to undo.
 */
export function resume(state: CustomerState, subscription: Subscription): CustomerChange {
  requireStatus(subscription.status, LIVE_STATUSES, 'resume')
  if (subscription.status === 'paused') return wake(state, subscription)
  if (subscription.cancelAt === null) {
    throw new Refusal('subscription_state', { values: { status: subscription.status, event: 'resume' } })
  }
  const next = { ...subscription, cancelAt: null, canceledAt: null }
  return changed(state, next, [subscriptionEvent('subscription.cancel_unscheduled', next, state.now)])
}

/**
 * A pause ends, be it by itself. A change that was due meanwhile comes with it, in one step: nobody is charged for terms
 * that hold for no moment. Whoever has cancelled stays so.
 */
export function wake(state: CustomerState, subscription: Subscription): CustomerChange {
  const { now } = state
  let next = afterPause(state, subscription)
  const { scheduledChange } = next
  const missed = scheduledChange !== null && scheduledChange.at <= now ? scheduledChange : null
  if (missed !== null) next = { ...next, scheduledChange: null }
  const resumed = changed(state, next, [subscriptionEvent('subscription.resumed', next, now)])
  if (missed === null) return resumed
  const applied = applyTerms(resumed.state, next, missed)
  return { state: applied.state, events: [...resumed.events, ...applied.events] }
}

/** Periods go on by the anchor while it is paused: it comes back into the one that is running. */
function afterPause(state: CustomerState, subscription: Subscription): Subscription {
  const { now, customer } = state
  const period = now < subscription.periodEnd ? {} : periodAfter(subscription, now, customer.timeZone)
  return {
    ...subscription,
    ...period,
    status: transition(subscription.status, 'resume'),
    pausedAt: null,
    pausedUnpaid: false,
    resumeAt: null,
  }
}
