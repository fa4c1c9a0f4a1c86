/**
 * How many of what is paid ahead a subscription still has.
 *
 * Owns: that of what was lowered or switched off nothing comes back, what fewer units are of a line's price, and which line
 * has paid for a module that a bundle has too. Does not own: what a line gives back (`credit-lines.ts`), what is charged
 * (`module-cover.ts`).
 * Invariant: a unit is counted for one line.
 */
import type { PlanVersion } from '../catalog/model.ts'
import type { CustomerState } from '../customers/state.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { advanceCharges, chargeKey, costOfMore } from './charges.ts'
import type { RunningLine } from './model.ts'
import { addOnsOfBundles, unitsOfAddOn } from './module-cover.ts'
import { WHOLE, type Fraction } from './proration.ts'

const ALL = Number.POSITIVE_INFINITY

/** @param running what is paid ahead of it */
export function unitsHad(
  { catalog }: Pick<CustomerState, 'catalog'>,
  subscription: Subscription,
  running: readonly RunningLine[],
): (line: RunningLine) => number {
  const { plan, bundles } = subscription
  const addOnsOf = addOnsOfBundles(catalog, subscription)
  const charged = new Map(
    advanceCharges(subscription).map((charge) => [chargeKey(charge), Number(charge.quantity)]),
  )
  const isInForce = ({ reference }: RunningLine) => bundles.some(({ bundle }) => bundle.key === reference)
  const has = (addOn: string) => unitsOfAddOn(subscription, addOn)
  // what was given back, by us or by the bank, has paid for nothing else
  const paid = running.filter(
    ({ amountMinor, creditedMinor, disputed }) => amountMinor > creditedMinor + disputed.lostMinor,
  )
  const ofBundles = paid.filter(({ kind }) => kind === 'bundle')
  const isOf = (addOn: string) => (line: RunningLine) => addOnsOf(line.reference).includes(addOn)
  const inForce = ofBundles.filter(isInForce)
  // one that is off goes on in its add-ons, where all of them are there and nothing else has paid for them
  const goesOn = (line: RunningLine) =>
    isInForce(line) ||
    (addOnsOf(line.reference).length > 0 &&
      addOnsOf(line.reference).every((addOn) => has(addOn) > Number(inForce.some(isOf(addOn)))))
  const pays = ofBundles.filter(goesOn)
  // what the add-on had paid before it has paid for the bundle
  const isPaidByBundle = (addOn: string): boolean => {
    const starts = paid.filter(({ kind, reference }) => kind === 'add_on' && reference === addOn)
    return pays
      .filter(isOf(addOn))
      .some((bundle) => starts.every(({ service }) => service.start > bundle.service.start))
  }
  return (line) => {
    const isFlat = line.component === 'flat'
    const counted = charged.get(chargeKey(line))
    if (line.kind === 'bundle') return !goesOn(line) ? 0 : isFlat ? 1 : (counted ?? ALL)
    // what an earlier plan has paid for nobody has lowered, but for its quantities
    if (line.kind !== 'add_on')
      return counted ?? (line.reference === plan.key ? 0 : quantityHad(catalog, subscription, line))
    const units = has(line.reference)
    if (isFlat) return units - Number(isPaidByBundle(line.reference))
    // what a bundle covers by now is paid for all the same
    return units === 0 ? 0 : (counted ?? ALL)
  }
}

/** Of what an earlier plan was charged for, as far as it is counted still. */
export function quantityHad(
  { plans, archived }: Pick<CustomerState['catalog'], 'plans' | 'archived'>,
  { quantities }: Pick<Subscription, 'quantities'>,
  line: Pick<RunningLine, 'kind' | 'reference' | 'component'>,
): number {
  if (line.kind !== 'quantity') return ALL
  return quantities[quantityOf([...plans, ...archived.plans], line)] ?? ALL
}

/** A component of a price has a name of its own, beside that of the quantity which it counts. */
export function quantityOf(
  plans: readonly Pick<PlanVersion, 'key' | 'prices'>[],
  { reference, component }: Pick<RunningLine, 'reference' | 'component'>,
): string {
  const components = plans
    .filter(({ key }) => key === reference)
    .flatMap(({ prices }) => prices.flatMap((price) => price.components))
  const counts = components.find(({ key }) => key === component)?.counts ?? null
  return counts !== null && 'quantity' in counts ? counts.quantity : component
}

/**
 * Which part of what a line cost so many of its units are: at their own price, where tiers or free units make it one.
 *
 * @param before how many of the same other lines have paid for, from which it goes on
 */
export function partOfUnits(line: RunningLine, units: number, terms: Subscription, before = 0): Fraction {
  const all = Number(line.quantity)
  if (units === all) return WHOLE
  const costOf = (more: number) => Number(costOfMore(terms, line, { before, more }) ?? 0)
  const whole = costOf(all)
  if (whole <= 0) return { numerator: units, denominator: all }
  return { numerator: Math.min(Math.max(costOf(units), 0), whole), denominator: whole }
}
