/**
 * What switching a module or a bundle on within a paid period costs.
 *
 * Owns: that only what is not paid for yet is charged, be it by a line of an invoice or by an item that waits for the
 * next one. Does not own: when it is charged (`bill.ts`, or an order that is paid first).
 * Invariant: however often something is switched, no stretch of its time is charged twice.
 */
import { Big } from 'big.js'
import type { BundleVersion, Catalog } from '../catalog/model.ts'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, coveredAddOns, draftOf, withoutEnding, type Charge } from './charges.ts'
import type { LineDraft } from './model.ts'
import { fractionOf, times, type Fraction, type ProrationPolicy } from './proration.ts'

interface Stretch {
  rest: Span
  fraction: Fraction
  policy: ProrationPolicy
  timeZone: string
}

type Known = Pick<CustomerState, 'catalog'> & { money: CustomerMoney }

/** The line for what of it is not paid for until the period's end; null where all of it is. */
export function moduleLine(
  known: Known,
  next: Subscription,
  { old, renewed }: { old: Charge | undefined; renewed: Charge },
  stretch: Stretch,
): LineDraft | null {
  const { number: subscription } = next
  const { rest, fraction } = stretch
  const quantity = Number(renewed.quantity)
  const paid =
    paidAhead(known.money, subscription, renewed, rest.end) + paidByBundles(known, next, renewed, rest.end)
  const missing = quantity - paid
  if (missing <= 0) return null
  const { exactMinor } = renewed
  const more =
    old !== undefined && Number(old.quantity) === paid
      ? exactMinor.minus(old.exactMinor)
      : exactMinor.times(missing).div(quantity)
  const charge = paid === 0 ? renewed : { ...renewed, quantity: String(missing), exactMinor: more }
  const isBundle = renewed.kind === 'bundle' && renewed.component === 'flat'
  const covered = isBundle ? paidOfCovered(known, subscription, renewed, stretch) : new Big(0)
  const amount = times(charge.exactMinor, fraction).minus(covered)
  return covered.gt(0) && amount.lte(0) ? null : draftOf(charge, roundMinor(amount), rest)
}

/** A bundle that is off again has paid for one of each of its add-ons; one that is on has that of what is charged. */
function paidByBundles(
  { catalog, money }: Known,
  next: Subscription,
  { kind, reference, component, quantity }: Charge,
  until: Instant,
): number {
  if (kind !== 'add_on' || coveredAddOns(next).has(reference)) return 0
  const bundles = bundlesOf(catalog).filter(({ addOns }) => addOns.includes(reference))
  const isPaid = linesAhead(money, next.number, until).some(
    (line) => line.kind === 'bundle' && bundles.some(({ key }) => key === line.reference),
  )
  if (!isPaid) return 0
  // of more than one only the flat part is charged each
  return component === 'flat' ? 1 : Number(quantity)
}

/** What one of each add-on of a bundle has cost for the rest of the period. */
function paidOfCovered(
  { catalog, money }: Known,
  subscription: number,
  { reference }: Charge,
  { rest, policy, timeZone }: Stretch,
): Big {
  const bundle = bundlesOf(catalog).find(({ key }) => key === reference)
  let sum = new Big(0)
  for (const addOn of bundle?.addOns ?? []) {
    const paid = linesAhead(money, subscription, rest.end).filter(
      (line) => line.kind === 'add_on' && line.reference === addOn,
    )
    for (const component of new Set(paid.map((line) => line.component))) {
      // the dearest: what it cost before it was cut up by being switched
      const line = paid
        .filter((each) => each.component === component)
        .toSorted((one, other) => other.amountMinor - one.amountMinor)[0] as PaidLine
      const one =
        component === 'flat' ? new Big(line.amountMinor).div(line.quantity) : new Big(line.amountMinor)
      sum = sum.plus(times(one, fractionOf(rest, line.service ?? rest, policy, timeZone)))
    }
  }
  return sum
}

const bundlesOf = ({ bundles, archived }: Catalog): BundleVersion[] => [...bundles, ...archived.bundles]

type PaidLine = Pick<LineDraft, 'kind' | 'reference' | 'component' | 'quantity' | 'amountMinor' | 'service'>

/** What is paid for to the end of the period, by an invoice or an item that waits for one. */
function linesAhead(money: CustomerMoney, subscription: number, until: Instant): PaidLine[] {
  const invoiced = money.running.filter(
    (line) => line.subscription === subscription && line.stoppedAt === null,
  )
  const waiting = money.items
    .filter((item) => item.subscription === subscription && item.invoice === null)
    .map(({ line }) => line)
  return [...invoiced, ...waiting].filter(
    ({ amountMinor, service }) => amountMinor > 0 && service !== null && service.end >= until,
  )
}

/** How many of it are paid for to the end of the period. */
export function paidAhead(
  money: CustomerMoney,
  subscription: number,
  charge: Charge,
  until: Instant,
): number {
  const key = chargeKey(charge)
  return linesAhead(money, subscription, until)
    .filter((line) => chargeKey(line) === key)
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
    const known = { catalog: state.catalog, money: state.money }
    const stretch = { rest, fraction, policy: proration, timeZone }
    const line = moduleLine(known, next, { old, renewed }, stretch)
    if (line !== null) lines.push(line)
  }
  return lines
}
