/**
 * The books: double entry for every movement of money.
 *
 * Owns: the accounts and the shape of an entry. Does not own: when one is made (`postings.ts` says for each movement).
 * Invariant: an entry's amounts sum to zero, which the database checks again; an entry is never changed, a mistake is
 * met by another entry; each cause posts once.
 */
import type { Instant } from '../time/instant.ts'

/**
 * Debits are positive, credits negative. `cash:<provider>` per provider.
 *
 * - receivable: what customers owe by invoices
 * - deferred_revenue: billed, not yet earned; revenue: earned
 * - tax: owed to the state
 * - cash:<provider>: with the provider; unapplied_cash: came in, not yet allocated
 * - customer_credit: what we owe customers; promotional_credit: given by us
 * - refunds: given back, on its way; disputes: withdrawn while disputed; write_offs: given up; fees: of providers
 */
export type Account =
  | 'receivable'
  | 'deferred_revenue'
  | 'revenue'
  | 'tax'
  | `cash:${string}`
  | 'unapplied_cash'
  | 'customer_credit'
  | 'promotional_credit'
  | 'refunds'
  | 'disputes'
  | 'write_offs'
  | 'fees'

export interface Posting {
  account: Account
  /** Debit positive, credit negative; never 0. */
  amountMinor: number
}

export interface LedgerEntry {
  id: string
  /** Natural key: the same cause posts once, for example `invoice:inv_…:issued`. */
  cause: string
  kind: string
  currency: string
  invoice: string | null
  postings: Posting[]
  occurredAt: Instant
}
