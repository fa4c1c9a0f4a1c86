/**
 * What of a subscription's modules is paid for already.
 *
 * Owns: that a bundle has paid for one of each of its add-ons, also once it is switched off, and that what an add-on has
 * paid counts towards the bundle that takes it in. Does not own: what the rest then costs (`module-lines.ts`), what
 * coupons have to do with it (`discounts/part-towards.ts`).
 * Invariant: a unit counts once, for itself or for the bundle.
 */
import { Big } from 'big.js'
import type { CustomerMoney } from '../customers/money.ts'
import type { CustomerState } from '../customers/state.ts'
import type { Discount } from '../discounts/model.ts'
import { leftAfter, partTowards, type DiscountsOf } from '../discounts/part-towards.ts'
import { roundMinor } from '../money/index.ts'
import type { Subscription } from '../subscriptions/model.ts'
import type { Instant, Span } from '../time/index.ts'
import { advanceCharges, chargeKey, coveredAddOns, withoutEnding, type Charge } from './charges.ts'
import { NOT_DISPUTED } from './disputed-lines.ts'
import type { LineDraft } from './model.ts'
import { fractionOf, times } from './proration.ts'
import { runningOf } from './running-of.ts'

/** Its amount is what is left of it: what was given back, by us or by the bank, pays for nothing else. */
type PaidLine = Pick<LineDraft, 'kind' | 'reference' | 'component' | 'quantity' | 'amountMinor'> & {
  service: Span
  /** Of what was not given back by us. */
  charged: { amountMinor: number; discountMinor: number }
}

/** What a subscription has from now on, and what is paid of it to the period's end. */
export interface ModuleTerms {
  /** By lines of invoices, and by items that wait for the next one. */
  paid: readonly PaidLine[]
  /** For a whole interval. */
  charges: readonly Charge[]
  bundles: Subscription['bundles']
  discounts: DiscountsOf
  /** Those of a bundle, in force or not. */
  addOnsOf: (bundle: string) => readonly string[]
  span: (part: Span, whole: Span) => ReturnType<typeof fractionOf>
}

/** @param previous knows what a bundle that is switched off was */
export function moduleTerms(
  { catalog, customer }: Pick<CustomerState, 'catalog' | 'customer'>,
  money: CustomerMoney,
  previous: Subscription,
  next: Subscription,
  at: Instant,
): ModuleTerms {
  const sold = withoutEnding(next, at)
  const isOwn = ({ subscription }: Discount) => subscription === null || subscription === next.number
  const discounts = {
    discounts: money.discounts.filter(isOwn),
    currency: next.currency,
    at,
    waits: next.plan.policies.modules !== 'now',
  }
  return {
    paid: paidLines(money, next, discounts).filter((line) => line.amountMinor > 0 || isThere(previous, line)),
    discounts,
    charges: advanceCharges(sold),
    bundles: sold.bundles,
    addOnsOf: addOnsOfBundles(catalog, next, previous),
    span: (part, whole) => fractionOf(part, whole, next.plan.policies.proration, customer.timeZone),
  }
}

/** What each bundle has, as the subscriptions know it first. */
export function addOnsOfBundles(
  { bundles, archived }: CustomerState['catalog'],
  ...subscriptions: readonly Subscription[]
): ModuleTerms['addOnsOf'] {
  const own = subscriptions.flatMap((each) => each.bundles.map(({ bundle }) => bundle))
  const known = [...own, ...bundles, ...archived.bundles]
  return (bundle) => known.find(({ key }) => key === bundle)?.addOns ?? []
}

/** How many of an add-on it has: a bundle has one of each. */
export function unitsOfAddOn(
  { addOns, bundles }: Pick<Subscription, 'addOns' | 'bundles'>,
  key: string,
): number {
  const own = addOns.find(({ addOn }) => addOn.key === key)?.quantity ?? 0
  return Math.max(own, Number(coveredAddOns({ bundles }).has(key)))
}

