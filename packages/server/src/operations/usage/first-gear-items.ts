/** Which commands may try the first gear, and how they look there. */
import type { Instant } from '../../domain/time/instant.ts'
import { uuidV7 } from '../../ids.ts'
import type { FirstGearItem, FirstGearTaken } from '../../store/usage/first-gear.ts'
import { type Outcome, type UsageCommand, verbs } from './commands.ts'

/** Plain takes of live customers. A member's use tries the pool; the guard refuses it where the pool is shared. */
export function isForFirstGear(command: UsageCommand): boolean {
  if (command.onTestClock || command.at !== null) return false
  return command.verb === 'consume' || command.verb === 'track'
}

export function firstGearItem(command: UsageCommand, now: Instant): FirstGearItem {
  const event = uuidV7(now)
  return {
    customer: command.customer,
    feature: command.feature.id,
    member: command.member,
    verb: verbs[command.verb],
    amount: command.amount,
    // Without a key of the caller's, the event is its own.
    keyHash: command.key?.hash ?? event,
    bodyHash: command.key?.bodyHash ?? event,
    event,
    metadata: command.metadata,
  }
}

/** The guard admits only where nothing has to be decided, announced or refused. */
export function outcomeOfFirstGear(taken: FirstGearTaken): Outcome {
  return {
    decision: {
      allowed: true,
      code: 'ok',
      limit: taken.unlimited ? { unlimited: true } : { unlimited: false, amount: taken.limit },
      used: taken.usedAfter,
      remaining: taken.remainingAfter,
      overage: taken.overage,
      resetsAt: Number.isFinite(taken.windowEnd) ? taken.windowEnd : null,
    },
    access: { level: 'full', reason: 'ok' },
    plan: null,
    planItem: taken.plan,
    currency: null,
    interval: null,
    event: taken.event,
    replayed: false,
    hold: null,
  }
}
