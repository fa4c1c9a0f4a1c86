/**
 * Closes a reservation or a lease with what was really used: below, at or above the estimate, in the window it was
 * made in, however late. A settlement records the truth and is never refused.
 *
 * Owns: the counters of the hold's balances, the grants it was bound to. Does not own: whether it may still be
 * settled, nor the event row.
 * Invariant: what the hold took is gone from `reserved` or `leased` exactly once, and each grant it was bound to has
 * its part back as burnt, available or expired.
 */
import type { FeatureEntitlement } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import { type OverageStretch, recordHoldClosed, recordUse } from './decide.ts'
import { type FoldContext, foldBalance, grantOwnerOf, move, noChanges, touch } from './fold.ts'
import { ceilingOf, widen } from './limits.ts'
import type { Balance, BalanceChanges, BalanceKey, ClosedWindow, Grant, Hold } from './model.ts'
import { followAllowance } from './plan-grant.ts'
import { announceThresholds } from './refresh.ts'

export interface SettleInput {
  hold: Hold
  /** What was used in the end; 0 gives everything back. */
  amount: number
  /** How the hold ends; `settled` unless told. */
  outcome?: 'settled' | 'canceled' | 'expired'
  /** Those the hold was taken from, locked and brought up to now. Others are left alone. */
  balances: Balance[]
  /** The rows of the hold's windows that have ended. */
  windows?: ClosedWindow[]
  /** Those of the hold's feature that are not closed. */
  grants: Grant[]
  entitlement: FeatureEntitlement
  now: Instant
}

export interface Settlement {
  /** The balances as they are now; those that did not change are as they were. */
  balances: Balance[]
  changes: BalanceChanges
  overage: (OverageStretch & BalanceKey & { windowStart: Instant })[]
  overEstimate: boolean
  /** What was added to `used`: less than the amount where the hold's expiry had counted some of it. */
  recorded: number
  /** What the expiry had counted too much, for the caller to give back. */
  overCounted: number
}

/**
 * Works on copies. A hold that has expired already (`hold.status`) holds nothing any more: what is above the amount
 * that its expiry counted is recorded as use. What is below it (a lease's late report) is given back as any use is,
 * by `planGiveBack` of the event that the expiry recorded.
 *
 * @example settleHold({ hold, amount: 30, balances, grants, entitlement, now }).balances
 */
export function settleHold(input: SettleInput): Settlement {
  const { entitlement, amount, now } = input
  const hold = { ...input.hold }
  const context: FoldContext = {
    grants: input.grants
      .filter(({ feature, member }) => feature === hold.feature && member === grantOwnerOf(hold))
      .map((grant) => ({ ...grant })),
    holds: [],
    changes: noChanges(),
  }
  const settlement: Settlement = {
    balances: input.balances.map((balance) => ({ ...balance })),
    changes: context.changes,
    overage: [],
    overEstimate: amount > hold.amount,
    recorded: notYetCounted(hold, amount),
    overCounted: hold.status === 'open' ? 0 : Math.max(0, (hold.settled ?? 0) - amount),
  }
  for (const { member, windowStart } of partsOf(hold)) {
    const isSame = (key: BalanceKey) => key.feature === hold.feature && key.member === member
    const balance = settlement.balances.find(isSame)
    const closed = input.windows?.find((window) => isSame(window) && window.windowStart === windowStart)
    let stretch: OverageStretch | null
    if (closed !== undefined)
      stretch = settleInClosed({ ...closed }, balance, hold, amount, entitlement, context, now)
    else if (balance?.windowStart === windowStart)
      stretch = settleInRunning(balance, hold, amount, entitlement, context, now)
    else throw new Error(`the window ${windowStart} of the hold ${hold.id} was not loaded`)
    if (stretch !== null) settlement.overage.push({ ...stretch, feature: hold.feature, member, windowStart })
  }
  hold.status = input.outcome ?? 'settled'
  hold.settled = amount
  touch(context.changes.holds, hold)
  return settlement
}

/** The balances a hold was taken from and the window it counts in there, the one that owns its grants first. */
function partsOf(hold: Hold): { member: number; windowStart: Instant }[] {
  const own = { member: grantOwnerOf(hold), windowStart: hold.windowStart }
  if (hold.takes !== 'both') return [own]
  return [own, { member: hold.member, windowStart: hold.memberWindowStart }]
}

