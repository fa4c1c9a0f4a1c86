import type { CountedEntitlement, Entitlements } from '../entitlements/model.ts'
import { Refusal } from '../../refusal.ts'
import { windowAt, type Instant } from '../time/index.ts'
import type { Balance } from '../usage/model.ts'
import type { CustomerUsage } from './state.ts'

/** One thing that is counted in from before. */
export interface CountedIn {
  balance: Balance
  amount: number
}

/**
 * Counts what a customer holds and has used already into its balances, also above their limits: it is the truth, and
 * keeps the customer from adding more.
 *
 * @param given feature key → amount: gauges in `held`, meters and credits in `used`.
 * @throws Refusal `feature_not_found`, `feature_kind`, `member_required` for what is counted by member.
 */
export function countIn(
  usage: CustomerUsage,
  entitlements: Entitlements,
  given: { held: Record<string, number>; used: Record<string, number> },
  now: Instant,
): { usage: CustomerUsage; counted: CountedIn[] } {
  const counted: CountedIn[] = []
  const balances = [...usage.balances]
  for (const [field, amounts] of Object.entries(given)) {
    for (const [key, amount] of Object.entries(amounts)) {
      const entitlement = requireCounted(entitlements, key, field as 'held' | 'used')
      const index = balances.findIndex((each) => each.feature === entitlement.feature.id && each.member === 0)
      const before = balances[index]
      // nothing includes it: there is no balance, and what isn't allowed at all isn't counted
      if (before === undefined) continue
      const balance = { ...opened(before, entitlement, now), used: amount }
      balances[index] = balance
      counted.push({ balance, amount })
    }
  }
  return { usage: { ...usage, balances }, counted }
}

function requireCounted(entitlements: Entitlements, key: string, field: 'held' | 'used'): CountedEntitlement {
  const param = `${field}.${key}`
  const entitlement = [...entitlements.features.values()].find((each) => each.feature.key === key)
  if (entitlement === undefined) throw new Refusal('feature_not_found', { param, values: { feature: key } })
  const { kind } = entitlement
  const fits = field === 'held' ? kind === 'gauge' : kind === 'meter' || kind === 'credits'
  if (!fits) throw new Refusal('feature_kind', { param, values: { feature: key, kind } })
  if (entitlement.scope === 'member')
    throw new Refusal('member_required', { param, values: { feature: key } })
  return entitlement as CountedEntitlement
}

/** A tracker's windows begin with its first use, which this is. */
function opened(balance: Balance, entitlement: CountedEntitlement, now: Instant): Balance {
  if (
    entitlement.kind === 'gauge' ||
    entitlement.window !== 'rolling_30_days' ||
    balance.firstUsedAt !== null
  ) {
    return { ...balance, firstUsedAt: balance.firstUsedAt ?? now }
  }
  const { start, end } = windowAt('rolling_30_days', now, { timeZone: 'UTC', firstUseAt: now })
  return { ...balance, firstUsedAt: now, windowStart: start, windowEnd: end }
}
