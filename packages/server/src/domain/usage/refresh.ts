/**
 * Brings balances up to an instant and to the entitlements in force: ended windows close, grants start and expire,
 * the plan's own grant follows the allowance in place (what was burnt stays burnt, else up and down again would be
 * free usage), and limit, capacity and ceiling are worked out anew.
 *
 * Owns: the boundary. Does not own: takes between boundaries (`decide.ts`), nor when this is called
 * (every change of a customer, the first take after `validUntil`, a sweep that tidies).
 * Invariant: refreshing twice at the same instant changes nothing the second time.
 */
import type { Entitlements } from '../entitlements/model.ts'
import type { Limit } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'
import { availableOf, isInForce } from './burn.ts'
import { isCounted } from './decide.ts'
import { expireGrants, foldBalance, grantOwnerOf, noChanges } from './fold.ts'
import { ceilingOf, limitOf, MAX_CAPACITY, takenOf, thresholdsReached, UNLIMITED } from './limits.ts'
import type { Balance, BalanceChanges, Grant, Hold } from './model.ts'
import { countUnlimitedUse, endPlanGrant, planGrantFor } from './plan-grant.ts'
import { currentWindow, givesAnew, windowKindOf } from './refresh-context.ts'
import type { RefreshContext, UsageOnChange, UsedBefore } from './refresh-context.ts'
import { carryOverUnused, keepUnused, rollOver } from './rollover.ts'
import { usedBefore } from './used-before.ts'

export interface RefreshInput {
  now: Instant
  entitlements: Entitlements
  balances: Balance[]
  /** Those not closed; a new one has number 0 and comes back in `insertGrants`, with its movement. */
  grants: Grant[]
  /** The open ones. */
  holds: Hold[]
  /** Ids of the members that exist. */
  members: number[]
  usageOnChange: UsageOnChange
  newId: () => string
  /** What was in force while the windows ran that end now; null: nothing of them goes on. As now, unless told. */
  closing?: Entitlements | null | undefined
  /** Answers to `questionsOfUseBefore`, by feature/member. */
  usedBefore?: ReadonlyMap<string, UsedBefore> | undefined
}

/** Refreshes every balance of a customer and makes those that its entitlements ask for. */
export function refreshBalances(input: RefreshInput): BalanceChanges {
  const changes = noChanges()
  const grants = input.grants.map((grant) => ({ ...grant }))
  const holds = input.holds.map((hold) => ({ ...hold }))
  for (const grant of grants) if (grant.number === 0) insertGiven(grant, input.now, changes)
  for (const { feature, member, balance } of wantedBalances(input)) {
    const entitlement = input.entitlements.features.get(feature)
    if (entitlement === undefined) continue
    const context: RefreshContext = {
      now: input.now,
      entitlements: input.entitlements,
      entitlement,
      usageOnChange: input.usageOnChange,
      newId: input.newId,
      closing: input.closing === null ? null : input.closing?.features.get(feature),
      usedBefore: input.usedBefore?.get(`${feature}/${member}`),
      grants: grants.filter((grant) => grant.feature === feature && grant.member === member),
      holds: holds.filter((hold) => hold.feature === feature && grantOwnerOf(hold) === member),
      pool: changes.balances.find((each) => each.feature === feature && each.member === 0),
      changes,
    }
    changes.balances.push(refreshBalance(balance ?? newBalance(feature, member), context))
  }
  return changes
}

function insertGiven(grant: Grant, now: Instant, changes: BalanceChanges): void {
  changes.insertGrants.push(grant)
  changes.movements.push({
    grant,
    kind: 'granted',
    amount: grant.amount,
    windowStart: grant.startsAt,
    positionFrom: 0,
    positionTo: 0,
    cause: '',
    at: now,
  })
}

function wantedBalances(input: RefreshInput) {
  const wanted = new Map<string, { feature: number; member: number; balance: Balance | null }>()
  const want = (feature: number, member: number, balance: Balance | null = null) => {
    const key = `${feature}/${member}`
    if (!wanted.has(key)) wanted.set(key, { feature, member, balance })
  }
  for (const balance of input.balances) want(balance.feature, balance.member, balance)
  for (const grant of input.grants) want(grant.feature, grant.member)
  for (const [feature, entitlement] of input.entitlements.features) {
    if (entitlement.kind === 'flag' || entitlement.kind === 'setting' || !entitlement.included) continue
    if (entitlement.scope === 'customer') want(feature, 0)
    if (entitlement.scope === 'member' || entitlement.memberLimit !== null)
      for (const member of input.members) want(feature, member)
  }
  // pools first: the windows of their parts follow them
  return [...wanted.values()].sort((one, other) => Number(one.member !== 0) - Number(other.member !== 0))
}

