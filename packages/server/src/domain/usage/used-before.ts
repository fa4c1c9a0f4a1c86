/**
 * A change between windows of different kinds cuts the running one short, and the next begins in the middle of its
 * calendar. What was used of the allowance since that window would have begun counts there: going to and fro between
 * a daily and a monthly plan gives no fresh month each day.
 */
import type { Entitlements } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import type { Balance, Grant } from './model.ts'
import { currentWindow, givesAnew, type RefreshContext, windowKindOf } from './refresh-context.ts'

export interface UsedBeforeQuestion {
  feature: number
  member: number
  since: Instant
}

/** Of which balances the window runs that began in the middle of its calendar's. Nearly always none. */
export function questionsOfUseBefore(input: {
  now: Instant
  entitlements: Entitlements
  balances: Balance[]
}): UsedBeforeQuestion[] {
  const { now, entitlements } = input
  return input.balances.flatMap((balance) => {
    const { feature, member } = balance
    const entitlement = entitlements.features.get(feature)
    if (entitlement === undefined || !entitlement.included || entitlement.kind === 'gauge') return []
    const startsAt = balance.windowEnd <= now ? balance.windowEnd : balance.windowStart
    const since = startOfWindow(balance, { now, entitlements, entitlement })
    return since < startsAt ? [{ feature, member, since }] : []
  })
}

/** How much of the running window's allowance was used before, in windows that were cut short. */
export function usedBefore(balance: Balance, context: RefreshContext): number {
  // A reset is meant to give anew.
  if (givesAnew(context)) return 0
  const start = startOfWindow(balance, context)
  const known = context.usedBefore ?? { since: start, inside: 0, straddling: 0, usesSince: 0 }
  const since = Math.max(start, known.since)
  if (since >= balance.windowStart) return 0
  const earlier = context.grants.filter(
    ({ source, startsAt }) => source === 'plan' && startsAt < balance.windowStart,
  )
  const taken = (grants: Grant[]) => grants.reduce((sum, { burnt, held }) => sum + burnt + held, 0)
  const inside = known.inside + taken(earlier.filter(({ startsAt }) => startsAt >= since))
  const across = earlier.filter(({ startsAt, expiresAt }) => startsAt < since && expiresAt > since)
  return inside + Math.min(known.usesSince, known.straddling + taken(across))
}

function startOfWindow(
  balance: Balance,
  terms: Pick<RefreshContext, 'now' | 'entitlements' | 'entitlement'>,
): Instant {
  const kind = windowKindOf(terms)
  if (kind === 'rolling_30_days' && balance.firstUsedAt === null) return terms.now
  return currentWindow(kind, terms, balance.firstUsedAt).start
}
