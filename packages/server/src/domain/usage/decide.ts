/**
 * The decision on one take: may this customer use this much of this feature now? Pure and exact, in the order of
 * arrival, over balances that were locked and brought up to now (`refresh.ts`). Works on a draft: copies that its
 * caller owns, changed in place so that the next command of the batch sees what this one took.
 */
import type { DecisionCode } from '@tollkeeper/contract'
import type { Entitlements, FeatureEntitlement } from '../entitlements/model.ts'
import type { Limit } from '../catalog/model.ts'
import { type Instant, DAY_MS } from '../time/instant.ts'
import { MAX_CAPACITY, overageOf, remainingOf, takenOf } from './limits.ts'
import type { Balance } from './model.ts'

/** The answer to check, consume and reserve. */
export interface Decision {
  allowed: boolean
  code: DecisionCode
  limit: Limit
  used: number
  remaining: number
  overage: number
  resetsAt: Instant | null
}

/** The balances one take is decided over; both are taken from, or neither. */
export interface Taken {
  takes: 'customer' | 'member' | 'both'
  /** The pool first. */
  balances: Balance[]
}

/** Whose balances a use of the feature comes out of. A member needs to be known where the feature is per member. */
export function takesOf(entitlement: FeatureEntitlement, member: number): Taken['takes'] {
  if (entitlement.scope === 'member') return 'member'
  return entitlement.memberLimit !== null && member !== 0 ? 'both' : 'customer'
}

/** Does the plan count what this balance has: the customer's own, the member's own, or both? */
export function isCounted({ scope, memberLimit }: FeatureEntitlement, member: number): boolean {
  if (member === 0) return scope === 'customer'
  return scope === 'member' || memberLimit !== null
}

/**
 * Whose balance of a gauge moves along though the plan doesn't count it: what a member holds, and all hold together, has
 * to be known when a plan comes that does. 0 is the customer's own; null: none.
 */
export function keptAlong(entitlement: FeatureEntitlement, member: number): number | null {
  if (entitlement.kind !== 'gauge' || member === 0) return null
  if (!isCounted(entitlement, 0)) return 0
  return isCounted(entitlement, member) ? null : member
}

/** Access first, then whether the feature is there at all; `null` when neither refuses. */
function refusedByEntitlement(
  entitlements: Entitlements,
  entitlement: FeatureEntitlement | undefined,
  balance: Balance | undefined,
): DecisionCode | null {
  const { level, reason } = entitlements.access
  if ((level === 'blocked' || level === 'read_only') && reason !== 'ok') return reason
  if (entitlement === undefined) return 'feature_not_included'
  // A grant makes a feature usable that the plan doesn't include.
  if (!entitlement.included && (balance === undefined || balance.capacity <= takenOf(balance)))
    return 'feature_not_included'
  return null
}

/** Does the amount fit this balance by its policy, at this instant? */
export function fits(
  balance: Balance,
  entitlement: FeatureEntitlement,
  amount: number,
  now: Instant,
): boolean {
  const taken = takenOf(balance)
  // Written as a difference: taken + amount may pass 2^53.
  if (amount <= balance.capacity - taken) return true
  if (amount > MAX_CAPACITY - taken) return false
  const isMemberPart = balance.member !== 0 && entitlement.scope === 'customer'
  if (isMemberPart || !entitlement.included) return false
  const { policy } = entitlement
  if (policy.type === 'hard') return false
  if (policy.type === 'overage') return true
  if (
    policy.graceDays !== null &&
    balance.crossedAt !== null &&
    now >= balance.crossedAt + policy.graceDays * DAY_MS
  )
    return false
  return policy.graceAmount === null || amount - policy.graceAmount <= balance.capacity - taken
}

/** May it be used at all? For flags and settings, which nothing is taken from. */
export function decideValue(
  entitlements: Entitlements,
  entitlement: FeatureEntitlement | undefined,
): Decision {
  const refused =
    refusedByEntitlement(entitlements, entitlement, undefined) ??
    (entitlement?.value === false ? ('feature_not_included' as const) : null)
  const limit: Limit = refused === null ? { unlimited: true } : { unlimited: false, amount: 0 }
  return {
    allowed: refused === null,
    code: refused ?? 'ok',
    limit,
    used: 0,
    remaining: 0,
    overage: 0,
    resetsAt: null,
  }
}

