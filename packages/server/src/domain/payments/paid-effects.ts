/**
 * What the payment of a document sets in motion, once: the grants of a top-up, a module, a subscription.
 *
 * Invariant: an effect runs in the change that makes its document paid, and in no other.
 */
import type { CustomerMoney, ModuleEffect, PaidEffect } from '../customers/money.ts'
import {
  replaceSubscription,
  unchanged,
  type CustomerChange,
  type CustomerState,
} from '../customers/state.ts'
import type { AddOnVersion } from '../catalog/model.ts'
import type { ModuleVersions } from '../dunning/modules.ts'
import type { DomainEvent } from '../events.ts'
import type { Invoice } from '../invoices/model.ts'
import { effectsOf } from './drop-orders.ts'
import { waitingToBegin } from './orders-in-part.ts'
import { putAddOn, putBundle } from '../subscriptions/change.ts'
import { countDiscounts, endHeld } from '../discounts/within-period.ts'
import { giveOrdered } from '../subscriptions/purchase-order.ts'
import { activate } from '../subscriptions/lifecycle.ts'
import { isInForce, type Subscription } from '../subscriptions/model.ts'
import { DAY_MS, END_OF_TIME, toIso } from '../time/index.ts'
import type { Grant } from '../usage/model.ts'

export interface EffectTools {
  newId: (prefix: 'grt') => string
  versions: ModuleVersions
}

/** @returns the change with the effects of every document that it made paid, and the grants they give */
export function applyPaidEffects(
  before: CustomerState,
  change: CustomerChange,
  tools: EffectTools,
): { change: CustomerChange; grants: Grant[] } {
  const grants: Grant[] = []
  let next = change
  for (const [id, effect] of paidEffects(before, change.state)) {
    for (const single of effectsOf(effect)) {
      const applied = applyEffect(next, single, id, tools)
      next = applied.change
      grants.push(...applied.grants)
    }
  }
  return { change: next, grants }
}

/** Whether a document with an effect has become paid. */
export function hasPaidEffects(before: CustomerState, after: CustomerState): boolean {
  return paidEffects(before, after).length > 0
}

function paidEffects(before: CustomerState, { money }: CustomerState): [invoice: string, PaidEffect][] {
  const { effects, invoices } = money as CustomerMoney
  const isPaid = (all: readonly Invoice[], id: string) =>
    all.some((each) => each.id === id && each.status === 'paid')
  return [...effects].filter(([id]) => isPaid(invoices, id) && !isPaid(before.money?.invoices ?? [], id))
}

function applyEffect(
  change: CustomerChange,
  effect: Exclude<PaidEffect, { type: 'all' }>,
  invoice: string,
  tools: EffectTools,
): { change: CustomerChange; grants: Grant[] } {
  if (effect.type === 'top_up') return topUp(change, effect, invoice, tools)
  const { state, events } = change
  if (effect.type === 'discounts') return { change: withDiscountsCounted(change, effect), grants: [] }
  const subscription = state.subscriptions.find(({ number }) => number === effect.subscription)
  if (subscription === undefined) return { change, grants: [] }
  if (effect.type === 'activate') {
    const activated = begin(state, subscription)
    if (activated === null) return { change, grants: [] }
    const begun = { ...change, ...activated, events: [...events, ...activated.events] }
    return { change: withPeriodBegun(begun), grants: [] }
  }
  if (effect.type === 'buy_again') {
    const bought = giveOrdered(state, subscription, effect, invoice, tools.versions)
    // paid too late for a subscription that doesn't run: the money stays, and is given back by hand
    if (bought === null) return { change, grants: [] }
    const begun = { ...change, ...bought, events: [...events, ...bought.events] }
    return { change: withPeriodBegun(begun), grants: [] }
  }
  const put = switchOn(state, subscription, effect, tools)
  return { change: { ...change, state: put.state, events: [...events, ...put.events] }, grants: [] }
}

