import { entitlementsOf, reconcile } from '../../domain/customers/reconcile.ts'
import { unchanged, type CustomerState, type CustomerUsage } from '../../domain/customers/state.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import { planDue } from '../../domain/subscriptions/due.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { afterChanges } from '../../domain/usage/after-changes.ts'
import type { Balance, BalanceChanges, Grant } from '../../domain/usage/model.ts'
import { refreshBalances } from '../../domain/usage/refresh.ts'
import type { Queryable } from '../../store/database/pool.ts'
import { withUsedBefore } from './used-before.ts'

export interface UsagePreview {
  /** With everything due applied. */
  state: CustomerState
  now: Instant
  entitlements: Entitlements
  balances: Balance[]
  /** Those that are otherwise than they were read. */
  grants: Grant[]
}

/**
 * A customer and its usage brought up to the present, for who only reads: the same steps that whoever takes next will
 * save, each due moment with its own terms. The grants they would make have no id yet.
 *
 * @param loaded as it was read: what is due is applied here
 */
export async function previewUsage(
  db: Queryable,
  loaded: CustomerState,
  given: CustomerUsage,
): Promise<UsagePreview> {
  const now = Math.max(loaded.now, ...given.balances.map((balance) => balance.decidedAt))
  const newId = countingIds()
  const grants = new Map<string, Grant>()
  let state = loaded
  let usage = given
  const apply = (changes: BalanceChanges) => {
    for (const grant of changes.updateGrants) grants.set(grant.id, grant)
    usage = afterChanges(usage, changes)
  }
  for (;;) {
    const due = planDue(state, now)
    if (due === null) break
    const at = Math.max(state.head.decidedAt, due.state.now - 1)
    const before = { ...state, now: at }
    if (usage.balances.some(({ validUntil }) => validUntil <= at))
      apply(reconcile(before, await withUsedBefore(db, before, usage), unchanged(before), { newId }).balances)
    const plan = reconcile(state, await withUsedBefore(db, due.state, usage), due, { newId })
    apply(plan.balances)
    state = plan.after
  }
  state = { ...state, now: Math.max(now, state.now) }
  const entitlements = entitlementsOf(state)
  const { balances, grants: open, holds, usedBefore } = await withUsedBefore(db, state, usage)
  apply(
    refreshBalances({
      now: state.now,
      entitlements,
      balances,
      grants: open,
      holds,
      members: [...state.members],
      usageOnChange: 'keep',
      newId,
      usedBefore,
    }),
  )
  return { state, now: state.now, entitlements, balances: usage.balances, grants: [...grants.values()] }
}

function countingIds(): () => string {
  let made = 0
  return () => `grt_preview_${String((made += 1))}`
}
