/** Rows of a use: the use itself, its key, its overage, and the answer that all of them keep. */
import { answer, recordUse, type Decision } from '../../domain/usage/decide.ts'
import type { FeatureEntitlement } from '../../domain/entitlements/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { MAX_CAPACITY } from '../../domain/usage/limits.ts'
import { uuidTime, uuidV7 } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { type Command, type Outcome, type UsageCommand, verbs } from './commands.ts'
import { type BatchWrites, type CustomerDraft, outcomeOf, touchBalance } from './draft.ts'
import { overageOfUse } from './overage.ts'

export function recordTake(
  draft: CustomerDraft,
  command: Command<'consume' | 'track'>,
  entitlement: FeatureEntitlement,
  { balances, kept }: { balances: Balance[]; kept: Balance[] },
  at: Instant,
  writes: BatchWrites,
): Outcome {
  const event = uuidV7(draft.recordedAt)
  let overage = 0
  for (const balance of [...balances, ...kept]) {
    const stretch = recordUse(balance, entitlement, command.amount, draft.now)
    touchBalance(draft, balance, entitlement)
    if (stretch === null) continue
    overage = stretch.amount
    writes.overage.push(overageOfUse(draft, balance, stretch, event, at))
  }
  return recorded(draft, command, balances, command.amount, overage, at, writes, { event })
}

/** The row of the use, the row of its key, and the answer that both keep. */
export function recorded(
  draft: CustomerDraft,
  command: UsageCommand,
  balances: Balance[],
  amount: number,
  overage: number,
  occurredAt: Instant,
  writes: BatchWrites,
  { event = uuidV7(draft.recordedAt), told = balances }: { event?: string; told?: Balance[] } = {},
): Outcome {
  const decision = answer(true, 'ok', told)
  const shown = balances[0] as Balance
  writes.events.push({
    customer: draft.customer,
    id: event,
    recordedAt: uuidTime(event),
    feature: command.feature.id,
    member: command.member,
    verb: verbs[command.verb],
    amount,
    occurredAt,
    windowStart: shown.windowStart,
    windowEnd: shown.windowEnd,
    usedAfter: shown.used,
    limit: shown.limit,
    remainingAfter: decision.remaining,
    overage,
    subscription: draft.entitlements.subscription,
    returned: 0,
    metadata: command.metadata,
  })
  bindKey(draft, command, event, decision, null, writes)
  return outcomeOf(draft, { decision, event })
}

export function bindKey(
  draft: CustomerDraft,
  command: UsageCommand,
  event: string,
  decision: Decision,
  hold: string | null,
  writes: BatchWrites,
): void {
  if (command.key === null) return
  const { limit, used, remaining, overage, resetsAt } = decision
  writes.keys.push({
    customer: draft.customer,
    verb: verbs[command.verb],
    hash: command.key.hash,
    bodyHash: command.key.bodyHash,
    event,
    recordedAt: uuidTime(event),
    decision: { limit, used, remaining, overage, resetsAt, hold },
  })
}

/** The rules for a feature that nothing gives: a limit of 0, hard. */
export function entitlementFor(draft: CustomerDraft, command: UsageCommand): FeatureEntitlement {
  const known = draft.entitlements.features.get(command.feature.id)
  if (known !== undefined) return known
  return {
    feature: command.feature,
    kind: command.feature.kind,
    included: false,
    value: null,
    limit: { unlimited: false, amount: 0 },
    window: 'lifetime',
    scope: 'customer',
    memberLimit: null,
    policy: { type: 'hard' },
    rollover: { type: 'none' },
    priority: 100,
    overridden: false,
  }
}

/**
 * The truth is recorded whatever the limit, but not beyond what a number holds exactly. Asked before anything changes.
 *
 * @throws Refusal `amount_invalid`
 */
export function refuseTooMuch(taken: readonly number[], amount: number): void {
  if (taken.some((already) => amount > MAX_CAPACITY - already))
    throw new Refusal('amount_invalid', { param: 'amount' })
}
