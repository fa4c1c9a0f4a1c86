/** release of a meter or of credits, and a lease's late report: an earlier use is reversed, whole or in part. */
import type { Balance, ClosedWindow, Grant } from '../../domain/usage/model.ts'
import { planGiveBack } from '../../domain/usage/give-back.ts'
import { takesOf } from '../../domain/usage/decide.ts'
import { Refusal } from '../../refusal.ts'
import type { UsageEvent } from '../../store/usage/events.ts'
import { type Command, type Outcome, type UsageCommand, verbs } from './commands.ts'
import { type BatchWrites, balanceForTruth, type CustomerDraft, touchBalance } from './draft.ts'
import { mergeChanges } from './merge-changes.ts'
import { type BatchReads, keyName } from './batch-reads.ts'
import { countClosed, placeOf } from './closed-use.ts'
import { asBalance } from './late.ts'
import { overageRow } from './overage.ts'
import { entitlementFor, recorded } from './record.ts'

type ReleaseCommand = Command<'release'>

export function giveBack(
  draft: CustomerDraft,
  command: ReleaseCommand,
  reads: BatchReads,
  writes: BatchWrites,
): Outcome {
  const event = earlierUse(command, reads)
  const left = event.amount - event.returned
  const amount = command.amount === 0 ? left : command.amount
  if (amount > left || left <= 0)
    throw new Refusal('release_too_much', { param: 'amount', values: { amount, held: Math.max(0, left) } })
  const { balances, overage } = reverseUse(draft, command, event, amount, reads, writes)
  // it is recorded where the use was made, and answered with what runs
  const lowered = balances.map((balance) => {
    const window = endedWindow(draft, event, balance)
    return window === null ? balance : asBalance(window, balance)
  })
  const at = lowered[0] === balances[0] ? draft.now : event.occurredAt
  const release = { ...command, member: event.member }
  return recorded(draft, release, lowered, -amount, overage, at, writes, { told: balances })
}

/**
 * Takes an amount of an earlier use back out of its window, its balances and its grants. The caller records it.
 *
 * @returns the balances, the pool first, and the overage that went with it (0 or below)
 */
export function reverseUse(
  draft: CustomerDraft,
  command: UsageCommand,
  event: UsageEvent,
  amount: number,
  reads: BatchReads,
  writes: BatchWrites,
): { balances: Balance[]; overage: number } {
  const entitlement = entitlementFor(draft, command)
  const takes = takesOf(entitlement, event.member)
  const owner = balanceForTruth(draft, event.feature, takes === 'member' ? event.member : 0)
  const part = takes === 'both' ? memberPartOf(draft, event) : undefined
  const read = reads.giveBacks.get(event.id)
  if (read === undefined) throw new Error(`What the use ${event.id} was burnt from was not read`)
  const plan = planGiveBack({
    of: {
      ...event,
      member: owner.member,
      overage: [...read.overage, ...writes.overage.filter((row) => row.event === event.id)],
    },
    amount,
    balance: owner,
    window: endedWindow(draft, event, owner),
    ...(part === undefined ? {} : { memberPart: { balance: part, window: endedWindow(draft, event, part) } }),
    grants: grantsFor(draft, owner, read.grants),
    // Those of this batch are not in the tables yet.
    movements: [
      ...read.movements,
      ...draft.changes.movements.filter(
        ({ grant, windowStart }) => grant.feature === event.feature && windowStart === event.windowStart,
      ),
    ],
    entitlement,
    now: draft.now,
  })
  const place = placeOf(draft, command.feature, event.occurredAt)
  if (place !== 'open') {
    const running = plan.balances.filter((each) => endedWindow(draft, event, each) === null)
    for (const counter of [...running, ...plan.changes.windows]) counter.billed -= plan.given
    countClosed(draft, command.feature, event.occurredAt, -plan.given)
  }
  const touched = part === undefined ? [owner] : [owner, part]
  for (const changed of plan.balances) {
    const balance = touched.find((each) => each.member === changed.member) as Balance
    Object.assign(balance, changed)
    touchBalance(draft, balance, entitlement)
  }
  mergeChanges(draft, { ...plan.changes, balances: [] })
  event.returned += plan.given
  writes.returned.push({ event, returned: event.returned })
  const countedAt = place === 'open' ? draft.now : event.occurredAt
  for (const stretch of plan.overage) {
    const row = overageRow(draft, stretch, event.id, countedAt)
    // the use's own: it may have been made under another
    writes.overage.push(place === 'open' ? { ...row, subscription: event.subscription } : row)
  }
  const overage = plan.overage.reduce((sum, stretch) => sum + stretch.amount, 0)
  return { balances: touched, overage }
}

/** None where the member's own limit began after the use: it never counted there. */
function memberPartOf(draft: CustomerDraft, event: UsageEvent): Balance | undefined {
  const part = balanceForTruth(draft, event.feature, event.member)
  return part.windowStart <= event.occurredAt || endedWindow(draft, event, part) !== null ? part : undefined
}

/** @throws Refusal `event_not_found` for another customer's, another feature's, or what can't be given back */
function earlierUse(command: ReleaseCommand, reads: BatchReads): UsageEvent {
  const id =
    command.of === null ? undefined : 'event' in command.of ? command.of.event : keyedEvent(command, reads)
  const event = id === undefined ? undefined : reads.events.get(id)
  const reversible: number[] = [verbs.consume, verbs.track, verbs.settle]
  if (
    event === undefined ||
    event.customer !== command.customer ||
    event.feature !== command.feature.id ||
    !reversible.includes(event.verb)
  )
    throw new Refusal('event_not_found', { param: 'of' })
  return event
}

function keyedEvent(command: ReleaseCommand, reads: BatchReads): string | undefined {
  const { keyHash } = command.of as { keyHash: string }
  for (const verb of [verbs.consume, verbs.track]) {
    const key = reads.keys.get(keyName(command.customer, verb, keyHash))
    if (key !== undefined) return key.event
  }
  return undefined
}

function endedWindow(draft: CustomerDraft, event: UsageEvent, balance: Balance): ClosedWindow | null {
  if (balance.windowStart <= event.occurredAt && event.windowStart >= balance.windowStart) return null
  if (balance.windowStart === event.windowStart) return null
  return (
    draft.windows.find(
      (window) =>
        window.feature === balance.feature &&
        window.member === balance.member &&
        window.windowStart <= event.occurredAt &&
        event.occurredAt < window.windowEnd,
    ) ?? null
  )
}

/** Those of the draft where the batch has changed them already, and closed ones as they were read. */
function grantsFor(draft: CustomerDraft, owner: Balance, read: Grant[]): Grant[] {
  const open = (draft.usage?.grants ?? []).filter(
    (grant) => grant.feature === owner.feature && grant.member === owner.member,
  )
  const known = new Set(open.map((grant) => grant.number))
  // Of a feature that each member has alone, the same window has the grants of the others too.
  return [...open, ...read.filter((grant) => grant.member === owner.member && !known.has(grant.number))]
}
