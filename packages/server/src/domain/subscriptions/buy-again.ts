import { Refusal } from '../../refusal.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { NewSubscription } from './create.ts'
import { subscriptionEvent } from './events.ts'
import { changed } from './lifecycle.ts'
import type { Subscription } from './model.ts'
import { anchorFor, runningPeriod } from './period.ts'

export type Purchase = Pick<NewSubscription, 'terms' | 'addOns' | 'bundles' | 'startAt'>

/** Whether buying while this one is live adds to it rather than being refused: its plan says so, and it runs. */
export function takesPurchases({ plan, status, authority }: Subscription): boolean {
  return plan.policies.purchaseWhileLive === 'append' && status === 'active' && authority === 'engine'
}

/**
 * Buys again while live: the same subscription, which has from now on what was bought, and nothing else. Its period begins
 * anew and is paid in full; what the earlier purchase has left of credits stays until it would have ended anyway, and
 * therefore nothing of its price comes back.
 *
 * @throws Refusal `currency_change`, and `invalid_request` for a purchase that is to start another time
 */
export function buyAgain(state: CustomerState, live: Subscription, purchase: Purchase): CustomerChange {
  const { now } = state
  const { terms, startAt } = purchase
  if (startAt !== null && startAt !== now) {
    const errors = [{ param: 'startAt', message: 'What is bought again starts now.' }]
    throw new Refusal('invalid_request', { param: 'startAt', errors })
  }
  if (terms.currency !== live.currency) {
    const values = { currency: terms.currency, current: live.currency }
    throw new Refusal('currency_change', { param: 'currency', values })
  }
  const { timeZone } = state.customer
  const anchorAt = anchorFor(terms.plan, terms.interval, now, timeZone)
  const period = runningPeriod(anchorAt, terms.interval, now, now, timeZone)
  const next: Subscription = {
    ...live,
    ...terms,
    addOns: purchase.addOns.map((each) => ({ ...each, startedAt: now, endsAt: null })),
    bundles: purchase.bundles.map((bundle) => ({ bundle, startedAt: now, endsAt: null })),
    anchorAt,
    periodStart: period.start,
    periodEnd: period.end,
    cancelAt: null,
    canceledAt: null,
    scheduledChange: null,
  }
  const event = subscriptionEvent('subscription.changed', next, now, {
    previousPlan: live.plan.key,
    previousPlanVersion: live.plan.version,
    previousQuantities: live.quantities,
    boughtAgain: true,
  })
  return { ...changed(state, next, [event]), boughtAgain: true }
}
