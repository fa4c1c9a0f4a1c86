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
import { closedPart } from './closing-lines.ts'
import type { InvoiceLine, LineDraft } from './model.ts'
import { chargeOf } from './price-lines.ts'
import { units } from './units.ts'

/**
 * What came late of a closed stretch: for the whole of it, what it comes to now less what was charged, under the terms that
 * held. What its minimum had filled up is charged already; what comes back credits the lines that charged it, and is never
 * more than is left of them: what isn't, counts as charged when use is told again.
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
  const missing = (counted: number) => (minimumMinor === 0 ? 0 : Math.max(0, minimumMinor - counted))
  const filledMinor = missing(countedMinor) - missing(countedMinor + total)
  const { lines: moves, kept } = moved(lessFilled(lines, filledMinor), { charged, waiting, stretch })
  return {
    lines: moves,
    stretch: {
      ...stretch,
      countedMinor: countedMinor + total,
      uses: stretch.uses.map((use) => ({ ...use, billed: { before: use.before, used: use.used } })),
      kept,
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
  return overage.flatMap(({ feature: id, unitMinor, amount, billed, ...window }) => {
    const feature = features.get(id)
    if (feature === undefined) return []
    const cost = (counted: number) => chargedMinor(units(counted, feature).times(unitMinor))
    const amountMinor = cost(billed + amount) - cost(billed)
    const of = { kind: 'overage', component: 'overage', description: feature.name } as const
    const line = lateLine(stretch, feature, { ...of, quantity: amount, unitMinor, amountMinor })
    return { ...line, service: closedPart(window, stretch) }
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
    return withAmount(line, line.amountMinor - share)
  })
}

/**
 * What is moved of it: less what was kept of the same, and what comes back by the lines that charged it. What can't come back
 * (its payer disputes it, it was voided or credited by hand) is kept for what is told again.
 */
function moved(
  lines: readonly LateLine[],
  from: Charged,
): { lines: LineDraft[]; kept: ClosedStretch['kept'] } {
  const kept = new Map(Object.entries(from.stretch.kept))
  const known = new Map<string, Source[]>()
  const moves = lines.flatMap(({ lowers = false, ...line }): LineDraft[] => {
    if (lowers) return [line]
    const key = chargeKey(line)
    const netMinor = line.amountMinor - (kept.get(key) ?? 0)
    kept.delete(key)
    if (netMinor >= 0) return [withAmount(line, netMinor)]
    const sources = known.get(key) ?? sourcesOf(line, from)
    known.set(key, sources)
    const back = givenBack(line, 0 - netMinor, sources)
    const keptMinor = 0 - netMinor + addMinor(...back.map(({ amountMinor }) => amountMinor))
    if (keptMinor > 0) kept.set(key, keptMinor)
    return back
  })
  return { lines: moves, kept: Object.fromEntries(kept) }
}

/** What charged some use, and what of that is left to give back. */
interface Source {
  line: LineDraft | InvoiceLine
  leftMinor: number
}

/** What waits isn't charged to begin with; of lines that have charged it, the newest first. */
function sourcesOf(line: LineDraft, { charged, waiting, stretch }: Charged): Source[] {
  const isOf = (each: LineDraft | InvoiceLine) =>
    chargeKey(each) === chargeKey(line) && isWithin(each.service, stretch)
  const own = [...waiting.filter(({ credits }) => credits === null), ...charged.toReversed()].filter(isOf)
  // what took back a line that waited with it has no line that it credits
  let takenMinor = 0 - addMinor(...own.map(({ amountMinor }) => Math.min(amountMinor, 0)))
  return own.map((each) => {
    const leftMinor = Math.max(each.amountMinor - takenMinor, 0)
    takenMinor = Math.max(takenMinor - Math.max(each.amountMinor, 0), 0)
    return { line: each, leftMinor }
  })
}

/** By one line for each that charged it; where nothing comes back, one that says what was taken back. */
function givenBack(line: LineDraft, minor: number, sources: Source[]): LineDraft[] {
  let missingMinor = minor
  const credits = ofWindowFirst(line, sources).flatMap((source) => {
    const backMinor = Math.min(missingMinor, source.leftMinor)
    if (backMinor === 0) return []
    missingMinor -= backMinor
    source.leftMinor -= backMinor
    const service = line.kind === 'overage' ? source.line.service : line.service
    const part = { ...withAmount(line, 0 - backMinor), service }
    return [{ ...part, ...('id' in source.line ? crediting(source.line, backMinor) : {}) }]
  })
  const saysAll = line.amountMinor < 0 && credits.length > 0
  return (saysAll ? credits : [withAmount(line, 0), ...credits])
    .map((each, index) => (index === 0 ? each : { ...each, quantity: '0' }))
    .filter(({ quantity, amountMinor }) => quantity !== '0' || amountMinor !== 0)
}

/** Above an allowance each line is of a window, and what is given back of that first comes back of its own. */
function ofWindowFirst({ service }: LineDraft, sources: readonly Source[]): Source[] {
  const isOther = ({ line }: Source) => Number(line.service?.start !== service?.start)
  return sources.toSorted((one, other) => isOther(one) - isOther(other))
}

/** Tiers, proportions and what was kept have no price of one. */
const withAmount = (line: LineDraft, amountMinor: number): LineDraft =>
  amountMinor === line.amountMinor ? line : { ...line, unitMinor: null, amountMinor }

interface Charged {
  charged: readonly InvoiceLine[]
  waiting: readonly LineDraft[]
  stretch: ClosedStretch
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

const isWithin = (part: Span | null, whole: Span) =>
  part !== null && part.end > whole.start && part.end <= whole.end
