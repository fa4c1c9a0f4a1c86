/** The grant that stands for the plan's allowance in the window that runs. */
import type { Limit } from '../catalog/model.ts'
import type { FeatureEntitlement } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import { availableOf, isInForce } from './burn.ts'
import { expireGrants, type FoldContext, move } from './fold.ts'
import type { Balance, Grant } from './model.ts'
import { givesAnew, type RefreshContext } from './refresh-context.ts'

/**
 * Finds, makes or changes in place the window's plan grant. Lowering never goes below what is burnt and held, so
 * that the ledger stays true; the limit that is shown follows the allowance all the same.
 */
export function planGrantFor(balance: Balance, nominal: Limit, context: RefreshContext): Grant | null {
  const existing = planGrantOf(balance, context.grants, context.now) ?? null
  if (balance.windowStart === Number.NEGATIVE_INFINITY) return existing
  if (existing === null) {
    if (nominal.unlimited || nominal.amount === 0) return null
    return insertPlanGrant(balance, nominal.amount, context)
  }
  const least = existing.burnt + existing.held + existing.expired
  const amount = nominal.unlimited ? least : Math.max(nominal.amount, least)
  if (existing.expiresAt !== balance.windowEnd) {
    existing.expiresAt = balance.windowEnd
    move(context, existing, 'changed', 0, balance, context.now, 0)
  }
  if (amount !== existing.amount) {
    move(context, existing, 'changed', amount - existing.amount, balance, context.now, 0)
    existing.amount = amount
    existing.reference = context.entitlements.plan?.key ?? ''
  }
  return existing
}

/** The one of the window that runs. */
export const planGrantOf = (balance: Balance, grants: readonly Grant[], now: Instant): Grant | undefined =>
  grants.find(
    (grant) =>
      grant.feature === balance.feature &&
      grant.member === balance.member &&
      grant.source === 'plan' &&
      isInForce(grant, now) &&
      grant.startsAt >= balance.windowStart,
  )

/**
 * Use of a time in which the plan gave a larger allowance, told when it gives less: so much of it was covered then, and is so
 * now. Nothing more can be taken for it.
 *
 * @param known the window's plan grant
 */
export function burnAsThen(
  balance: Balance,
  amount: number,
  {
    grant: known,
    plan,
    ...context
  }: Pick<RefreshContext, 'changes' | 'now' | 'newId'> & { grant: Grant | null; plan: string },
): void {
  const { changes, now } = context
  const of = { changes, grants: [], holds: [] }
  const grant = known ?? newPlanGrant(balance, 0, { ...context, plan, priority: 0 })
  if (known === null) changes.insertGrants.push(grant)
  grant.amount += amount
  move(of, grant, known === null ? 'granted' : 'changed', amount, balance, now, 0)
  grant.burnt += amount
  move(of, grant, 'burnt', amount, balance, now, balance.folded)
  balance.folded += amount
  balance.capacity += amount
}

function insertPlanGrant(balance: Balance, amount: number, context: RefreshContext): Grant {
  const { entitlements, entitlement } = context
  const plan = entitlements.plan?.key ?? ''
  const grant = newPlanGrant(balance, amount, { ...context, plan, priority: entitlement.priority })
  context.grants.push(grant)
  context.changes.insertGrants.push(grant)
  move(context, grant, 'granted', amount, balance, context.now, 0)
  return grant
}

const newPlanGrant = (
  { feature, member, windowStart, windowEnd }: Balance,
  amount: number,
  { now, newId, plan, priority }: Pick<RefreshContext, 'now' | 'newId'> & { plan: string; priority: number },
): Grant => ({
  number: 0,
  id: newId(),
  feature,
  member,
  source: 'plan',
  reference: plan,
  amount,
  burnt: 0,
  held: 0,
  expired: 0,
  priority,
  startsAt: windowStart,
  expiresAt: windowEnd,
  createdAt: now,
  closedAt: null,
})

/**
 * Where a limit replaces an unlimited one: use so far counts against the plan's own grant; what it can't cover was
 * allowed when it was used, so that no other grant pays for it, now or later.
 */
export function countUnlimitedUse(balance: Balance, plan: Grant | null, context: RefreshContext): void {
  const unfolded = balance.used - balance.overage - balance.folded
  const burnt = plan === null ? 0 : Math.min(unfolded, availableOf(plan))
  if (plan !== null && burnt > 0) {
    plan.burnt += burnt
    move(context, plan, 'burnt', burnt, balance, context.now, balance.folded)
  }
  balance.folded += burnt
  balance.overage += unfolded - burnt
}

/**
 * A plan grant that a lowered allowance could not shrink, for what was held or burnt, shrinks when that comes back.
 *
 * @returns what the window covers less
 */
export function followAllowance(
  balance: Balance,
  entitlement: FeatureEntitlement,
  context: FoldContext,
  now: Instant,
  cause: string,
): number {
  if (entitlement.included && entitlement.limit.unlimited) return 0
  const nominal = entitlement.included && !entitlement.limit.unlimited ? entitlement.limit.amount : 0
  let gone = 0
  for (const grant of context.grants) {
    if (grant.source !== 'plan' || !isInForce(grant, now)) continue
    const amount = Math.max(nominal, grant.burnt + grant.held + grant.expired)
    if (amount >= grant.amount) continue
    gone += grant.amount - amount
    move(context, grant, 'changed', amount - grant.amount, balance, now, 0, cause)
    grant.amount = amount
  }
  return gone
}

/** Cause of the movement that ends an allowance to give it anew. */
export const RESET = 'reset'

/** Ends the running window's plan grant early: a window that is cut short takes its allowance with it. */
export function endPlanGrant(balance: Balance, context: RefreshContext): void {
  const cause = givesAnew(context) ? RESET : ''
  for (const grant of context.grants) {
    if (grant.source !== 'plan' || !isInForce(grant, context.now)) continue
    grant.expiresAt = context.now
    move(context, grant, 'changed', 0, balance, context.now, 0, cause)
  }
  expireGrants(balance, context, context.now)
}

/**
 * A window that began before the period ends with it, but its allowance is not given anew: nothing more can be taken from
 * its plan grant, which stays until it would have ended anyway, and until then what it gave counts (`used-before.ts`).
 */
export function stopPlanGrant(balance: Balance, context: RefreshContext): void {
  for (const grant of context.grants) {
    if (grant.source !== 'plan' || !isInForce(grant, context.now)) continue
    const left = availableOf(grant)
    if (left === 0) continue
    grant.expired += left
    move(context, grant, 'expired', left, balance, context.now, 0)
  }
}

/** What the window's plan grants have left. */
export const planLeft = (grants: Grant[]): number =>
  grants
    .filter((grant) => grant.source === 'plan' && grant.closedAt === null)
    .reduce((sum, grant) => sum + availableOf(grant), 0)
