/**
 * The windows of one balance: those that have ended are closed, boundary by boundary, and the one that holds now is opened.
 *
 * Owns: when a running window ends before its time. Does not own: what its grants still cover then (`fold.ts`,
 * `plan-grant.ts`), nor what of an earlier allowance counts on (`used-before.ts`).
 * Invariant: what is counted by billing period is counted in windows that lie within one period each.
 */
import type { Instant } from '../time/instant.ts'
import { availableOf, isInForce } from './burn.ts'
import { expireGrants, foldBalance } from './fold.ts'
import { MAX_CAPACITY, takenOf } from './limits.ts'
import type { Balance, ClosedWindow, Grant } from './model.ts'
import { endPlanGrant, stopPlanGrant } from './plan-grant.ts'
import {
  currentWindow,
  givesAnew,
  isMemberPart,
  isOfEarlierPeriod,
  isOpened,
  type RefreshContext,
  windowKindOf,
} from './refresh-context.ts'
import { carryOverUnused, keepUnused, rollOver } from './rollover.ts'

/** Closes what has ended, then opens the window that holds now. */
export function turnWindows(balance: Balance, context: RefreshContext): void {
  const existed = (grant: Grant) => grant.number !== 0
  let closedEnd = Number.NEGATIVE_INFINITY
  if (isOpened(balance)) {
    for (const at of passedBoundaries(balance, context)) {
      // Up to the boundary, its instant excluded, the grants that end there still hold.
      foldBalance(balance, context, at - 1, existed)
      if (at === balance.windowEnd) {
        closedEnd = at
        followGrants(balance, context, at - 1)
        rollOver(balance, context, at)
        expireGrants(balance, context, at)
        closeWindow(balance, context, at)
      } else expireGrants(balance, context, at)
    }
    if (isOpened(balance)) foldBalance(balance, context, context.now, existed)
    if (isOpened(balance) && givesAnew(context) && balance.entitlementVersion >= 0) {
      followGrants(balance, context, context.now)
      if (context.usageOnChange === 'append') keepUnused(balance, context, context.now)
      endPlanGrant(balance, context)
      if (balance.windowStart < context.now) {
        closedEnd = context.now
        closeWindow(balance, context, context.now, { givenAnew: true })
        // One that has just begun has no row of its own: the window that starts now would have the same key.
      } else Object.assign(balance, NOTHING_USED)
    }
    if (isOpened(balance) && isOfEarlierPeriod(balance, context)) {
      followGrants(balance, context, context.now)
      stopPlanGrant(balance, context)
      closedEnd = context.now
      closeWindow(balance, context, context.now)
    }
  }
  expireGrants(balance, context, context.now)
  openWindow(balance, context, closedEnd)
}

/** A grant may have started since capacity was worked out: what it paid is no overage of the window that ends. */
function followGrants(balance: Balance, context: RefreshContext, at: Instant): void {
  if (balance.limit.unlimited || isMemberPart(balance, context)) return
  balance.capacity = Math.min(coveredBy(balance, context, at), MAX_CAPACITY)
}

const NOTHING_USED = { used: 0, overage: 0, folded: 0, billed: 0, threshold: 0, crossedAt: null }

function passedBoundaries(balance: Balance, context: RefreshContext): Instant[] {
  const instants = new Set<Instant>()
  for (const grant of context.grants)
    for (const at of [grant.startsAt, grant.expiresAt])
      if (grant.number !== 0 && at > balance.decidedAt && at <= context.now) instants.add(at)
  if (balance.windowEnd <= context.now) instants.add(balance.windowEnd)
  return [...instants].filter((at) => at <= balance.windowEnd).sort((left, right) => left - right)
}

/** The window as it stood becomes history; the balance starts again, and holds made in it settle there. */
function closeWindow(
  balance: Balance,
  context: RefreshContext,
  at: Instant,
  { givenAnew }: Pick<ClosedWindow, 'givenAnew'> = { givenAnew: false },
): void {
  const { feature, member, windowStart, used, limit } = balance
  const closed = {
    feature,
    member,
    windowStart,
    windowEnd: at,
    used,
    reserved: balance.reserved + balance.leased,
    overage: balance.overage + Math.max(0, used - balance.capacity),
    limit,
    capacity: balance.capacity,
    billed: balance.billed,
    subscription: balance.subscription,
    closedAt: context.now,
    givenAnew,
  }
  context.changes.windows.push(closed)
  if (used > 0)
    context.changes.events.push({
      type: 'usage.window_closed',
      subject: context.entitlement.feature.key,
      payload: {
        feature: context.entitlement.feature.key,
        memberNumber: member,
        windowStart,
        windowEnd: at,
        used,
        limit,
      },
      occurredAt: at,
    })
  Object.assign(balance, NOTHING_USED, { reserved: 0, leased: 0 })
  balance.windowStart = Number.NEGATIVE_INFINITY
  balance.windowEnd = Number.NEGATIVE_INFINITY
}

function openWindow(balance: Balance, context: RefreshContext, closedEnd: Instant): void {
  const kind = windowKindOf(context)
  // A take without a decision does not write down when it was.
  if (kind === 'rolling_30_days' && takenOf(balance) > 0) balance.firstUsedAt ??= context.now
  if (kind === 'rolling_30_days' && balance.firstUsedAt === null) {
    // The first use opens the first window; until then every take is decided.
    if (isOpened(balance)) endPlanGrant(balance, context)
    balance.windowStart = Number.NEGATIVE_INFINITY
    balance.windowEnd = Number.POSITIVE_INFINITY
    return
  }
  // Nothing says how long a window lasts that no plan gives: one that runs goes on.
  if (isOpened(balance) && !context.entitlement.included) return
  const target = currentWindow(kind, context, balance.firstUsedAt)
  if (isOpened(balance)) {
    // It goes on to its own end at most: leaving a plan and coming back is no new allowance. One of the period is the period's.
    balance.windowEnd = kind === 'billing_period' ? target.end : Math.min(balance.windowEnd, target.end)
    return
  }
  // A billing period that is over: its successor begins in this moment too, with the next thing that is due.
  if (target.end <= context.now) return
  const { pool } = context
  if (isMemberPart(balance, context) && pool !== undefined && isOpened(pool)) {
    // a part of what the pool's window has, which may have been running for a while
    balance.windowStart = pool.windowStart
    balance.windowEnd = pool.windowEnd
    return
  }
  if (closedEnd > Number.NEGATIVE_INFINITY) carryOverUnused(balance, context, closedEnd, target)
  balance.windowStart = Math.max(target.start, closedEnd)
  balance.windowEnd = target.end
}

/** The total up to which grants cover what is taken: what is paid, bound or priced, and what they have left. */
export function coveredBy(balance: Balance, context: RefreshContext, at: Instant): number {
  const available = context.grants
    .filter((grant) => isInForce(grant, at))
    .reduce((sum, grant) => sum + availableOf(grant), 0)
  const bound = context.holds
    .filter((hold) => hold.status === 'open' && hold.windowStart === balance.windowStart)
    .reduce((sum, hold) => sum + (hold.allocation ?? []).reduce((part, { amount }) => part + amount, 0), 0)
  return balance.folded + balance.overage + bound + available
}
