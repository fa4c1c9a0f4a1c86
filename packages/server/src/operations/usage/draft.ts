/**
 * One customer in a batch: its locked balances as copies, what is in force, and what the batch will write.
 * Owns: bookkeeping. Does not own: decisions (domain/usage), statements (store).
 */
import type { Entitlements, FeatureEntitlement } from '../../domain/entitlements/model.ts'
import type { CustomerUsage } from '../../domain/customers/state.ts'
import type { ClosedStretch } from '../../domain/invoices/closed-stretch.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { noChanges } from '../../domain/usage/fold.ts'
import { ceilingOf } from '../../domain/usage/limits.ts'
import type { Balance, BalanceChanges, ClosedWindow } from '../../domain/usage/model.ts'
import { announceThresholds, newBalance } from '../../domain/usage/refresh.ts'
import type { CustomerHold } from '../../store/holds.ts'
import type { OverageRow, UsageEvent } from '../../store/usage/events.ts'
import type { UsageKey } from '../../store/usage/keys.ts'
import { nothingDoneUnder, type Outcome } from './commands.ts'

export interface CustomerDraft {
  customer: number
  now: Instant
  recordedAt: Instant
  entitlements: Entitlements
  balances: Map<string, Balance>
  touched: Set<Balance>
  /** Grants and open holds, where a command of the batch needs them. */
  usage: CustomerUsage | null
  /** Closed stretches of its subscriptions, oldest first, where a command of the batch tells of the time before. */
  stretches: readonly ClosedStretch[] | null
  /** The same as they were read. */
  stretchesRead: readonly ClosedStretch[]
  /** Ended windows that commands of the batch write to. */
  windows: ClosedWindow[]
  changes: BalanceChanges
}

/** What a batch writes besides the customers' balances. */
export interface BatchWrites {
  keys: UsageKey[]
  events: UsageEvent[]
  overage: OverageRow[]
  holds: (CustomerHold & { metadata: string | null; closedAt: Instant | null })[]
  /** Uses that were given back, with the new total. */
  returned: { event: UsageEvent; returned: number }[]
}

export const noWrites = (): BatchWrites => ({ keys: [], events: [], overage: [], holds: [], returned: [] })

export const newDraft = (
  parts: Pick<CustomerDraft, 'customer' | 'now' | 'recordedAt' | 'entitlements'> & { balances: Balance[] },
): CustomerDraft => ({
  ...parts,
  balances: new Map(parts.balances.map((balance) => [`${balance.feature}/${balance.member}`, balance])),
  touched: new Set(),
  usage: null,
  stretches: null,
  stretchesRead: [],
  windows: [],
  changes: noChanges(),
})

export const balanceIn = (draft: CustomerDraft, feature: number, member: number): Balance | undefined =>
  draft.balances.get(`${feature}/${member}`)

/** The truth is recorded even where nothing is allowed: then the balance begins with a limit of 0. */
export function balanceForTruth(draft: CustomerDraft, feature: number, member: number): Balance {
  const known = balanceIn(draft, feature, member)
  if (known !== undefined) return known
  const balance = { ...newBalance(feature, member), windowStart: 0, windowEnd: Number.POSITIVE_INFINITY }
  balance.validUntil = Number.POSITIVE_INFINITY
  balance.entitlementVersion = draft.entitlements.version
  draft.balances.set(`${feature}/${member}`, balance)
  return balance
}

/** After a balance has changed: thresholds are announced once, and the guard follows. */
export function touchBalance(draft: CustomerDraft, balance: Balance, entitlement: FeatureEntitlement): void {
  draft.touched.add(balance)
  announceThresholds(balance, { now: draft.now, entitlement, changes: draft.changes })
  if (balance.ceiling >= 0) balance.ceiling = ceilingOf(balance, entitlement.feature.thresholds)
}

export const outcomeOf = (
  draft: CustomerDraft,
  parts: Pick<Outcome, 'decision'> & Partial<Outcome>,
): Outcome => ({
  ...nothingDoneUnder(draft.entitlements),
  ...parts,
})
