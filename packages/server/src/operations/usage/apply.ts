/** One command on its customer's draft: replayed, refused, or decided. */
import { Refusal } from '../../refusal.ts'
import { type Outcome, type StoredDecision, type UsageCommand, verbs } from './commands.ts'
import { type BatchWrites, type CustomerDraft, outcomeOf } from './draft.ts'
import { giveBack } from './give-back.ts'
import { requireNearNow } from './near-now.ts'
import { openRollingWindow } from './open-rolling.ts'
import { type BatchReads, keyName } from './batch-reads.ts'
import { settle } from './settle.ts'
import { applyConsume, applyLease, applyReleaseGauge, applyReserve, applySet, applyTrack } from './take.ts'

export type Applied = { outcome: Outcome } | { refusal: Refusal }

export function applyCommand(
  draft: CustomerDraft,
  command: UsageCommand,
  reads: BatchReads,
  writes: BatchWrites,
  livemode: boolean,
): Applied {
  try {
    const replay = replayOf(draft, command, reads, writes)
    if (replay !== null) return { outcome: replay }
    if (command.verb !== 'track') requireNearNow(command.at, draft.now)
    openRollingWindow(draft, command)
    return { outcome: decide(draft, command, reads, writes, livemode) }
  } catch (error) {
    // A refusal concerns one command of the batch and has written nothing; anything else fails the whole batch.
    if (error instanceof Refusal) return { refusal: error }
    throw error
  }
}

function decide(
  draft: CustomerDraft,
  command: UsageCommand,
  reads: BatchReads,
  writes: BatchWrites,
  livemode: boolean,
): Outcome {
  switch (command.verb) {
    case 'consume':
      return applyConsume(draft, command, writes)
    case 'track':
      return applyTrack(draft, command, writes)
    case 'reserve':
      return applyReserve(draft, command, writes, livemode)
    case 'lease':
      return applyLease(draft, command, writes, livemode)
    case 'release':
      return command.of === null
        ? applyReleaseGauge(draft, command, writes)
        : giveBack(draft, command, reads, writes)
    case 'set':
      return applySet(draft, command, writes)
    case 'settle':
    case 'cancel':
      return settle(draft, command, reads, writes)
  }
}

/** The answer of the effect that the key had, from before or from earlier in this batch. */
function replayOf(
  draft: CustomerDraft,
  command: UsageCommand,
  reads: BatchReads,
  writes: BatchWrites,
): Outcome | null {
  if (command.key === null) return null
  const { hash, bodyHash } = command.key
  const verb = verbs[command.verb]
  const stored =
    reads.keys.get(keyName(command.customer, verb, hash)) ??
    writes.keys.find((key) => key.customer === command.customer && key.verb === verb && key.hash === hash)
  if (stored === undefined) return null
  if (stored.bodyHash !== bodyHash) throw new Refusal('idempotency_key_reused', { param: 'idempotencyKey' })
  const kept = (stored.decision as StoredDecision | null) ?? decisionOfEvent(reads, stored.event)
  const hold =
    kept.hold === null
      ? undefined
      : (reads.holds.get(kept.hold) ?? writes.holds.find((each) => each.id === kept.hold))
  return outcomeOf(draft, {
    decision: { allowed: true, code: 'ok', ...kept },
    event: kept.hold === null ? stored.event : null,
    replayed: true,
    hold: hold === undefined ? null : { ...hold, overEstimate: (hold.settled ?? 0) > hold.amount },
  })
}

/** The first gear keeps its answer in the event. */
function decisionOfEvent(reads: BatchReads, id: string): StoredDecision {
  const event = reads.events.get(id)
  if (event === undefined) throw new Error(`The use ${id} of a key is missing`)
  const { limit, usedAfter, remainingAfter, overage, windowEnd } = event
  return {
    limit,
    used: usedAfter,
    remaining: remainingAfter,
    overage,
    resetsAt: Number.isFinite(windowEnd) ? windowEnd : null,
    hold: null,
  }
}
