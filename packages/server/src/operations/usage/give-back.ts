/** release of a meter or of credits, and a lease's late report: an earlier use is reversed, whole or in part. */
import type { Instant } from '../../domain/time/instant.ts'
import type { Balance, ClosedWindow, Grant } from '../../domain/usage/model.ts'
import { planGiveBack } from '../../domain/usage/give-back.ts'
import { takesOf } from '../../domain/usage/decide.ts'
import { Refusal } from '../../refusal.ts'
import type { UsageEvent } from '../../store/usage/events.ts'
import { type Command, type Outcome, type UsageCommand, verbs } from './commands.ts'
import { type BatchWrites, balanceForTruth, balanceIn, type CustomerDraft, touchBalance } from './draft.ts'
import { mergeChanges } from './merge-changes.ts'
import { type BatchReads, keyName } from './batch-reads.ts'
import { countClosed, placeOf, type Place } from './closed-use.ts'
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
  const { counts, overage } = reverseUse(draft, command, event, amount, reads, writes)
  const balances = counts.map(({ balance }) => balance)
  // it is recorded where the use was made, and answered with what runs
  const lowered = counts.map(({ balance, window }) =>
    window === null ? balance : asBalance(window, balance),
  )
  const at = lowered[0] === balances[0] ? draft.now : event.occurredAt
  const release = { ...command, member: event.member }
  return recorded(draft, release, lowered, -amount, overage, at, writes, { told: balances })
}

/** Where a use is counted: in what runs of a balance, or in a window of it that has ended. */
interface Count {
  balance: Balance
  window: ClosedWindow | null
}

/**
 * Takes an amount of an earlier use back out of its window, its balances and its grants. The caller records it.
 *
 * @returns where it counted, the pool first, and the overage that went with it (0 or below)
 */
export function reverseUse(
  draft: CustomerDraft,
  command: UsageCommand,
  event: UsageEvent,
  amount: number,
  reads: BatchReads,
  writes: BatchWrites,
): { counts: Count[]; overage: number } {
  const entitlement = entitlementFor(draft, command)
  const read = reads.giveBacks.get(event.id)
  if (read === undefined) throw new Error(`What the use ${event.id} was burnt from was not read`)
  const takes = takesOf(entitlement, event.member)
  const known = read.isForgotten ? null : countOf(draft, event, amount, takes)
  const owner = known?.balance ?? balanceForTruth(draft, event.feature, takes === 'member' ? event.member : 0)
  const part = takes === 'both' && known !== null ? partOf(draft, event, known) : null
  const plan = planGiveBack({
    of: {
      ...event,
      member: owner.member,
      overage: [...read.overage, ...writes.overage.filter((row) => row.event === event.id)],
    },
    amount,
    balance: owner,
    window: known === null ? forgottenWindow(event, owner) : known.window,
    ...(part === null ? {} : { memberPart: part }),
    grants: grantsFor(draft, owner, read.grants),
    // Those of this batch are not in the tables yet.
    movements: [
      ...read.movements,
      ...draft.changes.movements.filter(
        ({ grant, windowStart, cause }) =>
          grant.feature === event.feature &&
          windowStart === event.windowStart &&
          (!read.isForgotten || cause === event.id),
      ),
    ],
    entitlement,
    now: draft.now,
  })
  const windows = known === null ? [] : plan.changes.windows
  const counts = [{ balance: owner, window: known?.window ?? null }, ...(part === null ? [] : [part])]
  const { place, usedAt } = chargedAt(draft, command, event, known)
  if (place !== 'open') {
    const inWindow = new Set(windows.map(({ member }) => member))
    const running = known === null ? [] : plan.balances.filter(({ member }) => !inWindow.has(member))
    for (const counter of [...running, ...windows]) counter.billed -= plan.given
    countClosed(draft, command.feature, usedAt, -plan.given)
  }
  for (const changed of plan.balances) {
    const { balance } = counts.find((each) => each.balance.member === changed.member) as Count
    Object.assign(balance, changed)
    touchBalance(draft, balance, entitlement)
  }
  mergeChanges(draft, { ...plan.changes, balances: [], windows })
  event.returned += plan.given
  writes.returned.push({ event, returned: event.returned })
  const countedAt = place === 'open' ? draft.now : usedAt
  for (const stretch of plan.overage) {
    const row = overageRow(draft, stretch, event.id, countedAt)
    // the use's own: it may have been made under another
    writes.overage.push(place === 'open' ? { ...row, subscription: event.subscription } : row)
  }
  const overage = plan.overage.reduce((sum, stretch) => sum + stretch.amount, 0)
  return { counts, overage }
}

