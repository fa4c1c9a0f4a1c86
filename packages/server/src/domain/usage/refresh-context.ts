import type { Entitlements, FeatureEntitlement } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import { type WindowKind, windowAt } from '../time/window.ts'
import type { FoldContext } from './fold.ts'
import type { Balance, Grant } from './model.ts'

/**
 * What becomes of what was used: it counts on, or the allowance is given anew; `append` gives credits anew and keeps those
 * that are unused.
 */
export type UsageOnChange = 'keep' | 'reset' | 'append'

/** `reset_once`: anew at the first change in a window. */
export type UsagePolicy = UsageOnChange | 'reset_once'

/** What refreshing one balance needs. */
export interface RefreshContext extends FoldContext {
  now: Instant
  entitlements: Entitlements
  entitlement: FeatureEntitlement
  usageOnChange: UsageOnChange
  newId: () => string
  /** The terms under which windows that have ended close; null: nothing of them goes on. As now, unless told. */
  closing?: FeatureEntitlement | null | undefined
  usedBefore?: UsedBefore | undefined
  /** Of a member's balance: the customer's own, brought up to now. */
  pool?: Balance | undefined
  /** Of a pool: its members' balances as they were before, with the plan grants that they have alone. */
  parts?: { balance: Balance; grants: Grant[] }[] | undefined
}

/** What was used of earlier windows' allowances since the window in force would have begun, or a reset since then. */
export interface UsedBefore {
  since: Instant
  /** Burnt or held of the closed plan grants that started since. */
  inside: number
  /** The same of closed plan grants that started before and ended since; and the uses since then in such windows. */
  straddling: number
  usesSince: number
}

type WindowTerms = Pick<RefreshContext, 'now' | 'entitlements' | 'entitlement'>

/** A billing period's window where nothing is billed is a month. */
export const windowKindOf = (context: Pick<WindowTerms, 'entitlements' | 'entitlement'>): WindowKind => {
  const kind = context.entitlement.window
  return kind === 'billing_period' && context.entitlements.billingPeriod === null ? 'month' : kind
}

/** A member's sub-limit under the customer's pool: a number of its own, fed by no grant. Where nothing is included, nothing says so. */
export const isMemberPart = (
  balance: Balance,
  { entitlement }: Pick<RefreshContext, 'entitlement'>,
): boolean => balance.member !== 0 && entitlement.scope === 'customer' && entitlement.included

export const isOpened = (balance: Balance): boolean => balance.windowStart !== Number.NEGATIVE_INFINITY

/**
 * Did the running window begin before the subscription's period, under other terms? What is counted by billing period
 * begins with it, wherever in the middle somebody comes (back) into it.
 */
export function isOfEarlierPeriod(balance: Balance, terms: WindowTerms): boolean {
  const { billingPeriod } = terms.entitlements
  if (!isOpened(balance) || billingPeriod === null || windowKindOf(terms) !== 'billing_period') return false
  // one that is over has a successor, which begins in this moment too
  const runs = terms.now < billingPeriod.end && terms.now < balance.windowEnd
  return terms.entitlement.included && runs && balance.windowStart < billingPeriod.start
}

/** Does the running window end with this change, to begin anew? */
export const givesAnew = ({
  usageOnChange,
  entitlement,
}: Pick<RefreshContext, 'usageOnChange' | 'entitlement'>): boolean =>
  usageOnChange === 'reset' || (usageOnChange === 'append' && entitlement.kind === 'credits')

export function currentWindow(
  kind: WindowKind,
  context: WindowTerms,
  firstUseAt: Instant | null,
  at = context.now,
) {
  const { timeZone, billingPeriod } = context.entitlements
  return windowAt(kind, at, {
    timeZone,
    ...(billingPeriod === null ? {} : { billingPeriod }),
    ...(firstUseAt === null ? {} : { firstUseAt }),
  })
}
