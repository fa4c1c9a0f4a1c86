/**
 * The second gear: what the guard refused, or what needs more than two numbers. One transaction for a batch:
 * lock in order → read in a fresh snapshot → decide, pure, in the order of arrival → save.
 *
 * Owns: that order. Does not own: decisions (`domain/usage`, through `take.ts` and `settle.ts`), batching (`writer.ts`).
 * Invariant: nothing that is decided upon was read before its lock was had; a key has its effect once.
 */
import type { Context, Environment, OperationContext } from '../../context.ts'
import { advanceState, entitlementsOf } from '../../domain/customers/reconcile.ts'
import type { Entitlements } from '../../domain/entitlements/model.ts'
import { DAY_MS, type Instant } from '../../domain/time/instant.ts'
import type { Balance } from '../../domain/usage/model.ts'
import { uuidTime } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { loadBalances, loadCustomerUsage } from '../../store/balances.ts'
import { loadStretches } from '../../store/closed-stretches.ts'
import { loadCustomerStates } from '../../store/customer-state.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { type CustomerHold, loadHolds } from '../../store/holds.ts'
import { loadCustomerKey } from '../../store/usage/directory.ts'
import { loadUsageEvents } from '../../store/usage/events.ts'
import { readForGiveBack } from '../../store/usage/give-back-read.ts'
import { loadUsageKeys } from '../../store/usage/keys.ts'
import { loadTestClockTimes, lockBalances, type LockedHead, lockHeads } from '../../store/usage/locks.ts'
import { loadWindowsFor } from '../../store/usage/windows.ts'
import { type UsageCommand, verbs } from './commands.ts'
import { type CustomerDraft, newDraft, noWrites } from './draft.ts'
import type { EntitlementCache } from './entitlement-cache.ts'
import { type Applied, applyCommand } from './apply.ts'
import { type BatchReads, keyName } from './batch-reads.ts'
import { refreshLocked } from './refresh-customer.ts'
import { saveBatch } from './save-batch.ts'

export interface BatchContext extends Context {
  environment: Environment
  entitlements: EntitlementCache
}

export interface BatchResult {
  applied: Map<UsageCommand, Applied>
  /** Their customers' heads are held by somebody else. */
  missed: UsageCommand[]
}

/** Decides and saves a batch inside the caller's transaction; the answers are good once it has committed. */
export async function decideBatch(
  ctx: BatchContext,
  tx: Transaction,
  commands: UsageCommand[],
  held: 'skip' | 'wait',
): Promise<BatchResult> {
  const environment = ctx.environment.id
  const customers = [...new Set(commands.map((command) => command.customer))]
  // One round trip: the statements run one after the other, so each sees what the locks before it waited for.
  const [heads, locked] = await Promise.all([
    lockHeads(tx, environment, customers, held),
    lockBalances(tx, environment, wantedBalances(commands), held),
  ])
  const free = new Map(heads.map((head) => [head.customer, head]))
  for (const customer of locked.incomplete) free.delete(customer)
  const mine = commands.filter((command) => free.has(command.customer))
  const missed = commands.filter((command) => !free.has(command.customer))
  if (mine.length === 0) return { applied: new Map(), missed }
  const recordedAt = ctx.clock.now()
  const reading = readBatch(tx, environment, mine)
  const balances = [...locked.balances, ...(await lockOwners(tx, environment, mine, reading))]
  const [reads, { drafts, isRefreshed }] = await Promise.all([
    reading,
    openDrafts(ctx, tx, mine, free, balances, recordedAt),
  ])
  // what was open at a boundary was bound to grants there
  if (isRefreshed) await readHoldsAnew(tx, environment, reads)
  await readWhatDecisionsNeed(ctx, tx, mine, drafts, reads)
  const writes = noWrites()
  const applied = new Map<UsageCommand, Applied>()
  for (const command of mine) {
    const draft = drafts.get(command.customer)
    applied.set(
      command,
      draft === undefined
        ? { refusal: await deletedCustomer(tx, environment, command.customer) }
        : applyCommand(draft, command, reads, writes, ctx.environment.mode === 'live'),
    )
  }
  await saveBatch(ctx, tx, [...drafts.values()], writes)
  return { applied, missed }
}