/**
 * Where a use is charged. One that was made at the very instant of a closing was made before that, if its window ended with it
 * or it lies in what is billed; where nothing of its window was before, no time was closed that it could belong to.
 */
function chargedAt(
  draft: CustomerDraft,
  { feature }: UsageCommand,
  { occurredAt, windowStart, usedAfter }: UsageEvent,
  known: Count | null,
): { place: Place; usedAt: Instant } {
  const { chargedFrom } = draft.entitlements
  const counter = known?.window ?? known?.balance
  const isBilled = counter !== undefined && occurredAt === chargedFrom && usedAfter <= counter.billed
  if (isBilled && windowStart === occurredAt) return { place: null, usedAt: occurredAt }
  const endedAt = Math.min(
    known?.window?.windowEnd ?? Number.POSITIVE_INFINITY,
    isBilled ? chargedFrom : Number.POSITIVE_INFINITY,
  )
  const usedAt = Math.min(occurredAt, endedAt - 1)
  return { place: placeOf(draft, feature, usedAt), usedAt }
}

/**
 * Who has counted a use: whoever is counted now, unless that has less. A plan before may have counted all members together, or
 * each alone. null: nobody has any more.
 */
function countOf(
  draft: CustomerDraft,
  event: UsageEvent,
  amount: number,
  takes: 'customer' | 'member' | 'both',
): Count | null {
  const members = takes === 'member' ? [event.member, 0] : takes === 'both' ? [0] : [0, event.member]
  const counts = members.flatMap((member) => {
    const balance = balanceIn(draft, event.feature, member)
    return balance === undefined ? [] : (named(draft, event, balance) ?? [])
  })
  return counts.find(({ balance, window }) => (window ?? balance).used >= amount) ?? null
}

/** The window that a use names. It is known by its beginning: a use at the instant of its end may be of the next. */
function named(draft: CustomerDraft, { windowStart }: UsageEvent, balance: Balance): Count | null {
  if (balance.windowStart === windowStart) return { balance, window: null }
  const window = endedOf(draft, balance).find((each) => each.windowStart === windowStart)
  return window === undefined ? null : { balance, window }
}

/** A member's part of a pool, whose windows may have begun at other times. null: its limit began after the use. */
function partOf(draft: CustomerDraft, event: UsageEvent, { window: pool }: Count): Count | null {
  const balance = balanceForTruth(draft, event.feature, event.member)
  const same = named(draft, event, balance)
  if (same !== null) return same
  // what a change began at the instant of the use came after it
  const until = pool === null ? Number.POSITIVE_INFINITY : pool.windowEnd
  const hadBegun = ({ windowStart }: Balance | ClosedWindow) =>
    windowStart <= event.occurredAt && windowStart < until
  if (hadBegun(balance)) return { balance, window: null }
  const [window] = endedOf(draft, balance)
    .filter((each) => hadBegun(each) && event.occurredAt <= each.windowEnd)
    .sort((one, other) => other.windowStart - one.windowStart)
  return window === undefined ? null : { balance, window }
}

const endedOf = (draft: CustomerDraft, { feature, member }: Balance): ClosedWindow[] =>
  draft.windows.filter((window) => window.feature === feature && window.member === member)

/** Of a use that is in no count any more only its grants have something to get back. */
function forgottenWindow({ amount, returned, limit, ...event }: UsageEvent, owner: Balance): ClosedWindow {
  return {
    feature: event.feature,
    member: owner.member,
    windowStart: event.windowStart,
    windowEnd: event.windowStart,
    used: amount - returned,
    reserved: 0,
    overage: 0,
    limit,
    capacity: amount - returned,
    billed: 0,
    subscription: event.subscription,
    closedAt: event.windowStart,
    givenAnew: true,
  }
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

/** Those of the draft where the batch has changed them already, and closed ones as they were read. */
function grantsFor(draft: CustomerDraft, owner: Balance, read: Grant[]): Grant[] {
  const open = (draft.usage?.grants ?? []).filter(
    (grant) => grant.feature === owner.feature && grant.member === owner.member,
  )
  const known = new Set(open.map((grant) => grant.number))
  // Of a feature that each member has alone, the same window has the grants of the others too.
  return [...open, ...read.filter((grant) => grant.member === owner.member && !known.has(grant.number))]
}