/** Decides without taking. */
export function decideTake(
  entitlements: Entitlements,
  entitlement: FeatureEntitlement | undefined,
  taken: Taken,
  amount: number,
  now: Instant,
): Decision {
  const refused = refusedByEntitlement(entitlements, entitlement, taken.balances[0])
  if (refused !== null || entitlement === undefined)
    return answer(false, refused ?? 'feature_not_included', taken.balances)
  const tight = taken.balances.find((balance) => !fits(balance, entitlement, amount, now))
  if (tight !== undefined)
    return answer(false, entitlement.kind === 'credits' ? 'insufficient_credits' : 'quota_exceeded', [tight])
  return answer(true, 'ok', taken.balances)
}

/** The answer over the balance that leaves least. */
export function answer(allowed: boolean, code: DecisionCode, balances: Balance[]): Decision {
  const [first, ...rest] = balances
  if (first === undefined)
    return {
      allowed,
      code,
      limit: { unlimited: false, amount: 0 },
      used: 0,
      remaining: 0,
      overage: 0,
      resetsAt: null,
    }
  const shown = rest.reduce(
    (least, balance) => (remainingOf(balance) < remainingOf(least) ? balance : least),
    first,
  )
  return {
    allowed,
    code,
    limit: shown.limit,
    used: shown.used,
    remaining: shown.limit.unlimited ? MAX_CAPACITY : remainingOf(shown),
    overage: overageOf(shown),
    resetsAt: Number.isFinite(shown.windowEnd) ? shown.windowEnd : null,
  }
}

/** A stretch of use above what was granted: billed when it is priced, else owed to the next grant. */
export interface OverageStretch {
  amount: number
  priced: boolean
  unitPrices: Record<string, string> | null
}

/**
 * Records use, whatever the limit says: after a positive decision, a settlement, or an event after the fact.
 *
 * @returns the stretch of it that lies above what was granted, or null
 */
export function recordUse(
  balance: Balance,
  entitlement: FeatureEntitlement,
  amount: number,
  now: Instant,
): OverageStretch | null {
  const before = Math.max(0, balance.used - balance.capacity)
  balance.used += amount
  balance.firstUsedAt ??= now
  balance.decidedAt = Math.max(balance.decidedAt, now)
  const above = Math.max(0, balance.used - balance.capacity)
  const isMemberPart = balance.member !== 0 && entitlement.scope === 'customer'
  // A gauge has no window that ends: going below the limit is what ends its crossing.
  if (above === 0 && entitlement.kind === 'gauge') balance.crossedAt = null
  if (above === 0 || balance.limit.unlimited || isMemberPart) return null
  balance.crossedAt ??= now
  // What was above before was told as a stretch then; it stays owed, under whatever policy it came about.
  const more = above - before
  if (entitlement.kind === 'gauge' || more <= 0) return null
  if (entitlement.policy.type !== 'overage') return { amount: more, priced: false, unitPrices: null }
  // Priced overage is final: it widens what may be reached by itself, and no later grant absorbs it.
  balance.overage += more
  balance.capacity += more
  return { amount: more, priced: true, unitPrices: entitlement.policy.unitPrices }
}

/** Takes an estimate out of what others may have, until it is settled. */
export function recordHold(
  balance: Balance,
  kind: 'reservation' | 'lease',
  amount: number,
  now: Instant,
): void {
  if (kind === 'lease') balance.leased += amount
  else balance.reserved += amount
  balance.firstUsedAt ??= now
  balance.decidedAt = Math.max(balance.decidedAt, now)
}

/** Gives back what a hold took. */
export function recordHoldClosed(balance: Balance, kind: 'reservation' | 'lease', amount: number): void {
  if (kind === 'lease') balance.leased -= amount
  else balance.reserved -= amount
}
