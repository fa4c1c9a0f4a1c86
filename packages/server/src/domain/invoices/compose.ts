/**
 * From lines to come to a document with all its figures: discounts, then taxes, then the customer's balance.
 *
 * Owns: the order of these, and the sums. Does not own: the lines (their planners), the number and dates of issue
 * (finalising), and moving the balance or counting off periods of discounts: the caller does what the answer says.
 * Invariant: total = subtotal − discount + tax = sum of the lines' net + tax.
 */
import type { Discount } from '../discounts/model.ts'
import type { TaxTerms } from '../taxes/model.ts'
import type { Invoice, InvoiceLine, LineDraft } from './model.ts'

/** What the figures don't say of a document. */
export type DocumentHeader = Pick<
  Invoice,
  'reason' | 'subscription' | 'periodStart' | 'periodEnd' | 'collection' | 'createdAt' | 'finaliseAt'
> &
  Partial<Pick<Invoice, 'note' | 'metadata'>>

export interface Composition {
  drafts: readonly LineDraft[]
  /** All of the customer's; those of other subscriptions are passed over. */
  discounts: readonly Discount[]
  tax: TaxTerms
  currency: string
  /** What the customer has in this currency. */
  creditBalanceMinor: number
  newId: (prefix: 'inv' | 'cn' | 'il') => string
  header: DocumentHeader
}

export interface Composed {
  /** A draft; null where there is nothing to charge. */
  invoice: Invoice | null
  /** Instead of an invoice below zero: a draft with positive figures, whose total goes to the customer's balance. */
  creditNote: Invoice | null
  /** Of whichever there is. */
  lines: InvoiceLine[]
  /** Ids of the discounts that took something off: one period of each is used up. */
  usedDiscounts: string[]
}

/**
 * Composes a document of everything that is due at once. Zero lines make none; a total of zero makes an invoice that is
 * paid as it is finalised.
 */
export declare function composeInvoice(composition: Composition): Composed
