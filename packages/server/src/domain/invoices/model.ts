/**
 * What a customer owes, as documents.
 *
 * Owns: the shapes of invoices, credit notes and their lines, and what waits to be billed.
 * Does not own: how lines come to be (`plan-period-close.ts`, `plan-change.ts`), rates (`taxes/`), paying (`payments/`).
 * Invariant: total = sum of the lines' net + tax; amountDue = total − creditApplied − amountPaid − credited ≥ 0. All in
 * minor units of the document's currency. A document that has left `draft` never changes its lines or figures.
 */
import type { CollectionPolicies, Operator } from '../catalog/model.ts'
import type { BillingProfile } from '../customers/billing-profile.ts'
import type { Instant } from '../time/instant.ts'

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible'

/** Why it was made. */
export type InvoiceReason = 'period' | 'change' | 'add_on' | 'top_up' | 'one_off'

/** What a line charges or gives back. */
export type LineKind =
  | 'plan'
  | 'quantity'
  | 'add_on'
  | 'bundle'
  | 'usage'
  | 'overage'
  | 'minimum'
  | 'top_up'
  | 'item'
  | 'credit'

export interface LineTax {
  /** Key of the rate; '' where none applies (reverse charge, exempt). */
  rate: string
  name: string
  /** Per cent as a decimal: `"20"`, `"5.5"`. */
  percent: string
  /** EN 16931: S standard, Z zero, E exempt, AE reverse charge, O outside the scope. */
  category: 'S' | 'Z' | 'E' | 'AE' | 'O'
  /** The line's share of the group's tax, by largest remainder. */
  taxMinor: number
}

export interface InvoiceLine {
  id: string
  kind: LineKind
  /** Key of the plan, add-on, bundle or feature; '' for a free item. */
  reference: string
  /** Names the price component, so that a later change finds what it gives back: `flat`, a quantity key, a component key. */
  component: string
  description: string
  /** Decimal; what the line counts. */
  quantity: string
  /** Decimal price of one in minor units; null where tiers or proportions make one meaningless. */
  unitMinor: string | null
  /** Before discounts and without tax, or with tax where `taxInclusive`. Negative: given back. */
  amountMinor: number
  /** What discounts take off `amountMinor`; never negative for a charge. */
  discountMinor: number
  /** Without tax and after discounts; what revenue is. */
  netMinor: number
  /** Whether `amountMinor` holds the tax already. */
  taxInclusive: boolean
  taxCategory: string
  taxes: LineTax[]
  /** The stretch of time that it pays for, half-open; null for what is due once. */
  service: { start: Instant; end: Instant } | null
  /** Of what is given back: the line that it credits. */
  credits: string | null
}

/** A rate group of a document: tax is rounded once for each. */
export interface TaxGroup {
  rate: string
  name: string
  percent: string
  category: LineTax['category']
  taxableMinor: number
  taxMinor: number
}

/** Who sells, but for what documents always have as it is now. */
export type Seller = Omit<Operator, 'logo' | 'paymentInstructions'>

/** Who writes to whom, as it was at issue: an address that changes later changes no document. */
export interface InvoiceParties {
  seller: Seller
  buyer: BillingProfile
  /** The buyer's: days of service are theirs. */
  timeZone: string
}

