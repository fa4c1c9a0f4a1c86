/** Closes a reservation or a lease with what was really used. */
import { answer } from '../../domain/usage/decide.ts'
import { settleHold } from '../../domain/usage/settle.ts'
import type { Balance, Hold } from '../../domain/usage/model.ts'
import { uuidV7 } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import type { Outcome, UsageCommand } from './commands.ts'
import { type BatchWrites, balanceForTruth, type CustomerDraft, outcomeOf, touchBalance } from './draft.ts'
import type { BatchReads } from './second-gear.ts'
import { mergeChanges } from './merge-changes.ts'
import { entitlementFor, recorded } from './take.ts'

type SettleCommand = Extract<UsageCommand, { verb: 'settle' | 'cancel' }>

export function settle(
  draft: CustomerDraft,
  command: SettleCommand,
  reads: BatchReads,
  writes: BatchWrites,
): Outcome {
  const hold = reads.holds.get(command.hold)
  if (hold === undefined || hold.customer !== draft.customer)
    throw new Refusal('reservation_not_found', { param: 'id', values: { reservation: command.hold } })
  const again = alreadyClosed(draft, command, hold)
  if (again !== null) return again
  const entitlement = entitlementFor(draft, command)
  const members = hold.takes === 'both' ? [0, hold.member] : hold.takes === 'member' ? [hold.member] : [0]
  const balances = members.map((member) => balanceForTruth(draft, hold.feature, member))
  const settlement = settleHold({
    hold,
    amount: command.amount,
    outcome: command.outcome,
    balances,
    windows: draft.windows,
    grants: (draft.usage?.grants ?? []).filter((grant) => grant.feature === hold.feature),
    entitlement,
    now: draft.now,
  })
  settlement.balances.forEach((settled, index) => {
    const balance = balances[index] as Balance
    Object.assign(balance, settled)
    touchBalance(draft, balance, entitlement)
  })
  const closed = { ...hold, status: command.outcome, settled: command.amount, allocation: hold.allocation }
  mergeChanges(draft, { ...settlement.changes, holds: [], balances: [] })
  Object.assign(hold, closed)
  writes.holds.push({ ...hold, metadata: null, closedAt: draft.now })
  const decision = answer(true, 'ok', balances)
  const shownHold = { ...hold, overEstimate: settlement.overEstimate }
  if (command.amount === 0) return outcomeOf(draft, { decision, hold: shownHold })
  const event = uuidV7(draft.recordedAt)
  const overage = settlement.overage.reduce((sum, stretch) => sum + stretch.amount, 0)
  for (const stretch of settlement.overage)
    writes.overage.push({
      customer: draft.customer,
      id: uuidV7(draft.recordedAt),
      feature: stretch.feature,
      member: stretch.member,
      subscription: draft.entitlements.subscription,
      plan: draft.entitlements.plan?.item ?? 0,
      planVersion: draft.entitlements.plan?.version ?? 0,
      windowStart: stretch.windowStart,
      amount: stretch.amount,
      priced: stretch.priced,
      unitPrices: stretch.unitPrices,
      event,
      at: draft.now,
      recordedAt: draft.recordedAt,
    })
  const verb = hold.kind === 'lease' ? ('lease' as const) : ('settle' as const)
  const outcome = recorded(
    draft,
    { ...command, member: hold.member, verb } as UsageCommand,
    balances,
    command.amount,
    overage,
    draft.now,
    writes,
    event,
  )
  return { ...outcome, hold: shownHold }
}

/** Said again with the same figure, it is the same settlement; with another, it is refused. */
function alreadyClosed(draft: CustomerDraft, command: SettleCommand, hold: Hold): Outcome | null {
  if (hold.status === 'open') return null
  // What ran out unsettled may still be told the truth; a lease too, whose expiry only assumed.
  if (hold.status === 'expired' && command.outcome !== 'expired')
    return command.amount === 0 && hold.kind === 'reservation' ? same(draft, hold) : null
  if (hold.status === command.outcome && (hold.settled ?? 0) === command.amount) return same(draft, hold)
  throw new Refusal(hold.kind === 'lease' ? 'lease_closed' : 'reservation_closed', {
    param: 'id',
    values: { reservation: hold.id, lease: hold.id, status: hold.status },
  })
}

const same = (draft: CustomerDraft, hold: Hold): Outcome =>
  outcomeOf(draft, {
    decision: answer(true, 'ok', []),
    replayed: true,
    hold: { ...hold, overEstimate: (hold.settled ?? 0) > hold.amount },
  })