async function deletedCustomer(tx: Transaction, environment: number, customer: number): Promise<Refusal> {
  const key = await loadCustomerKey(tx, environment, customer)
  return new Refusal('customer_deleted', { param: 'customer', values: { customer: key } })
}

function wantedBalances(commands: UsageCommand[]): BalanceName[] {
  const wanted = new Map<string, BalanceName>()
  for (const { customer, feature, member } of commands)
    for (const owner of member === 0 ? [0] : [0, member])
      wanted.set(`${customer}/${feature.id}/${owner}`, { customer, feature: feature.id, member: owner })
  return [...wanted.values()]
}

/** A give-back goes to the member whose use it was, whom only the use names. The heads are locked already. */
async function lockOwners(
  tx: Transaction,
  environment: number,
  commands: UsageCommand[],
  reading: Promise<BatchReads>,
): Promise<(Balance & { customer: number })[]> {
  const reversing = commands.filter((command) => 'of' in command && command.of !== null)
  if (reversing.length === 0) return []
  const reads = await reading
  const known = new Set(wantedBalances(commands).map(balanceName))
  const owners = new Map<string, BalanceName>()
  for (const command of reversing)
    for (const name of reversedUses(command, reads)) {
      const use = reads.events.get(name)
      if (use === undefined || use.member === 0 || use.customer !== command.customer) continue
      const owner = { customer: use.customer, feature: use.feature, member: use.member }
      if (!known.has(balanceName(owner))) owners.set(balanceName(owner), owner)
    }
  if (owners.size === 0) return []
  const { balances } = await lockBalances(tx, environment, [...owners.values()], 'wait')
  return balances
}

interface BalanceName {
  customer: number
  feature: number
  member: number
}

const balanceName = ({ customer, feature, member }: BalanceName): string => `${customer}/${feature}/${member}`

/** The uses that a command takes back: the one that is named, or those that a key may name. */
function reversedUses(command: UsageCommand, reads: BatchReads): string[] {
  if ('hold' in command) {
    const hold = reads.holds.get(command.hold)
    return hold?.status === 'expired' && hold.event !== null ? [hold.event] : []
  }
  if (command.verb !== 'release' || command.of === null) return []
  const { of } = command
  if ('event' in of) return [of.event]
  return [verbs.consume, verbs.track].flatMap(
    (verb) => reads.keys.get(keyName(command.customer, verb, of.keyHash))?.event ?? [],
  )
}

/** Keys, holds and the uses that keys answer for. */
async function readBatch(
  tx: Transaction,
  environment: number,
  commands: UsageCommand[],
): Promise<BatchReads> {
  const asked = commands.flatMap((command) =>
    command.key === null
      ? []
      : [{ customer: command.customer, verb: verbs[command.verb], hash: command.key.hash }],
  )
  // A use may be given back by the key it was made under: consume's or track's.
  const given = commands.flatMap((command) =>
    command.verb === 'release' && command.of !== null && 'keyHash' in command.of
      ? [verbs.consume, verbs.track].map((verb) => ({
          customer: command.customer,
          verb,
          hash: (command.of as { keyHash: string }).keyHash,
        }))
      : [],
  )
  const holdIds = commands.flatMap((command) => ('hold' in command ? [command.hold] : []))
  const [keys, holds] = await Promise.all([
    loadUsageKeys(tx, environment, [...asked, ...given]),
    loadHolds(tx, environment, holdIds),
  ])
  const named = keys.map((key) => ({ customer: key.customer, recordedAt: key.recordedAt, id: key.event }))
  for (const command of commands)
    if (command.verb === 'release' && command.of !== null && 'event' in command.of)
      named.push({
        customer: command.customer,
        recordedAt: uuidTime(command.of.event),
        id: command.of.event,
      })
  for (const { customer, event } of holds)
    if (event !== null) named.push({ customer, recordedAt: uuidTime(event), id: event })
  const events = await loadUsageEvents(tx, environment, named)
  const replayedHolds = keys.flatMap((key) => {
    const hold = (key.decision as { hold?: string | null } | null)?.hold
    return hold === undefined || hold === null ? [] : [hold]
  })
  if (replayedHolds.length > 0) holds.push(...(await loadHolds(tx, environment, replayedHolds)))
  return {
    keys: new Map(keys.map((key) => [keyName(key.customer, key.verb, key.hash), key])),
    holds: new Map(holds.map((hold) => [hold.id, hold])),
    events: new Map(events.map((event) => [event.id, event])),
    giveBacks: new Map(),
  }
}

