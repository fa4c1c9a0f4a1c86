/**
 * Which lines a change of a subscription entails, and on how many documents.
 *
 * Owns: the comparison of the subscription before with the one after: a period that opens, a plan that changes, a seat more,
 * a module, an end. Does not own: what then becomes of them (`bill.ts`), discounts, tax and totals (`compose.ts`).
 * Invariant: the same comparison always yields the same lines.
 */
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { Replaced } from '../discounts/within-period.ts'
import { Refusal } from '../../refusal.ts'
import { roundMinor } from '../money/rounding.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import { raisesQuota, raisesQuotaAlone } from '../subscriptions/quota-add-ons.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import { intervalText, isSamePlan } from '../subscriptions/terms.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, draftOf, withoutEnding, type Charge } from './charges.ts'
import { closeLate, closeUntil, NOTHING_CLOSED, type ClosedUse } from './close.ts'
import { creditAll, creditKey, creditsKept, creditsOfCut, NO_CREDITS } from './credit-lines.ts'
import type { InvoiceReason, LineDraft, RunningLine } from './model.ts'
import { moduleLine, paidAhead } from './module-lines.ts'
import { fractionOf, times } from './proration.ts'

/** What a change of one subscription entails; of two currencies there are two. */
export interface Bill {
  currency: string
  /** On an invoice of its own, now. */
  now: LineDraft[]
  /** On the next one. */
  later: LineDraft[]
  reason: InvoiceReason
  /** What the invoice opens; null when it opens nothing. */
  period: Span | null
  /** What is replaced of the period where its plan is; null: that goes on. */
  replaced: Replaced | null
  /** Which of the lines that wait go along. */
  takes: (line: LineDraft) => boolean
  /** Where everything paid ahead is cut short, what waits of it too; null: nothing is. */
  cutAt: Instant | null
  /** What is charged afterwards is on it, up to here; null: nothing is. */
  closedUntil: Instant | null
  closed: ClosedUse
  /** Lines that were given back. */
  stopped: RunningLine[]
  billedUntil: Instant | null
}

/** What came late is first: where it waits, what follows takes it along. */
export function planBills(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription | null,
  next: Subscription,
  at: Instant,
  change: Pick<CustomerChange, 'creditOnEnd' | 'boughtAgain'>,
): Bill[] {
  const late = planLate(state, money, previous, next)
  return [...late, ...planChange(state, money, previous, next, at, change)]
}

function planChange(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription | null,
  next: Subscription,
  at: Instant,
  { creditOnEnd = false, boughtAgain }: Pick<CustomerChange, 'creditOnEnd' | 'boughtAgain'>,
): Bill[] {
  if (previous !== null && isLive(previous) && !isLive(next)) {
    return planEnd(state, money, previous, next, at, creditOnEnd)
  }
  if (next.status !== 'active') return []
  const opens = next.billedUntil === null || next.billedUntil < next.periodEnd
  if (boughtAgain !== undefined || opens || cutShort(previous, next)) {
    return planOpening(state, money, { previous, next, boughtAgain }, at)
  }
  return previous?.status === 'active' ? planDifference(state, money, previous, next, at) : []
}

/** Another interval began before the old one's end. */
function cutShort(previous: Subscription | null, next: Subscription): boolean {
  if (previous === null || previous.billedUntil === null) return false
  const begins =
    previous.periodStart !== next.periodStart ||
    intervalText(previous.interval) !== intervalText(next.interval)
  return begins && previous.billedUntil > next.periodStart
}

const NOTHING = {
  now: [],
  later: [],
  reason: 'change',
  period: null,
  replaced: null,
  takes: () => false,
  cutAt: null,
  closedUntil: null,
  closed: NOTHING_CLOSED,
  stopped: [],
} satisfies Partial<Bill>

/**
 * What was told since a period was closed goes onto the next invoice, where it is of the same currency; what was told since
 * a subscription ended has one of its own.
 */
function planLate(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription | null,
  next: Subscription,
): Bill[] {
  if (previous === null) return []
  const { currency, billedUntil } = next
  return [...closeLate(state, money, next.number)].map(([of, closed]) => {
    const waits = isLive(previous) && (of === currency || of === previous.currency)
    const lines = waits ? { later: closed.lines } : { now: closed.lines }
    return { ...NOTHING, ...lines, currency: of, closed, billedUntil }
  })
}