export const newBalance = (feature: number, member: number): Balance => ({
  feature,
  member,
  used: 0,
  reserved: 0,
  leased: 0,
  overage: 0,
  limit: limitOf(0),
  capacity: 0,
  folded: 0,
  billed: 0,
  threshold: 0,
  windowStart: Number.NEGATIVE_INFINITY,
  windowEnd: Number.NEGATIVE_INFINITY,
  firstUsedAt: null,
  crossedAt: null,
  ceiling: -1,
  validUntil: Number.NEGATIVE_INFINITY,
  decidedAt: Number.NEGATIVE_INFINITY,
  entitlementVersion: -1,
  shared: false,
  subscription: 0,
})

/** A balance brought up to now; the one given is left as it was. */
export function refreshBalance(before: Balance, context: RefreshContext): Balance {
  const balance = { ...before }
  if (context.entitlement.kind === 'gauge') refreshGauge(balance, context)
  else if (isMemberPart(balance, context)) refreshMemberPart(balance, context)
  else refreshGranted(balance, context)
  announceThresholds(balance, context)
  const { entitlements, entitlement } = context
  balance.entitlementVersion = entitlements.version
  balance.shared =
    entitlement.kind === 'gauge' || (entitlement.scope === 'customer' && entitlement.memberLimit !== null)
  balance.subscription = entitlements.subscription
  balance.decidedAt = Math.max(balance.decidedAt, context.now)
  balance.validUntil = Math.min(entitlements.validUntil, balance.windowEnd, nextGrantBoundary(context))
  balance.ceiling = isTakenFrom(balance, context) ? ceilingOf(balance, entitlement.feature.thresholds) : -1
  return balance
}

/** Can a take come out of this balance without a decision? Not when access is closed, nor where another scope holds. */
function isTakenFrom(balance: Balance, { entitlements, entitlement }: RefreshContext): boolean {
  const { level } = entitlements.access
  if (level === 'blocked' || level === 'read_only' || !isOpened(balance)) return false
  return isCounted(entitlement, balance.member)
}

/** A member's sub-limit under the customer's pool: a number of its own, fed by no grant. Where nothing is included, nothing says so. */
const isMemberPart = (balance: Balance, { entitlement }: RefreshContext): boolean =>
  balance.member !== 0 && entitlement.scope === 'customer' && entitlement.included

const isOpened = (balance: Balance): boolean => balance.windowStart !== Number.NEGATIVE_INFINITY

/** A gauge has one number under a limit; a grant raises the limit while it lasts and owns nothing that is held. */
function refreshGauge(balance: Balance, context: RefreshContext): void {
  balance.windowStart = 0
  balance.windowEnd = Number.POSITIVE_INFINITY
  expireGrants(balance, context, context.now)
  const nominal = nominalLimit(balance, context)
  const granted = context.grants.filter((grant) => isInForce(grant, context.now))
  if (nominal.unlimited) setLimits(balance, UNLIMITED, MAX_CAPACITY)
  else {
    const amount = granted.reduce((sum, grant) => sum + grant.amount, nominal.amount)
    setLimits(balance, limitOf(amount), amount)
  }
  if (balance.used <= balance.capacity) balance.crossedAt = null
}

function refreshMemberPart(balance: Balance, context: RefreshContext): void {
  turnWindows(balance, context)
  const nominal = nominalLimit(balance, context)
  if (nominal.unlimited) setLimits(balance, UNLIMITED, MAX_CAPACITY)
  else setLimits(balance, nominal, nominal.amount)
}

