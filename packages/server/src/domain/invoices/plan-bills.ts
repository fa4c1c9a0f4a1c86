/**
 * Which lines a change of a subscription entails, and on how many documents.
 *
 * Owns: the comparison of the subscription before with the one after: a period that opens, one that is cut short, an end.
 * Does not own: other terms within a period (`plan-difference.ts`), what then becomes of the lines (`bill.ts`), discounts,
 * tax and totals (`compose.ts`).
 * Invariant: the same comparison always yields the same lines.
 */
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import { roundMinor } from '../money/rounding.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import { intervalText } from '../subscriptions/terms.ts'
import type { Instant } from '../time/index.ts'
import { advanceCharges, draftOf, withoutEnding } from './charges.ts'
import { closeLate, closeUntil, NOTHING_CLOSED } from './close.ts'
import { setOffModules } from './bought-again.ts'
import { creditAll, creditsOfCut, NO_CREDITS } from './credit-lines.ts'
import { planDifference } from './plan-difference.ts'
import { byCurrency, NOTHING, requireCurrency, withModulesApart, type Bill } from './planned-bill.ts'
import { fractionOf, times } from './proration.ts'

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
  if (previous?.status === 'active' && next.status === 'paused') return planPause(state, money, previous, at)
  if (next.status !== 'active') return []
  const opens = next.billedUntil === null || next.billedUntil < next.periodEnd
  if (boughtAgain !== undefined || opens || cutShort(previous, next)) {
    return planOpening(state, money, { previous, next, boughtAgain }, at)
  }
  // what was used meanwhile costs nothing
  if (previous?.status === 'paused') return [{ ...closing(next), closedUntil: at }]
  return previous?.status === 'active' ? planDifference(state, money, previous, next, at) : []
}

const closing = ({ currency, billedUntil }: Subscription) => ({ ...NOTHING, currency, billedUntil })

/** Nothing is in force: what is charged afterwards is charged up to here, on the next invoice. */
function planPause(state: CustomerState, money: CustomerMoney, previous: Subscription, at: Instant): Bill[] {
  const closed = closeUntil(state, money, previous, Math.min(at, previous.periodEnd))
  return [{ ...closing(previous), later: closed.lines, closedUntil: at, closed }]
}

/** Another interval began before the old one's end. */
function cutShort(previous: Subscription | null, next: Subscription): boolean {
  if (previous === null || previous.billedUntil === null) return false
  const begins =
    previous.periodStart !== next.periodStart ||
    intervalText(previous.interval) !== intervalText(next.interval)
  return begins && previous.billedUntil > next.periodStart
}

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
  const closes = previous.status === 'active'
  const closed = closes ? closeUntil(state, money, previous, end) : NOTHING_CLOSED
  const policy = previous.plan.policies.proration
  const credits = creditOnEnd ? creditAll(state, money, previous, { at, policy }) : NO_CREDITS
  return [
    {
      ...NOTHING,
      currency: previous.currency,
      // what is disputed takes nothing off what was used
      now: [...closed.lines, ...credits.lines.filter(({ onlySetOff }) => onlySetOff !== true)],
      stopped: credits.stopped,
      takes: () => true,
      cutAt: creditOnEnd ? at : null,
      closedUntil: closes ? end : null,
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
  // a pause has closed what was before it
  const closed =
    closes && previous.status !== 'paused' ? closeUntil(state, money, previous, span.start) : NOTHING_CLOSED
  let credits = NO_CREDITS
  if (shortened && previous !== null) {
    requireCurrency(money, previous, next, { start: at, end: previous.billedUntil ?? at })
    credits = creditsOfCut(state, money, previous, { at, policy, boughtAgain })
    // of an order that is paid already they are on that
    if (boughtAgain?.paidBy === null)
      credits.lines.push(...setOffModules(state, money, { previous, next }, at))
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
    // what nobody was there for charges nothing afterwards either
    closedUntil: span.start,
    closed,
    billedUntil: next.periodEnd,
  }
  return byCurrency(opening, previous).flatMap((each) => withModulesApart(state, next, each))
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
