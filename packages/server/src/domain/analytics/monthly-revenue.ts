import { Big } from 'big.js'
import type { Discount } from '../discounts/model.ts'
import type { CustomerState } from '../customers/state.ts'
import { advanceCharges, type Charge } from '../invoices/charges.ts'
import { roundMinor } from '../money/index.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Interval } from '../time/index.ts'
import type { RevenueShare } from './model.ts'
import { movementsOf, type RevenueMovement } from './movements.ts'

export type LastingDiscount = Pick<Discount, 'coupon' | 'subscription' | 'periodsLeft'>

/**
 * What a subscription brings in a month: what it pays in advance for an interval (plan, quantities, add-ons that no
 * bundle covers, bundles), less discounts without an end, spread over months: a year is twelve of them, and 52 weeks,
 * or 365 days, are twelve too. Rounded once, at the end. Only an active one counts: a trial pays nothing yet, a pause
 * nothing meanwhile. What usage or single purchases bring is no part of it; tax is where prices include it.
 *
 * @example monthlyRevenueMinor(yearlyForGold, []) // 4 × 50_000 a year: 16_667 a month
 */
export function monthlyRevenueMinor(
  subscription: Subscription,
  discounts: readonly LastingDiscount[],
): number {
  if (subscription.status !== 'active') return 0
  const charges = advanceCharges(subscription)
  const lasting = discounts.filter(
    (each) =>
      each.periodsLeft === null && (each.subscription === null || each.subscription === subscription.number),
  )
  const { numerator, denominator } = monthsIn(subscription.interval)
  const left = discounted(charges, lasting, subscription.currency)
  return roundMinor(left.times(denominator).div(numerator))
}

/** The revenue of all subscriptions of a customer, by currency and plan. */
export function revenueOf({
  subscriptions,
  money,
}: Pick<CustomerState, 'subscriptions' | 'money'>): RevenueShare[] {
  return sharesOf(subscriptions, money?.discounts ?? [])
}

export function sharesOf(
  subscriptions: readonly Subscription[],
  discounts: readonly LastingDiscount[],
): RevenueShare[] {
  const shares = new Map<string, RevenueShare>()
  for (const subscription of subscriptions) {
    const monthlyMinor = monthlyRevenueMinor(subscription, discounts)
    if (monthlyMinor === 0) continue
    const { currency, plan } = subscription
    const name = `${currency} ${plan.key}`
    const known = shares.get(name)?.monthlyMinor ?? 0
    shares.set(name, { currency, plan: plan.key, monthlyMinor: known + monthlyMinor })
  }
  return [...shares.values()]
}

/** What moved since it was recorded; nothing where money isn't loaded, for discounts are part of it. */
export function movementsOfState(state: CustomerState): RevenueMovement[] {
  return state.money === null ? [] : movementsOf(state.revenue, revenueOf(state))
}

/** As a fraction: division comes last. */
function monthsIn({ unit, count }: Interval): { numerator: number; denominator: number } {
  if (unit === 'month') return { numerator: count, denominator: 1 }
  if (unit === 'year') return { numerator: 12 * count, denominator: 1 }
  return { numerator: 12 * count, denominator: unit === 'week' ? 52 : 365 }
}

/** Percentages first, one on what the other left; then amounts; never below zero. */
function discounted(charges: Charge[], discounts: readonly LastingDiscount[], currency: string): Big {
  const applies = ({ coupon }: LastingDiscount, { reference }: Charge) =>
    coupon.appliesTo.length === 0 || coupon.appliesTo.includes(reference)
  const rest = charges.map((charge) => {
    const percentages = discounts.filter((each) => each.coupon.percentOff !== null && applies(each, charge))
    return percentages.reduce(
      (amount, { coupon }) => amount.times(new Big(100).minus(coupon.percentOff as string)).div(100),
      charge.exactMinor,
    )
  })
  for (const discount of discounts) {
    let left = new Big(discount.coupon.amountOff[currency] ?? 0)
    charges.forEach((charge, index) => {
      const amount = rest[index] as Big
      if (!applies(discount, charge) || left.lte(0) || amount.lte(0)) return
      const taken = amount.lt(left) ? amount : left
      rest[index] = amount.minus(taken)
      left = left.minus(taken)
    })
  }
  return rest.reduce((sum, amount) => sum.plus(amount), new Big(0))
}
