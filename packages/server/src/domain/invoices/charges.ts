/**
 * What a subscription costs for one whole interval, part by part.
 *
 * Owns: which parts there are (plan, add-ons, bundles), and that one of each add-on of a bundle costs nothing of its own.
 * Does not own: what part of the interval is charged (`proration.ts`), discounts and tax (`compose.ts`).
 */
import type Big from 'big.js'
import { Refusal } from '../../refusal.ts'
import { LARGEST_LINE_MINOR, roundMinor } from '../money/rounding.ts'
import { intervalName, priceOf } from '../catalog/lookup.ts'
import type { Price } from '../catalog/model.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { intervalText } from '../subscriptions/terms.ts'
import type { Instant, Span } from '../time/index.ts'
import type { LineDraft, LineKind } from './model.ts'
import { chargeOf, priceParts } from './price-lines.ts'

/** One part of the price, exact and for a whole interval. */
export interface Charge {
  kind: LineKind
  /** Key of the plan, add-on or bundle. */
  reference: string
  component: string
  description: string
  quantity: string
  unitMinor: string | null
  exactMinor: Big
  taxInclusive: boolean
  taxCategory: string
}

type Sold = Pick<Subscription, 'plan' | 'interval' | 'currency' | 'quantities' | 'addOns' | 'bundles'>

/** Names a part across a change of terms. */
export const chargeKey = (part: { kind: LineKind; reference: string; component: string }): string =>
  `${part.kind}|${part.reference}|${part.component}`

/**
 * What is paid in advance, for one whole interval.
 *
 * @throws Refusal `price_not_found` when an add-on or a bundle has prices, but none in the subscription's currency
 * and interval: it would be given away.
 */
export function advanceCharges(subscription: Sold): Charge[] {
  const { plan, quantities } = subscription
  const covered = coveredAddOns(subscription)
  const charges: Charge[] = []
  const price = priceOf(plan, subscription.currency, intervalText(subscription.interval))
  if (price !== undefined) charges.push(...chargesOf(plan, 'plan', price, quantities))
  for (const { bundle } of subscription.bundles) {
    const of = requirePrice(bundle, subscription)
    if (of !== null) charges.push(...chargesOf(bundle, 'bundle', of, quantities))
  }
  for (const { addOn, quantity } of subscription.addOns) {
    // a bundle has one of each
    const isCovered = covered.has(addOn.key)
    const charged = isCovered ? quantity - 1 : quantity
    const of = charged > 0 ? requirePrice(addOn, subscription) : null
    if (of === null) continue
    for (const charge of chargesOf(addOn, 'add_on', of, quantities)) {
      if (charge.component === 'flat') charges.push(several(charge, charged))
      else if (!isCovered) charges.push(charge)
    }
  }
  return charges
}

/**
 * What so many units more of a part cost for a whole interval, exact; null where each costs the same. The first ones bring
 * along what having any costs.
 */
export function costOfMore(
  { plan, addOns, bundles, interval, currency }: Sold,
  { kind, reference, component }: Pick<Charge, 'kind' | 'reference' | 'component'>,
  { before, more }: { before: number; more: number },
): Big | null {
  const modules = kind === 'add_on' ? addOns.map(({ addOn }) => addOn) : bundles.map(({ bundle }) => bundle)
  const sold = kind === 'add_on' || kind === 'bundle' ? modules : [plan]
  const item = sold.find(({ key }) => key === reference)
  const price = item === undefined ? undefined : priceOf(item, currency, intervalText(interval))
  const part = price?.components.find(({ key }) => key === component)
  if (part === undefined) return null
  const all = chargeOf(part.model, before + more, part.freeUnits)
  return before === 0 ? all : all.minus(chargeOf(part.model, before, part.freeUnits))
}

/** @throws Refusal `invalid_request` */
function requireBillable(charges: readonly Charge[]): void {
  if (charges.every(({ exactMinor }) => exactMinor.lte(LARGEST_LINE_MINOR))) return
  throw new Refusal('invalid_request', {
    param: 'quantities',
    errors: [{ param: 'quantities', message: 'So many cost more than an invoice can hold.' }],
  })
}

/**
 * That the terms which hold, and those which are scheduled, can be billed with all that goes on under them: found out
 * when somebody asks for it, not when the period ends and nobody is there to be told.
 *
 * @throws Refusal `price_not_found`; `invalid_request` for more than an invoice can hold
 */
export function requirePrices<S extends Pick<Subscription, 'scheduledChange'> & Sold>(subscription: S): S {
  requireBillable(advanceCharges(subscription))
  const { scheduledChange } = subscription
  if (scheduledChange !== null) {
    const { plan, interval, currency, quantities, at } = scheduledChange
    const renewed = { ...withoutEnding(subscription, at), plan, interval, currency, quantities }
    requireBillable(advanceCharges(renewed))
  }
  return subscription
}

/** A charge as the line that asks for an amount of it. */
export function draftOf({ exactMinor, ...charge }: Charge, amountMinor: number, service: Span): LineDraft {
  const unitMinor = unitPriceOf({ ...charge, exactMinor }, amountMinor)
  return { ...charge, unitMinor, amountMinor, service, credits: null }
}

/** Of what is charged whole: so many of one price come to no part of it. */
export function unitPriceOf(
  { unitMinor, exactMinor }: Pick<Charge, 'unitMinor' | 'exactMinor'>,
  amountMinor: number,
): string | null {
  return amountMinor === roundMinor(exactMinor) ? unitMinor : null
}

/** Add-ons that a bundle in force pays for. */
export function coveredAddOns({ bundles }: Pick<Subscription, 'bundles'>): Set<string> {
  return new Set(bundles.flatMap(({ bundle }) => bundle.addOns))
}

/** When add-ons and bundles of a subscription were last changed for good: what is over at `at` is not charged anew. */
export function withoutEnding<S extends Sold>(subscription: S, at: Instant): S {
  const goesOn = ({ endsAt }: { endsAt: Instant | null }) => endsAt === null || endsAt > at
  return {
    ...subscription,
    addOns: subscription.addOns.filter(goesOn),
    bundles: subscription.bundles.filter(goesOn),
  }
}

interface Item {
  key: string
  name: string
  prices: Price[]
  taxInclusive: boolean
  taxCategory: string
}

function chargesOf(item: Item, kind: LineKind, price: Price, quantities: Record<string, number>): Charge[] {
  return priceParts(price, quantities, 'advance').map((part) => ({
    kind: kind === 'plan' && part.component !== 'flat' ? 'quantity' : kind,
    reference: item.key,
    component: part.component,
    description: part.component === 'flat' ? item.name : `${item.name} – ${part.name}`,
    quantity: part.quantity,
    unitMinor: part.unitMinor,
    exactMinor: part.exactMinor,
    taxInclusive: item.taxInclusive,
    taxCategory: item.taxCategory,
  }))
}

function several(charge: Charge, quantity: number): Charge {
  return {
    ...charge,
    quantity: String(quantity),
    unitMinor: charge.exactMinor.toFixed(),
    exactMinor: charge.exactMinor.times(quantity),
  }
}

function requirePrice(item: Item, { currency, interval }: Sold): Price | null {
  if (item.prices.length === 0) return null
  const price = priceOf(item, currency, intervalText(interval))
  if (price !== undefined) return price
  throw new Refusal('price_not_found', {
    values: {
      plan: item.key,
      interval: intervalName({ interval: interval.unit, intervalCount: interval.count }),
      currency,
    },
  })
}
