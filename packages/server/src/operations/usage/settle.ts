/** Closes a reservation or a lease with what was really used. */
import { answer, type Decision, keptAlong } from '../../domain/usage/decide.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { grantOwnerOf } from '../../domain/usage/fold.ts'
import { settleHold } from '../../domain/usage/settle.ts'
import type { Balance, ClosedWindow } from '../../domain/usage/model.ts'
import { uuidV7 } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import type { CustomerHold } from '../../store/holds.ts'
import type { Command, Outcome, UsageCommand } from './commands.ts'
import { type BatchWrites, balanceForTruth, type CustomerDraft, outcomeOf, touchBalance } from './draft.ts'
import type { BatchReads } from './batch-reads.ts'
import { countClosed, placeOf, termsAt } from './closed-use.ts'
import { reverseUse } from './give-back.ts'
import { mergeChanges } from './merge-changes.ts'
import { asBalance } from './late.ts'
import { overageRow } from './overage.ts'
import { bindKey, entitlementFor, recorded, refuseTooMuch } from './record.ts'
import { takenOf } from '../../domain/usage/limits.ts'
import { moveGauge } from './take.ts'

type SettleCommand = Command<'settle' | 'cancel'>

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
  // What ran out counts as its expiry assumed: nothing of a reservation, all of a lease.
  const assumed = hold.status === 'expired' ? (hold.settled ?? 0) : 0
  if (command.amount < assumed) return correctAssumption(draft, command, hold, assumed, reads, writes)
  const usedAt = madeAt(draft, hold)
  const place = placeOf(draft, command.feature, usedAt)
  const entitlement = termsAt(entitlementFor(draft, command), place)
  const balances = balancesOf(draft, command, hold)
  refuseTooMuch(
    [...balances.map(takenOf), ...draft.windows.map((window) => window.used)],
    command.amount - assumed,
  )
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
  if (place !== 'open') {
    const counters = [...settlement.balances, ...settlement.changes.windows]
    for (const counter of counters) if (isOf(hold, counter)) counter.billed += command.amount - assumed
    countClosed(draft, command.feature, usedAt, command.amount - assumed)
  }
  settlement.balances.forEach((settled, index) => {
    const balance = balances[index] as Balance
    Object.assign(balance, settled)
    touchBalance(draft, balance, entitlement)
  })
  mergeChanges(draft, { ...settlement.changes, holds: [], balances: [] })
  Object.assign(hold, { status: command.outcome, settled: command.amount })
  if (command.outcome === 'expired') announceExpiry(draft, command, hold)
  const used = command.amount - assumed
  if (used === 0) {
    writes.holds.push({ ...hold, metadata: null, closedAt: draft.now })
    return closed(draft, command, hold, answer(true, 'ok', balances), writes)
  }
  const event = uuidV7(draft.recordedAt)
  hold.event = event
  writes.holds.push({ ...hold, metadata: null, closedAt: draft.now })
  const overage = settlement.overage.reduce((sum, stretch) => sum + stretch.amount, 0)
  const countedAt = place === 'open' ? draft.now : usedAt
  for (const stretch of settlement.overage) writes.overage.push(overageRow(draft, stretch, event, countedAt))
  const shown = balances.map((balance) => whereItWasMade(draft, hold, balance))
  const at = shown[0] === balances[0] ? draft.now : hold.createdAt
  const { decision } = recorded(draft, useOf(command, hold), shown, used, overage, at, writes, { event })
  return closed(draft, command, hold, decision, writes)
}

/** At the very instant that ended its window it was made before that. */
function madeAt(draft: CustomerDraft, hold: CustomerHold): Instant {
  const window = draft.windows.find(
    (each) =>
      each.feature === hold.feature &&
      each.member === grantOwnerOf(hold) &&
      each.windowStart === hold.windowStart,
  )
  return Math.min(hold.createdAt, (window?.windowEnd ?? Number.POSITIVE_INFINITY) - 1)
}

/** Whether it is the window that the hold was made in. */
function isOf(hold: CustomerHold, { member, windowStart }: Balance | ClosedWindow): boolean {
  const isPart = hold.takes === 'both' && member !== 0
  return windowStart === (isPart ? hold.memberWindowStart : hold.windowStart)
}

