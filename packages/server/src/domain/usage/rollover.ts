/** What is unused at a window's end and goes on, as a grant of its own with its own expiry. */
import { boundary } from '../time/period.ts'
import type { Instant } from '../time/instant.ts'
import { rolledOver } from './burn.ts'
import { move } from './fold.ts'
import type { Balance, Grant } from './model.ts'
import { planLeft } from './plan-grant.ts'
import { currentWindow, type RefreshContext, windowKindOf } from './refresh-context.ts'

/** At the end of a window that was used: what its plan grants have left goes on by the feature's rule. */
export function rollOver(balance: Balance, context: RefreshContext, at: Instant): void {
  // By the terms it ran under, whatever holds from now on.
  const { closing = context.entitlement } = context
  if (closing === null || closing.rollover.type === 'none') return
  grantRollover(balance, { ...context, entitlement: closing }, at, planLeft(context.grants))
}

/**
 * Windows that passed unused while nobody looked: each of them would have rolled its whole allowance over, and only
 * those whose rollover still lives matter.
 */
export function carryOverUnused(
  balance: Balance,
  context: RefreshContext,
  closedEnd: Instant,
  target: { start: Instant; end: Instant },
): void {
  const { rollover, limit, included } = context.entitlement
  if (rollover.type === 'none' || limit.unlimited || !included) return
  const kind = windowKindOf(context)
  // Each billing period begins with a decision on the customer: none passes unseen.
  if (kind === 'billing_period') return
  const ends: Instant[] = []
  // What lay unused in between can't be more than the terms gave that it was left under.
  const ended = context.grants.filter(({ source, expiresAt }) => source === 'plan' && expiresAt === closedEnd)
  const unused = Math.min(limit.amount, Math.max(0, ...ended.map(({ amount }) => amount)))
  let start = target.start
  for (let back = 0; back < rollover.windows && start > closedEnd; back += 1) {
    ends.unshift(start)
    start = currentWindow(kind, context, balance.firstUsedAt, start - 1).start
  }
  for (const end of ends) grantRollover(balance, context, end, unused)
}

/** What the plan's grants have left when it is bought again goes on beside the new ones, until it would have ended anyway. */
export function keepUnused(balance: Balance, context: RefreshContext, at: Instant): void {
  addUnused(balance, context, { at, amount: planLeft(context.grants), expiresAt: balance.windowEnd })
}

function grantRollover(balance: Balance, context: RefreshContext, at: Instant, left: number): void {
  const rule = context.entitlement.rollover
  if (rule.type === 'none') return
  const expiresAt = expiryAfter(balance, context, at, rule.windows)
  addUnused(balance, context, { at, amount: rolledOver(left, rule), expiresAt })
}

function addUnused(
  balance: Balance,
  context: RefreshContext,
  { at, amount, expiresAt }: { at: Instant; amount: number; expiresAt: Instant },
): void {
  if (amount === 0 || expiresAt <= context.now) return
  const grant: Grant = {
    number: 0,
    id: context.newId(),
    feature: balance.feature,
    member: balance.member,
    source: 'rollover',
    reference: '',
    amount,
    burnt: 0,
    held: 0,
    expired: 0,
    priority: context.entitlement.priority,
    startsAt: at,
    expiresAt,
    createdAt: context.now,
    closedAt: null,
  }
  context.grants.push(grant)
  context.changes.insertGrants.push(grant)
  move(context, grant, 'granted', amount, { windowStart: at }, at, 0)
}

/** The end of the nth window after `at`. */
function expiryAfter(balance: Balance, context: RefreshContext, at: Instant, windows: number): Instant {
  const kind = windowKindOf(context)
  const { billingPeriod, interval, timeZone } = context.entitlements
  if (kind === 'billing_period' && billingPeriod !== null) {
    const unit = interval === 'year' || interval === 'week' || interval === 'day' ? interval : 'month'
    // Several things may happen at a period's end; the next period begins with the last of them.
    const ahead = billingPeriod.end <= at ? windows : windows - 1
    return boundary(billingPeriod.end, ahead, { unit, count: 1 }, timeZone)
  }
  let end = at
  for (let passed = 0; passed < windows && end < Number.POSITIVE_INFINITY; passed += 1)
    end = currentWindow(kind, context, balance.firstUsedAt, end).end
  return end
}
