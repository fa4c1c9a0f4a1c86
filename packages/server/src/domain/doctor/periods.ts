import type { CustomerState } from '../customers/state.ts'
import { advanceCharges } from '../invoices/charges.ts'
import { HOUR_MS, toIsoOrNull, type Instant } from '../time/index.ts'
import type { Finding } from './model.ts'

/** A subscription that the engine renews, while it is active or trialing. */
export interface SubscriptionFacts {
  customer: string
  subscription: string
  /** Of a trial that runs; null otherwise. */
  trialEnd: Instant | null
  periodEnd: Instant
  billedUntil: Instant | null
  /** By the customer's clock. */
  now: Instant
}

/** A plan, or one of its quantities, whose time two lines charge. */
export interface PeriodOverlap {
  customer: string
  invoice: string
  periodStart: Instant
  /** Until when an earlier one charges it. */
  previousEnd: Instant
}

/** What is due may take a while; longer, and nobody is doing it. */
const PATIENCE_MS = HOUR_MS

export function checkPeriod({
  customer,
  subscription,
  trialEnd,
  periodEnd,
  billedUntil,
  now,
}: SubscriptionFacts): Finding[] {
  const of = { check: 'period_billed', customer, subject: subscription } as const
  if (trialEnd !== null) {
    if (trialEnd > now - PATIENCE_MS) return []
    return [{ ...of, expected: `trial over at ${toIsoOrNull(trialEnd) ?? ''}`, found: 'still on trial' }]
  }
  const told = toIsoOrNull(billedUntil) ?? 'never'
  if (billedUntil === null || billedUntil < periodEnd) {
    return [
      { ...of, expected: `billed until ${toIsoOrNull(periodEnd) ?? 'never'}`, found: `billed until ${told}` },
    ]
  }
  if (periodEnd > now - PATIENCE_MS) return []
  return [
    { ...of, expected: `renewed at ${toIsoOrNull(periodEnd) ?? 'never'}`, found: `billed until ${told}` },
  ]
}

export function tellOverlap({ customer, invoice, periodStart, previousEnd }: PeriodOverlap): Finding {
  return {
    check: 'period_overlap',
    customer,
    subject: invoice,
    expected: `charged from ${toIsoOrNull(previousEnd) ?? ''} on`,
    found: `charged from ${toIsoOrNull(periodStart) ?? ''} on`,
  }
}

/** Time of a plan between two periods that no line charges. */
export type PeriodGap = PeriodOverlap

export function tellGap({ customer, invoice, periodStart, previousEnd }: PeriodGap): Finding {
  const [expected, found] = [previousEnd, periodStart].map(
    (start) => `charged from ${toIsoOrNull(start) ?? ''} on`,
  )
  return { check: 'period_billed', customer, subject: invoice, expected: expected ?? '', found: found ?? '' }
}

/** A line of a plan that begins with the period which its invoice opens, and doesn't end with it. */
export interface ShortLine {
  customer: string
  invoice: string
  periodEnd: Instant
  lineEnd: Instant
}

export function tellShort({ customer, invoice, periodEnd, lineEnd }: ShortLine): Finding {
  const [expected, found] = [periodEnd, lineEnd].map((end) => `charged until ${toIsoOrNull(end) ?? ''}`)
  return { check: 'period_billed', customer, subject: invoice, expected: expected ?? '', found: found ?? '' }
}

/**
 * What is paid in advance is on some line, up to where it is said to be billed. Who was brought along from elsewhere has
 * no lines yet, and where nothing is prorated another plan is charged from the next period on.
 *
 * @param chargedUntil by the subscription's surrogate: how far its plan's lines reach
 */
export function checkCharged(
  { customer, subscriptions }: Pick<CustomerState, 'customer' | 'subscriptions'>,
  chargedUntil: ReadonlyMap<number, Instant>,
): Finding[] {
  return subscriptions.flatMap((subscription): Finding[] => {
    const { id, number, authority, status, billedUntil, plan } = subscription
    const until = chargedUntil.get(number)
    if (authority === 'provider' || status !== 'active' || billedUntil === null) return []
    if (until === undefined || until >= billedUntil || plan.policies.proration === 'none') return []
    const owes = advanceCharges(subscription).some(
      ({ kind, exactMinor }) => (kind === 'plan' || kind === 'quantity') && exactMinor.gt(0),
    )
    if (!owes) return []
    const [expected, found] = [billedUntil, until].map((end) => `charged until ${toIsoOrNull(end) ?? ''}`)
    return [
      {
        check: 'period_billed',
        customer: customer.key,
        subject: id,
        expected: expected ?? '',
        found: found ?? '',
      },
    ]
  })
}
