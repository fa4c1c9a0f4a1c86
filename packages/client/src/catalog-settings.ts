/** Who sells, what is taken off and what tax is added, as a catalog says it. */
import type { OneOf } from './catalog-prices.ts'

export interface CatalogOperator {
  /** Who sells, as documents name it. */
  name?: string
  email?: string
  address?: {
    line1: string
    line2?: string
    postalCode?: string
    city?: string
    region?: string
    /** ISO 3166, such as `SN`. */
    country: string
  }
  /** Such as `{ type: 'vat', value: 'FR40303265045' }`. */
  taxIds?: readonly { type: string; value: string }[]
  /** A data URI of a PNG or JPEG, of at most 256 kB. */
  logo?: string
  /** At the foot of every document. */
  footer?: string
  /** Begins the numbers of invoices. `INV` unless told. */
  invoicePrefix?: string
  /** Begins the numbers of credit notes. `CN` unless told. */
  creditNotePrefix?: string
  /** Letters about an invoice or a credit note carry its PDF. True unless told. */
  attachDocuments?: boolean
  /** Where jobs have their hours: an IANA name. UTC unless told. */
  timeZone?: string
  /** Of documents for customers that have none. `en` unless told. */
  language?: string
}

interface CouponTerms {
  /** On the invoice. The key, unless told. */
  name?: string
  /** How many invoices of a subscription it holds for. 1 unless told. */
  periods?: number | 'forever'
  /** Keys of plans, add-ons and bundles. Everything unless told. */
  appliesTo?: readonly string[]
  /** Nobody can redeem it from then on, such as `2027-01-01T00:00:00Z`. */
  redeemBy?: string
  maximumRedemptions?: number
  /** No longer redeemed; those who have it keep it. */
  archived?: boolean
}

/** Either a percentage or an amount. */
export type CatalogCoupon = CouponTerms &
  OneOf<{
    percentOff: number
    /** Currency → minor units. */
    amountOff: Readonly<Record<string, number>>
  }>

export interface CatalogTaxRate {
  /** On the invoice, such as `VAT`. The key, unless told. */
  name?: string
  /** ISO 3166, such as `SN`. */
  country: string
  /** The whole country unless told. */
  region?: string
  /** The `taxCategory` of what is sold that it is for. `standard` unless told. */
  category?: string
  percent: number
  /** The first day, such as `2026-01-01`, local to the operator. */
  from?: string
  /** The first day that it no longer holds. */
  until?: string
}
