import { Big } from 'big.js'
import { priceOf } from '../catalog/lookup.ts'
import type { Catalog, Feature, PriceComponent } from '../catalog/model.ts'
import type { LateOverage, LateUse } from '../customers/money.ts'
import { addMinor, allocate } from '../money/index.ts'
import { chargedMinor, roundMinor } from '../money/rounding.ts'
import { intervalText } from '../subscriptions/terms.ts'
import type { Span } from '../time/index.ts'
import { chargeKey } from './charges.ts'
import type { ClosedStretch, Counted } from './closed-stretch.ts'
import type { InvoiceLine, LineDraft } from './model.ts'
import { chargeOf } from './price-lines.ts'
import { units } from './units.ts'

/**
 * What came late of a closed stretch: for the whole of it, what it comes to now less what was charged, under the terms that
 * held. What its minimum had filled up is charged already; what comes back credits the lines that charged it, and is never
 * more than is left of them.
 *
 * @param late with what no credit has taken yet of the lines that charged it
 * @param waiting what the subscription is charged on the next invoice
 * @returns the lines, and the stretch as it is once they are billed
 */
export function lateLines(
  catalog: Catalog,
  { stretch, overage, charged }: Pick<LateUse, 'stretch' | 'overage'> & Pick<Charged, 'charged'>,
  waiting: readonly LineDraft[] = [],
): { lines: LineDraft[]; stretch: ClosedStretch } {
  const features = new Map(catalog.features.map((feature) => [feature.id, feature]))
  const lines: LateLine[] = [...lateOverage(stretch, overage, features), ...lateUse(stretch, features)]
  const { minimumMinor, countedMinor } = stretch
  const total = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const missing = (counted: number) => Math.max(0, minimumMinor - counted)
  const filledMinor = missing(countedMinor) - missing(countedMinor + total)
  return {
    lines: lessFilled(lines, filledMinor).flatMap((line) => givenBack(line, { charged, waiting })),
    stretch: {
      ...stretch,
      countedMinor: countedMinor + total,
      uses: stretch.uses.map((use) => ({ ...use, billed: { before: use.before, used: use.used } })),
      reopened: false,
    },
  }
}

/** One that makes what was used before cheaper credits no line of its own stretch. */
type LateLine = LineDraft & { lowers?: boolean }

function lateUse(stretch: ClosedStretch, features: ReadonlyMap<number, Feature>): LateLine[] {
  const { plan, currency, interval } = stretch
  const price = priceOf(plan, currency, intervalText(interval))
  return (price?.components ?? []).flatMap((component) => {
    const { counts } = component
    if (component.timing !== 'arrears' || counts === null || !('feature' in counts)) return []
    return stretch.uses.flatMap((use) => {
      const feature = features.get(use.feature)
      if (feature?.key !== counts.feature) return []
      const nowMinor = costOf(use, component, feature)
      const billedMinor = costOf(use.billed, component, feature)
      const quantity = use.used - use.billed.used
      const unitMinor = component.model.type === 'per_unit' ? component.model.unitMinor : null
      const of = { kind: 'usage', component: component.key, description: component.name } as const
      const change = (part: (minor: number) => number) => part(nowMinor) - part(billedMinor)
      const charged = { ...of, quantity, unitMinor, amountMinor: change((minor) => Math.max(minor, 0)) }
      // going on from what was used before may make that cheaper, by more than what is used now costs
      const lowered = {
        ...of,
        quantity: 0,
        unitMinor: null,
        amountMinor: change((minor) => Math.min(minor, 0)),
      }
      return [
        ...(quantity === 0 && charged.amountMinor === 0 ? [] : [lateLine(stretch, feature, charged)]),
        ...(lowered.amountMinor === 0 ? [] : [{ ...lateLine(stretch, feature, lowered), lowers: true }]),
      ]
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
function lessFilled(lines: LateLine[], filledMinor: number): LateLine[] {
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

/** What waits isn't charged to begin with; of lines that have charged it, the newest first. */
function givenBack({ lowers = false, ...line }: LateLine, { charged, waiting }: Charged): LineDraft[] {
  if (line.amountMinor >= 0 || lowers) return [line]
  const isOf = (each: LineDraft | InvoiceLine) =>
    chargeKey(each) === chargeKey(line) && isWithin(each.service, line.service)
  const own = [...waiting.filter(({ credits }) => credits === null), ...charged.toReversed()].filter(isOf)
  // what took back a line that waited with it has no line that it credits
  let takenMinor = 0 - addMinor(...own.map(({ amountMinor }) => Math.min(amountMinor, 0)))
  let missingMinor = 0 - line.amountMinor
  return own.flatMap((each) => {
    const leftMinor = Math.max(each.amountMinor - takenMinor, 0)
    takenMinor = Math.max(takenMinor - Math.max(each.amountMinor, 0), 0)
    const backMinor = Math.min(missingMinor, leftMinor)
    if (backMinor === 0) return []
    const isFirst = missingMinor + line.amountMinor === 0
    missingMinor -= backMinor
    const part = { ...line, ...(isFirst ? {} : { quantity: '0' }), amountMinor: 0 - backMinor }
    if (part.amountMinor !== line.amountMinor) part.unitMinor = null
    return 'id' in each ? { ...part, ...crediting(each, backMinor) } : part
  })
}

interface Charged {
  charged: readonly InvoiceLine[]
  waiting: readonly LineDraft[]
}

/** With the discount and at the tax rates that it was charged with. */
function crediting(
  { id, amountMinor, discountMinor, taxes }: InvoiceLine,
  creditedMinor: number,
): Partial<LineDraft> {
  const share = new Big(discountMinor).times(creditedMinor).div(amountMinor).abs()
  return {
    credits: id,
    fixed: { discountMinor: 0 - roundMinor(share), taxes: taxes.map(({ taxMinor: _, ...rate }) => rate) },
  }
}

const isWithin = (part: Span | null, whole: Span | null) =>
  part !== null && whole !== null && part.end > whole.start && part.end <= whole.end