async function openDrafts(
  ctx: BatchContext,
  tx: Transaction,
  commands: UsageCommand[],
  heads: Map<number, LockedHead>,
  locked: (Balance & { customer: number })[],
  recordedAt: Instant,
): Promise<{ drafts: Map<number, CustomerDraft>; isRefreshed: boolean }> {
  const environment = ctx.environment.id
  const clocks = [...heads.values()].flatMap((head) => (head.testClock === null ? [] : [head.testClock]))
  const clockTimes =
    clocks.length === 0 ? new Map<string, Instant>() : await loadTestClockTimes(tx, environment, clocks)
  const balancesOf: Map<number, Balance[]> = groupByCustomer(locked)
  const nowOf = (head: LockedHead): Instant =>
    Math.max(
      head.testClock === null ? recordedAt : (clockTimes.get(head.testClock) as Instant),
      head.decidedAt,
      ...(balancesOf.get(head.customer) ?? []).map((balance) => balance.decidedAt),
    )
  const operation: OperationContext = { ...ctx, tx, actor: 'usage' }
  const wanted = groupByCustomer(commands)
  let isRefreshed = false
  for (const head of heads.values()) {
    const now = nowOf(head)
    const balances = balancesOf.get(head.customer) ?? []
    if (!needsRefresh(head, balances, wanted.get(head.customer) ?? [], now)) continue
    const refreshed = await refreshLocked(operation, head.customer)
    isRefreshed = true
    head.entitlementVersion = refreshed.version
    head.decidedAt = Math.max(head.decidedAt, now)
    ctx.entitlements.forget(head.customer)
    // All of them are locked now.
    balancesOf.set(head.customer, await loadBalances(tx, environment, [head.customer]))
  }
  const inForce = await loadInForce(ctx, tx, [...heads.values()], wanted)
  const drafts = new Map<number, CustomerDraft>()
  for (const head of heads.values()) {
    const entitlements = inForce.get(head.customer)
    if (entitlements === undefined) continue
    const balances = balancesOf.get(head.customer) ?? []
    drafts.set(
      head.customer,
      newDraft({ customer: head.customer, now: nowOf(head), recordedAt, entitlements, balances }),
    )
  }
  return { drafts, isRefreshed }
}

async function readHoldsAnew(tx: Transaction, environment: number, { holds }: BatchReads): Promise<void> {
  for (const hold of await loadHolds(tx, environment, [...holds.keys()])) holds.set(hold.id, hold)
}

/** Has a boundary passed since the last decision? A window turned, a grant began or ended, the lifecycle moved. */
function needsRefresh(
  head: LockedHead,
  balances: Balance[],
  commands: UsageCommand[],
  now: Instant,
): boolean {
  if (now >= head.dueAt) return true
  // A rolling window that nobody has used yet opens with its first use, so that it is not open here is no reason.
  return (
    balances.some(
      (balance) => now >= balance.validUntil || balance.entitlementVersion !== head.entitlementVersion,
    ) && commands.length > 0
  )
}

/** What was set aside ends at its time, whoever is gone by then. */
const isExpiry = (command: UsageCommand): boolean => 'outcome' in command && command.outcome === 'expired'

/**
 * What is in force for each customer, from memory where the version is the locked one. Deleted ones are absent, unless all
 * that is wanted of them is to end what they had set aside.
 */
async function loadInForce(
  ctx: BatchContext,
  tx: Transaction,
  heads: LockedHead[],
  wanted: Map<number, UsageCommand[]>,
): Promise<Map<number, Entitlements>> {
  const found = new Map<number, Entitlements>()
  const unknown: LockedHead[] = []
  for (const head of heads) {
    const cached = ctx.entitlements.get(head.customer, head.entitlementVersion)
    if (cached === undefined) unknown.push(head)
    else found.set(head.customer, cached)
  }
  if (unknown.length === 0) return found
  const states = await loadCustomerStates(
    tx,
    ctx,
    unknown.map((head) => head.customer),
    // it is remembered under the locked version, which a change of the catalog has raised
    { freshCatalog: true },
  )
  for (const [customer, state] of states) {
    if (state.customer.deletedAt !== null && wanted.get(customer)?.every(isExpiry) !== true) continue
    const entitlements = entitlementsOf(advanceState(state, state.now))
    ctx.entitlements.set(customer, entitlements)
    found.set(customer, entitlements)
  }
  return found
}

