/** The first use of a tracker opens its first window of 30 × 24 hours. */
import { fits, takesOf } from '../../domain/usage/decide.ts'
import { refreshBalance } from '../../domain/usage/refresh.ts'
import { newId } from '../../ids.ts'
import type { UsageCommand } from './commands.ts'
import type { CustomerDraft } from './draft.ts'

/** Opens it where this command will use it; a take that is refused opens nothing. */
export function openRollingWindow(draft: CustomerDraft, command: UsageCommand): void {
  const entitlement = draft.entitlements.features.get(command.feature.id)
  if (entitlement === undefined || entitlement.window !== 'rolling_30_days' || draft.usage === null) return
  const takes = takesOf(entitlement, command.member)
  const members = takes === 'both' ? [0, command.member] : takes === 'member' ? [command.member] : [0]
  for (const member of members) {
    const balance = draft.balances.get(`${command.feature.id}/${member}`)
    if (balance === undefined || balance.firstUsedAt !== null) continue
    if (command.verb !== 'track' && !fits(balance, entitlement, command.amount, draft.now)) continue
    const usage = draft.usage
    const opened = refreshBalance(
      { ...balance, firstUsedAt: draft.now, windowEnd: Number.NEGATIVE_INFINITY },
      {
        now: draft.now,
        entitlements: draft.entitlements,
        entitlement,
        usageOnChange: 'keep',
        newId: () => newId('grt', false, draft.recordedAt),
        grants: usage.grants.filter((grant) => grant.feature === balance.feature && grant.member === member),
        holds: [],
        changes: draft.changes,
      },
    )
    Object.assign(balance, opened)
    draft.touched.add(balance)
  }
}