/** Of a hold that is no longer open only what its expiry did not count is left to record. */
const notYetCounted = (hold: Hold, amount: number): number =>
  hold.status === 'open' ? amount : Math.max(0, amount - (hold.settled ?? 0))

function settleInRunning(
  balance: Balance,
  hold: Hold,
  amount: number,
  entitlement: FeatureEntitlement,
  context: FoldContext,
  now: Instant,
): OverageStretch | null {
  touch(context.changes.balances, balance)
  if (hold.status === 'open') {
    recordHoldClosed(balance, hold.kind, hold.amount)
    if (hold.allocation !== null && balance.member === grantOwnerOf(hold)) {
      // What was used before goes first, so that the burns of this hold lie where its use does.
      foldBalance(balance, context, now, () => true)
      const { burnt, lost } = closeAllocation(balance, hold, amount, context, now)
      balance.folded += burnt
      widen(balance, -lost)
      balance.capacity -= followAllowance(balance, entitlement, context, now, hold.id)
    }
  }
  const stretch = recordUse(balance, entitlement, notYetCounted(hold, amount), now)
  followUse(balance, entitlement, context, now)
  return stretch
}

/** The next total that needs a decision; one that needs it every time goes on to. */
function followUse(
  balance: Balance,
  entitlement: FeatureEntitlement,
  context: FoldContext,
  now: Instant,
): void {
  announceThresholds(balance, { now, entitlement, changes: context.changes })
  if (balance.ceiling >= 0) balance.ceiling = ceilingOf(balance, entitlement.feature.thresholds)
}

function settleInClosed(
  window: ClosedWindow,
  running: Balance | undefined,
  hold: Hold,
  amount: number,
  entitlement: FeatureEntitlement,
  context: FoldContext,
  now: Instant,
): OverageStretch | null {
  touch(context.changes.windows, window)
  if (hold.status === 'open') {
    window.reserved -= hold.amount
    if (window.member === grantOwnerOf(hold)) {
      const { returned } = closeAllocation(window, hold, amount, context, now)
      if (returned > 0 && running !== undefined) {
        touch(context.changes.balances, running)
        widen(running, returned)
        followUse(running, entitlement, context, now)
      }
    }
  }
  const before = Math.max(0, window.used - window.capacity)
  window.used += notYetCounted(hold, amount)
  const above = Math.max(0, window.used - window.capacity) - before
  const isMemberPart = window.member !== 0 && entitlement.scope === 'customer'
  if (above === 0 || window.limit.unlimited || isMemberPart || entitlement.kind === 'gauge') return null
  window.overage += above
  const { policy } = entitlement
  if (policy.type !== 'overage') return { amount: above, priced: false, unitPrices: null }
  window.capacity += above
  return { amount: above, priced: true, unitPrices: policy.unitPrices }
}

/** Burns what was used out of the grants the hold was bound to; the rest goes back, or is lost with its grant. */
function closeAllocation(
  counter: Balance | ClosedWindow,
  hold: Hold,
  amount: number,
  context: FoldContext,
  now: Instant,
): { burnt: number; returned: number; lost: number } {
  let burnt = 0
  let returned = 0
  let lost = 0
  for (const part of hold.allocation ?? []) {
    const grant = context.grants.find(({ number }) => number === part.grant)
    if (grant === undefined) throw new Error(`the grant ${part.grant} of the hold ${hold.id} was not loaded`)
    grant.held -= part.amount
    move(context, grant, 'released', part.amount, counter, now, 0, hold.id)
    const used = Math.min(amount - burnt, part.amount)
    if (used > 0) {
      grant.burnt += used
      move(context, grant, 'burnt', used, counter, now, counter.used + burnt, hold.id)
      burnt += used
    }
    const rest = part.amount - used
    // a plan's allowance ends with its window, even where its grant stays for what it gave
    const isOver = grant.expiresAt <= now || (grant.source === 'plan' && !('folded' in counter))
    if (!isOver) {
      returned += rest
      continue
    }
    if (rest > 0) {
      grant.expired += rest
      move(context, grant, 'expired', rest, counter, now, 0, hold.id)
      lost += rest
    }
    if (grant.held === 0 && grant.expiresAt <= now) grant.closedAt = now
  }
  return { burnt, returned, lost }
}