/** Grants, holds and ended windows, only for the customers whose commands reach beyond the running balance. */
async function readWhatDecisionsNeed(
  ctx: BatchContext,
  tx: Transaction,
  commands: UsageCommand[],
  drafts: Map<number, CustomerDraft>,
  reads: BatchReads,
): Promise<void> {
  for (const command of commands) {
    const draft = drafts.get(command.customer)
    if (draft === undefined) continue
    await readStretches(ctx, tx, command, draft, reads)
    const environment = ctx.environment.id
    const rolling = draft.entitlements.features.get(command.feature.id)?.window === 'rolling_30_days'
    const balances = [0, command.member].flatMap(
      (member) => draft.balances.get(`${command.feature.id}/${member}`) ?? [],
    )
    const unopened = rolling && balances.some((balance) => balance.firstUsedAt === null)
    const hold = 'hold' in command ? reads.holds.get(command.hold) : undefined
    const bound =
      hold !== undefined && (hold.allocation !== null || balances.some((each) => isEnded(hold, each)))
    const givesBack = reversedUses(command, reads).length > 0
    // what was included then may be more than is now
    const isClosed = command.verb === 'track' && (command.at ?? draft.now) < draft.entitlements.chargedFrom
    if (draft.usage === null && (unopened || bound || givesBack || isClosed))
      draft.usage = await loadCustomerUsage(tx, environment, command.customer)
    const late =
      command.verb === 'track' &&
      command.at !== null &&
      (unopened || balances.some((each) => (command.at as number) < each.windowStart))
    if (late || bound || givesBack)
      draft.windows.push(
        ...(await loadWindowsFor(tx, environment, command.customer, command.feature.id, draft.windows)),
      )
    if (givesBack) await readGiveBack(tx, environment, command, reads)
  }
}

/** Where a command tells of a time that is closed: what that was charged. */
async function readStretches(
  { catalogs, environment }: BatchContext,
  tx: Transaction,
  command: UsageCommand,
  draft: CustomerDraft,
  reads: BatchReads,
): Promise<void> {
  if (draft.stretches !== null) return
  const { chargedFrom } = draft.entitlements
  const hold = 'hold' in command ? reads.holds.get(command.hold) : undefined
  const uses = reversedUses(command, reads).flatMap((name) => reads.events.get(name)?.occurredAt ?? [])
  const told = command.verb === 'track' ? (command.at ?? draft.now) : draft.now
  // what was made at the very instant of the closing may have been made before it
  const made = hold === undefined ? uses : [hold.createdAt, ...uses]
  if (told >= chargedFrom && !made.some((at) => at <= chargedFrom)) return
  const since = draft.now - LONGEST_LATENESS_MS
  draft.stretchesRead = await loadStretches(tx, catalogs, environment.id, draft.customer, since)
  draft.stretches = draft.stretchesRead
}

/** No feature takes events that are older. */
const LONGEST_LATENESS_MS = 400 * DAY_MS

async function readGiveBack(tx: Transaction, environment: number, command: UsageCommand, reads: BatchReads) {
  for (const name of reversedUses(command, reads)) {
    const event = reads.events.get(name)
    if (event === undefined || event.customer !== command.customer || reads.giveBacks.has(name)) continue
    reads.giveBacks.set(name, await readForGiveBack(tx, environment, event))
  }
}

const isEnded = (hold: CustomerHold, balance: Balance): boolean =>
  balance.member === 0 || hold.takes === 'member'
    ? hold.windowStart !== balance.windowStart
    : hold.memberWindowStart !== balance.windowStart

function groupByCustomer<Item extends { customer: number }>(items: Item[]): Map<number, Item[]> {
  const groups = new Map<number, Item[]>()
  for (const item of items) {
    const group = groups.get(item.customer)
    if (group === undefined) groups.set(item.customer, [item])
    else group.push(item)
  }
  return groups
}
