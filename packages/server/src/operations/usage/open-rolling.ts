/** The first use of a tracker opens its first window of 30 × 24 hours. */
import type { FeatureEntitlement } from '../../domain/entitlements/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { decideTake, takesOf, type Taken } from '../../domain/usage/decide.ts'
import { remainingOf, takenOf } from '../../domain/usage/limits.ts'
import { refreshBalance } from '../../domain/usage/refresh.ts'
import { newId } from '../../ids.ts'
import type { UsageCommand } from './commands.ts'
import { balanceIn, type CustomerDraft } from './draft.ts'
import { refuseTooMuch } from './record.ts'
import { reportedAt } from './take.ts'

/**
 * Opens it where this command will use it, at the moment of that use; a take that is refused opens nothing.
 *
 * @throws Refusal for a report that can't be counted
 */
export function openRollingWindow(draft: CustomerDraft, command: UsageCommand): void {
  const entitlement = draft.entitlements.features.get(command.feature.id)
  if (entitlement === undefined || entitlement.window !== 'rolling_30_days' || draft.usage === null) return
  const takes = takesOf(entitlement, command.member)
  const members = takes === 'both' ? [0, command.member] : takes === 'member' ? [command.member] : [0]
  const balances = members.flatMap((member) => balanceIn(draft, command.feature.id, member) ?? [])
  const unopened = balances.filter(({ firstUsedAt }) => firstUsedAt === null)
  if (unopened.length === 0) return
  const at = momentOfUse(draft, command, entitlement, { takes, balances })
  if (at === null) return
  const { grants } = draft.usage
  for (const balance of unopened) {
    const opened = refreshBalance(
      { ...balance, firstUsedAt: at, windowEnd: Number.NEGATIVE_INFINITY },
      {
        now: draft.now,
        entitlements: draft.entitlements,
        entitlement,
        usageOnChange: 'keep',
        newId: () => newId('grt', false, draft.recordedAt),
        grants: grants.filter(
          ({ feature, member }) => feature === balance.feature && member === balance.member,
        ),
        holds: [],
        changes: draft.changes,
      },
    )
    Object.assign(balance, opened)
    draft.touched.add(balance)
  }
}

/** When the command uses something; null where it doesn't. */
function momentOfUse(
  draft: CustomerDraft,
  command: UsageCommand,
  entitlement: FeatureEntitlement,
  taken: Taken,
): Instant | null {
  const { balances } = taken
  switch (command.verb) {
    case 'track': {
      const at = reportedAt(draft, command)
      refuseTooMuch(balances.map(takenOf), command.amount)
      return Math.min(at, draft.now)
    }
    case 'consume':
    case 'reserve':
    case 'lease': {
      // a lease takes what is there, and nothing above the limit
      const isLease = command.verb === 'lease'
      if (isLease && balances.some((each) => !each.limit.unlimited && remainingOf(each) < 1)) return null
      const amount = isLease ? 1 : command.amount
      return decideTake(draft.entitlements, entitlement, taken, amount, draft.now).allowed ? draft.now : null
    }
    default:
      return null
  }
}
