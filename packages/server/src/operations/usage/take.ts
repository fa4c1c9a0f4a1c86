/** consume, track, reserve, lease, and the gauge's release and set: one command on a draft. */
import { answer, decideTake, keptAlong, recordHold, takesOf } from '../../domain/usage/decide.ts'
import type { FeatureEntitlement } from '../../domain/entitlements/model.ts'
import { DAY_MS, type Instant } from '../../domain/time/instant.ts'
import { MAX_CAPACITY, remainingOf, takenOf, UNLIMITED } from '../../domain/usage/limits.ts'
import type { Balance, Hold } from '../../domain/usage/model.ts'
import { newId, uuidV7 } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import type { Command, Outcome, UsageCommand } from './commands.ts'
import {
  type BatchWrites,
  balanceForTruth,
  balanceIn,
  type CustomerDraft,
  outcomeOf,
  touchBalance,
} from './draft.ts'
import { placeOf, termsAt } from './closed-use.ts'
import { recordLate } from './late.ts'
import { CLOCK_SKEW_MS } from './near-now.ts'
import { bindKey, entitlementFor, recorded, recordTake, refuseTooMuch } from './record.ts'

export function applyConsume(
  draft: CustomerDraft,
  command: Command<'consume'>,
  writes: BatchWrites,
): Outcome {
  const targets = targetsOf(draft, command)
  const { entitlement } = targets
  const decision = decideTake(draft.entitlements, entitlement, targets, command.amount, draft.now)
  if (!decision.allowed || entitlement === undefined) return outcomeOf(draft, { decision })
  return recordTake(draft, command, entitlement, withKept(draft, command, targets), draft.now, writes)
}

/** After the fact: the truth, whatever the limit and the access say. */
export function applyTrack(draft: CustomerDraft, command: Command<'track'>, writes: BatchWrites): Outcome {
  const at = reportedAt(draft, command)
  const place = placeOf(draft, command.feature, at)
  const terms = termsAt(entitlementFor(draft, command), place)
  const targets = withKept(draft, command, targetsOf(draft, command, terms))
  const { balances } = targets
  refuseTooMuch([...balances, ...targets.kept].map(takenOf), command.amount)
  const isLate = place !== 'open' || balances.some(({ windowStart }) => at < windowStart)
  if (isLate) return recordLate(draft, command, { terms, balances }, { at, place }, writes)
  return recordTake(draft, command, terms, targets, Math.min(at, draft.now), writes)
}

/** @throws Refusal `event_in_future`, `event_too_late` */
export function reportedAt(draft: CustomerDraft, command: Command<'track'>): Instant {
  const at = command.at ?? draft.now
  if (at > draft.now + CLOCK_SKEW_MS) throw new Refusal('event_in_future', { param: 'at' })
  const { latenessDays } = command.feature
  if (at < draft.now - latenessDays * DAY_MS)
    throw new Refusal('event_too_late', { param: 'at', values: { days: latenessDays } })
  return at
}

export function applyReserve(
  draft: CustomerDraft,
  command: Command<'reserve'>,
  writes: BatchWrites,
  livemode: boolean,
): Outcome {
  const targets = targetsOf(draft, command)
  const { entitlement } = targets
  const { amount } = command
  const decision = decideTake(draft.entitlements, entitlement, targets, amount, draft.now)
  if (!decision.allowed || entitlement === undefined) return outcomeOf(draft, { decision })
  const held = { ...withKept(draft, command, targets), amount, expiresAt: draft.now + command.ttlMs }
  return recordHeld(draft, command, entitlement, held, writes, livemode)
}

/** Gives what is there, up to the amount asked; ends before anything that may change what is in force. */
export function applyLease(
  draft: CustomerDraft,
  command: Command<'lease'>,
  writes: BatchWrites,
  livemode: boolean,
): Outcome {
  const targets = targetsOf(draft, command)
  const { entitlement, balances } = targets
  const room = Math.min(
    command.amount,
    ...balances.map((balance) => (balance.limit.unlimited ? command.amount : remainingOf(balance))),
  )
  const amount = Math.max(1, room)
  const decision = decideTake(draft.entitlements, entitlement, targets, amount, draft.now)
  // What lies above the limit is decided use by use, never handed out.
  const refused =
    decision.allowed && room < 1 ? { ...decision, allowed: false, code: 'quota_exceeded' as const } : decision
  if (!refused.allowed || entitlement === undefined) return outcomeOf(draft, { decision: refused })
  const expiresAt = Math.min(draft.now + command.ttlMs, ...balances.map((balance) => balance.validUntil))
  const held = { ...withKept(draft, command, targets), amount, expiresAt }
  return recordHeld(draft, command, entitlement, held, writes, livemode)
}

/** A gauge gives back at most what it holds, and a member whom the plan counts at most what is its own. */
export function applyReleaseGauge(
  draft: CustomerDraft,
  command: Command<'release'>,
  writes: BatchWrites,
): Outcome {
  const targets = withKept(draft, command, targetsOf(draft, command, entitlementFor(draft, command)))
  const { balances } = targets
  if (balances.some((balance) => balance.used < command.amount))
    throw new Refusal('release_too_much', {
      param: 'amount',
      values: { amount: command.amount, held: Math.min(...balances.map((balance) => balance.used)) },
    })
  return moveGauge(draft, command, targets, -command.amount, writes)
}

