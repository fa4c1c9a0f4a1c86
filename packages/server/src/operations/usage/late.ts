/** A use that is reported after its window has ended, or after its time was charged: it counts where it was used. */
import type { FeatureEntitlement } from '../../domain/entitlements/model.ts'
import type { ClosedStretch } from '../../domain/invoices/closed-stretch.ts'
import type { Span } from '../../domain/time/index.ts'
import { windowAt } from '../../domain/time/window.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { recordUse } from '../../domain/usage/decide.ts'
import { limitOf, overageOf, takenOf } from '../../domain/usage/limits.ts'
import type { Balance, ClosedWindow } from '../../domain/usage/model.ts'
import { touch } from '../../domain/usage/fold.ts'
import { burnAsThen, planGrantOf } from '../../domain/usage/plan-grant.ts'
import { newBalance } from '../../domain/usage/refresh.ts'
import { newId, uuidV7 } from '../../ids.ts'
import { Refusal } from '../../refusal.ts'
import { countClosed, placeOf, type Place } from './closed-use.ts'
import type { Command } from './commands.ts'
import { type BatchWrites, type CustomerDraft, touchBalance } from './draft.ts'
import { overageOfUse } from './overage.ts'
import { recorded, refuseTooMuch } from './record.ts'

/**
 * Each of the balances (pool, member) gets the use where its own window was at that time.
 *
 * @param terms those of the time and place of the use
 */
export function recordLate(
  draft: CustomerDraft,
  command: Command<'track'>,
  { terms, balances }: { terms: FeatureEntitlement; balances: Balance[] },
  { at, place }: { at: Instant; place: Place },
  writes: BatchWrites,
) {
  const event = uuidV7(draft.recordedAt)
  if (place !== 'open' && place?.settled === true)
    throw new Refusal('event_too_late', { param: 'at', values: { days: command.feature.latenessDays } })
  let overage = 0
  const targets = balances.map((balance) =>
    at >= balance.windowStart ? balance : asBalance(windowOf(draft, terms, balance, at), balance),
  )
  refuseTooMuch(targets.map(takenOf), command.amount)
  const shown = targets.map((target, index) => {
    const balance = balances[index] as Balance
    const running = target === balance
    if (place !== 'open' && place !== null)
      coverAsThen(draft, { target, running }, { place, terms }, command.amount)
    const stretch = recordUse(target, terms, command.amount, draft.now)
    if (place !== 'open') target.billed += command.amount
    if (running) touchBalance(draft, balance, terms)
    else writeBack(draft, target)
    if (stretch !== null) {
      overage = stretch.amount
      writes.overage.push(overageOfUse(draft, target, stretch, event, at))
    }
    return target
  })
  countClosed(draft, command.feature, at, command.amount)
  return recorded(draft, command, shown, command.amount, overage, at, writes, { event })
}

/** What the plan of that time included covers it, where the window has gone on with less. */
function coverAsThen(
  draft: CustomerDraft,
  { target, running }: { target: Balance; running: boolean },
  { place, terms }: { place: ClosedStretch; terms: FeatureEntitlement },
  amount: number,
): void {
  const isPart = target.member !== 0 && terms.scope === 'customer'
  if (target.limit.unlimited || isPart) return
  const { changes, now } = draft
  const grants = [...(draft.usage?.grants ?? []), ...changes.insertGrants]
  const grant = running ? (planGrantOf(target, grants, now) ?? null) : null
  const given = running ? (grant?.amount ?? 0) : target.capacity - target.overage
  const missing = Math.max(0, target.used + amount - target.capacity)
  const more = Math.min(missing, Math.max(0, (place.included[terms.feature.id] ?? 0) - given))
  if (more === 0) return
  if (!running) target.capacity += more
  else {
    const newGrantId = () => newId('grt', false, draft.recordedAt)
    burnAsThen(target, more, { changes, now, grant, newId: newGrantId, plan: place.plan.key })
  }
}

function windowOf(
  draft: CustomerDraft,
  entitlement: FeatureEntitlement,
  balance: Balance,
  at: Instant,
): ClosedWindow {
  const known = draft.windows.find(
    (window) =>
      window.feature === balance.feature &&
      window.member === balance.member &&
      window.windowStart <= at &&
      at < window.windowEnd,
  )
  if (known !== undefined) return known
  const opened = emptyWindow(draft, entitlement, balance, at)
  draft.windows.push(opened)
  return opened
}

/** Nothing was used in that window until now, so it has no row: it had no allowance that anybody drew on. */
function emptyWindow(
  draft: CustomerDraft,
  entitlement: FeatureEntitlement,
  balance: Balance,
  at: Instant,
): ClosedWindow {
  const { start, end } = spanOfWindow(draft, entitlement, balance, at)
  return {
    feature: balance.feature,
    member: balance.member,
    windowStart: start,
    windowEnd: Math.min(end, balance.windowStart),
    used: 0,
    reserved: 0,
    overage: 0,
    limit: entitlement.included ? entitlement.limit : limitOf(0),
    capacity: !entitlement.included
      ? 0
      : entitlement.limit.unlimited
        ? Number.MAX_SAFE_INTEGER
        : entitlement.limit.amount,
    billed: 0,
    subscription: draft.entitlements.subscription,
    closedAt: draft.now,
    givenAnew: false,
  }
}

/** A billing period's window where nothing was billed is a month. */
function spanOfWindow(
  draft: CustomerDraft,
  { window, feature }: FeatureEntitlement,
  { firstUsedAt }: Balance,
  at: Instant,
): Span {
  const place = placeOf(draft, feature, at)
  if (window === 'billing_period' && place !== 'open' && place !== null) return place.period
  const { timeZone } = draft.entitlements
  return windowAt(window === 'billing_period' ? 'month' : window, at, {
    timeZone,
    ...(firstUsedAt === null ? {} : { firstUseAt: firstUsedAt }),
  })
}

/** An ended window as what it was when it ran. */
export function asBalance(window: ClosedWindow, running: Balance): Balance {
  return {
    ...newBalance(window.feature, window.member),
    used: window.used,
    billed: window.billed,
    reserved: window.reserved,
    // the row counts what is unpriced too; in a balance that is what `used` has above the capacity
    overage: Math.max(0, window.overage - Math.max(0, window.used - window.capacity)),
    limit: window.limit,
    capacity: window.capacity,
    windowStart: window.windowStart,
    windowEnd: window.windowEnd,
    firstUsedAt: running.firstUsedAt,
  }
}

function writeBack(draft: CustomerDraft, ended: Balance): void {
  const window = draft.windows.find(
    (each) =>
      each.feature === ended.feature &&
      each.member === ended.member &&
      each.windowStart === ended.windowStart,
  ) as ClosedWindow
  window.used = ended.used
  window.billed = ended.billed
  window.capacity = ended.capacity
  window.overage = overageOf(ended)
  touch(draft.changes.windows, window)
}