export interface Invoice {
  id: string
  kind: 'invoice' | 'credit_note'
  reason: InvoiceReason
  status: InvoiceStatus
  /** Given when it is finalised, without gaps in its series; null before. */
  documentNumber: string | null
  /** The series that the number counts in; null before. */
  series: string | null
  /** Of a credit note: the invoice that it credits. */
  credits: string | null
  /** Surrogate of the subscription; null without one. */
  subscription: number | null
  /** Key of the plan that the subscription was on when it was written: a later change moves it to no other; null without one. */
  plan: string | null
  /** The period that it opens; with the subscription it is the natural key of a period's invoice. */
  periodStart: Instant | null
  periodEnd: Instant | null
  currency: string
  subtotalMinor: number
  discountMinor: number
  taxMinor: number
  totalMinor: number
  /** Taken from the customer's balance. */
  creditAppliedMinor: number
  /** Lowered by credit notes while it was not paid. Of a credit note: what it lowered. */
  creditedMinor: number
  amountPaidMinor: number
  /** Given back after it was paid. Of a credit note: what of it goes back; the rest is the customer's balance. */
  refundedMinor: number
  taxes: TaxGroup[]
  /** That took something off, as they were named when they were redeemed. */
  coupons: { id: string; name: string }[]
  /**
   * `automatic`: a method is charged. `send`: a letter asks, and we wait. `prepaid`: stays a draft until it is paid, and
   * goes away when it is not.
   */
  collection: 'automatic' | 'send' | 'prepaid'
  createdAt: Instant
  /** Days from issue until it is due; null: as the policies say. */
  dueDays: number | null
  /** When the draft becomes final; the end of time: when somebody says so. */
  finaliseAt: Instant
  issuedAt: Instant | null
  dueAt: Instant | null
  paidAt: Instant | null
  voidedAt: Instant | null
  /** Automatic attempts made so far. */
  attempts: number
  firstFailedAt: Instant | null
  /** The next automatic attempt; null when none will follow. */
  nextAttemptAt: Instant | null
  /** Why the last attempt failed; null while none has. */
  failure: 'soft' | 'hard' | 'action_needed' | null
  /** Index of the dunning step that was taken or skipped last; -1 before the first. */
  dunningStep: number
  /** Index of the last letter that really left; -1 before the first. */
  dunningLetter: number
  /** The next dunning step; null when none will follow. */
  dunningAt: Instant | null
  /** By which it is collected, whatever the plan is later; null before it is issued. */
  policies: CollectionPolicies | null
  /** null before it is issued. */
  parties: InvoiceParties | null
  /** On the document, for people. */
  note: string
  metadata: Record<string, unknown>
}

/** Issued, and not settled; giving it up is the books' affair. */
export function isUnpaid({ status }: Pick<Invoice, 'status'>): boolean {
  return status === 'open' || status === 'uncollectible'
}

export function amountDueMinor(
  invoice: Pick<
    Invoice,
    'totalMinor' | 'creditAppliedMinor' | 'creditedMinor' | 'amountPaidMinor' | 'kind' | 'status'
  >,
): number {
  if (invoice.kind === 'credit_note' || invoice.status === 'void') return 0
  return invoice.totalMinor - invoice.creditAppliedMinor - invoice.creditedMinor - invoice.amountPaidMinor
}

/** A line to come: before discounts, tax and document. What the planners of periods and changes yield. */
export interface LineDraft {
  kind: LineKind
  reference: string
  component: string
  description: string
  quantity: string
  unitMinor: string | null
  amountMinor: number
  taxInclusive: boolean
  taxCategory: string
  service: { start: Instant; end: Instant } | null
  credits: string | null
  /** Of a credit: the discount and the rates of the line that it credits, which hold instead of today's. */
  fixed?: { discountMinor: number; taxes: Omit<LineTax, 'taxMinor'>[] } | undefined
  /** Of what takes the place of other lines: so much of it was charged before, with this taken off. */
  kept?: { amountMinor: number; discountMinor: number } | undefined
  /** Discounts leave it alone. */
  undiscounted?: boolean | undefined
  /** Of a credit: what paid for it is disputed. It is set off against what its document charges, and never comes back. */
  onlySetOff?: boolean | undefined
}

/** Waits for the next invoice: what was prorated, and what the operator added. */
export interface PendingItem {
  id: string
  subscription: number | null
  currency: string
  line: LineDraft
  createdAt: Instant
  /** null = not billed yet. */
  invoice: string | null
  /** Of the line that it credits, in terms of its own amount; left out: nothing. */
  disputed?: Disputed | undefined
}

/** What of a line its payer disputes, in terms of its amount. */
export interface Disputed {
  openMinor: number
  /** The payer has it back through the bank. */
  lostMinor: number
}

/** A line of an earlier invoice whose time is not over: what a change may give back. */
export interface RunningLine {
  id: string
  invoice: string
  subscription: number
  kind: LineKind
  reference: string
  component: string
  description: string
  quantity: string
  amountMinor: number
  discountMinor: number
  taxInclusive: boolean
  taxCategory: string
  taxes: Omit<LineTax, 'taxMinor'>[]
  service: { start: Instant; end: Instant }
  /** Taken off `amountMinor` and `discountMinor` by credits since. */
  creditedMinor: number
  creditedDiscountMinor: number
  /** When a change gave back the rest of it; null while it runs. */
  stoppedAt: Instant | null
  disputed: Disputed
}
