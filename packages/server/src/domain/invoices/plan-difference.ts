/**
 * The same period, paid already, under other terms.
 *
 * Owns: what is left of the old is given back and the rest of the new charged, part by part, and which differences cost or
 * give back at all. Does not own: modules (`module-lines.ts`), what a line gives back (`credit-lines.ts`).
 * Invariant: what pays for a stretch of time is given back before another line of the plan pays for it.
 */
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import { keptDiscount } from '../discounts/within-period.ts'
import { addMinor, roundMinor } from '../money/index.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import { isSamePlan } from '../subscriptions/terms.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, costOfMore, draftOf, withoutEnding, type Charge } from './charges.ts'
import { closeUntil, NOTHING_CLOSED } from './close.ts'
import {
  creditKey,
  creditLine,
  creditsKept,
  isWorthless,
  NO_CREDITS,
  type CreditHow,
  type Credits,
} from './credit-lines.ts'
import { loweredLines } from './lowered-lines.ts'
import { moduleTerms, paidUnits, type ModuleTerms } from './module-cover.ts'
import { moduleLine } from './module-lines.ts'
import {
  byCurrency,
  isModuleOf,
  NOTHING,
  requireCurrency,
  withModulesApart,
  type Bill,
} from './planned-bill.ts'
import { fractionOf, times, type Fraction } from './proration.ts'
import type { LineKind } from './model.ts'
import { runningOf } from './running-of.ts'
import { quantityHad } from './units-had.ts'

/**
 * What the old plan charges afterwards it charges until here, on the next invoice: a preview doesn't move with each use.
 *
 * @throws Refusal `currency_change`
 */
export function planDifference(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  at: Instant,
): Bill[] {
  const rest = { start: at, end: next.periodEnd }
  const { timeZone } = state.customer
  const planChanged = !isSamePlan(previous.plan, next.plan) || previous.currency !== next.currency
  requireCurrency(money, previous, next, rest)
  if (rest.start >= rest.end) return []
  const policy = next.plan.policies.proration
  const fraction = fractionOf(rest, fullIntervalOf(next), policy, timeZone)
  const closed = planChanged ? closeUntil(state, money, previous, at) : NOTHING_CLOSED
  const planned: Bill = {
    ...NOTHING,
    currency: next.currency,
    now: [],
    later: [...closed.lines],
    stopped: [],
    closedUntil: planChanged ? at : null,
    closed,
    billedUntil: next.billedUntil,
  }
  if (policy === 'none' && !planChanged) return []
  if (policy === 'none') {
    planned.lowered = loweredLines(state, money, previous, next)
    return byCurrency(planned, previous)
  }
  const how = { at, policy, timeZone, terms: previous }
  const terms = moduleTerms(state, money, previous, next, at)
  const { catalog } = state
  const change: Difference = { catalog, money, previous, next, planChanged, rest, fraction, how, terms }
  for (const part of partsOf(change)) {
    const side = sideOf(part, change)
    const { lines, stopped } =
      side === 'none' ? NO_CREDITS : isModule(part) ? module(part, change) : replaced(part, side, change)
    if (side === 'later') planned.later.push(...lines)
    else planned.now.push(...lines)
    planned.stopped.push(...stopped)
  }
  // what was charged nothing, and isn't any more
  if (planned.now.every(isWorthless)) planned.now = []
  if (planChanged) {
    const credits = planned.now.filter(({ fixed }) => fixed !== undefined)
    planned.replaced = {
      share: fraction,
      credits,
      kept: creditsKept(money, next.number, planned.stopped, how),
      discounted: money.unbilled?.discounted ?? [],
    }
  }
  const isApart = isModuleOf(state.catalog, next)
  // a plan's part on it makes it the plan's: what isn't paid of that closes the door
  if (!planChanged && planned.now.length > 0 && planned.now.every(isApart)) planned.reason = 'add_on'
  if (!planChanged && planned.now.length + planned.later.length === 0) return []
  return byCurrency(planned, previous).flatMap((each) => withModulesApart(state, next, each))
}

interface Difference {
  catalog: CustomerState['catalog']
  money: CustomerMoney
  previous: Subscription
  next: Subscription
  planChanged: boolean
  rest: Span
  fraction: Fraction
  how: CreditHow
  terms: ModuleTerms
}

/** A part of the price, before and after. */
interface Part {
  key: string
  old: Charge | undefined
  renewed: Charge | undefined
}

/** Every part that differs; where the plan does, also what an earlier one has paid for of this time. */
function partsOf({ money, previous, next, planChanged, rest, terms }: Difference): Part[] {
  const before = keyed(advanceCharges(withoutEnding(previous, rest.start)))
  const after = keyed(terms.charges)
  const running = planChanged ? runningOf(money, next.number).filter(({ kind }) => PLAN.has(kind)) : []
  const keys = new Set([...before.keys(), ...after.keys(), ...running.map(chargeKey)])
  return [...keys]
    .map((key) => ({ key, old: before.get(key), renewed: after.get(key) }))
    .filter(({ old, renewed }) => differs(old, renewed))
}

const PLAN: ReadonlySet<string> = new Set(['plan', 'quantity'])

const isModule = ({ renewed }: Part) => renewed?.kind === 'add_on' || renewed?.kind === 'bundle'

