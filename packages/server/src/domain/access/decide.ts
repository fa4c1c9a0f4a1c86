/**
 * May a customer get in at all, and if not, why.
 *
 * Owns: the one place where lifecycle, suspension and fallback become an access level with a reason.
 * Does not own: the dated rows (`customers/reconcile.ts` writes them), the sentences, what the application does with it.
 * Invariant: a function of the state alone; the same state at the same moment has the same access.
 */
import {
  fallbackPlan,
  lastEndedSubscription,
  liveSubscription,
  type CustomerState,
} from '../customers/state.ts'
import type { Access, AccessReason } from '../entitlements/model.ts'
import { isInForce, type Subscription } from '../subscriptions/model.ts'

type Input = Pick<CustomerState, 'customer' | 'catalog' | 'subscriptions' | 'suspension' | 'standing'>

/**
 * A suspension by the operator comes before everything. A subscription that trials or is active opens as far as its
 * unpaid invoices allow (`standing`); so does the
 * catalog's fallback plan for everybody else. Without one, the reason says what happened to the subscription.
 */
export function decideAccess(state: Input): Access {
  if (state.suspension !== null) return blocked('tenant_suspended')
  if (state.customer.deletedAt !== null) return blocked('subscription_cancelled')
  const live = liveSubscription(state)
  const { level, reason } = state.standing
  if (followsStanding(state)) {
    // with a plan to fall back on, a lapse is no closed door
    if (level === 'blocked' && fallbackPlan(state.catalog) !== null) return { level: 'limited', reason }
    return { level, reason }
  }
  if (fallbackPlan(state.catalog) !== null) return { level: 'full', reason: 'ok' }
  if (live?.status === 'paused') return blocked('subscription_inactive')
  if (live?.status === 'incomplete') return blocked('payment_required')
  const ended = lastEndedSubscription(state)
  return ended === null ? blocked('no_subscription') : blocked(reasonOf(ended))
}

/** Whether it is lowered by what is owed, whatever reason the plan gives for that. */
export function isLoweredByDebt(state: Input): boolean {
  const { suspension, customer, standing, catalog } = state
  if (suspension !== null || customer.deletedAt !== null) return false
  if (followsStanding(state)) return standing.level !== 'full'
  return liveSubscription(state)?.pausedUnpaid === true && fallbackPlan(catalog) === null
}

function followsStanding(state: Input): boolean {
  const live = liveSubscription(state)
  if (live === null) return false
  return isInForce(live) || (live.status === 'paused' && state.standing.level === 'blocked')
}

function reasonOf(ended: Subscription): AccessReason {
  if (ended.status === 'canceled') {
    const { reason } = ended.plan.policies.failure
    return reason === 'subscription_inactive' ? reason : 'subscription_cancelled'
  }
  return ended.endReason === 'trial_ended' ? 'trial_expired' : 'subscription_inactive'
}

function blocked(reason: AccessReason): Access {
  return { level: 'blocked', reason }
}