function planEnd(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  at: Instant,
  creditOnEnd: boolean,
): Bill[] {
  if (previous.status !== 'active' && previous.status !== 'paused') return []
  const end = Math.min(at, previous.periodEnd)
  const closed = closeUntil(state, money, previous, end)
  const credits = creditOnEnd ? creditAll(state, money, previous, at) : NO_CREDITS
  return [
    {
      ...NOTHING,
      currency: previous.currency,
      // what is disputed takes nothing off what was used
      now: [...closed.lines, ...credits.lines.filter(({ onlySetOff }) => onlySetOff !== true)],
      stopped: credits.stopped,
      takes: () => true,
      cutAt: creditOnEnd ? at : null,
      closedUntil: end,
      closed,
      billedUntil: next.billedUntil,
    },
  ]
}

function planOpening(
  state: CustomerState,
  money: CustomerMoney,
  change: { previous: Subscription | null; next: Subscription } & Pick<CustomerChange, 'boughtAgain'>,
  at: Instant,
): Bill[] {
  const { previous, next, boughtAgain } = change
  const timeZone = state.customer.timeZone
  const isPaid = boughtAgain !== undefined && boughtAgain.paidBy !== null
  const shortened = boughtAgain !== undefined || cutShort(previous, next)
  const span = { start: openingStart(previous, next, at, shortened), end: next.periodEnd }
  const whole = fullIntervalOf(next)
  const policy = next.plan.policies.proration
  const fraction = fractionOf(span, whole, policy === 'none' ? 'second' : policy, timeZone)
  const charges = isPaid ? [] : advanceCharges(withoutEnding(next, span.start))
  const lines = charges.map((charge) => draftOf(charge, roundMinor(times(charge.exactMinor, fraction)), span))
  const closes = previous !== null && previous.status !== 'trialing' && previous.billedUntil !== null
  const closed = closes ? closeUntil(state, money, previous, span.start) : NOTHING_CLOSED
  let credits = NO_CREDITS
  if (shortened && previous !== null) {
    requireCurrency(money, previous, next, { start: at, end: previous.billedUntil ?? at })
    credits = creditsOfCut(state, money, previous, { at, boughtAgain })
  }
  const opening: Bill = {
    ...NOTHING,
    currency: next.currency,
    now: [...credits.lines, ...closed.lines, ...lines],
    stopped: credits.stopped,
    reason: shortened ? 'change' : 'period',
    period: isPaid ? null : span,
    takes: () => true,
    cutAt: shortened ? span.start : null,
    closedUntil: closes ? span.start : null,
    closed,
    billedUntil: next.periodEnd,
  }
  return byCurrency(opening, previous).flatMap((each) => withModulesApart(state, next, each))
}

/** Modules are on a document beside the plan's, where its policy says so and there is a plan's. */
function withModulesApart({ catalog }: CustomerState, next: Subscription, planned: Bill): Bill[] {
  const isModule = isModuleOf(catalog, next)
  const { now, currency, billedUntil, cutAt, takes } = planned
  const isMixed = now.some(isModule) && !now.every(isModule)
  if (next.plan.policies.moduleInvoices !== 'apart' || (planned.period === null && !isMixed)) return [planned]
  const modules: Bill = {
    ...NOTHING,
    currency,
    now: now.filter(isModule),
    reason: 'add_on',
    takes: (line) => takes(line) && isModule(line),
    cutAt,
    billedUntil,
  }
  return [
    {
      ...planned,
      now: now.filter((line) => !isModule(line)),
      takes: (line) => takes(line) && !isModule(line),
    },
    modules,
  ]
}

/** What goes off by itself where it isn't paid. What adds to a quota of the plan is the plan's. */
function isModuleOf(catalog: CustomerState['catalog'], { plan, addOns, bundles }: Subscription) {
  const belongs = new Set([
    ...addOns.filter(({ addOn }) => raisesQuota(plan, addOn)).map(({ addOn }) => addOn.key),
    ...bundles
      .filter(({ bundle }) => raisesQuotaAlone(catalog, plan, bundle))
      .map(({ bundle }) => bundle.key),
  ])
  return ({ kind, reference }: LineDraft): boolean =>
    (kind === 'add_on' || kind === 'bundle') && !belongs.has(reference)
}

/** What the old currency still has to charge is on a document of its own. */
function byCurrency(planned: Bill, previous: Subscription | null): Bill[] {
  if (previous === null || previous.currency === planned.currency) return [planned]
  const { closedUntil, closed, now, later } = planned
  const old: Bill = {
    ...NOTHING,
    currency: previous.currency,
    now: [...closed.lines],
    takes: () => true,
    closedUntil,
    closed,
    billedUntil: previous.billedUntil,
  }
  const rest = (lines: readonly LineDraft[]) => lines.filter((line) => !closed.lines.includes(line))
  return [old, { ...planned, now: rest(now), later: rest(later), closedUntil: null, closed: NOTHING_CLOSED }]
}

