import { replaceSubscription, type CustomerChange, type CustomerState } from '../customers/state.ts'
import { Refusal } from '../../refusal.ts'
import type { Instant } from '../time/index.ts'
import type { NewSubscription } from './create.ts'
import { subscriptionEvent } from './events.ts'
import { changed } from './lifecycle.ts'
import type { Subscription } from './model.ts'
import { anchorFor, runningPeriod } from './period.ts'

export type Purchase = Pick<NewSubscription, 'terms' | 'addOns' | 'bundles'>

/** Whether buying while this one is live adds to it rather than being refused: its plan says so, and it runs. */
export function takesPurchases({ plan, status, authority }: Subscription): boolean {
  return plan.policies.purchaseWhileLive === 'append' && status === 'active' && authority === 'engine'
}

/**
 * The subscription as it is once it is bought again: it has from then on what was bought, and nothing else, and its period
 * begins anew.
 *
 * @param begins from when on, and the zone that its period is counted in
 * @throws Refusal `currency_change`
 */
export function boughtAgain(
  live: Subscription,
  { terms, addOns, bundles }: Purchase,
  { at, timeZone }: { at: Instant; timeZone: string },
): Subscription {
  if (terms.currency !== live.currency) {
    const values = { currency: terms.currency, current: live.currency }
    throw new Refusal('currency_change', { param: 'currency', values })
  }
  const anchorAt = anchorFor(terms.plan, terms.interval, at, timeZone)
  const period = runningPeriod(anchorAt, terms.interval, at, at, timeZone)
  return {
    ...live,
    ...terms,
    addOns: addOns.map((each) => ({ ...each, startedAt: at, endsAt: null })),
    bundles: bundles.map((bundle) => ({ bundle, startedAt: at, endsAt: null })),
    anchorAt,
    timeZone,
    periodStart: period.start,
    periodEnd: period.end,
    cancelAt: null,
    canceledAt: null,
    scheduledChange: null,
  }
}

/**
 * Buys again while live. The period is paid in full: what the earlier purchase has left of credits stays until it would
 * have ended anyway, and therefore nothing of its price comes back. The time that is left of its modules is set off.
 *
 * @param paid the invoice that has paid for it already, and as it was ordered; null: from now on, and it is billed now
 * @throws Refusal `currency_change`
 */
export function buyAgain(
  state: CustomerState,
  live: Subscription,
  purchase: Purchase,
  paid: { by: string; at: Instant; timeZone: string } | null,
): CustomerChange {
  const begins = paid ?? { at: state.now, timeZone: state.customer.timeZone }
  const next = boughtAgain(live, purchase, begins)
  const event = subscriptionEvent('subscription.changed', next, state.now, {
    previousPlan: live.plan.key,
    previousPlanVersion: live.plan.version,
    previousQuantities: live.quantities,
    boughtAgain: true,
  })
  const change = changed(state, next, [event])
  if (paid === null) return { ...change, boughtAgain: { paidBy: null } }
  const billed = replaceSubscription(change.state, {
    ...next,
    billedUntil: next.periodEnd,
    updatedAt: state.now,
  })
  return { ...change, state: billed, boughtAgain: { paidBy: paid.by } }
}

/** @throws Refusal `invalid_request`: what is bought again starts when it is bought */
export function requireStartNow({ now }: Pick<CustomerState, 'now'>, startAt: Instant | null): void {
  if (startAt === null || startAt === now) return
  const errors = [{ param: 'startAt', message: 'What is bought again starts now.' }]
  throw new Refusal('invalid_request', { param: 'startAt', errors })
}
