/**
 * Modules of a customer that doesn't pay: add-ons and bundles go off with the door, and come back with it, by policy.
 *
 * Owns: which ones, and what is remembered of them. Does not own: when (`standing.ts`), what they cost (`invoices/bill.ts`).
 */
import type { AddOnVersion, BundleVersion, PlanVersion } from '../catalog/model.ts'
import { raisesQuota, raisesQuotaAlone } from '../subscriptions/quota-add-ons.ts'
import type { SwitchedOff } from '../customers/money.ts'
import {
  liveSubscription,
  replaceSubscription,
  type CustomerChange,
  type CustomerState,
} from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import type { Invoice } from '../invoices/model.ts'
import { policiesOf } from '../invoices/policies.ts'
import { Refusal } from '../../refusal.ts'
import { hasConsequences } from './negligible.ts'
import { subscriptionEvent } from '../subscriptions/events.ts'
import type { Subscription, SubscriptionAddOn, SubscriptionBundle } from '../subscriptions/model.ts'

/** Versions of the catalog's items: loaded before the decision, because a policy may restore them. */
export interface ModuleVersions {
  addOn(item: number, version: number): AddOnVersion | null
  bundle(item: number, version: number): BundleVersion | null
  plan(item: number, version: number): PlanVersion | null
}

/** @param comesBack by the plan's policy: a payment may bring them back. Else they are off for good, whatever it says; not what a block took before */
export function switchModulesOff(change: CustomerChange, comesBack = true): CustomerChange {
  const { state } = change
  const live = liveSubscription(state)
  if (live === null || (comesBack && live.plan.policies.failure.modules === 'keep')) return change
  const addOns = live.addOns.filter(({ addOn }) => !raisesQuota(live.plan, addOn))
  const bundles = live.bundles.filter(({ bundle }) => !raisesQuotaAlone(state.catalog, live.plan, bundle))
  if (addOns.length + bundles.length === 0) return change
  const off: SwitchedOff[] = [
    ...addOns.map(({ addOn: { item, version }, quantity, endsAt }) => ({ item, version, quantity, endsAt })),
    ...bundles.map(({ bundle: { item, version }, endsAt }) => ({ item, version, quantity: null, endsAt })),
  ]
  const next: Subscription = {
    ...live,
    addOns: live.addOns.filter((each) => !addOns.includes(each)),
    bundles: live.bundles.filter((each) => !bundles.includes(each)),
    updatedAt: state.now,
  }
  const reason = 'not_paid'
  const standing = { ...state.standing, modules: comesBack ? off : [] }
  return followed({ ...change, state: { ...state, standing } }, next, [
    ...addOns.map(({ addOn, quantity }) =>
      subscriptionEvent('subscription.add_on_removed', next, state.now, {
        addOn: addOn.key,
        quantity,
        reason,
      }),
    ),
    ...bundles.map(({ bundle }) =>
      subscriptionEvent('subscription.bundle_removed', next, state.now, { bundle: bundle.key, reason }),
    ),
  ])
}

export interface Restoring {
  /** Whatever the plan says of a payment: nothing was owed. */
  asItWas?: boolean
}

export function switchModulesOn(
  change: CustomerChange,
  versions: ModuleVersions,
  { asItWas = false }: Restoring = {},
): CustomerChange {
  const { now, standing } = change.state
  const modules = standing.modules.filter(({ endsAt }) => endsAt === null || endsAt > now)
  const state = { ...change.state, standing: { ...standing, modules: [] } }
  const live = liveSubscription(state)
  const comesBack = asItWas || live?.plan.policies.failure.modulesWhenPaid === 'restore'
  if (live === null || !comesBack || modules.length === 0) return { ...change, state }
  const addOns = modules.flatMap(({ item, version, quantity, endsAt }): SubscriptionAddOn[] => {
    const addOn = quantity === null ? null : versions.addOn(item, version)
    const isBack = live.addOns.some((each) => each.addOn.item === item)
    return addOn === null || quantity === null || isBack ? [] : [{ addOn, quantity, startedAt: now, endsAt }]
  })
  const bundles = modules.flatMap(({ item, version, quantity, endsAt }): SubscriptionBundle[] => {
    const bundle = quantity === null ? versions.bundle(item, version) : null
    const isBack = live.bundles.some((each) => each.bundle.item === item)
    return bundle === null || isBack ? [] : [{ bundle, startedAt: now, endsAt }]
  })
  const next: Subscription = {
    ...live,
    addOns: [...live.addOns, ...addOns],
    bundles: [...live.bundles, ...bundles],
    updatedAt: state.now,
  }
  return followed({ ...change, state }, next, [
    ...addOns.map(({ addOn, quantity }) =>
      subscriptionEvent('subscription.add_on_added', next, state.now, { addOn: addOn.key, quantity }),
    ),
    ...bundles.map(({ bundle }) =>
      subscriptionEvent('subscription.bundle_added', next, state.now, { bundle: bundle.key }),
    ),
  ])
}

/**
 * An invoice that took the modules away is paid first: switched on before, they would be had for nothing.
 *
 * @throws Refusal `modules_unpaid`
 */
export function requireModulesPaid(state: CustomerState, subscription: Subscription): void {
  const unpaid = unpaidModules(state, subscription)
  if (unpaid !== null) throw new Refusal('modules_unpaid', { values: { invoice: unpaid.id } })
}

/** An invoice for whose sake the modules of a subscription are off, or would be were they on. */
export function unpaidModules(state: CustomerState, { number }: Subscription): Invoice | null {
  const unpaid = state.money?.invoices.find((invoice) => {
    if (invoice.subscription !== number) return false
    const { dunning, failure } = policiesOf(state, invoice)
    const taken = dunning.steps.slice(0, invoice.dunningStep + 1)
    return hasConsequences(failure, invoice) && taken.some(({ action }) => action === 'modules_off')
  })
  return unpaid ?? null
}

function followed(change: CustomerChange, next: Subscription, events: DomainEvent[]): CustomerChange {
  return { ...change, state: replaceSubscription(change.state, next), events: [...change.events, ...events] }
}