/** Nobody settled it: that happened when its time was over, however late it is noticed. */
function announceExpiry(draft: CustomerDraft, command: SettleCommand, hold: CustomerHold): void {
  const { kind, id, amount, member, expiresAt } = hold
  draft.changes.events.push({
    type: `${kind}.expired`,
    subject: id,
    payload: { [kind]: id, feature: command.feature.key, memberNumber: member, amount },
    occurredAt: expiresAt,
  })
}

/** A lease that was taken for used up says, late, that it was not. */
function correctAssumption(
  draft: CustomerDraft,
  command: SettleCommand,
  hold: CustomerHold,
  assumed: number,
  reads: BatchReads,
  writes: BatchWrites,
): Outcome {
  const event = hold.event === null ? undefined : reads.events.get(hold.event)
  if (event === undefined) throw new Error(`The use that the end of ${hold.id} assumed is missing`)
  const amount = assumed - command.amount
  const use = useOf(command, hold)
  Object.assign(hold, { status: command.outcome, settled: command.amount })
  writes.holds.push({ ...hold, metadata: null, closedAt: draft.now })
  if (command.feature.kind === 'gauge') {
    const balances = balancesOf(draft, command, hold)
    const { decision } = moveGauge(draft, use, { balances, kept: [] }, -amount, writes)
    return closed(draft, command, hold, decision, writes)
  }
  const { counts, overage } = reverseUse(draft, command, event, amount, reads, writes)
  const balances = counts.map(({ balance }) => balance)
  const shown = balances.map((balance) => whereItWasMade(draft, hold, balance))
  const at = shown[0] === balances[0] ? draft.now : hold.createdAt
  const { decision } = recorded(draft, use, shown, -amount, overage, at, writes)
  return closed(draft, command, hold, decision, writes)
}

/** Those that it was taken from, the pool first, unless that is only kept along. */
function balancesOf(draft: CustomerDraft, command: SettleCommand, hold: CustomerHold): Balance[] {
  const members = hold.takes === 'both' ? [0, hold.member] : hold.takes === 'member' ? [hold.member] : [0]
  if (keptAlong(entitlementFor(draft, command), hold.member) === 0) members.reverse()
  return members.map((member) => balanceForTruth(draft, hold.feature, member))
}

/** A hold counts in the window it was made in, also after that has ended. */
function whereItWasMade(draft: CustomerDraft, hold: CustomerHold, balance: Balance): Balance {
  const isPart = hold.takes === 'both' && balance.member !== 0
  const start = isPart ? hold.memberWindowStart : hold.windowStart
  if (start === balance.windowStart) return balance
  const window = draft.windows.find(
    (each) =>
      each.feature === balance.feature && each.member === balance.member && each.windowStart === start,
  )
  return window === undefined ? balance : asBalance(window, balance)
}

/** The use as it is recorded; the key belongs to the settlement. */
function useOf(command: SettleCommand, hold: CustomerHold): UsageCommand {
  const verb = hold.kind === 'lease' ? 'lease' : 'settle'
  return { ...command, member: hold.member, key: null, verb } as UsageCommand
}

function closed(
  draft: CustomerDraft,
  command: SettleCommand,
  hold: CustomerHold,
  decision: Decision,
  writes: BatchWrites,
): Outcome {
  bindKey(draft, command, hold.event ?? uuidV7(draft.recordedAt), decision, hold.id, writes)
  return outcomeOf(draft, { decision, hold: { ...hold, overEstimate: (hold.settled ?? 0) > hold.amount } })
}

/** Said again with the same figure, it is the same settlement; with another, it is refused. */
function alreadyClosed(draft: CustomerDraft, command: SettleCommand, hold: CustomerHold): Outcome | null {
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

const same = (draft: CustomerDraft, hold: CustomerHold): Outcome =>
  outcomeOf(draft, {
    decision: answer(true, 'ok', []),
    replayed: true,
    hold: { ...hold, overEstimate: (hold.settled ?? 0) > hold.amount },
  })
