/**
 * What is bought again, as an order that is paid before it is given.
 *
 * Owns: which purchases those are, the order's lines, and what its payment sets in motion. Does not own: the order itself
 * (`payments/order.ts`), how long it holds (`payments/drop-orders.ts`).
 * Invariant: what the payment gives is what was ordered, whatever the catalog says by then.
 */
import type { CustomerMoney, PurchaseEffect } from '../customers/money.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { ModuleVersions } from '../dunning/modules.ts'
import { setOffModules } from '../invoices/bought-again.ts'
import { firstPeriodLines } from '../invoices/first-period.ts'
import type { Order } from '../payments/order.ts'
import { boughtAgain, buyAgain, type Purchase } from './buy-again.ts'
import type { Subscription } from './model.ts'

/** Whether a purchase is paid first. Where an invoice is sent and waited for, there is nothing to charge. */
export function isPaidFirst({ terms }: Purchase): boolean {
  return terms.plan.policies.collection === 'automatic'
}

/** @throws Refusal `currency_change`, `price_not_found` */
export function purchaseOrder(
  state: CustomerState,
  live: Subscription,
  purchase: Purchase,
  coupons: readonly string[],
): Order & { onPaid: PurchaseEffect } {
  const { now, customer } = state
  const { terms, addOns, bundles } = purchase
  const next = boughtAgain(live, purchase, { at: now, timeZone: customer.timeZone })
  const { lines: charged, period } = firstPeriodLines(next, customer.timeZone)
  const lines = [
    ...charged,
    ...setOffModules(state, state.money as CustomerMoney, { previous: live, next }, now),
  ]
  const onPaid: PurchaseEffect = {
    type: 'buy_again',
    subscription: live.number,
    at: now,
    timeZone: customer.timeZone,
    plan: versionOf(terms.plan),
    interval: terms.interval,
    currency: terms.currency,
    quantities: terms.quantities,
    addOns: addOns.map(({ addOn, quantity }) => ({ ...versionOf(addOn), quantity })),
    bundles: bundles.map(versionOf),
    coupons: [...coupons],
  }
  return { lines, reason: 'change', subscription: next, period, currency: terms.currency, onPaid }
}

const versionOf = ({ item, version }: { item: number; version: number }) => ({ item, version })

/** Whether both buy the same. */
export function isSamePurchase(one: PurchaseEffect, other: PurchaseEffect): boolean {
  return JSON.stringify(wanted(one)) === JSON.stringify(wanted(other))
}

function wanted({ subscription, plan, interval, quantities, addOns, bundles, coupons }: PurchaseEffect) {
  const counted = Object.entries(quantities).sort(([left], [right]) => (left < right ? -1 : 1))
  return [
    subscription,
    plan.item,
    plan.version,
    interval.unit,
    interval.count,
    counted,
    addOns,
    bundles,
    coupons,
  ]
}

/** Gives what was ordered, from when it was ordered on. */
export function giveOrdered(
  state: CustomerState,
  live: Subscription,
  effect: PurchaseEffect,
  invoice: string,
  versions: ModuleVersions,
): CustomerChange | null {
  const plan = versions.plan(effect.plan.item, effect.plan.version)
  if (plan === null || live.status !== 'active' || live.currency !== effect.currency) return null
  const { interval, currency, quantities } = effect
  const purchase: Purchase = {
    terms: { plan, interval, currency, quantities },
    addOns: effect.addOns.flatMap(({ item, version, quantity }) => {
      const addOn = versions.addOn(item, version)
      return addOn === null ? [] : [{ addOn, quantity }]
    }),
    bundles: effect.bundles.flatMap(({ item, version }) => versions.bundle(item, version) ?? []),
  }
  return buyAgain(state, live, purchase, { by: invoice, at: effect.at, timeZone: effect.timeZone })
}
