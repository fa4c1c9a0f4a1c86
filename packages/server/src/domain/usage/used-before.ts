/**
 * A change between windows of different kinds cuts the running one short, and the next begins in the middle of its
 * calendar. What was used of the allowance since that window would have begun counts there: going to and fro between
 * a daily and a monthly plan gives no fresh month each day. So does, until it would have ended anyway, what was used of
 * one that a billing period's beginning cut short: nor does subscribing again each day.
 */
import type { Entitlements } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import { availableOf, isInForce } from './burn.ts'
import type { Balance, Grant } from './model.ts'
import {
  currentWindow,
  givesAnew,
  isOfEarlierPeriod,
  type RefreshContext,
  type UsageOnChange,
  type UsagePolicy,
  type UsedBefore,
  windowKindOf,
} from './refresh-context.ts'

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
    const terms = { now, entitlements, entitlement }
    const goesOn = isOfEarlierPeriod(balance, terms) ? now : balance.windowStart
    const startsAt = balance.windowEnd <= now ? balance.windowEnd : goesOn
    const since = startOfWindow(balance, terms)
    return since < startsAt ? [{ feature, member, since }] : []
  })
}

/**
 * With `reset_once` an allowance is given anew once in a window: whoever changes again within it has what was given then,
 * less what was used of that.
 *
 * @param known the answer to its question, where it was asked
 */
export function usageOnChangeOf(
  balance: Balance | null,
  terms: Pick<RefreshContext, 'now' | 'entitlements' | 'entitlement'> & { usageOnChange: UsagePolicy },
  known: UsedBefore | undefined,
): UsageOnChange {
  if (terms.usageOnChange !== 'reset_once') return terms.usageOnChange
  const givenAnew = balance !== null && known !== undefined && known.since > startOfWindow(balance, terms)
  return givenAnew ? 'keep' : 'reset'
}

/** How much of the running window's allowance was used before, in windows that were cut short. */
export function usedBefore(balance: Balance, context: RefreshContext): number {
  // A reset is meant to give anew.
  if (givesAnew(context)) return 0
  const taken = (grants: Grant[]) => grants.reduce((sum, { burnt, held }) => sum + burnt + held, 0)
  const earlier = context.grants.filter(
    ({ source, startsAt }) => source === 'plan' && startsAt < balance.windowStart,
  )
  const stopped = earlier.filter(({ expiresAt, closedAt }) => closedAt === null && expiresAt > context.now)
  const start = startOfWindow(balance, context)
  const known = context.usedBefore ?? { since: start, inside: 0, straddling: 0, usesSince: 0 }
  const since = Math.max(start, known.since)
  if (since >= balance.windowStart) return taken(stopped)
  const over = earlier.filter((grant) => !stopped.includes(grant))
  const inside = known.inside + taken(over.filter(({ startsAt }) => startsAt >= since))
  const across = over.filter(({ startsAt, expiresAt }) => startsAt < since && expiresAt > since)
  return taken(stopped) + inside + Math.min(known.usesSince, known.straddling + taken(across))
}

/**
 * Of a pool that all share from now on: what members used of allowances that each had alone, until those would have ended.
 * What was not burnt yet will be, in this same refresh.
 */
export function usedByMembers(balance: Balance, context: RefreshContext): number {
  if (balance.member !== 0 || context.entitlement.scope !== 'customer' || givesAnew(context)) return 0
  let total = 0
  for (const { balance: part, grants } of context.parts ?? []) {
    let unburnt = Math.max(0, part.used - part.overage - part.folded)
    for (const grant of grants.filter((each) => isInForce(each, context.now))) {
      const burns = Math.min(unburnt, availableOf(grant))
      unburnt -= burns
      total += grant.burnt + grant.held + burns
    }
  }
  return total
}

function startOfWindow(
  balance: Balance,
  terms: Pick<RefreshContext, 'now' | 'entitlements' | 'entitlement'>,
): Instant {
  const kind = windowKindOf(terms)
  if (kind === 'rolling_30_days' && balance.firstUsedAt === null) return terms.now
  return currentWindow(kind, terms, balance.firstUsedAt).start
}
