/**
 * What switching a module or a bundle on within a paid period costs.
 *
 * Owns: that only what is not paid for yet is charged. Does not own: what is (`module-cover.ts`), when it is charged
 * (`bill.ts`, or an order that is paid first).
 * Invariant: however often something is switched, no stretch of its time is charged twice.
 */
import { Big } from 'big.js'
import type { CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, draftOf, withoutEnding, type Charge } from './charges.ts'
import type { LineDraft } from './model.ts'
import { moduleTerms, paidForBundle, paidOfModule, type ModuleTerms } from './module-cover.ts'
import { fractionOf, times, type Fraction, type ProrationPolicy } from './proration.ts'

interface Stretch {
  rest: Span
  fraction: Fraction
}

/** The line for what of it is not paid for until the period's end; null where all of it is. */
export function moduleLine(
  terms: ModuleTerms,
  { old, renewed }: { old: Charge | undefined; renewed: Charge },
  stretch: Stretch,
): LineDraft | null {
  const { rest, fraction } = stretch
  const quantity = Number(renewed.quantity)
  const paid = paidOfModule(terms, renewed)
  const missing = quantity - paid
  if (missing <= 0) return null
  if (renewed.kind === 'bundle' && paid === 0) return bundleLine(terms, renewed, stretch)
  const { exactMinor } = renewed
  const more =
    old !== undefined && Number(old.quantity) === paid
      ? exactMinor.minus(old.exactMinor)
      : exactMinor.times(missing).div(quantity)
  const charge = paid === 0 ? renewed : { ...renewed, quantity: String(missing), exactMinor: more }
  return draftOf(charge, roundMinor(times(charge.exactMinor, fraction)), rest)
}

/** A bundle less what its add-ons have paid, shared among the parts of its price. */
function bundleLine(terms: ModuleTerms, charge: Charge, { rest, fraction }: Stretch): LineDraft | null {
  const whole = terms.charges
    .filter(({ kind, reference }) => kind === 'bundle' && reference === charge.reference)
    .reduce((sum, { exactMinor }) => sum.plus(times(exactMinor, fraction)), new Big(0))
  const left = whole.minus(paidForBundle(terms, charge.reference, rest))
  if (left.lte(0)) return null
  return draftOf(charge, roundMinor(times(charge.exactMinor, fraction).times(left).div(whole)), rest)
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
  const amountMinor = roundMinor(times(new Big(line.amountMinor), fraction))
  return { ...line, unitMinor: null, service, amountMinor }
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
  const terms = moduleTerms(state, state.money, previous, next, rest.start)
  const lines: LineDraft[] = []
  for (const renewed of terms.charges) {
    const old = before.get(chargeKey(renewed))
    if (!isModule(renewed) || (old !== undefined && !renewed.exactMinor.gt(old.exactMinor))) continue
    const line = moduleLine(terms, { old, renewed }, { rest, fraction })
    if (line !== null) lines.push(line)
  }
  return lines
}
