import { Big } from 'big.js'
import type { BilledOverage, CustomerMoney, LateUse } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import { END_OF_TIME, type Instant, type Span } from '../time/index.ts'
import type { ClosedStretch } from './closed-stretch.ts'
import { closingLines } from './closing-lines.ts'
import { leftOf } from './compose-credit-note.ts'
import { waitingCredits } from './credit.ts'
import { lateLines } from './late-lines.ts'
import type { InvoiceLine, LineDraft } from './model.ts'
import { fractionOf } from './proration.ts'

/** What is charged afterwards, and what is to be kept and marked once it is. */
export interface ClosedUse {
  lines: LineDraft[]
  stretches: ClosedStretch[]
  overage: Omit<BilledOverage, 'by'>[]
}

export const NOTHING_CLOSED: ClosedUse = { lines: [], stretches: [], overage: [] }

/** What a subscription charges afterwards for what is not closed yet of its running period, up to `end`. */
export function closeUntil(
  { catalog, customer }: Pick<CustomerState, 'catalog' | 'customer'>,
  { unbilled, items }: CustomerMoney,
  subscription: Subscription,
  end: Instant,
): ClosedUse {
  const { number, currency, closedUntil, periodStart } = subscription
  const { timeZone } = customer
  const period = { start: Math.max(periodStart, closedUntil ?? periodStart), end }
  const { proration } = subscription.plan.policies
  // by the second where nothing is prorated
  const policy = proration === 'none' ? 'second' : proration
  const shareOf = (part: Span, whole: Span) => fractionOf(part, whole, policy, timeZone)
  const fraction = shareOf(period, fullIntervalOf(subscription))
  const waiting = items.filter((each) => each.subscription === number && each.invoice === null)
  const { lines, stretch } = closingLines(
    catalog,
    subscription,
    unbilled,
    { period, fraction, shareOf },
    waiting.map(({ line }) => line),
  )
  return {
    lines,
    stretches: stretch === null ? [] : [stretch],
    overage: [{ subscription: number, currency, from: period.start, to: END_OF_TIME }],
  }
}

/** What came late of a subscription's stretches that were closed before, by currency. */
export function closeLate(
  state: CustomerState,
  { unbilled, items }: CustomerMoney,
  number: number,
): Map<string, ClosedUse> {
  const waiting = items
    .filter((each) => each.subscription === number && each.invoice === null)
    .map(({ line }) => line)
  const byCurrency = new Map<string, ClosedUse>()
  for (const { stretch, overage, charged, credits } of unbilled?.late ?? []) {
    const { subscription, currency, start, end } = stretch
    if (subscription !== number) continue
    const known = byCurrency.get(currency) ?? NOTHING_CLOSED
    const left = leftOf(charged, [...credits, ...waitingCredits(state)]).map(undisputed)
    const late = lateLines(state.catalog, { stretch, overage, charged: left }, waiting)
    byCurrency.set(currency, {
      lines: [...known.lines, ...late.lines],
      stretches: [...known.stretches, late.stretch],
      overage: [...known.overage, { subscription, currency, from: start, to: end }],
    })
  }
  return byCurrency
}

/** What its payer disputes of a line is not ours to give back. */
function undisputed({ disputed, ...line }: LateUse['charged'][number]): InvoiceLine {
  const disputedMinor = disputed.openMinor + disputed.lostMinor
  if (disputedMinor === 0 || line.amountMinor <= 0) return line
  const amountMinor = Math.max(line.amountMinor - disputedMinor, 0)
  const discountMinor = roundMinor(new Big(line.discountMinor).times(amountMinor).div(line.amountMinor))
  return { ...line, amountMinor, discountMinor }
}