/** What was given back is paid for still, but not once it was switched off. */
function isThere({ addOns, bundles }: Subscription, { kind, reference }: PaidLine): boolean {
  if (kind === 'add_on') return addOns.some(({ addOn }) => addOn.key === reference)
  return kind !== 'bundle' || bundles.some(({ bundle }) => bundle.key === reference)
}

/** What is paid for to the period's end at least; what waits is discounted on the next invoice. */
function paidLines(
  money: CustomerMoney,
  { number, periodEnd }: Subscription,
  discounts: DiscountsOf,
): PaidLine[] {
  const invoiced = runningOf(money, number)
  const waiting = money.items
    .filter(({ subscription, invoice }) => subscription === number && invoice === null)
    .map(({ line }) => {
      const left = leftAfter(line.reference, { ...discounts, waits: true })
      const discountMinor = line.amountMinor - roundMinor(left.times(line.amountMinor))
      return { ...line, discountMinor, creditedMinor: 0, creditedDiscountMinor: 0, disputed: NOT_DISPUTED }
    })
  return [...invoiced, ...waiting].flatMap((line) => {
    const { service, disputed } = line
    if (service === null || service.end < periodEnd || line.amountMinor <= 0) return []
    const charged = {
      amountMinor: Math.max(line.amountMinor - line.creditedMinor, 0),
      discountMinor: line.discountMinor - line.creditedDiscountMinor,
    }
    const amountMinor = Math.max(charged.amountMinor - disputed.lostMinor, 0)
    return [{ ...line, service, amountMinor, charged }]
  })
}

/** How many of a part are paid for. */
export function paidUnits(paid: readonly PaidLine[], charge: Parameters<typeof chargeKey>[0]): number {
  const key = chargeKey(charge)
  return paid
    .filter((line) => chargeKey(line) === key)
    .reduce((sum, { quantity }) => sum + Number(quantity), 0)
}

/** How many of what is charged of a module are paid for, be it by a bundle that is off by now. */
export function paidOfModule({ paid, bundles, addOnsOf }: ModuleTerms, charge: Charge): number {
  const own = paidUnits(paid, charge)
  const { kind, reference, component } = charge
  if (kind !== 'add_on') return own
  const lines = paid.filter((line) => chargeKey(line) === chargeKey(charge))
  // what the add-on had paid before counted towards the bundle
  const isCovered = paid
    .filter((line) => line.kind === 'bundle' && addOnsOf(line.reference).includes(reference))
    .some(({ service }) => !lines.some((line) => line.service.start < service.start))
  if (component !== 'flat') return isCovered ? Number(charge.quantity) : own
  // of what a bundle in force has, nothing is charged
  const isInBundle = coveredAddOns({ bundles }).has(reference)
  return Math.max(own + Number(isCovered) - Number(isInBundle), 0)
}

/** What is paid for the rest of the period of add-ons that a bundle takes in, and that nothing else needs. */
export function paidForBundle(
  { paid, charges, bundles, discounts, addOnsOf, span }: ModuleTerms,
  bundle: string,
  rest: Span,
): Big {
  const others = coveredAddOns({ bundles: bundles.filter((each) => each.bundle.key !== bundle) })
  const takenIn = addOnsOf(bundle).filter((key) => !others.has(key))
  const lines = paid.filter(({ kind, reference }) => kind === 'add_on' && takenIn.includes(reference))
  return lines.reduce((sum, line) => {
    const charged = charges.find((each) => chargeKey(each) === chargeKey(line))
    const units = paidUnits(lines, line)
    const isNeeded = charged !== undefined && (line.component !== 'flat' || Number(charged.quantity) >= units)
    if (isNeeded) return sum
    const start = Math.max(rest.start, line.service.start)
    const part = partTowards({ ...line.charged, reference: line.reference }, bundle, discounts)
    const left = times(part.times(line.amountMinor), span({ start, end: rest.end }, line.service))
    return sum.plus(line.component === 'flat' ? left.div(units) : left)
  }, new Big(0))
}