/** Meters and credits: what can be used up is fed by grants. */
function refreshGranted(balance: Balance, context: RefreshContext): void {
  turnWindows(balance, context)
  const nominal = nominalLimit(balance, context)
  const allowance = lessUsedBefore(nominal, balance, context)
  const plan = planGrantFor(balance, allowance, context)
  if (allowance.unlimited) return setLimits(balance, UNLIMITED, MAX_CAPACITY)
  if (balance.limit.unlimited) {
    countUnlimitedUse(balance, plan, context)
    balance.limit = allowance
  }
  foldBalance(balance, context, context.now, () => true)
  const covered = coveredBy(balance, context, context.now)
  // Shown is the allowance as it is now, even where its grant had to stay larger, and what other grants gave.
  const others = covered - balance.overage - (plan === null ? 0 : plan.amount - plan.expired)
  const unopened = isOpened(balance) ? 0 : allowance.amount
  setLimits(balance, limitOf(allowance.amount + others), covered + unopened)
}

function lessUsedBefore(nominal: Limit, balance: Balance, context: RefreshContext): Limit {
  if (nominal.unlimited || !isOpened(balance) || !context.entitlement.included) return nominal
  return limitOf(Math.max(0, nominal.amount - usedBefore(balance, context)))
}

/** The total up to which grants cover what is taken: what is paid, bound or priced, and what they have left. */
function coveredBy(balance: Balance, context: RefreshContext, at: Instant): number {
  const available = context.grants
    .filter((grant) => isInForce(grant, at))
    .reduce((sum, grant) => sum + availableOf(grant), 0)
  const bound = context.holds
    .filter((hold) => hold.status === 'open' && hold.windowStart === balance.windowStart)
    .reduce((sum, hold) => sum + (hold.allocation ?? []).reduce((part, { amount }) => part + amount, 0), 0)
  return balance.folded + balance.overage + bound + available
}

/** Many large grants may add up to more than a number holds: then the largest number is as good as no bound. */
function setLimits(balance: Balance, limit: Balance['limit'], capacity: number): void {
  balance.limit = limit.unlimited ? limit : limitOf(Math.min(limit.amount, MAX_CAPACITY))
  balance.capacity = Math.min(capacity, MAX_CAPACITY)
}

function nominalLimit(balance: Balance, context: RefreshContext) {
  const { entitlement } = context
  if (!entitlement.included) return limitOf(0)
  if (entitlement.kind === 'gauge' && !isCounted(entitlement, balance.member)) return UNLIMITED
  if (isMemberPart(balance, context)) return entitlement.memberLimit ?? UNLIMITED
  return entitlement.limit
}

/** Closes what has ended, boundary by boundary, then opens the window that holds now. */
function turnWindows(balance: Balance, context: RefreshContext): void {
  const existed = (grant: Grant) => grant.number !== 0
  let closedEnd = Number.NEGATIVE_INFINITY
  if (isOpened(balance)) {
    for (const at of passedBoundaries(balance, context)) {
      // Up to the boundary, its instant excluded, the grants that end there still hold.
      foldBalance(balance, context, at - 1, existed)
      if (at === balance.windowEnd) {
        closedEnd = at
        followGrants(balance, context, at - 1)
        rollOver(balance, context, at)
        expireGrants(balance, context, at)
        closeWindow(balance, context, at)
      } else expireGrants(balance, context, at)
    }
    if (isOpened(balance)) foldBalance(balance, context, context.now, existed)
    if (isOpened(balance) && givesAnew(context) && balance.entitlementVersion >= 0) {
      followGrants(balance, context, context.now)
      if (context.usageOnChange === 'append') keepUnused(balance, context, context.now)
      endPlanGrant(balance, context)
      if (balance.windowStart < context.now) {
        closedEnd = context.now
        closeWindow(balance, context, context.now)
        // One that has just begun has no row of its own: the window that starts now would have the same key.
      } else Object.assign(balance, NOTHING_USED)
    }
  }
  expireGrants(balance, context, context.now)
  openWindow(balance, context, closedEnd)
}

/** A grant may have started since capacity was worked out: what it paid is no overage of the window that ends. */
function followGrants(balance: Balance, context: RefreshContext, at: Instant): void {
  if (balance.limit.unlimited || isMemberPart(balance, context)) return
  balance.capacity = coveredBy(balance, context, at)
}

const NOTHING_USED = { used: 0, overage: 0, folded: 0, billed: 0, threshold: 0, crossedAt: null }

