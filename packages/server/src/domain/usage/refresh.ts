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
import { isInForce } from './burn.ts'
import { isCounted } from './decide.ts'
import { expireGrants, foldBalance, grantOwnerOf, noChanges } from './fold.ts'
import { ceilingOf, limitOf, MAX_CAPACITY, thresholdsReached, UNLIMITED } from './limits.ts'
import type { Balance, BalanceChanges, Grant, Hold } from './model.ts'
import { countUnlimitedUse, planGrantFor } from './plan-grant.ts'
import { isMemberPart, isOpened } from './refresh-context.ts'
import type { RefreshContext, UsagePolicy, UsedBefore } from './refresh-context.ts'
import { coveredBy, turnWindows } from './turn-windows.ts'
import { usageOnChangeOf, usedBefore, usedByMembers } from './used-before.ts'

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
  usageOnChange: UsagePolicy
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
    const known = input.usedBefore?.get(`${feature}/${member}`)
    const context: RefreshContext = {
      now: input.now,
      entitlements: input.entitlements,
      entitlement,
      usageOnChange: usageOnChangeOf(balance, { ...input, entitlement }, known),
      newId: input.newId,
      closing: input.closing === null ? null : input.closing?.features.get(feature),
      usedBefore: known,
      grants: grants.filter((grant) => grant.feature === feature && grant.member === member),
      holds: holds.filter((hold) => hold.feature === feature && grantOwnerOf(hold) === member),
      pool: changes.balances.find((each) => each.feature === feature && each.member === 0),
      parts: member === 0 ? partsOf(input.balances, grants, feature) : [],
      changes,
    }
    changes.balances.push(refreshBalance(balance ?? newBalance(feature, member), context))
  }
  return changes
}

/** Members' balances with the plan's own grants that they had, or have, alone. */
function partsOf(
  balances: readonly Balance[],
  grants: readonly Grant[],
  feature: number,
): RefreshContext['parts'] {
  const own = grants.filter(
    (grant) => grant.feature === feature && grant.member !== 0 && grant.source === 'plan',
  )
  if (own.length === 0) return []
  return balances
    .filter((balance) => balance.feature === feature && balance.member !== 0)
    .map((balance) => ({ balance, grants: own.filter(({ member }) => member === balance.member) }))
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
  plan: 0,
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
  balance.plan = entitlements.plan?.item ?? 0
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

/** A gauge has one number under a limit; a grant raises the limit while it lasts and owns nothing that is held. */
function refreshGauge(balance: Balance, context: RefreshContext): void {
  balance.windowStart = 0
  balance.windowEnd = Number.POSITIVE_INFINITY
  expireGrants(balance, context, context.now)
  const nominal = nominalLimit(balance, context)
  const before = balance.limit
  const granted = context.grants.filter((grant) => isInForce(grant, context.now))
  if (nominal.unlimited) setLimits(balance, UNLIMITED, MAX_CAPACITY)
  else {
    const amount = granted.reduce((sum, grant) => sum + grant.amount, nominal.amount)
    setLimits(balance, limitOf(amount), amount)
  }
  if (balance.used <= balance.capacity) balance.crossedAt = null
  rearm(balance, before, context)
}

/** A gauge has no window that turns: what fell below a threshold is told again in another period, or under another limit. */
function rearm(balance: Balance, before: Limit, { entitlement, entitlements }: RefreshContext): void {
  const { billingPeriod } = entitlements
  const isNewPeriod = billingPeriod !== null && balance.decidedAt < billingPeriod.start
  if (!isNewPeriod && sameLimit(before, balance.limit)) return
  const reached = thresholdsReached({ ...balance, threshold: 0 }, entitlement.feature.thresholds)
  balance.threshold = Math.min(balance.threshold, reached.at(-1) ?? 0)
}

const sameLimit = (one: Limit, other: Limit): boolean =>
  one.unlimited || other.unlimited ? one.unlimited === other.unlimited : one.amount === other.amount

function refreshMemberPart(balance: Balance, context: RefreshContext): void {
  turnWindows(balance, context)
  // what it had of its own before goes on counting, in the pool (`used-before.ts`), and may be its own again
  planGrantFor(balance, limitOf(0), context)
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
  const before = usedBefore(balance, context) + usedByMembers(balance, context)
  return limitOf(Math.max(0, nominal.amount - before))
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
