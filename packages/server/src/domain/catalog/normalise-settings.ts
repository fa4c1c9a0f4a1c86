import type { CatalogDefinition, CouponDefinition, TaxRateDefinition } from '@tollkeeper/contract'
import type { Coupon, Operator, PostalAddress, TaxRate } from './model.ts'
import { decimalText } from './normalise-prices.ts'

export interface CatalogSettings {
  fallbackPlan: string | null
  operator: Operator
  coupons: Coupon[]
  taxRates: TaxRate[]
}

/** What the document says of the catalog as a whole: it has no versions, so that it is read from the document itself. */
export function normaliseSettings(document: Partial<CatalogDefinition>): CatalogSettings {
  return {
    fallbackPlan: document.fallbackPlan ?? null,
    operator: normaliseOperator(document.operator ?? {}),
    coupons: Object.entries(document.coupons ?? {}).map(([key, coupon]) => normaliseCoupon(key, coupon)),
    taxRates: Object.entries(document.taxes ?? {}).map(([key, rate]) => normaliseTaxRate(key, rate)),
  }
}

type OperatorDefinition = NonNullable<CatalogDefinition['operator']>

function normaliseOperator(operator: OperatorDefinition): Operator {
  return {
    name: operator.name ?? '',
    email: operator.email ?? null,
    address: operator.address === undefined ? null : normaliseAddress(operator.address),
    taxIds: operator.taxIds ?? [],
    logo: operator.logo ?? null,
    footer: operator.footer ?? '',
    paymentInstructions: operator.paymentInstructions ?? {},
    invoicePrefix: operator.invoicePrefix ?? 'INV',
    creditNotePrefix: operator.creditNotePrefix ?? 'CN',
    attachDocuments: operator.attachDocuments ?? true,
    timeZone: operator.timeZone ?? 'UTC',
    language: operator.language ?? 'en',
  }
}

export function normaliseAddress(address: NonNullable<OperatorDefinition['address']>): PostalAddress {
  const { line1, line2 = '', postalCode = '', city = '', region = '', country } = address
  return { line1, line2, postalCode, city, region, country }
}

function normaliseCoupon(key: string, coupon: CouponDefinition): Coupon {
  const { periods = 1 } = coupon
  return {
    key,
    name: coupon.name ?? key,
    percentOff: coupon.percentOff === undefined ? null : decimalText(coupon.percentOff),
    amountOff: coupon.amountOff ?? {},
    periods: periods === 'forever' ? null : periods,
    appliesTo: coupon.appliesTo ?? [],
    redeemBy: coupon.redeemBy ?? null,
    maximumRedemptions: coupon.maximumRedemptions ?? null,
    archived: coupon.archived ?? false,
  }
}

/** Before every date that a document can have. */
const SINCE_EVER = '0001-01-01'

function normaliseTaxRate(key: string, rate: TaxRateDefinition): TaxRate {
  return {
    key,
    name: rate.name ?? key,
    country: rate.country,
    region: rate.region ?? null,
    category: rate.category ?? 'standard',
    percent: decimalText(rate.percent),
    from: rate.from ?? SINCE_EVER,
    until: rate.until ?? null,
  }
}
