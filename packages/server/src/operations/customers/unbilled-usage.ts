import type { OperationContext } from '../../context.ts'
import { priceOf } from '../../domain/catalog/lookup.ts'
import type { UnbilledUsage } from '../../domain/customers/money.ts'
import {
  liveSubscription,
  type CustomerChange,
  type CustomerState,
  type CustomerUsage,
} from '../../domain/customers/state.ts'
import { closesUsage } from '../../domain/invoices/closes-usage.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { intervalText } from '../../domain/subscriptions/terms.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { loadReopened } from '../../store/closed-stretches.ts'
import { loadUnbilledUsage, type CountedFeature } from '../../store/unbilled-usage.ts'
import { loadDiscountedLines } from '../../store/discounted-lines.ts'
import { loadLateUse } from '../../store/late-use.ts'
import type { Transaction } from '../../store/database/pool.ts'

/**
 * The change with the use that it has to bill, where it closes a period, ends a subscription or replaces its plan, or
 * settles one that has ended. Ask when the windows before it are closed.
 */
export async function withUnbilledUsage<Change extends CustomerChange>(
  { tx, catalogs }: Pick<OperationContext, 'tx' | 'catalogs'>,
  before: CustomerState,
  change: Change,
  usage: CustomerUsage,
): Promise<Change> {
  const { money } = change.state
  if (money === null) return change
  const closing = closingSubscription(before, change.state)
  if (closing === null && !settles(before, change.state)) return change
  const { environment, customer } = before
  const [reopened, unbilled] = await Promise.all([
    loadReopened(tx, catalogs, environment, customer.id),
    closing === null ? NOTHING_UNBILLED : loadRunningUse(tx, before, change.state, closing, usage),
  ])
  const late = await loadLateUse(tx, environment, customer.id, reopened)
  return { ...change, state: { ...change.state, money: { ...money, unbilled: { ...unbilled, late } } } }
}

const NOTHING_UNBILLED: Omit<UnbilledUsage, 'late'> = {
  overage: [],
  windows: [],
  advance: [],
  discounted: [],
}

function closingSubscription(before: CustomerState, after: CustomerState): Subscription | null {
  const live = liveSubscription(before)
  if (live === null || live.authority === 'provider') return null
  const next = after.subscriptions.find(({ number }) => number === live.number)
  return closesUsage(live, next) ? live : null
}

function settles(before: CustomerState, after: CustomerState): boolean {
  return before.subscriptions.some(
    ({ number, settlesAt }) =>
      settlesAt !== null && after.subscriptions.find((each) => each.number === number)?.settlesAt === null,
  )
}

async function loadRunningUse(
  tx: Transaction,
  before: CustomerState,
  after: CustomerState,
  subscription: Subscription,
  usage: CustomerUsage,
): Promise<Omit<UnbilledUsage, 'late'>> {
  const { environment, customer } = before
  const counted = countedFeatures(before, subscription)
  const asked = { counted, withAdvance: hasMinimum(subscription) }
  const next = ofAmountsWithin(subscription, after)
  const [ended, discounted] = await Promise.all([
    loadUnbilledUsage(tx, environment, customer.id, subscription, asked),
    next === null ? [] : loadDiscountedLines(tx, environment, customer.id, next),
  ])
  return { ...withRunningWindows(ended, usage, counted), discounted }
}

/** The subscription under its other plan, where that replaces one within a period and amounts are taken off. */
function ofAmountsWithin(
  { number, periodStart }: Subscription,
  { subscriptions, money }: CustomerState,
): Subscription | null {
  const next = subscriptions.find((each) => each.number === number)
  if (next?.status !== 'active' || next.periodStart !== periodStart) return null
  const hasAmounts = money?.discounts.some(({ coupon }) => coupon.percentOff === null) === true
  return hasAmounts ? next : null
}

function hasMinimum({ plan, currency, interval }: Subscription): boolean {
  const price = priceOf(plan, currency, intervalText(interval))
  return price !== undefined && price.minimumMinor !== null
}

/** Features whose use the price counts, over the customer's pool or over its members. */
function countedFeatures(state: CustomerState, { plan, currency, interval }: Subscription): CountedFeature[] {
  const components = priceOf(plan, currency, intervalText(interval))?.components ?? []
  const keys = new Set(
    components.flatMap(({ counts }) => (counts !== null && 'feature' in counts ? [counts.feature] : [])),
  )
  return state.catalog.features
    .filter(({ key }) => keys.has(key))
    .map(({ id, key }) => ({
      feature: id,
      byMember: plan.allowances.find(({ feature }) => feature === key)?.scope === 'member',
    }))
}

/** Those that end in this very change, and those that go on under other terms. */
function withRunningWindows(
  unbilled: Omit<UnbilledUsage, 'late' | 'discounted'>,
  { balances }: CustomerUsage,
  counted: readonly CountedFeature[],
): Omit<UnbilledUsage, 'late' | 'discounted'> {
  const isCounted = ({ feature, member }: Balance) =>
    counted.some((each) => each.feature === feature && each.byMember === (member !== 0))
  const windows = [...unbilled.windows]
  for (const balance of balances) {
    if (balance.used === 0 || !isCounted(balance)) continue
    const { feature, windowStart, windowEnd, used, billed } = balance
    const index = windows.findIndex((each) => each.feature === feature && each.windowStart === windowStart)
    const same = windows[index]
    if (same === undefined) windows.push({ feature, windowStart, windowEnd, used, billed })
    else windows[index] = { ...same, used: same.used + used, billed: same.billed + billed }
  }
  return { ...unbilled, windows }
}
