/**
 * One customer's usage in memory, driven by the functions the engine decides with: what the writer does with a
 * database, this does with arrays. Owns: the order of the calls, the grants' ledger. Does not own: any rule.
 */
import type { Entitlements, FeatureEntitlement } from '../../src/domain/entitlements/model.ts'
import {
  type Decision,
  decideTake,
  type OverageStretch,
  recordHold,
  recordUse,
  takesOf,
} from '../../src/domain/usage/decide.ts'
import type {
  Balance,
  BalanceChanges,
  ClosedWindow,
  Grant,
  GrantMovement,
  Hold,
} from '../../src/domain/usage/model.ts'
import { announceThresholds, refreshBalances } from '../../src/domain/usage/refresh.ts'
import type { UsagePolicy } from '../../src/domain/usage/refresh-context.ts'
import { type EarlierUse, planGiveBack } from '../../src/domain/usage/give-back.ts'
import { entitlementOf, FEATURE, instant } from './usage-terms.ts'
import { settleHold } from '../../src/domain/usage/settle.ts'
import { usedBeforeIn } from './usage-used-before.ts'
import { noChanges } from '../../src/domain/usage/fold.ts'

export * from './usage-terms.ts'
export { faults } from './usage-faults.ts'

export interface World {
  now: number
  entitlements: Entitlements
  members: number[]
  balances: Balance[]
  /** All of them, closed ones too. */
  grants: Grant[]
  holds: Hold[]
  movements: GrantMovement[]
  windows: ClosedWindow[]
  events: BalanceChanges['events']
  overage: (OverageStretch & { member: number; windowStart: number })[]
  /** Every use in the order it came; of a pool and a member's part the pool's. */
  uses: (EarlierUse & { at: number; by: number; memberWindowStart: number | null })[]
  /** Given out so far: numbers of grants and of ids. */
  counter: number
}

export interface Setting {
  now?: string
  entitlement?: Partial<FeatureEntitlement>
  timeZone?: string
  billingPeriod?: Entitlements['billingPeriod']
  interval?: string
  members?: number[]
}

export function newWorld(setting: Setting = {}): World {
  const world: World = {
    now: instant(setting.now ?? '2024-01-10'),
    entitlements: {
      version: 0,
      plan: null,
      subscription: 0,
      currency: null,
      interval: setting.interval ?? null,
      access: { level: 'full', reason: 'ok' },
      timeZone: setting.timeZone ?? 'UTC',
      billingPeriod: setting.billingPeriod ?? null,
      chargedFrom: Number.NEGATIVE_INFINITY,
      validUntil: Number.POSITIVE_INFINITY,
      features: new Map([[FEATURE, entitlementOf(setting.entitlement)]]),
    },
    members: setting.members ?? [],
    balances: [],
    grants: [],
    holds: [],
    movements: [],
    windows: [],
    events: [],
    overage: [],
    uses: [],
    counter: 0,
  }
  refresh(world)
  return world
}

export const rules = (world: World): FeatureEntitlement =>
  world.entitlements.features.get(FEATURE) as FeatureEntitlement

export function balanceOf(world: World, member = 0): Balance {
  const balance = world.balances.find((each) => each.member === member)
  if (balance === undefined) throw new Error(`no balance of member ${member}`)
  return balance
}

/** A grant by its source or id. */
export function grantOf(world: World, name: string): Grant {
  const grant = world.grants.find(
    ({ id, source, closedAt }) => id === name || (source === name && closedAt === null),
  )
  if (grant === undefined) throw new Error(`no grant ${name}`)
  return grant
}

const openGrants = (world: World): Grant[] => world.grants.filter(({ closedAt }) => closedAt === null)
const openHolds = (world: World): Hold[] => world.holds.filter(({ status }) => status === 'open')

export function refresh(
  world: World,
  usageOnChange: UsagePolicy = 'keep',
  newGrants: Grant[] = [],
): BalanceChanges {
  const grants = [...openGrants(world), ...newGrants]
  const changes = refreshBalances({
    now: world.now,
    entitlements: world.entitlements,
    balances: world.balances,
    grants,
    usedBefore: usedBeforeIn(world),
    holds: openHolds(world),
    members: world.members,
    usageOnChange,
    newId: () => `id${++world.counter}`,
  })
  apply(world, changes)
  return changes
}

