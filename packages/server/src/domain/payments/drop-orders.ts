/**
 * Orders whose reason is gone.
 *
 * Invariant: what is ordered for a subscription holds only while that is as it was ordered for, and what buys it again
 * for a day. A draft that no longer does goes away. One that is paid in part stays, as the invoice that it is, and loses its
 * effect: it has lines that never run, and nothing more is taken for it (`orders-in-part.ts`).
 */
import type { CustomerMoney, ModuleEffect, PaidEffect, PurchaseEffect } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { Refusal } from '../../refusal.ts'
import { isUnpaid } from '../invoices/model.ts'
import { isInForce, type Subscription } from '../subscriptions/model.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import { supersedeAttempt } from './attempts.ts'
import { OPEN_ATTEMPTS, type AttemptStatus } from './model.ts'

export type SingleEffect = Exclude<PaidEffect, { type: 'all' }>

/** What is bought waits so long for its payment. */
export const PAYABLE_MS = DAY_MS

/** The single effects of one that has several. */
export function effectsOf(effect: PaidEffect): SingleEffect[] {
  return effect.type === 'all' ? effect.effects : [effect]
}

/** What a draft that isn't paid yet would set in motion. */
export function waitingEffects({ invoices, effects }: CustomerMoney): [invoice: string, SingleEffect][] {
  return invoices.flatMap(({ id, status }) => {
    const effect = status === 'draft' ? effects.get(id) : undefined
    return effect === undefined ? [] : effectsOf(effect).map((each): [string, SingleEffect] => [id, each])
  })
}

/** @param before the state that the change started from: what is ordered in the change itself holds */
export function dropOutdatedOrders(before: CustomerState, change: CustomerChange): CustomerChange {
  const { money, subscriptions } = change.state
  if (money === null || before.subscriptions === subscriptions) return change
  const outdated = money.invoices.filter((invoice) => {
    const effect = money.effects.get(invoice.id)
    if (effect === undefined || (invoice.status !== 'draft' && !isUnpaid(invoice))) return false
    const isHalfPaid = invoice.status !== 'draft'
    return effectsOf(effect).some((each) => isOutdated(each, before, change.state, isHalfPaid))
  })
  return dropOrders(
    change,
    outdated.map(({ id }) => id),
  )
}

/** Until when a draft that is paid first holds by itself; null: as long as its reason does. */
export function orderEndsAt(money: Pick<CustomerMoney, 'effects'>, invoice: string): Instant | null {
  const effect = money.effects.get(invoice)
  const purchase = effect && effectsOf(effect).find(({ type }) => type === 'buy_again')
  return purchase?.type === 'buy_again' ? purchase.at + PAYABLE_MS : null
}

/** Nobody has paid them in time. */
export function dropExpiredOrders(change: CustomerChange): CustomerChange {
  const { money, now } = change.state
  if (money === null) return change
  const expired = money.invoices.filter(({ id, status }) => {
    const endsAt = status === 'draft' ? orderEndsAt(money, id) : null
    return endsAt !== null && endsAt <= now
  })
  return dropOrders(
    change,
    expired.map(({ id }) => id),
  )
}

/** Of attempts: what waits for the payer is not among them, for nothing moves unless they act. */
const UNDER_WAY: readonly AttemptStatus[] = ['created', 'started', 'unknown']

/**
 * Who buys again has thought again: what was ordered before, and waits for its payer, gives way.
 *
 * @throws Refusal `payment_in_flight` while its charge is being carried out
 */
export function giveWayToPurchase(change: CustomerChange): CustomerChange {
  const money = change.state.money as CustomerMoney
  const purchases = waitingEffects(money).flatMap(([id, { type }]) => (type === 'buy_again' ? id : []))
  const isUnderWay = money.attempts.some(
    ({ invoice, status }) => purchases.includes(invoice) && UNDER_WAY.includes(status),
  )
  if (isUnderWay) throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
  return dropOrders(change, purchases)
}

function dropOrders(change: CustomerChange, ids: readonly string[]): CustomerChange {
  if (ids.length === 0) return change
  const { state } = change
  const money = state.money as CustomerMoney
  const dropped = new Set(ids)
  const attempts = money.attempts.map((each) =>
    dropped.has(each.invoice) && OPEN_ATTEMPTS.includes(each.status)
      ? (supersedeAttempt(each, state.now) ?? each)
      : each,
  )
  const invoices = money.invoices.filter(({ id, status }) => !dropped.has(id) || status !== 'draft')
  const effects = new Map([...money.effects].filter(([id]) => !dropped.has(id)))
  return { ...change, state: { ...state, money: { ...money, invoices, attempts, effects } } }
}

function isOutdated(
  effect: SingleEffect,
  before: CustomerState,
  after: CustomerState,
  isHalfPaid: boolean,
): boolean {
  if (effect.type === 'top_up' || effect.type === 'discounts') return false
  const find = ({ subscriptions }: CustomerState) =>
    subscriptions.find(({ number }) => number === effect.subscription)
  const [ordered, now] = [find(before), find(after)]
  if (ordered === undefined || ordered === now) return false
  if (now === undefined) return true
  // one that is paid in part may begin later
  if (effect.type === 'activate')
    return !isHalfPaid && (now.status !== 'incomplete' || !costsTheSame(ordered, now))
  if (effect.type === 'buy_again') return now.status !== 'active' || !goesOnTheSame(ordered, now)
  const isOverruled = isHalfPaid && unitsOf(effect, ordered) !== unitsOf(effect, now)
  return !isInForce(now) || !runsTheSame(ordered, now) || isOverruled
}

function unitsOf(effect: ModuleEffect, { addOns, bundles }: Subscription): number {
  return effect.type === 'bundle'
    ? bundles.filter(({ bundle }) => bundle.item === effect.bundle).length
    : addOns.reduce((sum, { addOn, quantity }) => sum + (addOn.item === effect.addOn ? quantity : 0), 0)
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

/** Buying again replaces all of it: what was done to it since would be undone. */
function goesOnTheSame(one: Subscription, other: Subscription): boolean {
  return (
    costsTheSame(one, other) &&
    one.periodStart === other.periodStart &&
    one.cancelAt === other.cancelAt &&
    one.scheduledChange === other.scheduledChange
  )
}

/** Coupons that were redeemed with a purchase which was never paid. */
export function unpaidCoupons(before: CustomerMoney | null, after: CustomerMoney): Set<string> {
  if (before === null) return new Set()
  const known = new Set(after.invoices.map(({ id }) => id))
  const purchases = waitingEffects(before).flatMap(([id, effect]): PurchaseEffect[] =>
    effect.type === 'buy_again' && !known.has(id) ? [effect] : [],
  )
  return new Set(purchases.flatMap(({ coupons }) => coupons))
}