export function applySet(draft: CustomerDraft, command: Command<'set'>, writes: BatchWrites): Outcome {
  const targets = withKept(draft, command, targetsOf(draft, command, entitlementFor(draft, command)))
  const all = [...targets.balances, ...targets.kept]
  // The pool of a gauge is the sum of its members: stating one member's level moves the pool by the difference.
  const own = all.find(({ member }) => member === command.member) as Balance
  const difference = command.amount - own.used
  refuseTooMuch(all.map(takenOf), Math.max(0, difference))
  return moveGauge(draft, command, targets, difference, writes)
}

/** Moves all of them by as much, none below nothing: what was stated or given back for all was nobody's in particular. */
export function moveGauge(
  draft: CustomerDraft,
  command: UsageCommand,
  { balances, kept }: Pick<Targets, 'balances' | 'kept'>,
  difference: number,
  writes: BatchWrites,
): Outcome {
  const rules = entitlementFor(draft, command)
  const all = [...balances, ...kept]
  const pool = all.find(({ member }) => member === 0) ?? (balances[0] as Balance)
  const before = pool.used
  for (const balance of all) {
    balance.used = Math.max(0, balance.used + difference)
    balance.decidedAt = Math.max(balance.decidedAt, draft.now)
    if (balance.used > balance.capacity) balance.crossedAt ??= draft.now
    else balance.crossedAt = null
    touchBalance(draft, balance, rules)
  }
  return recorded(draft, command, balances, pool.used - before, 0, draft.now, writes)
}

function recordHeld(
  draft: CustomerDraft,
  command: Command<'reserve' | 'lease'>,
  entitlement: FeatureEntitlement,
  held: Targets & { amount: number; expiresAt: Instant },
  writes: BatchWrites,
  livemode: boolean,
): Outcome {
  const kind = command.verb === 'lease' ? 'lease' : 'reservation'
  for (const balance of [...held.balances, ...held.kept]) {
    recordHold(balance, kind, held.amount, draft.now)
    touchBalance(draft, balance, entitlement)
  }
  const owner = held.balances[0] as Balance
  const part = [...held.balances, ...held.kept].find(({ member }) => member === command.member)
  const takes = held.kept.length > 0 ? 'both' : held.takes
  const hold: Hold = {
    id: newId(kind === 'lease' ? 'lea' : 'res', livemode, draft.recordedAt),
    kind,
    feature: command.feature.id,
    member: command.member,
    takes,
    amount: held.amount,
    settled: null,
    status: 'open',
    holder: command.verb === 'lease' ? command.holder : '',
    windowStart: owner.windowStart,
    memberWindowStart: takes === 'both' ? (part as Balance).windowStart : Number.NEGATIVE_INFINITY,
    allocation: null,
    createdAt: draft.now,
    expiresAt: held.expiresAt,
  }
  writes.holds.push({
    ...hold,
    environment: 0,
    customer: draft.customer,
    event: null,
    metadata: command.metadata,
    closedAt: null,
  })
  const decision = answer(true, 'ok', held.balances)
  bindKey(draft, command, uuidV7(draft.recordedAt), decision, hold.id, writes)
  return outcomeOf(draft, { decision, hold: { ...hold, overEstimate: false } })
}

interface Targets {
  entitlement: FeatureEntitlement | undefined
  takes: Hold['takes']
  /** Those that the command is decided over, the pool first. */
  balances: Balance[]
  /** Of a gauge, those that move along without being asked. */
  kept: Balance[]
}

/** The balances a command comes out of. @param truth by which terms it is recorded whatever they have: they are made if they don't exist */
function targetsOf(draft: CustomerDraft, command: UsageCommand, truth?: FeatureEntitlement): Targets {
  const entitlement = truth ?? draft.entitlements.features.get(command.feature.id)
  const takes = entitlement === undefined ? 'customer' : takesOf(entitlement, command.member)
  if (takes === 'member' && command.member === 0)
    throw new Refusal('member_required', { param: 'member', values: { feature: command.feature.key } })
  const members = takes === 'both' ? [0, command.member] : takes === 'member' ? [command.member] : [0]
  const balances = members
    .map((member) =>
      truth !== undefined
        ? balanceForTruth(draft, command.feature.id, member)
        : balanceIn(draft, command.feature.id, member),
    )
    .filter((balance) => balance !== undefined)
  return { entitlement, takes, balances, kept: [] }
}

/** Once it is sure that the command has an effect: what moves along is made if it doesn't exist. */
function withKept(draft: CustomerDraft, command: UsageCommand, targets: Targets): Targets {
  const member = keptAlong(entitlementFor(draft, command), command.member)
  if (member === null) return targets
  const known = balanceIn(draft, command.feature.id, member)
  const balance = known ?? balanceForTruth(draft, command.feature.id, member)
  if (known === undefined) Object.assign(balance, { limit: UNLIMITED, capacity: MAX_CAPACITY })
  return { ...targets, kept: [balance] }
}
