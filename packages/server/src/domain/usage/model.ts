/**
 * Balances, grants and holds as the decisions see them. One balance is one number against one number between two
 * boundaries; the split over grants is worked out at a boundary (`refresh.ts`) or on reading, by the same function.
 *
 * Between boundaries: remaining = capacity − used − reserved − leased   (never shown below 0)
 *   capacity  the total that used + reserved + leased may reach: what is taken already + what grants still have
 *   limit     what is shown: the allowance (or override) and the other grants of the window. Equal to the capacity
 *             but for priced overage and for what was burnt before a limit was lowered.
 *   overage   the part of `used` that is priced and final: no later grant absorbs it
 */
import type { Instant } from '../time/instant.ts'
import type { Limit } from '../catalog/model.ts'

export interface BalanceKey {
  feature: number
  /** 0 for the customer's own. */
  member: number
}

export interface Balance extends BalanceKey {
  used: number
  reserved: number
  leased: number
  overage: number
  limit: Limit
  capacity: number
  /** How much of `used` has been burnt from grants already. */
  folded: number
  /** How much of `used` is billed already, or belongs to terms that bill none of it. */
  billed: number
  /** The highest percentage announced in this window. */
  threshold: number
  windowStart: Instant
  windowEnd: Instant
  firstUsedAt: Instant | null
  /** When a soft limit was first crossed in this window. */
  crossedAt: Instant | null
  /** The total up to which a take needs no decision; −1 = every take is decided. */
  ceiling: number
  validUntil: Instant
  decidedAt: Instant
  entitlementVersion: number
  /** A member's use of this pool moves the member's own balance as well. */
  shared: boolean
  /** Surrogate of the subscription that gives the allowance; 0 without one. Each event keeps it. */
  subscription: number
  /** Surrogate of the plan in force; 0 without one. Decisions are counted under it. */
  plan: number
}

export type GrantSource = 'plan' | 'add_on' | 'top_up' | 'promotion' | 'rollover' | 'manual' | 'import'

export interface Grant {
  /** Surrogate; 0 for one that the plan of changes is about to insert. */
  number: number
  id: string
  feature: number
  member: number
  source: GrantSource
  reference: string
  amount: number
  burnt: number
  held: number
  expired: number
  priority: number
  startsAt: Instant
  expiresAt: Instant
  createdAt: Instant
  closedAt: Instant | null
}

export interface Hold {
  id: string
  kind: 'reservation' | 'lease'
  feature: number
  member: number
  /** Whose balances the amount is taken from; `member` says who asked. */
  takes: 'customer' | 'member' | 'both'
  amount: number
  settled: number | null
  status: 'open' | 'settled' | 'canceled' | 'expired'
  holder: string
  windowStart: Instant
  memberWindowStart: Instant
  allocation: { grant: number; amount: number }[] | null
  createdAt: Instant
  expiresAt: Instant
}

export interface GrantMovement {
  grant: Grant
  kind: 'granted' | 'burnt' | 'held' | 'released' | 'returned' | 'expired' | 'changed'
  amount: number
  windowStart: Instant
  /** The stretch of the window's used counter that a burn covers. */
  positionFrom: number
  positionTo: number
  cause: string
  at: Instant
}

/** A window that has ended, as it stood. */
export interface ClosedWindow extends BalanceKey {
  windowStart: Instant
  windowEnd: Instant
  used: number
  reserved: number
  overage: number
  limit: Limit
  /** How far use was covered when the window ended: what settles or arrives late is overage above it. */
  capacity: number
  /** As of a balance. */
  billed: number
  subscription: number
  closedAt: Instant
  /** It was ended before its time, to be given anew. */
  givenAnew: boolean
}

/** Everything a decision on balances wants written. */
export interface BalanceChanges {
  balances: Balance[]
  insertGrants: Grant[]
  updateGrants: Grant[]
  movements: GrantMovement[]
  windows: ClosedWindow[]
  holds: Hold[]
  events: { type: string; subject: string; payload: Record<string, unknown>; occurredAt: Instant }[]
}
