import { HOUR_MS, toIsoOrNull, type Instant } from '../time/index.ts'
import type { Finding } from './model.ts'

/** A subscription that the engine renews, while it is active. */
export interface SubscriptionFacts {
  customer: string
  subscription: string
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
  periodEnd,
  billedUntil,
  now,
}: SubscriptionFacts): Finding[] {
  const of = { check: 'period_billed', customer, subject: subscription } as const
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
