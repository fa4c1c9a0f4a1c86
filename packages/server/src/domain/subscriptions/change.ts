import type { AddOnVersion, BundleVersion } from '../catalog/model.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import { Refusal } from '../../refusal.ts'
import { requirePrices } from '../invoices/charges.ts'
import { periodContaining, toIso } from '../time/index.ts'
import { endWithPeriod } from './ending.ts'
import { subscriptionEvent } from './events.ts'
import { changed } from './lifecycle.ts'
import { isLive, type Subscription, type SubscriptionAddOn, type Terms } from './model.ts'
import { directionOf, isSamePlan } from './terms.ts'
import { anchorFor, runningPeriod } from './period.ts'
import { requireStatus } from './transitions.ts'

/**
 * Changes plan, interval, currency or quantities. Without `when`, the policies of the plan in force say it: `upgrade`
 * and `downgrade`, and `quantityChange` where only quantities change. Numbers that wait for the period's end go on
 * waiting, also under another plan. The terms in force call off what is scheduled.
 *
 * @param named the quantities that were asked for; the others are as they are
 * @param asksForPlan whether more than quantities was asked for
 * @throws Refusal `subscription_state` unless it trials or is active (or hasn't begun: then it changes at once);
 * `price_not_found` where an add-on or bundle that goes on has no price in the new terms.
 */
export function changeTerms(
  state: CustomerState,
  subscription: Subscription,
  next: Terms,
  when: 'now' | 'period_end' | null,
  named: readonly string[] = [],
  asksForPlan = true,
): CustomerChange {
  requireStatus(subscription.status, ['scheduled', 'incomplete', 'trialing', 'active'], 'change')
  // whatever the moment: what holds already isn't changed to
  if (sameTerms(subscription, next)) {
    const waiting = asksForPlan
      ? withWaiting(subscription, next, named)
      : stillScheduled(subscription, next, named)
    return reschedule(state, subscription, when === 'period_end' ? null : waiting)
  }
  const begun = subscription.status === 'trialing' || subscription.status === 'active'
  const moment = begun ? (when ?? momentByPolicy(subscription, next)) : 'now'
  if (moment === 'now') {
    const kept = { ...subscription, scheduledChange: stillScheduled(subscription, next, named) }
    requirePrices({ ...kept, ...pickTerms(next) })
    return applyTerms(state, kept, next)
  }
  const later = samePlan(subscription, next)
    ? (stillScheduled(subscription, next, named) ?? next)
    : withWaiting(subscription, next, named)
  return scheduleChange(state, subscription, later)
}

function scheduleChange(state: CustomerState, subscription: Subscription, later: Terms): CustomerChange {
  const scheduled: Subscription = {
    ...subscription,
    scheduledChange: { ...later, at: subscription.periodEnd },
  }
  return changed(state, requirePrices(scheduled), [
    subscriptionEvent('subscription.change_scheduled', scheduled, state.now, {
      nextPlan: later.plan.key,
      changeAt: toIso(subscription.periodEnd),
    }),
  ])
}

/** Leaves scheduled what still differs from the terms in force. */
function reschedule(state: CustomerState, subscription: Subscription, later: Terms | null): CustomerChange {
  const { scheduledChange } = subscription
  if (later === null || scheduledChange === null || sameTerms(later, subscription)) {
    return unscheduleChange(state, subscription)
  }
  if (sameTerms(later, scheduledChange)) return { state, events: [] }
  return scheduleChange(state, subscription, pickTerms(later))
}

function momentByPolicy(subscription: Subscription, next: Terms): 'now' | 'period_end' {
  const { policies } = subscription.plan
  const direction = directionOf(subscription, next)
  if (!samePlan(subscription, next)) return policies[direction]
  return policies.quantityChange === 'raise_now' && direction === 'downgrade' ? 'period_end' : 'now'
}

/**
 * Other quantities leave a scheduled change as it was, but for the quantities that they name. Another plan replaces a
 * scheduled one, and takes over numbers that wait.
 */
function stillScheduled(
  subscription: Subscription,
  next: Terms,
  named: readonly string[],
): Subscription['scheduledChange'] {
  const { scheduledChange } = subscription
  if (scheduledChange === null) return null
  if (!samePlan(subscription, next)) {
    if (!samePlan(subscription, scheduledChange)) return null
    const waiting = withWaiting(subscription, next, named)
    return sameTerms(waiting, next) ? null : { ...waiting, at: scheduledChange.at }
  }
  const touched = Object.entries(next.quantities).filter(
    ([key, quantity]) => named.includes(key) || quantity !== subscription.quantities[key],
  )
  const quantities = { ...scheduledChange.quantities, ...Object.fromEntries(touched) }
  const kept = { ...scheduledChange, quantities }
  return sameTerms(kept, next) ? null : kept
}

