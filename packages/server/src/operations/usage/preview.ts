import { entitlementsOf } from '../../domain/customers/reconcile.ts'
import type { CustomerState, CustomerUsage } from '../../domain/customers/state.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import type { BalanceChanges } from '../../domain/usage/model.ts'
import { refreshBalances } from '../../domain/usage/refresh.ts'
import type { Queryable } from '../../store/database/pool.ts'
import { withUsedBefore } from './used-before.ts'

export interface UsagePreview {
  now: Instant
  entitlements: Entitlements
  changes: BalanceChanges
}

/**
 * A customer's usage brought up to the state's present, for who only reads: the same refresh that whoever takes next
 * will save. The grants it would make have no id yet.
 */
export async function previewUsage(
  db: Queryable,
  state: CustomerState,
  usage: CustomerUsage,
): Promise<UsagePreview> {
  const now = Math.max(state.now, ...usage.balances.map((balance) => balance.decidedAt))
  const entitlements = entitlementsOf(state)
  const { balances, grants, holds, usedBefore } = await withUsedBefore(db, { ...state, now }, usage)
  const changes = refreshBalances({
    now,
    entitlements,
    balances,
    grants,
    holds,
    members: [...state.members],
    usageOnChange: 'keep',
    newId: () => 'grt_preview',
    usedBefore,
  })
  return { now, entitlements, changes }
}
