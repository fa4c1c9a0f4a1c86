import { Big } from 'big.js'
import { priceOf } from '../catalog/lookup.ts'
import type { Catalog, Feature, PriceComponent } from '../catalog/model.ts'
import type { ChargedUse, LateOverage, LateUse } from '../customers/money.ts'
import { addMinor, allocate } from '../money/index.ts'
import { chargedMinor, roundMinor } from '../money/rounding.ts'
import { intervalText } from '../subscriptions/terms.ts'
import type { ClosedStretch, Counted } from './closed-stretch.ts'
import type { LineDraft } from './model.ts'
import { chargeOf } from './price-lines.ts'
import { units } from './units.ts'

/**
 * What came late of a closed stretch: for the whole of it, what it comes to now less what was charged, under the terms that
 * held. What its minimum had filled up is charged already; what comes back does so with the discount and at the tax rates
 * that it was charged with.
 *
 * @returns the lines, and the stretch as it is once they are billed
 */
export function lateLines(
  catalog: Catalog,
  { stretch, overage, charged }: LateUse,
): { lines: LineDraft[]; stretch: ClosedStretch } {
  const features = new Map(catalog.features.map((feature) => [feature.id, feature]))
  const lines = [...lateOverage(stretch, overage, features), ...lateUse(stretch, features)]
  const { minimumMinor, countedMinor } = stretch
  const total = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const missing = (counted: number) => Math.max(0, minimumMinor - counted)
  const filledMinor = missing(countedMinor) - missing(countedMinor + total)
  return {
    lines: lessFilled(lines, filledMinor).map((line) => asCharged(line, charged)),
    stretch: {
      ...stretch,
      countedMinor: countedMinor + total,
      uses: stretch.uses.map((use) => ({ ...use, billed: { before: use.before, used: use.used } })),
      reopened: false,
    },
  }
}

function lateUse(stretch: ClosedStretch, features: ReadonlyMap<number, Feature>): LineDraft[] {
  const { plan, currency, interval } = stretch
  const price = priceOf(plan, currency, intervalText(interval))
  return (price?.components ?? []).flatMap((component) => {
    const { counts } = component
    if (component.timing !== 'arrears' || counts === null || !('feature' in counts)) return []
    return stretch.uses.flatMap((use) => {
      const feature = features.get(use.feature)
      if (feature?.key !== counts.feature) return []
      const amountMinor = costOf(use, component, feature) - costOf(use.billed, component, feature)
      const quantity = use.used - use.billed.used
      if (quantity === 0 && amountMinor === 0) return []
      const unitMinor = component.model.type === 'per_unit' ? component.model.unitMinor : null
      const of = { kind: 'usage', component: component.key, description: component.name } as const
      return lateLine(stretch, feature, { ...of, quantity, unitMinor, amountMinor })
    })
  })
}

/** What it cost to go on from `before`. */
function costOf({ before, used }: Counted, { model, freeUnits }: PriceComponent, feature: Feature): number {
  const upTo = (amount: number) =>
    amount === 0 ? 0 : chargedMinor(chargeOf(model, units(amount, feature).toFixed(), freeUnits))
  return upTo(before + used) - upTo(before)
}

function lateOverage(
  stretch: ClosedStretch,
  overage: readonly LateOverage[],
  features: ReadonlyMap<number, Feature>,
): LineDraft[] {
  return overage.flatMap(({ feature: id, unitMinor, amount, billed }) => {
    const feature = features.get(id)
    if (feature === undefined) return []
    const cost = (counted: number) => chargedMinor(units(counted, feature).times(unitMinor))
    const amountMinor = cost(billed + amount) - cost(billed)
    const of = { kind: 'overage', component: 'overage', description: feature.name } as const
    return lateLine(stretch, feature, { ...of, quantity: amount, unitMinor, amountMinor })
  })
}

function lateLine(
  { plan, start, end }: ClosedStretch,
  feature: Feature,
  line: Pick<LineDraft, 'kind' | 'component' | 'description' | 'unitMinor' | 'amountMinor'> & {
    quantity: number
  },
): LineDraft {
  return {
    ...line,
    reference: feature.key,
    quantity: units(line.quantity, feature).toFixed(),
    taxInclusive: plan.taxInclusive,
    taxCategory: plan.taxCategory,
    service: { start, end },
    credits: null,
  }
}

/** The lines without what was charged as a minimum already; of what is taken back, without what the minimum keeps. */
function lessFilled(lines: LineDraft[], filledMinor: number): LineDraft[] {
  if (filledMinor === 0) return lines
  const sign = Math.sign(filledMinor)
  const weights = lines.map(({ amountMinor }) => Math.max(0, sign * amountMinor))
  const shares = allocate(sign * filledMinor, weights)
  return lines.map((line, index) => {
    const share = sign * (shares[index] ?? 0)
    // tiers and proportions have no price of one either
    return share === 0 ? line : { ...line, unitMinor: null, amountMinor: line.amountMinor - share }
  })
}

function asCharged(line: LineDraft, charged: readonly ChargedUse[]): LineDraft {
  if (line.amountMinor >= 0) return line
  const own = charged.filter(
    ({ kind, reference, component }) =>
      kind === line.kind && reference === line.reference && component === line.component,
  )
  const wholeMinor = addMinor(...own.map(({ amountMinor }) => amountMinor))
  const last = own.at(-1)
  if (last === undefined || wholeMinor <= 0) return line
  const discountedMinor = addMinor(...own.map(({ discountMinor }) => discountMinor))
  const discountMinor = roundMinor(new Big(line.amountMinor).times(discountedMinor).div(wholeMinor))
  const taxes = last.taxes.map(({ taxMinor: _, ...rate }) => rate)
  return { ...line, fixed: { discountMinor: Math.max(discountMinor, line.amountMinor), taxes } }
}