/** What nobody was there for is not charged: a pause, and the time before a start that lies in the past. */
function openingStart(
  previous: Subscription | null,
  next: Subscription,
  at: Instant,
  shortened: boolean,
): Instant {
  if (shortened) return next.periodStart
  if (next.billedUntil !== null) {
    const from = Math.max(next.billedUntil, next.periodStart)
    return previous?.status === 'paused' ? Math.max(from, at) : from
  }
  return previous === null ? Math.max(next.periodStart, at) : next.periodStart
}

/**
 * The same period, paid already, under other terms: what is left of the old is given back, the rest of the new charged. What
 * the old plan charges afterwards it charges until here, on the next invoice: a preview doesn't move with each use.
 */
function planDifference(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  at: Instant,
): Bill[] {
  const policies = next.plan.policies
  const rest = { start: at, end: next.periodEnd }
  const timeZone = state.customer.timeZone
  const planChanged = !isSamePlan(previous.plan, next.plan) || previous.currency !== next.currency
  requireCurrency(money, previous, next, rest)
  if (rest.start >= rest.end) return []
  const policy = policies.proration
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
  if (policy === 'none') return planChanged ? byCurrency(planned, previous) : []
  const before = keyed(advanceCharges(withoutEnding(previous, at)))
  const after = keyed(advanceCharges(withoutEnding(next, at)))
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(key)
    const renewed = after.get(key)
    if (!differs(old, renewed)) continue
    const side = sideOf(old ?? renewed, { planChanged, previous, next })
    if (side === 'none' || (side !== 'both' && !rises(old, renewed))) continue
    const lines = side === 'later' ? planned.later : planned.now
    if (renewed?.kind === 'add_on' || renewed?.kind === 'bundle') {
      const line = moduleLine(money, next.number, { old, renewed }, { rest, fraction })
      if (line !== null) lines.push(line)
      continue
    }
    // what was lowered without giving anything back is paid for still
    const isPaid =
      side === 'now' &&
      renewed !== undefined &&
      paidAhead(money, next.number, renewed, rest.end) >= Number(renewed.quantity)
    if (isPaid) continue
    if (old !== undefined) {
      const credits = creditKey(money, next.number, key, { at, policy, timeZone })
      lines.push(...credits.lines)
      planned.stopped.push(...credits.stopped)
    }
    if (renewed !== undefined) {
      lines.push(draftOf(renewed, roundMinor(times(renewed.exactMinor, fraction)), rest))
    }
  }
  if (planChanged) {
    const how = { at, policy, timeZone }
    planned.replaced = { share: fraction, kept: creditsKept(money, next.number, planned.stopped, how) }
  }
  const isModule = isModuleOf(state.catalog, next)
  // a plan's part on it makes it the plan's: what isn't paid of that closes the door
  if (!planChanged && planned.now.length > 0 && planned.now.every(isModule)) planned.reason = 'add_on'
  if (!planChanged && planned.now.length + planned.later.length === 0) return []
  return byCurrency(planned, previous).flatMap((each) => withModulesApart(state, next, each))
}

/** What is left of one currency can't be set against another. @throws Refusal `currency_change` where something is */
function requireCurrency(
  { running }: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  rest: Span,
): void {
  const isPaid = running.some(
    ({ subscription, stoppedAt, service }) =>
      subscription === previous.number && stoppedAt === null && service.end > rest.start,
  )
  if (previous.currency === next.currency || rest.start >= rest.end || !isPaid) return
  throw new Refusal('currency_change', {
    param: 'currency',
    values: { currency: next.currency, current: previous.currency },
  })
}

/**
 * Where a difference goes. A plan's parts: both ways, on an invoice now. A quantity's: by `quantityChange`. A module's or
 * a bundle's: only what is added costs, when `modules` says; switching off stops the next charge and gives nothing back.
 */
function sideOf(
  charge: Charge | undefined,
  change: { planChanged: boolean; previous: Subscription; next: Subscription },
): 'both' | 'now' | 'later' | 'none' {
  const { policies } = change.next.plan
  if (charge?.kind === 'add_on' || charge?.kind === 'bundle') {
    return policies.modules === 'now' ? 'now' : 'later'
  }
  if (change.planChanged) return 'both'
  if (policies.quantityChange === 'next_period') return 'none'
  return policies.quantityChange === 'prorate' ? 'both' : 'now'
}

function differs(old: Charge | undefined, renewed: Charge | undefined): boolean {
  return old === undefined || renewed === undefined || !old.exactMinor.eq(renewed.exactMinor)
}

function rises(old: Charge | undefined, renewed: Charge | undefined): boolean {
  if (renewed === undefined) return false
  return old === undefined || renewed.exactMinor.gt(old.exactMinor)
}

function keyed(charges: Charge[]): Map<string, Charge> {
  return new Map(charges.map((charge) => [chargeKey(charge), charge]))
}