function module(part: Part, { terms, rest, fraction }: Difference): Credits {
  const { old, renewed } = part as Part & { renewed: Charge }
  const line = moduleLine(terms, { old, renewed }, { rest, fraction })
  return { lines: line === null ? [] : [line], stopped: [] }
}

/** What is left of the lines that paid for a part, and the line that takes their place. */
function replaced(part: Part, side: 'both' | 'now' | 'later', change: Difference): Credits {
  const { key, old, renewed } = part
  const { money, next, planChanged, rest, fraction, how, terms } = change
  // what was lowered without giving anything back is paid for still
  const isPaid =
    side === 'now' && renewed !== undefined && paidUnits(terms.paid, renewed) >= Number(renewed.quantity)
  if (isPaid) return NO_CREDITS
  // what was taken off what is there stays taken off
  if (!planChanged && renewed !== undefined && wasCredited(money, next, key)) {
    const isMore = old === undefined || rises(old, renewed)
    return isMore ? module(part, change) : withdrawn(key, old, renewed, change)
  }
  // and gives nothing back later
  const most = planChanged ? mostHad(part, change) : Number.POSITIVE_INFINITY
  const credits = creditKey(money, next.number, key, how, most)
  if (renewed === undefined) return credits
  const line = draftOf(renewed, roundMinor(times(renewed.exactMinor, fraction)), rest)
  const creditedMinor = addMinor(...credits.lines.map(({ amountMinor }) => amountMinor))
  const differenceMinor = creditedMinor + line.amountMinor
  // an earlier plan that comes back is paid for as it was
  if (old === undefined && creditedMinor < 0 && differenceMinor === 0) return NO_CREDITS
  // fewer cost nothing, even where less is left to give back than they come to
  if (!planChanged && !rises(old, renewed) && differenceMinor > 0) return NO_CREDITS
  if (!planChanged)
    line.kept = keptDiscount(credits.lines, line.amountMinor, money.discounts, {
      at: how.at,
      currency: next.currency,
    })
  return { lines: [...credits.lines, line], stopped: credits.stopped }
}

/** Of what is given back for another plan, how many units were had to the end. */
function mostHad({ key, old, renewed }: Part, { catalog, previous }: Difference): number {
  const [kind, reference, component] = key.split('|') as [LineKind, string, string]
  if (old === undefined && reference !== previous.plan.key)
    return quantityHad(catalog, previous, { kind, reference, component })
  return Math.max(Number(old?.quantity ?? 0), Number(renewed?.quantity ?? 0))
}

/** Of fewer units, beside what is void or was credited by hand: what was added last comes back. */
function withdrawn(key: string, old: Charge, renewed: Charge, change: Difference): Credits {
  const { money, previous, next, how, rest, fraction } = change
  const credits: Credits = { lines: [], stopped: [] }
  let before = Number(old.quantity)
  let units = before - Number(renewed.quantity)
  for (const line of runningOf(money, next.number).toReversed()) {
    if (chargeKey(line) !== key) continue
    if (units <= 0 || line.creditedMinor > 0) break
    credits.stopped.push(line)
    const back = creditLine(line, how)
    credits.lines.push(...back)
    units -= Number(line.quantity)
    before -= Number(line.quantity)
    if (units >= 0) continue
    // what is left of it is charged anew
    const exactMinor =
      costOfMore(previous, old, { before, more: -units }) ?? old.exactMinor.times(-units).div(old.quantity)
    const left = { ...old, quantity: String(-units), exactMinor }
    const kept = draftOf(left, roundMinor(times(left.exactMinor, fraction)), rest)
    const { at } = how
    kept.kept = keptDiscount(back, kept.amountMinor, money.discounts, { at, currency: next.currency })
    credits.lines.push(kept)
  }
  return credits
}

/** Whether it was void, or credited by hand, what a part was charged for its time. */
function wasCredited(money: CustomerMoney, { number }: Subscription, key: string): boolean {
  return runningOf(money, number).some((line) => line.creditedMinor > 0 && chargeKey(line) === key)
}

/**
 * Where a difference goes. A plan's parts: both ways, on an invoice now. A quantity's: by `quantityChange`. A module's or
 * a bundle's: only what is added costs, when `modules` says; switching off stops the next charge and gives nothing back.
 */
function sideOf(
  { old, renewed }: Part,
  { planChanged, next: { plan } }: Difference,
): 'both' | 'now' | 'later' | 'none' {
  const { modules, quantityChange } = plan.policies
  const { kind } = old ?? renewed ?? { kind: 'plan' }
  const side =
    kind === 'add_on' || kind === 'bundle'
      ? modules === 'now'
        ? 'now'
        : 'later'
      : planChanged || quantityChange === 'prorate'
        ? 'both'
        : quantityChange === 'next_period'
          ? 'none'
          : 'now'
  return side === 'both' || rises(old, renewed) ? side : 'none'
}

function differs(old: Charge | undefined, renewed: Charge | undefined): boolean {
  return old === undefined || renewed === undefined || !old.exactMinor.eq(renewed.exactMinor)
}

function rises(old: Charge | undefined, renewed: Charge | undefined): boolean {
  if (renewed === undefined) return false
  return old === undefined || renewed.exactMinor.gt(old.exactMinor)
}

function keyed(charges: readonly Charge[]): Map<string, Charge> {
  return new Map(charges.map((charge) => [chargeKey(charge), charge]))
}