function passedBoundaries(balance: Balance, context: RefreshContext): Instant[] {
  const instants = new Set<Instant>()
  for (const grant of context.grants)
    for (const at of [grant.startsAt, grant.expiresAt])
      if (grant.number !== 0 && at > balance.decidedAt && at <= context.now) instants.add(at)
  if (balance.windowEnd <= context.now) instants.add(balance.windowEnd)
  return [...instants].filter((at) => at <= balance.windowEnd).sort((left, right) => left - right)
}

/** The window as it stood becomes history; the balance starts again, and holds made in it settle there. */
function closeWindow(balance: Balance, context: RefreshContext, at: Instant): void {
  const { feature, member, windowStart, used, limit } = balance
  const closed = {
    feature,
    member,
    windowStart,
    windowEnd: at,
    used,
    reserved: balance.reserved + balance.leased,
    overage: balance.overage + Math.max(0, used - balance.capacity),
    limit,
    capacity: balance.capacity,
    billed: balance.billed,
    subscription: balance.subscription,
    closedAt: context.now,
  }
  context.changes.windows.push(closed)
  if (used > 0)
    context.changes.events.push({
      type: 'usage.window_closed',
      subject: context.entitlement.feature.key,
      payload: {
        feature: context.entitlement.feature.key,
        memberNumber: member,
        windowStart,
        windowEnd: at,
        used,
        limit,
      },
      occurredAt: at,
    })
  Object.assign(balance, NOTHING_USED, { reserved: 0, leased: 0 })
  balance.windowStart = Number.NEGATIVE_INFINITY
  balance.windowEnd = Number.NEGATIVE_INFINITY
}

function openWindow(balance: Balance, context: RefreshContext, closedEnd: Instant): void {
  const kind = windowKindOf(context)
  // A take without a decision does not write down when it was.
  if (kind === 'rolling_30_days' && takenOf(balance) > 0) balance.firstUsedAt ??= context.now
  if (kind === 'rolling_30_days' && balance.firstUsedAt === null) {
    // The first use opens the first window; until then every take is decided.
    if (isOpened(balance)) endPlanGrant(balance, context)
    balance.windowStart = Number.NEGATIVE_INFINITY
    balance.windowEnd = Number.POSITIVE_INFINITY
    return
  }
  // Nothing says how long a window lasts that no plan gives: one that runs goes on.
  if (isOpened(balance) && !context.entitlement.included) return
  const target = currentWindow(kind, context, balance.firstUsedAt)
  if (isOpened(balance)) {
    // The running window goes on to its own end at most: leaving a plan and coming back is no new allowance.
    balance.windowEnd = Math.min(balance.windowEnd, target.end)
    return
  }
  // A billing period that is over: its successor begins in this moment too, with the next thing that is due.
  if (target.end <= context.now) return
  const { pool } = context
  if (isMemberPart(balance, context) && pool !== undefined && isOpened(pool)) {
    // a part of what the pool's window has, which may have been running for a while
    balance.windowStart = pool.windowStart
    balance.windowEnd = pool.windowEnd
    return
  }
  if (closedEnd > Number.NEGATIVE_INFINITY) carryOverUnused(balance, context, closedEnd, target)
  balance.windowStart = Math.max(target.start, closedEnd)
  balance.windowEnd = target.end
}

function nextGrantBoundary(context: RefreshContext): Instant {
  let next = Number.POSITIVE_INFINITY
  for (const grant of context.grants) {
    if (grant.closedAt !== null) continue
    if (grant.startsAt > context.now) next = Math.min(next, grant.startsAt)
    if (grant.expiresAt > context.now) next = Math.min(next, grant.expiresAt)
  }
  return next
}

/** Emits each threshold that was reached, once per window. */
export function announceThresholds(
  balance: Balance,
  context: Pick<RefreshContext, 'now' | 'entitlement' | 'changes'>,
): void {
  const { feature } = context.entitlement
  for (const percent of thresholdsReached(balance, feature.thresholds)) {
    balance.threshold = percent
    context.changes.events.push({
      type: 'usage.threshold_reached',
      subject: feature.key,
      payload: {
        feature: feature.key,
        memberNumber: balance.member,
        threshold: percent,
        used: balance.used,
        limit: balance.limit.unlimited ? null : balance.limit.amount,
        windowStart: balance.windowStart,
        windowEnd: balance.windowEnd,
      },
      occurredAt: context.now,
    })
  }
}
