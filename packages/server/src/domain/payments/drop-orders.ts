/**
 * Orders whose reason is gone.
 *
 * Invariant: what is ordered for a subscription holds only while that is as it was ordered for. A draft that no longer
 * does goes away, and what is paid to it late is the customer's balance.
 */
import type { PaidEffect } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { isInForce, type Subscription } from '../subscriptions/model.ts'
import { supersedeAttempt } from './attempts.ts'
import { OPEN_ATTEMPTS } from './model.ts'

type SingleEffect = Exclude<PaidEffect, { type: 'all' }>

/** The single effects of one that has several. */
export function effectsOf(effect: PaidEffect): SingleEffect[] {
  return effect.type === 'all' ? effect.effects : [effect]
}

/** @param before the state that the change started from: what is ordered in the change itself holds */
export function dropOutdatedOrders(before: CustomerState, change: CustomerChange): CustomerChange {
  const { state } = change
  const { money } = state
  if (money === null || before.subscriptions === state.subscriptions) return change
  const dropped = new Set(
    money.invoices
      .filter(({ id, status }) => {
        const effect = money.effects.get(id)
        const effects = status === 'draft' && effect !== undefined ? effectsOf(effect) : []
        return effects.some((each) => isOutdated(each, before, state))
      })
      .map(({ id }) => id),
  )
  if (dropped.size === 0) return change
  const attempts = money.attempts.map((each) =>
    dropped.has(each.invoice) && OPEN_ATTEMPTS.includes(each.status)
      ? (supersedeAttempt(each, state.now) ?? each)
      : each,
  )
  const invoices = money.invoices.filter(({ id }) => !dropped.has(id))
  return { ...change, state: { ...state, money: { ...money, invoices, attempts } } }
}

function isOutdated(effect: SingleEffect, before: CustomerState, after: CustomerState): boolean {
  if (effect.type === 'top_up') return false
  const find = ({ subscriptions }: CustomerState) =>
    subscriptions.find(({ number }) => number === effect.subscription)
  const [ordered, now] = [find(before), find(after)]
  if (ordered === undefined || ordered === now) return false
  if (now === undefined) return true
  return effect.type === 'activate'
    ? now.status !== 'incomplete' || !costsTheSame(ordered, now)
    : !isInForce(now) || !runsTheSame(ordered, now)
}

/** Whether a module that is ordered for the rest of the period still has that rest before it. */
function runsTheSame(one: Subscription, other: Subscription): boolean {
  return (
    one.plan === other.plan &&
    one.currency === other.currency &&
    one.periodEnd === other.periodEnd &&
    one.interval.unit === other.interval.unit &&
    one.interval.count === other.interval.count
  )
}

function costsTheSame(one: Subscription, other: Subscription): boolean {
  return (
    runsTheSame(one, other) &&
    one.quantities === other.quantities &&
    one.addOns === other.addOns &&
    one.bundles === other.bundles
  )
}