export function apply(world: World, changes: BalanceChanges): void {
  for (const grant of changes.insertGrants) {
    grant.number = ++world.counter
    world.grants.push(grant)
  }
  for (const grant of changes.updateGrants)
    world.grants = world.grants.map((known) => (known.number === grant.number ? grant : known))
  for (const hold of changes.holds)
    world.holds = world.holds.map((known) => (known.id === hold.id ? hold : known))
  for (const balance of changes.balances)
    world.balances = [...world.balances.filter(({ member }) => member !== balance.member), balance]
  for (const window of changes.windows)
    world.windows = [
      ...world.windows.filter(
        ({ member, windowStart }) => member !== window.member || windowStart !== window.windowStart,
      ),
      window,
    ]
  world.movements.push(...changes.movements)
  world.events.push(...changes.events)
}

function bringUpToNow(world: World): void {
  const isStale = world.balances.some(
    ({ validUntil, entitlementVersion }) =>
      world.now >= validUntil || entitlementVersion !== world.entitlements.version,
  )
  if (isStale) refresh(world)
}

function balancesTaken(world: World, member: number): { takes: Hold['takes']; balances: Balance[] } {
  const takes = takesOf(rules(world), member)
  const members = takes === 'member' ? [member] : takes === 'customer' ? [0] : [0, member]
  return { takes, balances: members.map((each) => balanceOf(world, each)) }
}

/** The first use of a rolling window opens it. */
function openWindows(world: World, balances: Balance[]): void {
  if (balances.every(({ windowStart }) => windowStart !== Number.NEGATIVE_INFINITY)) return
  for (const balance of balances) balance.firstUsedAt ??= world.now
  refresh(world)
}

function note(world: World, balance: Balance, stretch: OverageStretch | null): void {
  const { member, windowStart } = balance
  if (stretch !== null) world.overage.push({ ...stretch, member, windowStart })
  const changes = noChanges()
  announceThresholds(balance, { now: world.now, entitlement: rules(world), changes })
  world.events.push(...changes.events)
}

export function consume(world: World, amount: number, member = 0): Decision {
  bringUpToNow(world)
  const decision = decideTake(
    world.entitlements,
    rules(world),
    balancesTaken(world, member),
    amount,
    world.now,
  )
  if (decision.allowed) track(world, amount, member)
  return decision
}

/** Use after the fact: recorded whatever the limit says. */
export function track(world: World, amount: number, member = 0): void {
  bringUpToNow(world)
  openWindows(world, balancesTaken(world, member).balances)
  const [owner, part] = balancesTaken(world, member).balances as [Balance, Balance | undefined]
  const stretch = recordUse(owner, rules(world), amount, world.now)
  world.uses.push(useOf(world, owner, amount, member, stretch, part?.windowStart ?? null))
  note(world, owner, stretch)
  if (part !== undefined) note(world, part, recordUse(part, rules(world), amount, world.now))
}

function useOf(
  world: World,
  counter: Pick<Balance, 'member' | 'windowStart' | 'used'>,
  amount: number,
  by: number,
  stretch: OverageStretch | null,
  memberWindowStart: number | null,
): World['uses'][number] {
  const { member, windowStart, used: usedAfter } = counter
  const overage = stretch === null ? [] : [stretch]
  const id = `use${++world.counter}`
  const use = { id, feature: FEATURE, member, amount, returned: 0, windowStart, usedAfter, overage }
  return { ...use, at: world.now, by, memberWindowStart }
}

/** Gives back what was used: the nth use of the world. */
export function giveBack(world: World, index: number, amount: number): number {
  bringUpToNow(world)
  const of = world.uses[index]
  if (of === undefined) throw new Error(`no use ${index}`)
  const windowOf = (member: number, start: number) =>
    world.windows.find((each) => each.member === member && each.windowStart === start) ?? null
  const answer = planGiveBack({
    of,
    amount,
    balance: balanceOf(world, of.member),
    window: windowOf(of.member, of.windowStart),
    ...(of.memberWindowStart === null
      ? {}
      : { memberPart: { balance: balanceOf(world, of.by), window: windowOf(of.by, of.memberWindowStart) } }),
    grants: world.grants.filter(({ member }) => member === of.member),
    movements: world.movements.filter(({ windowStart }) => windowStart === of.windowStart),
    entitlement: rules(world),
    now: world.now,
  })
  apply(world, answer.changes)
  of.returned += answer.given
  of.overage.push(...answer.overage)
  world.overage.push(...answer.overage)
  return answer.given
}

