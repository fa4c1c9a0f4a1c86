import { priceOf } from '../catalog/lookup.ts'
import type { Catalog, Feature, PlanVersion } from '../catalog/model.ts'
import type { Customer, CustomerState } from '../customers/state.ts'
import type { ClosedStretch } from '../invoices/closed-stretch.ts'
import { units } from '../invoices/units.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { intervalText } from '../subscriptions/terms.ts'
import { toIsoOrNull, type Instant, type Span } from '../time/index.ts'
import type { Finding } from './model.ts'

/** Of one feature, on lines and on what waits for the next invoice. */
export interface ChargedUse {
  kind: 'usage' | 'overage'
  /** Surrogate. */
  feature: number
  component: string
  /** Of the time that it was used in. */
  end: Instant
  /** In the feature's scale. */
  amount: number
}

/** A window of a feature's use, of the customer or of all members together. */
export interface UseCounter extends Span {
  /** Surrogate. */
  feature: number
  byMember: boolean
  used: number
  /** Of it, what belongs to a time that is closed. */
  billed: number
}

/** Above an allowance at a price, and said to be charged. */
export interface BilledOverage {
  /** Surrogate. */
  feature: number
  amount: number
  /** Of it, what takes back: zero or less. */
  back: number
}

/** What is known of one customer's use and of its lines. */
export interface UseFacts {
  /** Oldest first. */
  stretches: readonly ClosedStretch[]
  charged: readonly ChargedUse[]
  counters: readonly UseCounter[]
  overage: readonly BilledOverage[]
  /** The bank gave something back: what takes back a disputed line may have been dropped. */
  hasDisputes: boolean
}

/** A period of which more or less is said to be billed than was closed; what cost nothing in it may explain that. */
export interface UseGap extends Span {
  customer: Pick<Customer, 'id' | 'key'>
  subscription: Pick<Subscription, 'number' | 'id'>
  feature: Feature
  /** In which other terms may have held for no time at all. */
  moments: readonly Instant[]
  closed: number
  billed: number
}

/** What cost nothing, and what took some of it back: zero or less. */
export interface FreeUse {
  amount: number
  back: number
}

/** The features whose use a subscription's price counts, by their surrogates. */
export function countedFeatures(
  { features }: Pick<Catalog, 'features'>,
  terms: Pick<ClosedStretch, 'plan' | 'currency' | 'interval'>,
): Feature[] {
  const keys = new Set(componentsOf(terms).map(({ feature }) => feature))
  return features.filter(({ key, kind }) => kind !== 'gauge' && keys.has(key))
}

function componentsOf({ plan, currency, interval }: Pick<ClosedStretch, 'plan' | 'currency' | 'interval'>) {
  const components = priceOf(plan, currency, intervalText(interval))?.components ?? []
  return components.flatMap(({ key, timing, counts }) =>
    timing === 'arrears' && counts !== null && 'feature' in counts ? [{ key, feature: counts.feature }] : [],
  )
}

/** What each closed stretch says it has charged is on lines, or waits for them; so is what was above an allowance. */
export function checkChargedUse(state: CustomerState, facts: UseFacts): Finding[] {
  if (facts.hasDisputes || state.customer.deletedAt !== null) return []
  return [...checkStretches(state, facts), ...checkOverage(state, facts)]
}

function checkStretches({ catalog, customer, subscriptions }: CustomerState, facts: UseFacts): Finding[] {
  const lines = facts.charged.filter(({ kind }) => kind === 'usage')
  const isWithin = (end: Instant, stretch: Span) => stretch.start < end && end <= stretch.end
  return facts.stretches.flatMap((stretch) =>
    componentsOf(stretch).flatMap(({ key, feature: counted }): Finding[] => {
      const feature = catalog.features.find((each) => each.key === counted)
      if (feature === undefined) return []
      const own = lines.filter((line) => line.feature === feature.id && line.component === key)
      // use of a window from before anything was closed
      if (own.some(({ end }) => !facts.stretches.some((each) => isWithin(end, each)))) return []
      const charged = own.filter(({ end }) => isWithin(end, stretch)).reduce(sumOfAmounts, 0)
      const closed = stretch.uses.find((use) => use.feature === feature.id)?.billed.used ?? 0
      const subscription = subscriptions.find(({ number }) => number === stretch.subscription)
      const of = { customer: customer.key, subscription: subscription?.id ?? '' }
      return told({ ...of, feature }, stretch, closed, charged)
    }),
  )
}

const sumOfAmounts = (sum: number, { amount }: { amount: number }) => sum + amount

/** Where more is taken back of a price than was used at it, that is on no line. */
function checkOverage({ catalog, customer }: CustomerState, facts: UseFacts): Finding[] {
  const lines = facts.charged.filter(({ kind }) => kind === 'overage')
  const features = new Set([...lines, ...facts.overage].map(({ feature }) => feature))
  return [...features].flatMap((id): Finding[] => {
    const feature = catalog.features.find((each) => each.id === id)
    if (feature === undefined) return []
    const charged = lines.filter((line) => line.feature === id).reduce(sumOfAmounts, 0)
    const { amount, back } = facts.overage.find((row) => row.feature === id) ?? { amount: 0, back: 0 }
    if (charged >= amount && charged <= amount - back) return []
    const tell = (sum: number) => `${units(sum, feature).toFixed()} above the allowance charged`
    return [
      {
        check: 'usage_billed',
        customer: customer.key,
        subject: feature.key,
        expected: tell(amount),
        found: tell(charged),
      },
    ]
  })
}

