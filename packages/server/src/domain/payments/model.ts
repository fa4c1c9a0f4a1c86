/**
 * How money comes in: methods, attempts, receipts, refunds, disputes.
 *
 * Owns: the shapes. Does not own: the providers (they stand behind `providers/payments`), what an invoice owes.
 * Invariant: an invoice has at most one attempt under way, over all rails. A receipt is money whatever became of its
 * attempt. What a provider's answer leaves open is `unknown` until it is asked again under the same key.
 */
import type { Instant } from '../time/instant.ts'

export interface PaymentMethod {
  id: string
  /** A name of the registry. */
  provider: string
  /** How the provider knows it. */
  token: string
  kind: 'card' | 'phone' | 'bank_transfer' | 'cash'
  /** For people: `Visa •••• 4242`. */
  label: string
  /** `YYYY-MM`, of cards. */
  expires: string | null
  /** When its end is announced; null: it has none, or that is done. */
  expiryWarningAt: Instant | null
  /** Whether it can be charged with nobody there. Others are asked by a prompt or a link. */
  silent: boolean
  isDefault: boolean
  /** Tried when the default one fails. */
  isFallback: boolean
  /** Hard declined: not tried again until replaced. */
  failedAt: Instant | null
  createdAt: Instant
  detachedAt: Instant | null
}

/** created → started → (pending | action_needed | unknown) → succeeded | declined | expired | superseded */
export type AttemptStatus =
  | 'created'
  | 'started'
  | 'pending'
  | 'action_needed'
  | 'unknown'
  | 'succeeded'
  | 'declined'
  | 'expired'
  | 'superseded'

export type DeclineKind = 'soft' | 'hard'

/** What an attempt led to. `unknown` is asked again with the same key, never taken for a decline. */
export type ChargeOutcome =
  /** What came in may be less or more than what was asked; `further` holds what came in beside it (paid twice, in parts). */
  | ({ status: 'succeeded'; further?: IncomingMoney[] | undefined } & IncomingMoney)
  | { status: 'declined'; kind: DeclineKind; reason: string }
  /** A prompt or a link is out, or instructions; the answer comes later. */
  | {
      status: 'pending'
      transaction: string | null
      url: string | null
      expiresAt: Instant | null
      instructions?: PaymentInstructions | undefined
    }
  /** The customer has to confirm at `url`. */
  | { status: 'action_needed'; transaction: string | null; url: string; expiresAt: Instant | null }
  | { status: 'expired' }
  /** Called back before anything was paid. */
  | { status: 'canceled' }
  | { status: 'unknown'; reason: string }

/** For whoever pays by hand. */
export interface PaymentInstructions {
  /** The operator's own words: an account, an address, opening hours. */
  text: string
  /** What the payer is to quote, so that the money is recognised. */
  reference: string
}

/** Money that a provider says has come in. Its transaction is unique with the provider: what makes a receipt. */
export interface IncomingMoney {
  transaction: string
  amountMinor: number
  /** What the provider keeps of it. */
  feeMinor?: number | undefined
  /** When it came in, where the provider says so: it may be heard of days later. */
  receivedAt?: Instant | undefined
}

/** What a refund led to. Of most rails `succeeded` is only a belief: it can fail weeks later. */
export type RefundOutcome =
  | { status: 'pending'; transaction: string | null }
  | { status: 'succeeded'; transaction: string }
  | { status: 'failed'; transaction: string | null; reason: string }
  | { status: 'unknown'; reason: string }

export interface PaymentAttempt {
  id: string
  invoice: string
  method: string
  provider: string
  /** Of the method. */
  kind: PaymentMethod['kind']
  amountMinor: number
  currency: string
  status: AttemptStatus
  /** By what: the schedule, a failure within the same try, a person, a new method. */
  trigger: 'automatic' | 'fallback' | 'manual' | 'new_method'
  /** How the provider knows what was begun; the receipt has a transaction of its own where they differ. */
  transaction: string | null
  url: string | null
  /** Where the payer goes on after a page of the provider's. */
  returnUrl: string | null
  decline: { kind: DeclineKind; reason: string } | null
  /** As the payer was told them; null: nobody was told anything. */
  instructions: PaymentInstructions | null
  createdAt: Instant
  startedAt: Instant | null
  endedAt: Instant | null
  expiresAt: Instant | null
}

export const OPEN_ATTEMPTS: readonly AttemptStatus[] = [
  'created',
  'started',
  'pending',
  'action_needed',
  'unknown',
]

/** Money that came in, once for each transaction of a provider. */
export interface Receipt {
  id: string
  provider: string
  transaction: string
  attempt: string | null
  currency: string
  amountMinor: number
  receivedAt: Instant
  /** Where it went; the rest is the customer's balance. */
  allocations: { invoice: string; amountMinor: number }[]
  toBalanceMinor: number
  refundedMinor: number
  /** What open and lost disputes have of it: the payer gets that through the bank, or has got it. */
  disputedMinor: number
}

export interface Refund {
  id: string
  receipt: string
  /** What it gives back, and by which credit note; without an invoice it pays out the customer's balance. */
  parts: { invoice: string | null; creditNote: string | null; amountMinor: number }[]
  amountMinor: number
  currency: string
  status: 'created' | 'started' | 'pending' | 'succeeded' | 'failed'
  reason: string
  transaction: string | null
  /** Why it failed, in the provider's words; null where it hasn't. */
  failure: string | null
  createdAt: Instant
  endedAt: Instant | null
}

export interface Dispute {
  id: string
  receipt: string
  amountMinor: number
  currency: string
  status: 'open' | 'won' | 'lost'
  reason: string
  evidenceDueAt: Instant | null
  openedAt: Instant
  closedAt: Instant | null
}
