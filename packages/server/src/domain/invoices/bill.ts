/**
 * What a change of a subscription costs: the one place where agreements become lines.
 *
 * Owns: which lines a change entails, by comparing the subscription before with the one after. A period that opens, a
 * plan that changes, a seat more, a module, an end: all go through here, a preview too. Does not own: why it changed
 * (`subscriptions/`), discounts, tax and totals (`compose.ts`), collecting (`payments/`, `dunning/`).
 * Invariant: each stretch of time is billed in advance once (`billedUntil`); the same comparison always yields the
 * same lines; what the provider renews is billed by the provider.
 */
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import { replaceSubscription } from '../customers/state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import { Refusal } from '../../refusal.ts'
import { roundMinor } from '../money/rounding.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import { intervalText } from '../subscriptions/terms.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, draftOf, withoutEnding, type Charge } from './charges.ts'
import { closingLines, type Closing } from './closing-lines.ts'
import { creditAll, creditKey, NO_CREDITS, type Credits } from './credit-lines.ts'
import { addDocument, type NewId } from './documents.ts'
import type { InvoiceReason, LineDraft, PendingItem, RunningLine } from './model.ts'
import { moduleLine, paidAhead, waitingUntil } from './module-lines.ts'
import { fractionOf, times, type Fraction } from './proration.ts'

export interface BillOptions {
  /** As of when: the change's own moment, or that of the preview it was agreed on. */
  at: Instant
  newId: NewId
}

/** What a change of one subscription entails; of two currencies there are two. */
interface Bill {
  currency: string
  /** On an invoice of its own, now. */
  now: LineDraft[]
  /** On the next one. */
  later: LineDraft[]
  reason: InvoiceReason
  /** What the invoice opens; null when it opens nothing. */
  period: Span | null
  /** What part is left of a period all of whose lines are replaced; null: they are not. */
  discountShare: Fraction | null
  /** What waits goes along. */
  takesPending: boolean
  /** Where everything paid ahead is cut short, what waits of it too; null: nothing is. */
  cutAt: Instant | null
  /** What is charged afterwards is on it, up to here; null: nothing is. */
  closedUntil: Instant | null
  /** Lines that were given back. */
  stopped: RunningLine[]
  billedUntil: Instant | null
}

/** Adds to a change what it costs. Nothing where money isn't loaded, or nothing is owed. */
export function bill(before: CustomerState, change: CustomerChange, options: BillOptions): CustomerChange {
  let result = change
  for (const next of change.state.subscriptions) {
    const previous = before.subscriptions.find((each) => each.number === next.number) ?? null
    if (previous === next || next.authority === 'provider' || result.state.money === null) continue
    for (const planned of planBills(result.state, result.state.money, previous, next, options.at, change)) {
      result = applyBill(result, next.number, planned, options)
    }
  }
  return result
}