/**
 * Periods in which what windows say is billed isn't what the closed stretches say was used. Only where stretches follow each
 * other from the period's start on: what was used between them, in a pause say, cost nothing.
 */
export function findUseGaps(state: CustomerState, facts: UseFacts): UseGap[] {
  if (state.customer.deletedAt !== null) return []
  if (state.subscriptions.some(({ authority }) => authority === 'provider')) return []
  return state.subscriptions.flatMap((subscription) =>
    periodsOf(subscription, facts).flatMap((period) => gapsOf(state, facts, subscription, period)),
  )
}

interface Period extends Span {
  isOver: boolean
  stretches: readonly ClosedStretch[]
  /** All that has counted in it so far. */
  terms: readonly Pick<ClosedStretch, 'plan' | 'currency' | 'interval'>[]
}

function periodsOf(subscription: Subscription, { stretches }: UseFacts): Period[] {
  const { number, status, periodStart, periodEnd, closedUntil } = subscription
  const own = stretches.filter((each) => each.subscription === number && !each.settled)
  const runs = status === 'active' && closedUntil !== null
  const starts = new Set([...own.map(({ period }) => period.start), ...(runs ? [periodStart] : [])])
  return [...starts].flatMap((start): Period[] => {
    const parts = own.filter(({ period }) => period.start === start)
    const until = parts.reduce((end, part) => (part.start === end ? part.end : Number.NaN), start)
    const isRunning = runs && start === periodStart
    const end = isRunning ? periodEnd : (parts.at(-1)?.period.end ?? start)
    if (until !== (isRunning ? closedUntil : end)) return []
    const terms = isRunning ? [...parts, subscription] : parts
    return [{ start, end, isOver: !isRunning, stretches: parts, terms }]
  })
}

function gapsOf(
  { catalog, customer }: CustomerState,
  { counters }: UseFacts,
  { number, id }: Subscription,
  { start, end, isOver, stretches, terms }: Period,
): UseGap[] {
  const known = terms.map((each) => new Set(countedFeatures(catalog, each)))
  return catalog.features.flatMap((feature): UseGap[] => {
    if (!known.every((each) => each.has(feature))) return []
    const scopes = new Set(terms.map(({ plan }) => scopeOf(plan, feature)))
    if (scopes.size !== 1) return []
    const own = counters.filter(
      (each) =>
        each.feature === feature.id &&
        each.byMember === scopes.has('member') &&
        each.end > start &&
        each.start < end,
    )
    if (own.some((each) => each.start < start)) return []
    const sum = (of: (counter: UseCounter) => number) => own.reduce((total, each) => total + of(each), 0)
    const closed = stretches
      .flatMap(({ uses }) => uses.filter((use) => use.feature === feature.id))
      .reduce((total, { used }) => total + used, 0)
    const gap = {
      customer,
      subscription: { number, id },
      feature,
      start,
      end,
      moments: [start, ...stretches.map((each) => each.end)],
      closed,
    }
    const wrong = [sum(({ billed }) => billed), ...(isOver ? [sum(({ used }) => used)] : [])].find(
      (billed) => billed !== closed,
    )
    return wrong === undefined ? [] : [{ ...gap, billed: wrong }]
  })
}

const scopeOf = ({ allowances }: PlanVersion, { key }: Feature) =>
  allowances.find(({ feature }) => feature === key)?.scope ?? null

/** A gap that what cost nothing doesn't explain. */
export function checkUseGap(gap: UseGap, free: FreeUse): Finding[] {
  const { closed, billed, customer, subscription, feature } = gap
  if (billed >= closed + free.back && billed <= closed + free.amount) return []
  return told({ customer: customer.key, subscription: subscription.id, feature }, gap, billed, closed)
}

function told(
  { customer, subscription, feature }: { customer: string; subscription: string; feature: Feature },
  { start, end }: Span,
  expected: number,
  found: number,
): Finding[] {
  if (expected === found) return []
  const time = `from ${toIsoOrNull(start) ?? ''} to ${toIsoOrNull(end) ?? ''}`
  const tell = (amount: number) => `${units(amount, feature).toFixed()} charged ${time}`
  const subject = `${feature.key} of ${subscription}`
  return [{ check: 'usage_billed', customer, subject, expected: tell(expected), found: tell(found) }]
}

/** Above an allowance at a price, in a time that is closed. */
export interface LostOverage {
  customer: string
  subscription: string
  feature: string
  amount: number
  /** What is said to have charged it, and is not there; null: nothing is said. */
  by: string | null
}

export function tellLost({ customer, subscription, feature, amount, by }: LostOverage): Finding {
  return {
    check: 'usage_billed',
    customer,
    subject: `${feature} of ${subscription}`,
    expected: `${amount} above the allowance charged`,
    found: by === null ? 'not charged' : `charged by ${by}, which is not there`,
  }
}