function withPeriodBegun(change: CustomerChange): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  return {
    ...change,
    state: { ...state, money: { ...money, discounts: endHeld(money.discounts, state.now) } },
  }
}

/** What was paid for is the period that it was ordered for. */
function begin(state: CustomerState, ordered: Subscription): CustomerChange | null {
  const waiting = waitingToBegin(state, ordered)
  if (waiting === null) return null
  const activated = activate(state, waiting, ordered.startAt, ordered.timeZone)
  const active = activated.state.subscriptions.find(({ number }) => number === ordered.number) ?? ordered
  const paid = { ...active, billedUntil: active.periodEnd }
  return { ...activated, state: replaceSubscription(activated.state, paid) }
}

function withDiscountsCounted(
  change: CustomerChange,
  { used, until, opensPeriod }: Extract<PaidEffect, { type: 'discounts' }>,
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  const discounts = countDiscounts(money.discounts, new Set(used), { at: state.now, until, opensPeriod })
  return { ...change, state: { ...state, money: { ...money, discounts } } }
}

function switchOn(
  state: CustomerState,
  subscription: Subscription,
  effect: ModuleEffect,
  { versions }: EffectTools,
): CustomerChange {
  // paid too late for a subscription that is over: the money stays, and is given back by hand
  if (!isInForce(subscription)) return unchanged(state)
  if (effect.type === 'bundle') {
    const bundle = versions.bundle(effect.bundle, effect.version)
    return bundle === null ? unchanged(state) : putBundle(state, subscription, bundle)
  }
  const addOn = versions.addOn(effect.addOn, effect.version)
  return addOn === null ? unchanged(state) : putAddOn(state, subscription, addOn, effect.quantity)
}

function topUp(
  change: CustomerChange,
  effect: Extract<PaidEffect, { type: 'top_up' }>,
  invoice: string,
  tools: EffectTools,
): { change: CustomerChange; grants: Grant[] } {
  const { state } = change
  const addOn = tools.versions.addOn(effect.addOn, effect.version)
  if (addOn === null) return { change, grants: [] }
  const grants = grantsOf(state, addOn, effect.quantity, invoice, tools)
  const told: DomainEvent[] = [
    {
      type: 'top_up.completed',
      subject: invoice,
      payload: { addOn: addOn.key, quantity: effect.quantity, invoice },
      occurredAt: state.now,
    },
    ...grants.map((grant): DomainEvent => grantEvent(state, grant)),
  ]
  return { change: { ...change, events: [...change.events, ...told] }, grants }
}

function grantsOf(
  state: CustomerState,
  addOn: AddOnVersion,
  quantity: number,
  invoice: string,
  { newId }: EffectTools,
): Grant[] {
  return addOn.allowances.flatMap((allowance): Grant[] => {
    const feature = state.catalog.features.find(({ key }) => key === allowance.feature)
    if (feature === undefined || allowance.limit.unlimited || allowance.limit.amount === 0) return []
    return [
      {
        number: 0,
        id: newId('grt'),
        feature: feature.id,
        member: 0,
        source: 'top_up',
        reference: invoice,
        amount: allowance.limit.amount * quantity,
        burnt: 0,
        held: 0,
        expired: 0,
        priority: allowance.priority,
        startsAt: state.now,
        expiresAt: addOn.grantDays === null ? END_OF_TIME : state.now + addOn.grantDays * DAY_MS,
        createdAt: state.now,
        closedAt: null,
      },
    ]
  })
}

function grantEvent(state: CustomerState, grant: Grant): DomainEvent {
  const feature = state.catalog.features.find(({ id }) => id === grant.feature)
  return {
    type: 'grant.created',
    subject: grant.id,
    payload: {
      grant: grant.id,
      feature: feature?.key ?? '',
      member: null,
      source: grant.source,
      amount: grant.amount,
      startsAt: toIso(grant.startsAt),
      expiresAt: grant.expiresAt === END_OF_TIME ? null : toIso(grant.expiresAt),
    },
    occurredAt: state.now,
  }
}