function planBills(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription | null,
  next: Subscription,
  at: Instant,
  { creditOnEnd = false, boughtAgain = false }: Pick<CustomerChange, 'creditOnEnd' | 'boughtAgain'>,
): Bill[] {
  if (previous !== null && isLive(previous) && !isLive(next)) {
    return planEnd(state, money, previous, next, at, creditOnEnd)
  }
  if (next.status !== 'active') return []
  const opens = next.billedUntil === null || next.billedUntil < next.periodEnd
  if (boughtAgain || opens || cutShort(previous, next)) {
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
  discountShare: null,
  takesPending: false,
  cutAt: null,
  closedUntil: null,
  stopped: [],
} satisfies Partial<Bill>

function planEnd(
  state: CustomerState,
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  at: Instant,
  creditOnEnd: boolean,
): Bill[] {
  if (previous.status !== 'active' && previous.status !== 'paused') return []
  const closing = closingOf(previous, Math.min(at, previous.periodEnd), state.customer.timeZone)
  // a minimum is owed for whole periods only
  const lines = linesUntil(state, money, previous, closing).filter(
    (line) => line.kind !== 'minimum' || at >= previous.periodEnd,
  )
  const credits = creditOnEnd ? creditAll(state, money, previous, at) : NO_CREDITS
  return [
    {
      ...NOTHING,
      currency: previous.currency,
      now: [...lines, ...credits.lines],
      stopped: credits.stopped,
      takesPending: true,
      cutAt: creditOnEnd ? at : null,
      closedUntil: closing.period.end,
      billedUntil: next.billedUntil,
    },
  ]
}

function planOpening(
  state: CustomerState,
  money: CustomerMoney,
  change: { previous: Subscription | null; next: Subscription; boughtAgain: boolean },
  at: Instant,
): Bill[] {
  const { previous, next, boughtAgain } = change
  const timeZone = state.customer.timeZone
  const shortened = boughtAgain || cutShort(previous, next)
  const span = { start: openingStart(previous, next, at, shortened), end: next.periodEnd }
  const whole = fullIntervalOf(next, timeZone)
  const policy = next.plan.policies.proration
  const fraction = fractionOf(span, whole, policy === 'none' ? 'second' : policy, timeZone)
  const lines = advanceCharges(withoutEnding(next, span.start)).map((charge) =>
    draftOf(charge, roundMinor(times(charge.exactMinor, fraction)), span),
  )
  const closes = previous !== null && previous.status !== 'trialing' && previous.billedUntil !== null
  const closing = closes ? linesUntil(state, money, previous, closingOf(previous, span.start, timeZone)) : []
  if (shortened && previous !== null) {
    requireCurrency(money, previous, next, { start: at, end: previous.billedUntil ?? at })
  }
  const credits = shortened ? creditsOfCut(state, money, change, at) : NO_CREDITS
  const opening: Bill = {
    ...NOTHING,
    currency: next.currency,
    now: [...credits.lines, ...closing, ...lines],
    stopped: credits.stopped,
    reason: shortened ? 'change' : 'period',
    period: span,
    takesPending: true,
    cutAt: shortened ? at : null,
    closedUntil: closes ? span.start : null,
    billedUntil: next.periodEnd,
  }
  return apart(opening, previous, closing)
}

/** What the old currency still has to charge is on a document of its own. */
function apart(planned: Bill, previous: Subscription | null, closing: readonly LineDraft[]): Bill[] {
  if (previous === null || previous.currency === planned.currency) return [planned]
  const { closedUntil } = planned
  const closed: Bill = {
    ...NOTHING,
    currency: previous.currency,
    now: [...closing],
    takesPending: true,
    closedUntil,
    billedUntil: previous.billedUntil,
  }
  const rest = (lines: readonly LineDraft[]) => lines.filter((line) => !closing.includes(line))
  return [closed, { ...planned, now: rest(planned.now), later: rest(planned.later), closedUntil: null }]
}

/** What is left of a period that is cut short comes back, but not where its unused credits are kept instead. */
function creditsOfCut(
  state: CustomerState,
  money: CustomerMoney,
  { previous, boughtAgain }: { previous: Subscription | null; boughtAgain: boolean },
  at: Instant,
): Credits {
  if (previous === null) return NO_CREDITS
  if (!boughtAgain) return creditAll(state, money, previous, at)
  return {
    lines: [],
    stopped: money.running.filter(({ subscription }) => subscription === previous.number),
  }
}

/** What is not closed yet of the running period, and what part of its interval that is: by the second where nothing is prorated. */
function closingOf(subscription: Subscription, end: Instant, timeZone: string): Closing {
  const { closedUntil, periodStart } = subscription
  const period = { start: Math.max(periodStart, closedUntil ?? periodStart), end }
  const { proration } = subscription.plan.policies
  const policy = proration === 'none' ? 'second' : proration
  const shareOf = (part: Span, whole: Span) => fractionOf(part, whole, policy, timeZone)
  return { period, fraction: shareOf(period, fullIntervalOf(subscription, timeZone)), shareOf }
}

function linesUntil(
  { catalog }: CustomerState,
  { unbilled, items }: CustomerMoney,
  subscription: Subscription,
  closing: Closing,
): LineDraft[] {
  const waiting = items.filter((each) => each.subscription === subscription.number && each.invoice === null)
  const lines = waiting.map(({ line }) => line)
  return closingLines(catalog, subscription, unbilled, closing, lines)
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
  const planChanged = previous.plan !== next.plan
  requireCurrency(money, previous, next, rest)
  if (rest.start >= rest.end) return []
  const policy = policies.proration
  const fraction = fractionOf(rest, fullIntervalOf(next, timeZone), policy, timeZone)
  const closing = planChanged ? linesUntil(state, money, previous, closingOf(previous, at, timeZone)) : []
  const planned: Bill = {
    ...NOTHING,
    currency: next.currency,
    now: [],
    later: [...closing],
    stopped: [],
    discountShare: planChanged ? fraction : null,
    closedUntil: planChanged ? at : null,
    billedUntil: next.billedUntil,
  }
  if (policy === 'none') return planChanged ? apart(planned, previous, closing) : []
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
  if (planned.now.some((line) => line.kind === 'add_on' || line.kind === 'bundle') && !planChanged) {
    planned.reason = 'add_on'
  }
  return planChanged || planned.now.length + planned.later.length > 0 ? apart(planned, previous, closing) : []
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

function applyBill(
  change: CustomerChange,
  number: number,
  planned: Bill,
  options: BillOptions,
): CustomerChange {
  const { state } = change
  const { currency } = planned
  const subscription = state.subscriptions.find((each) => each.number === number) as Subscription
  const money = state.money as CustomerMoney
  const closes = planned.closedUntil !== null
  const stopped = new Map(planned.stopped.map((line) => [line.id, { ...line, stoppedAt: options.at }]))
  const waiting = money.items.filter((item) => item.invoice === null && item.currency === currency)
  const pending: PendingItem[] = planned.later.map((line) => ({
    id: options.newId('itm'),
    subscription: number,
    currency,
    line,
    createdAt: options.at,
    invoice: null,
  }))
  const prepared: CustomerState = {
    ...replaceSubscription(state, {
      ...subscription,
      billedUntil: planned.billedUntil,
      closedUntil: planned.closedUntil ?? subscription.closedUntil,
    }),
    money: {
      ...money,
      running: money.running.map((line) => stopped.get(line.id) ?? line),
      items: [...money.items, ...pending],
      usageBilledBy: closes ? (pending[0]?.id ?? money.usageBilledBy) : money.usageBilledBy,
      usageClosed: money.usageClosed || closes || planned.period !== null,
      unbilled: closes ? null : money.unbilled,
    },
  }
  const waits = planned.takesPending ? waitingLines(waiting, subscription, planned.cutAt, state) : []
  const lines = [...planned.now, ...waits]
  return addDocument(
    { state: prepared, events: change.events },
    {
      lines,
      reason: planned.reason,
      subscription,
      period: planned.period,
      discountShare: planned.discountShare,
      currency,
      items: planned.takesPending ? waiting.map(({ id }) => id) : [],
      // what waits has it
      usage: closes && pending.length === 0,
    },
    options,
  )
}

/** What waits; of the subscription's own only what has passed, where the rest is given back. */
function waitingLines(
  waiting: readonly PendingItem[],
  { number, plan }: Subscription,
  cutAt: Instant | null,
  { customer }: CustomerState,
): LineDraft[] {
  return waiting.flatMap(({ line, subscription }) => {
    if (cutAt === null || subscription !== number) return line
    return waitingUntil(line, cutAt, plan.policies.proration, customer.timeZone) ?? []
  })
}
