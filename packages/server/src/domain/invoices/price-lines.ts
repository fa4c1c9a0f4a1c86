import { Big } from 'big.js'
import type { Price, PriceComponent, PriceModel, PriceTier } from '../catalog/model.ts'

/** A part of a price that is charged by itself, for one whole interval. */
export interface PricePart {
  /** `flat`, the quantity's key, or the component's. */
  component: string
  /** The component's own; '' of the flat part, the key of a quantity. */
  name: string
  kind: 'flat' | 'quantity' | 'usage'
  /** Decimal: what was counted, free units included; `1` where nothing is. */
  quantity: string
  /** Decimal price of one; null where tiers, packages or free units make one meaningless. */
  unitMinor: string | null
  /** Neither rounded nor prorated. */
  exactMinor: Big
}

/**
 * What a price asks for at the start of an interval, or at its end. Parts that cost nothing because nothing is counted
 * are left out.
 *
 * @param quantities of the subscription; 1 of each that isn't named
 * @param used feature key → decimal, what was used in the interval; what isn't named was not used
 */
export function priceParts(
  price: Pick<Price, 'amountMinor' | 'perUnit' | 'components'>,
  quantities: Readonly<Record<string, number>>,
  timing: 'advance' | 'arrears',
  used: Readonly<Record<string, string>> = {},
): PricePart[] {
  const own = timing === 'advance' ? ownParts(price, quantities) : []
  const components = price.components
    .filter((component) => component.timing === timing)
    .map((component) => componentPart(component, quantities, used))
  return [...own, ...components].filter(
    ({ kind, quantity, exactMinor }) => !exactMinor.eq(0) || (kind !== 'flat' && quantity !== '0'),
  )
}

/** What an interval costs whatever is used in it: in advance, and flat parts at its end. Exact. */
export function standingCharge(
  price: Pick<Price, 'amountMinor' | 'perUnit' | 'components'>,
  quantities: Readonly<Record<string, number>>,
): Big {
  return (['advance', 'arrears'] as const)
    .flatMap((timing) => priceParts(price, quantities, timing))
    .filter(({ kind }) => kind !== 'usage')
    .reduce((sum, { exactMinor }) => sum.plus(exactMinor), new Big(0))
}

function ownParts(
  { amountMinor, perUnit }: Pick<Price, 'amountMinor' | 'perUnit'>,
  quantities: Readonly<Record<string, number>>,
): PricePart[] {
  const flat: PricePart = {
    component: 'flat',
    name: '',
    kind: 'flat',
    quantity: '1',
    unitMinor: String(amountMinor),
    exactMinor: new Big(amountMinor),
  }
  const units = Object.entries(perUnit).map(([key, unitMinor]): PricePart => {
    const quantity = quantityOf(quantities, key)
    const exactMinor = new Big(unitMinor).times(quantity)
    return { component: key, name: key, kind: 'quantity', quantity: String(quantity), unitMinor, exactMinor }
  })
  return [flat, ...units]
}

function componentPart(
  { key, name, counts, freeUnits, model }: PriceComponent,
  quantities: Readonly<Record<string, number>>,
  used: Readonly<Record<string, string>>,
): PricePart {
  if (counts === null) {
    const exactMinor = chargeOf(model, 1)
    const unitMinor = exactMinor.toFixed()
    return { component: key, name, kind: 'flat', quantity: '1', unitMinor, exactMinor }
  }
  const isUsage = 'feature' in counts
  const quantity = isUsage
    ? new Big(Object.hasOwn(used, counts.feature) ? (used[counts.feature] ?? 0) : 0).toFixed()
    : String(quantityOf(quantities, counts.quantity))
  return {
    component: key,
    name,
    kind: isUsage ? 'usage' : 'quantity',
    quantity,
    unitMinor: model.type === 'per_unit' && freeUnits === '0' ? model.unitMinor : null,
    exactMinor: chargeOf(model, quantity, freeUnits),
  }
}

function quantityOf(quantities: Readonly<Record<string, number>>, key: string): number {
  return Object.hasOwn(quantities, key) ? (quantities[key] ?? 1) : 1
}

/**
 * What a quantity costs, exactly. Free units go off first, so that the tiers count what is left. What comes late costs
 * the difference that it makes: the charge of all of it less the charge of what was billed. A quantity below zero gives
 * back what its opposite costs.
 */
export function chargeOf(model: PriceModel, quantity: string | number, freeUnits: string | number = 0): Big {
  const counted = new Big(quantity)
  if (counted.lt(0)) return chargeOf(model, counted.neg().toFixed(), freeUnits).neg()
  const units = counted.gt(freeUnits) ? counted.minus(freeUnits) : new Big(0)
  switch (model.type) {
    case 'flat':
      return new Big(model.amountMinor)
    case 'per_unit':
      return units.times(model.unitMinor)
    case 'graduated':
      return graduated(model.tiers, units)
    case 'volume':
      return volume(model.tiers, units)
    case 'package':
      return wholePackages(units, new Big(model.size)).times(model.packageMinor)
    case 'percentage':
      return units.eq(0)
        ? units
        : bounded(units.times(model.percent).times('0.01').plus(model.fixedMinor), model)
  }
}

/** The first tier is entered even by nothing: its flat part is what having the price costs. */
function graduated(tiers: readonly PriceTier[], units: Big): Big {
  let sum = new Big(0)
  let below = new Big(0)
  for (const [index, { upTo, unitMinor, flatMinor }] of tiers.entries()) {
    if (index > 0 && units.lte(below)) break
    const end = upTo === null || units.lt(upTo) ? units : new Big(upTo)
    sum = sum.plus(flatMinor).plus(end.minus(below).times(unitMinor))
    below = end
  }
  return sum
}

function volume(tiers: readonly PriceTier[], units: Big): Big {
  const tier = tiers.find(({ upTo }) => upTo === null || units.lte(upTo))
  if (tier === undefined) throw new Error(`No tier is for ${units.toFixed()} units`)
  return units.times(tier.unitMinor).plus(tier.flatMinor)
}

function wholePackages(units: Big, size: Big): Big {
  const begun = units.mod(size)
  const whole = units.minus(begun).div(size)
  return begun.eq(0) ? whole : whole.plus(1)
}

function bounded(
  amount: Big,
  { minimumMinor, maximumMinor }: { minimumMinor: number | null; maximumMinor: number | null },
): Big {
  if (minimumMinor !== null && amount.lt(minimumMinor)) return new Big(minimumMinor)
  return maximumMinor !== null && amount.gt(maximumMinor) ? new Big(maximumMinor) : amount
}