/** The terms with the numbers that wait, where nobody has named another. */
function withWaiting(
  { scheduledChange, quantities }: Subscription,
  next: Terms,
  named: readonly string[],
): Terms {
  const waiting = Object.entries(scheduledChange?.quantities ?? {}).filter(
    ([key, quantity]) =>
      Object.hasOwn(next.quantities, key) && !named.includes(key) && quantity !== quantities[key],
  )
  return { ...pickTerms(next), quantities: { ...next.quantities, ...Object.fromEntries(waiting) } }
}

function samePlan(left: Terms, right: Terms): boolean {
  return sameTerms({ ...left, quantities: {} }, { ...right, quantities: {} })
}

/** Calls off what was to change at the period's end. Nothing scheduled: nothing happens. */
function unscheduleChange(state: CustomerState, subscription: Subscription): CustomerChange {
  if (subscription.scheduledChange === null) return { state, events: [] }
  const next: Subscription = { ...subscription, scheduledChange: null }
  return changed(state, next, [subscriptionEvent('subscription.change_canceled', next, state.now)])
}

/**
 * The new terms, from the state's moment on. The same interval keeps anchor and period; another one starts its first
 * period now, and what waited for the end of the old one (modules that go, numbers that change) comes with it. A trial
 * stays as long as it was.
 */
export function applyTerms(state: CustomerState, subscription: Subscription, terms: Terms): CustomerChange {
  const { now } = state
  const sameInterval =
    terms.interval.unit === subscription.interval.unit && terms.interval.count === subscription.interval.count
  let next: Subscription = { ...subscription, ...pickTerms(terms) }
  let ended: DomainEvent[] = []
  if (!sameInterval && subscription.status === 'active') {
    const { timeZone } = state.customer
    const anchorAt = anchorFor(terms.plan, terms.interval, now, timeZone)
    const period = runningPeriod(anchorAt, terms.interval, now, now, timeZone)
    const { quantities = next.quantities } = next.scheduledChange ?? {}
    const begun = endWithPeriod({ ...next, quantities, scheduledChange: null }, now)
    next = { ...begun.subscription, anchorAt, timeZone, periodStart: period.start, periodEnd: period.end }
    if (next.cancelAt !== null) next.cancelAt = period.end
    ended = begun.events
  }
  if (!sameInterval && (subscription.status === 'scheduled' || subscription.status === 'incomplete')) {
    if (subscription.trialEndAt === null) {
      const { anchorAt, timeZone } = subscription
      next.periodEnd = periodContaining(anchorAt, terms.interval, anchorAt, timeZone).end
    }
  }
  return changed(state, next, [
    subscriptionEvent('subscription.changed', next, now, {
      previousPlan: subscription.plan.key,
      previousPlanVersion: subscription.plan.version,
      previousQuantities: subscription.quantities,
    }),
    ...ended,
  ])
}

function pickTerms({ plan, interval, currency, quantities }: Terms): Terms {
  return { plan, interval, currency, quantities }
}

export function sameTerms(left: Terms, right: Terms): boolean {
  return (
    isSamePlan(left.plan, right.plan) &&
    left.interval.unit === right.interval.unit &&
    left.interval.count === right.interval.count &&
    left.currency === right.currency &&
    JSON.stringify(Object.entries(left.quantities).sort()) ===
      JSON.stringify(Object.entries(right.quantities).sort())
  )
}

/**
 * Switches a recurring add-on on, or sets its quantity; a removal that hasn't taken effect is called off.
 *
 * @throws Refusal `subscription_inactive` unless the subscription trials or is active, `add_on_kind` for a one-off.
 */
export function putAddOn(
  state: CustomerState,
  subscription: Subscription,
  addOn: AddOnVersion,
  quantity: number,
): CustomerChange {
  requireInForce(subscription)
  if (addOn.kind !== 'recurring')
    throw new Refusal('add_on_kind', { param: 'addOnId', values: { addOn: addOn.key, kind: addOn.kind } })
  const known = subscription.addOns.find((each) => each.addOn.item === addOn.item)
  if (known !== undefined && known.quantity === quantity && known.endsAt === null)
    return { state, events: [] }
  const entry: SubscriptionAddOn =
    known === undefined
      ? { addOn, quantity, startedAt: state.now, endsAt: null }
      : { ...known, quantity, endsAt: null }
  const next: Subscription = {
    ...subscription,
    addOns: [...subscription.addOns.filter((each) => each !== known), entry],
  }
  const type = known === undefined ? 'subscription.add_on_added' : 'subscription.add_on_changed'
  return changed(state, requirePrices(next), [
    subscriptionEvent(type, next, state.now, {
      addOn: addOn.key,
      quantity,
      previousQuantity: known?.quantity ?? 0,
    }),
  ])
}

/**
 * Switches an add-on off: now (its allowances end at this moment) or at the period's end. Never refused for the
 * subscription's state: with one that has ended everything is off.
 *
 * @throws Refusal `add_on_not_found` when the subscription doesn't have it.
 */
