/**
 * What switching a module or a bundle on within a paid period costs.
 *
 * Owns: that only what is not paid for yet is charged, be it by a line of an invoice or by an item that waits for the
 * next one. Does not own: when it is charged (`bill.ts`, or an order that is paid first).
 * Invariant: however often something is switched, no stretch of its time is charged twice.
 */
import { Big } from 'big.js'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, draftOf, withoutEnding, type Charge } from './charges.ts'
import type { LineDraft } from './model.ts'
import { fractionOf, times, type Fraction, type ProrationPolicy } from './proration.ts'

interface Stretch {
  rest: Span
  fraction: Fraction
}

/** The line for what of it is not paid for until the period's end; null where all of it is. */
export function moduleLine(
  money: CustomerMoney,
  subscription: number,
  { old, renewed }: { old: Charge | undefined; renewed: Charge },
  { rest, fraction }: Stretch,
): LineDraft | null {
  const quantity = Number(renewed.quantity)
  const paid = paidAhead(money, subscription, renewed, rest.end)
  const missing = quantity - paid
  if (missing <= 0) return null
  const { exactMinor } = renewed
  const more =
    old !== undefined && Number(old.quantity) === paid
      ? exactMinor.minus(old.exactMinor)
      : exactMinor.times(missing).div(quantity)
  const charge = paid === 0 ? renewed : { ...renewed, quantity: String(missing), exactMinor: more }
  return draftOf(charge, roundMinor(times(charge.exactMinor, fraction)), rest)
}

/** How many of it are paid for to the end of the period. */
export function paidAhead(
  money: CustomerMoney,
  subscription: number,
  charge: Charge,
  until: Instant,
): number {
  const key = chargeKey(charge)
  const invoiced = money.running.filter(
    (line) => line.subscription === subscription && line.stoppedAt === null,
  )
  const waiting = money.items
    .filter((item) => item.subscription === subscription && item.invoice === null)
    .map(({ line }) => line)
  return [...invoiced, ...waiting]
    .filter((line) => chargeKey(line) === key && line.amountMinor > 0)
    .filter(({ service }) => service !== null && service.end >= until)
    .reduce((sum, { quantity }) => sum + Number(quantity), 0)
}

/** What waits of an item whose time is cut short at `at`; null where nothing of it has passed. */
export function waitingUntil(
  line: LineDraft,
  at: Instant,
  policy: ProrationPolicy,
  timeZone: string,
): LineDraft | null {
  if (line.service === null || line.service.end <= at || line.credits !== null) return line
  const service = { start: line.service.start, end: at }
  if (service.start >= at) return null
  const fraction = fractionOf(service, line.service, policy, timeZone)
  return { ...line, service, amountMinor: roundMinor(times(new Big(line.amountMinor), fraction)) }
}

const isModule = ({ kind }: Charge) => kind === 'add_on' || kind === 'bundle'

/** What an add-on or a bundle that is switched on now comes to until the period's end, where the plan's policy charges it at once. */
export function moduleOrderLines(
  state: CustomerState,
  previous: Subscription,
  next: Subscription,
): LineDraft[] {
  const rest = { start: state.now, end: next.periodEnd }
  const { proration, modules } = next.plan.policies
  const isCharged =
    next.status === 'active' && next.authority === 'engine' && modules === 'now' && proration !== 'none'
  if (!isCharged || rest.start >= rest.end || state.money === null) return []
  const { timeZone } = state.customer
  const fraction = fractionOf(rest, fullIntervalOf(next), proration, timeZone)
  const before = new Map(
    advanceCharges(withoutEnding(previous, rest.start)).map((each) => [chargeKey(each), each]),
  )
  const lines: LineDraft[] = []
  for (const renewed of advanceCharges(withoutEnding(next, rest.start))) {
    const old = before.get(chargeKey(renewed))
    if (!isModule(renewed) || (old !== undefined && !renewed.exactMinor.gt(old.exactMinor))) continue
    const line = moduleLine(state.money, next.number, { old, renewed }, { rest, fraction })
    if (line !== null) lines.push(line)
  }
  return lines
}
