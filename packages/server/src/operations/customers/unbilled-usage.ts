import { priceOf } from '../../domain/catalog/lookup.ts'
import type { UnbilledUsage } from '../../domain/customers/money.ts'
import {
  liveSubscription,
  type CustomerChange,
  type CustomerState,
  type CustomerUsage,
} from '../../domain/customers/state.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { intervalText } from '../../domain/subscriptions/terms.ts'
import { loadUnbilledUsage } from '../../store/customer-money.ts'
import type { Transaction } from '../../store/database/pool.ts'

/**
 * The change with the use that it has to bill, where it closes a period, ends a subscription or replaces its plan. Ask
 * when the windows before it are closed.
 */
export async function withUnbilledUsage<Change extends CustomerChange>(
  tx: Transaction,
  before: CustomerState,
  change: Change,
  usage: CustomerUsage,
): Promise<Change> {
  const { money } = change.state
  const live = liveSubscription(before)
  if (money === null || live === null || live.authority === 'provider') return change
  const next = change.state.subscriptions.find(({ number }) => number === live.number)
  const goesOn = next?.periodStart === live.periodStart && next.plan === live.plan && next.endedAt === null
  if (goesOn) return change
  const counted = countedFeatures(before, live)
  const unbilled = await loadUnbilledUsage(tx, before.environment, before.customer.id, live.currency, counted)
  const ends = next === undefined || next.endedAt !== null
  return {
    ...change,
    state: {
      ...change.state,
      money: { ...money, unbilled: ends ? withRunningWindows(unbilled, usage, counted) : unbilled },
    },
  }
}

/** Features whose use the price counts. */
function countedFeatures(state: CustomerState, { plan, currency, interval }: Subscription): number[] {
  const components = priceOf(plan, currency, intervalText(interval))?.components ?? []
  const keys = new Set(
    components.flatMap(({ counts }) => (counts !== null && 'feature' in counts ? [counts.feature] : [])),
  )
  return state.catalog.features.filter(({ key }) => keys.has(key)).map(({ id }) => id)
}

/** With the subscription its running windows end too, in the same transaction. */
function withRunningWindows(
  unbilled: UnbilledUsage,
  { balances }: CustomerUsage,
  counted: readonly number[],
): UnbilledUsage {
  const running = balances
    .filter(({ feature, member, used }) => counted.includes(feature) && member === 0 && used > 0)
    .filter(({ feature, windowStart }) =>
      unbilled.windows.every((each) => each.feature !== feature || each.windowStart !== windowStart),
    )
    .map(({ feature, windowStart, windowEnd, used }) => ({
      feature,
      windowStart,
      windowEnd,
      used,
      billed: 0,
    }))
  return { ...unbilled, windows: [...unbilled.windows, ...running] }
}