export function removeAddOn(
  state: CustomerState,
  subscription: Subscription,
  addOnKey: string,
  when: 'now' | 'period_end',
): CustomerChange {
  if (!isLive(subscription)) return unchanged(state)
  const known = subscription.addOns.find((each) => each.addOn.key === addOnKey)
  if (known === undefined) {
    const { addOns, archived } = state.catalog
    const offered = [...addOns, ...archived.addOns].find(({ key }) => key === addOnKey)
    const forgotten = forgetSwitchedOff(state, offered?.item)
    if (forgotten !== null) return forgotten
    throw new Refusal('add_on_not_found', {
      param: 'addOnId',
      values: { addOn: addOnKey, in: 'subscription' },
    })
  }
  const rest = subscription.addOns.filter((each) => each !== known)
  if (when === 'period_end' && subscription.periodEnd > state.now) {
    if (known.endsAt === subscription.periodEnd) return { state, events: [] }
    const ending = { ...known, endsAt: subscription.periodEnd }
    const next: Subscription = { ...subscription, addOns: [...rest, ending] }
    return changed(state, next, [
      subscriptionEvent('subscription.add_on_changed', next, state.now, {
        addOn: addOnKey,
        quantity: known.quantity,
        endsAt: toIso(subscription.periodEnd),
      }),
    ])
  }
  const next: Subscription = { ...subscription, addOns: rest }
  return changed(state, next, [
    subscriptionEvent('subscription.add_on_removed', next, state.now, {
      addOn: addOnKey,
      quantity: known.quantity,
    }),
  ])
}

/**
 * Switches a bundle on: its add-ons are in force and cost nothing of their own. A removal that hasn't taken effect is
 * called off.
 *
 * @throws Refusal `subscription_inactive` unless the subscription trials or is active.
 */
export function putBundle(
  state: CustomerState,
  subscription: Subscription,
  bundle: BundleVersion,
): CustomerChange {
  requireInForce(subscription)
  const known = subscription.bundles.find((each) => each.bundle.item === bundle.item)
  if (known !== undefined && known.endsAt === null) return { state, events: [] }
  const entry =
    known === undefined ? { bundle, startedAt: state.now, endsAt: null } : { ...known, endsAt: null }
  const next: Subscription = {
    ...subscription,
    bundles: [...subscription.bundles.filter((each) => each !== known), entry],
  }
  return changed(state, requirePrices(next), [
    subscriptionEvent('subscription.bundle_added', next, state.now, { bundle: bundle.key }),
  ])
}

/** Switches a bundle off, now or at the period's end. @throws Refusal `bundle_not_found` */
export function removeBundle(
  state: CustomerState,
  subscription: Subscription,
  key: string,
  when: 'now' | 'period_end',
): CustomerChange {
  if (!isLive(subscription)) return unchanged(state)
  const known = subscription.bundles.find((each) => each.bundle.key === key)
  if (known === undefined) {
    const { bundles: offered, archived } = state.catalog
    const item = [...offered, ...archived.bundles].find((each) => each.key === key)?.item
    const forgotten = forgetSwitchedOff(state, item)
    if (forgotten !== null) return forgotten
    throw new Refusal('bundle_not_found', {
      param: 'bundleId',
      values: { bundle: key, in: 'subscription' },
    })
  }
  const rest = subscription.bundles.filter((each) => each !== known)
  const later = when === 'period_end' && subscription.periodEnd > state.now
  const bundles = later ? [...rest, { ...known, endsAt: subscription.periodEnd }] : rest
  const next: Subscription = { ...subscription, bundles }
  const more = { bundle: key, ...(later ? { endsAt: toIso(subscription.periodEnd) } : {}) }
  return changed(state, next, [subscriptionEvent('subscription.bundle_removed', next, state.now, more)])
}

/** What is off because of an unpaid invoice doesn't come back with the payment. null: nothing is. */
function forgetSwitchedOff(state: CustomerState, item: number | undefined): CustomerChange | null {
  const modules = state.standing.modules.filter((each) => each.item !== item)
  if (modules.length === state.standing.modules.length) return null
  return { state: { ...state, standing: { ...state.standing, modules } }, events: [] }
}

/**
 * Nothing is sold or switched on behind a closed door: what is owed comes first. What was paid for before it closed still
 * is switched on.
 *
 * @throws Refusal `subscription_inactive` while unpaid invoices block it
 */
export function requireGoodStanding({ standing }: Pick<CustomerState, 'standing'>): void {
  if (standing.level === 'blocked') {
    throw new Refusal('subscription_inactive', { values: { status: standing.level } })
  }
}

function requireInForce({ status }: Subscription): void {
  if (status !== 'trialing' && status !== 'active') {
    throw new Refusal('subscription_inactive', { values: { status } })
  }
}