/** The hold's id, or null where it was refused. */
export function reserve(
  world: World,
  amount: number,
  member = 0,
  kind: Hold['kind'] = 'reservation',
): string | null {
  bringUpToNow(world)
  const taken = balancesTaken(world, member)
  if (!decideTake(world.entitlements, rules(world), taken, amount, world.now).allowed) return null
  openWindows(world, taken.balances)
  const { takes, balances } = balancesTaken(world, member)
  for (const balance of balances) recordHold(balance, kind, amount, world.now)
  const id = `hold${++world.counter}`
  world.holds.push({
    id,
    kind,
    feature: FEATURE,
    member,
    takes,
    amount,
    settled: null,
    status: 'open',
    holder: '',
    windowStart: (balances[0] as Balance).windowStart,
    memberWindowStart: balances[1]?.windowStart ?? Number.NEGATIVE_INFINITY,
    allocation: null,
    createdAt: world.now,
    expiresAt: world.now + 60_000,
  })
  return id
}

export function settle(
  world: World,
  id: string | null,
  amount: number,
  outcome: 'settled' | 'canceled' | 'expired' = 'settled',
) {
  bringUpToNow(world)
  const hold = world.holds.find((each) => each.id === id)
  if (hold === undefined) throw new Error(`no hold ${id}`)
  const settlement = settleHold({
    hold,
    amount,
    outcome,
    balances: world.balances,
    windows: world.windows,
    grants: openGrants(world),
    entitlement: rules(world),
    now: world.now,
  })
  apply(world, settlement.changes)
  world.overage.push(...settlement.overage)
  const owner = hold.takes === 'member' ? hold.member : 0
  const isOwn = (each: { member: number; windowStart: number }) =>
    each.member === owner && each.windowStart === hold.windowStart
  const counter = world.windows.find(isOwn) ?? world.balances.find(isOwn)
  const stretch = settlement.overage.find((each) => each.member === owner) ?? null
  const memberWindowStart = hold.takes === 'both' ? hold.memberWindowStart : null
  const { recorded } = settlement
  if (recorded > 0)
    world.uses.push(useOf(world, counter as Balance, recorded, hold.member, stretch, memberWindowStart))
  return settlement
}

export interface GrantTerms {
  amount: number
  id?: string
  startsAt?: number
  expiresAt?: number
  priority?: number
  source?: Grant['source']
  member?: number
  createdAt?: number
}

export function newGrant(world: World, terms: GrantTerms): Grant {
  return {
    number: 0,
    id: terms.id ?? `id${++world.counter}`,
    feature: FEATURE,
    member: terms.member ?? 0,
    source: terms.source ?? 'top_up',
    reference: '',
    amount: terms.amount,
    burnt: 0,
    held: 0,
    expired: 0,
    priority: terms.priority ?? 200,
    startsAt: terms.startsAt ?? world.now,
    expiresAt: terms.expiresAt ?? Number.POSITIVE_INFINITY,
    createdAt: terms.createdAt ?? world.now,
    closedAt: null,
  }
}

export function addGrant(world: World, terms: GrantTerms): void {
  world.entitlements = { ...world.entitlements, version: world.entitlements.version + 1 }
  refresh(world, 'keep', [newGrant(world, terms)])
}

/** Another plan, an override, another time zone, another billing period: what is in force changes now. */
export function change(
  world: World,
  entitlement: Partial<FeatureEntitlement>,
  rest: Partial<Entitlements> & { usageOnChange?: UsagePolicy } = {},
): BalanceChanges {
  refresh(world)
  const { usageOnChange, ...others } = rest
  const features = new Map([[FEATURE, { ...rules(world), ...entitlement }]])
  world.entitlements = { ...world.entitlements, version: world.entitlements.version + 1, features, ...others }
  return refresh(world, usageOnChange)
}

export function at(world: World, time: string | number): World {
  world.now = typeof time === 'number' ? time : instant(time)
  return world
}

/** What a balance shows, in the order a person reads it. */
export function shown(world: World, member = 0) {
  bringUpToNow(world)
  const { used, reserved, leased, overage, limit, capacity } = balanceOf(world, member)
  return {
    used,
    limit: limit.unlimited ? 'unlimited' : limit.amount,
    remaining: limit.unlimited ? 'unlimited' : Math.max(0, capacity - used - reserved - leased),
    ...(reserved + leased > 0 ? { taken: used + reserved + leased } : {}),
    ...(overage > 0 ? { overage } : {}),
  }
}
