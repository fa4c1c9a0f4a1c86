import { Big } from 'big.js'
import type { Catalog, Feature, Price } from '../catalog/model.ts'
import type { UnbilledUsage } from '../customers/money.ts'
import { priceOf } from '../catalog/lookup.ts'
import { includedOf } from '../entitlements/resolve.ts'
import { chargedMinor, roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { intervalText } from '../subscriptions/terms.ts'
import type { Instant, Span } from '../time/index.ts'
import { unitPriceOf } from './charges.ts'
import type { ClosedStretch } from './closed-stretch.ts'
import type { LineDraft, LineKind } from './model.ts'
import { chargeOf, priceParts } from './price-lines.ts'
import { times, type Fraction } from './proration.ts'
import { units } from './units.ts'

export interface Closing {
  period: Span
  /** What part of its interval the period is. */
  fraction: Fraction
  /** What part of a stretch of time another one is. */
  shareOf: (part: Span, whole: Span) => Fraction
}

/** What closes a stretch, and what is kept of it for what is told later. */
export interface Closed {
  lines: LineDraft[]
  /** null: nothing of it depends on use. */
  stretch: ClosedStretch | null
}

/** What waits for the next invoice. */
type Waiting = readonly Pick<LineDraft, 'kind' | 'amountMinor' | 'service'>[]

/**
 * What is charged afterwards: use above an allowance at its price, what the plan's price counts, and what is missing to
 * the minimum.
 *
 * @param closing the period that ended, and what part of its interval it was
 * @param waiting what the subscription is charged on the next invoice
 */
export function closingLines(
  catalog: Catalog,
  subscription: Subscription,
  unbilled: UnbilledUsage | null,
  closing: Closing,
  waiting: Waiting,
): Closed {
  const { period } = closing
  const price = priceOf(subscription.plan, subscription.currency, intervalText(subscription.interval))
  const features = new Map(catalog.features.map((feature) => [feature.id, feature]))
  const lines = [
    ...overageLines(subscription, unbilled, features, period),
    ...(price === undefined ? [] : countedLines(subscription, price, unbilled, { features, period })),
    ...(price === undefined ? [] : flatLines(subscription, price, closing)),
  ]
  const charged = [
    ...(unbilled?.advance ?? []),
    ...waiting.filter(({ kind }) => COUNTS_FOR_MINIMUM.has(kind)),
  ]
  const minimumMinor = minimumOf(price, closing)
  const countedMinor = countedTowards(lines, charged, closing)
  // use that makes earlier use cheaper counts less than nothing, and misses no minimum where there is none
  const missingMinor = minimumMinor === 0 ? 0 : minimumMinor - countedMinor
  const minimum = minimumLine(subscription, missingMinor, closing)
  return {
    lines: minimum === null ? lines : [...lines, minimum],
    stretch: stretchOf(catalog, subscription, unbilled, closing, { minimumMinor, countedMinor }),
  }
}

function stretchOf(
  catalog: Catalog,
  subscription: Subscription,
  unbilled: UnbilledUsage | null,
  { period: { start, end } }: Closing,
  figures: Pick<ClosedStretch, 'minimumMinor' | 'countedMinor'>,
): ClosedStretch | null {
  // that a plan held within a period is known, whatever it counts: what takes its place may begin anew
  const isOver = end >= subscription.periodEnd
  if (start >= end || (isOver && !dependsOnUse(catalog, subscription))) return null
  const uses = new Map<number, ClosedStretch['uses'][number]>()
  for (const window of unbilled?.windows ?? []) {
    if (window.givenAnew && window.used === window.billed) continue
    const known = uses.get(window.feature)
    const before = (known?.before ?? 0) + window.billed
    const used = (known?.used ?? 0) + window.used - window.billed
    uses.set(window.feature, { feature: window.feature, before, used, billed: { before, used } })
  }
  const { number, plan, interval, currency, periodStart, periodEnd } = subscription
  return {
    subscription: number,
    start,
    end,
    period: { start: periodStart, end: periodEnd },
    plan,
    interval,
    currency,
    ...figures,
    uses: [...uses.values()],
    included: includedOf(catalog, subscription),
    kept: {},
    reopened: false,
    settled: false,
  }
}

/** Whether late use could make a difference: something is counted, or costs above an allowance. */
function dependsOnUse(
  catalog: Catalog,
  { plan, addOns, bundles, currency, interval }: Subscription,
): boolean {
  const components = priceOf(plan, currency, intervalText(interval))?.components ?? []
  const covered = new Set(bundles.flatMap(({ bundle }) => bundle.addOns))
  const modules = [...catalog.addOns, ...catalog.archived.addOns].filter(({ key }) => covered.has(key))
  const allowances = [plan, ...addOns.map(({ addOn }) => addOn), ...modules].flatMap(
    (each) => each.allowances,
  )
  return (
    components.some(({ counts }) => counts !== null && 'feature' in counts) ||
    allowances.some(({ policy }) => policy.type === 'overage')
  )
}

/** Of what is charged in advance, or given back. */
export const COUNTS_FOR_MINIMUM: ReadonlySet<LineKind> = new Set(['plan', 'quantity', 'credit'])

type Features = ReadonlyMap<number, Feature>

function overageLines(
  { currency, plan }: Subscription,
  unbilled: UnbilledUsage | null,
  features: Features,
  period: Span,
): LineDraft[] {
  const lines: LineDraft[] = []
  for (const row of unbilled?.overage ?? []) {
    const feature = features.get(row.feature)
    if (feature === undefined || row.currency !== currency) continue
    const quantity = units(row.amount, feature)
    const amountMinor = chargedMinor(quantity.times(row.unitMinor))
    lines.push({
      kind: 'overage',
      reference: feature.key,
      component: 'overage',
      description: feature.name,
      quantity: quantity.toFixed(),
      unitMinor: row.unitMinor,
      amountMinor,
      taxInclusive: plan.taxInclusive,
      taxCategory: plan.taxCategory,
      service: closedPart(row, period),
      credits: null,
    })
  }
  return lines
}

/** Parts that are charged at the end whatever was used: the share of the interval that they ran for. */
function flatLines({ plan }: Subscription, price: Price, { period, fraction }: Closing): LineDraft[] {
  if (period.start >= period.end) return []
  return priceParts(price, {}, 'arrears')
    .filter(({ kind }) => kind === 'flat')
    .map((part) => {
      const amountMinor = roundMinor(times(part.exactMinor, fraction))
      return {
        kind: 'plan',
        reference: plan.key,
        component: part.component,
        description: `${plan.name} – ${part.name}`,
        quantity: part.quantity,
        unitMinor: unitPriceOf(part, amountMinor),
        amountMinor,
        taxInclusive: plan.taxInclusive,
        taxCategory: plan.taxCategory,
        service: { start: period.start, end: period.end },
        credits: null,
      }
    })
}

function countedLines(
  { plan }: Subscription,
  price: Price,
  unbilled: UnbilledUsage | null,
  { features, period }: { features: Features; period: Span },
): LineDraft[] {
  const lines: LineDraft[] = []
  for (const component of price.components) {
    const { counts } = component
    if (component.timing !== 'arrears' || counts === null || !('feature' in counts)) continue
    for (const window of unbilled?.windows ?? []) {
      const feature = features.get(window.feature)
      if (feature?.key !== counts.feature || window.used === window.billed) continue
      const all = chargeOf(component.model, units(window.used, feature).toFixed(), component.freeUnits)
      const before =
        window.billed === 0
          ? new Big(0)
          : chargeOf(component.model, units(window.billed, feature).toFixed(), component.freeUnits)
      lines.push({
        kind: 'usage',
        reference: feature.key,
        component: component.key,
        description: component.name,
        quantity: units(window.used - window.billed, feature).toFixed(),
        unitMinor: component.model.type === 'per_unit' ? component.model.unitMinor : null,
        amountMinor: chargedMinor(all) - chargedMinor(before),
        taxInclusive: plan.taxInclusive,
        taxCategory: plan.taxCategory,
        service: closedPart(window, period),
        credits: null,
      })
    }
  }
  return lines
}

/** Of a window: what was before the period is closed already, and one that goes on is closed up to here. */
export function closedPart(
  { windowStart, windowEnd }: { windowStart: Instant; windowEnd: Instant },
  period: Span,
): Span {
  const start = windowEnd <= period.start ? windowStart : Math.max(windowStart, period.start)
  return { start, end: Math.min(windowEnd, period.end) }
}

function minimumOf(price: Price | undefined, { fraction }: Closing): number {
  if (price === undefined || price.minimumMinor === null) return 0
  return roundMinor(times(new Big(price.minimumMinor), fraction))
}

/**
 * What the plan really cost in the period counts towards the minimum: what was charged in advance for it, less what was
 * given back, and the lines here.
 */
function countedTowards(
  lines: readonly LineDraft[],
  charged: readonly Pick<LineDraft, 'amountMinor' | 'service'>[],
  { period, shareOf }: Closing,
): number {
  const advance = charged.reduce((sum, { amountMinor, service }) => {
    if (service === null) return sum
    const part = {
      start: Math.max(service.start, period.start),
      end: Math.min(service.end, period.end),
    }
    return part.start < part.end ? sum.plus(times(new Big(amountMinor), shareOf(part, service))) : sum
  }, new Big(0))
  return lines.reduce((sum, line) => sum + line.amountMinor, roundMinor(advance))
}

/** A part owes a part. */
function minimumLine({ plan }: Subscription, missingMinor: number, { period }: Closing): LineDraft | null {
  if (missingMinor <= 0) return null
  return {
    kind: 'minimum',
    reference: plan.key,
    component: 'minimum',
    description: plan.name,
    quantity: '1',
    unitMinor: null,
    amountMinor: missingMinor,
    taxInclusive: plan.taxInclusive,
    taxCategory: plan.taxCategory,
    service: { start: period.start, end: period.end },
    credits: null,
  }
}
