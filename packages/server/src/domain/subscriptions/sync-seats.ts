import { unchanged, type CustomerChange, type CustomerState } from '../customers/state.ts'
import { toIso } from '../time/index.ts'
import { applyTerms, sameTerms } from './change.ts'
import { subscriptionEvent } from './events.ts'
import { changed } from './lifecycle.ts'
import type { Subscription, Terms } from './model.ts'

/**
 * Brings a quantity to what was counted. What may be used follows at once; when that costs is the plan's policy
 * `quantityChange`, and where it never lowers before the period ends, a lower number waits until then. A change of plan
 * that is scheduled stays, with the new number.
 */
export function syncSeats(
  state: CustomerState,
  subscription: Subscription,
  key: string,
  count: number,
): CustomerChange {
  const { quantities, scheduledChange } = subscription
  const current = quantities[key] as number
  const waits = count < current && subscription.plan.policies.quantityChange === 'raise_now'
  const counted: Terms = withQuantity(subscription, key, count)
  const ahead = scheduledChange ?? (waits ? { ...termsOf(subscription), at: subscription.periodEnd } : null)
  const moved = ahead === null ? null : { ...withQuantity(ahead, key, count), at: ahead.at }
  // what waits only for a number that is in force by now waits for nothing
  const next = moved !== null && !waits && sameTerms(moved, counted) ? null : moved
  if (!waits && count !== current)
    return applyTerms(state, { ...subscription, scheduledChange: next }, counted)
  if (sameSchedule(scheduledChange, next)) return unchanged(state)
  const scheduled: Subscription = { ...subscription, scheduledChange: next }
  const event =
    next === null
      ? subscriptionEvent('subscription.change_canceled', scheduled, state.now)
      : subscriptionEvent('subscription.change_scheduled', scheduled, state.now, {
          nextPlan: next.plan.key,
          changeAt: toIso(next.at),
        })
  return changed(state, scheduled, [event])
}

function termsOf({ plan, interval, currency, quantities }: Terms): Terms {
  return { plan, interval, currency, quantities }
}

/** A plan that doesn't count it is left alone. */
function withQuantity(terms: Terms, key: string, count: number): Terms {
  const { quantities, ...rest } = termsOf(terms)
  return {
    ...rest,
    quantities: Object.hasOwn(quantities, key) ? { ...quantities, [key]: count } : quantities,
  }
}

function sameSchedule(left: Terms | null, right: Terms | null): boolean {
  return left === right || (left !== null && right !== null && sameTerms(left, right))
}
