/** Lines, coupons and tax terms for tests of documents: each with what such a thing usually has. */
import type { Coupon, TaxRate } from '../../src/domain/catalog/model.ts'
import type { Discount } from '../../src/domain/discounts/model.ts'
import type { Composition } from '../../src/domain/invoices/compose.ts'
import type { LineDraft } from '../../src/domain/invoices/model.ts'
import type { TaxTerms } from '../../src/domain/taxes/model.ts'

export const NOW = Date.UTC(2026, 5, 1)

export function line(amountMinor: number, more: Partial<LineDraft> = {}): LineDraft {
  return {
    kind: 'plan',
    reference: 'pro',
    component: 'flat',
    description: 'Pro',
    quantity: '1',
    unitMinor: String(amountMinor),
    amountMinor,
    taxInclusive: false,
    taxCategory: 'standard',
    service: null,
    credits: null,
    ...more,
  }
}

export function coupon(more: Partial<Coupon> = {}): Coupon {
  return {
    key: 'welcome',
    name: 'Welcome',
    percentOff: null,
    amountOff: {},
    periods: null,
    appliesTo: [],
    redeemBy: null,
    maximumRedemptions: null,
    archived: false,
    ...more,
  }
}

let discounts = 0

export function discount(of: Partial<Coupon>, more: Partial<Discount> = {}): Discount {
  discounts += 1
  return {
    id: `dis_${discounts}`,
    coupon: coupon(of),
    subscription: null,
    redeemedAt: NOW + discounts,
    periodsLeft: null,
    heldUntil: null,
    ...more,
  }
}

export function rate(country: string, percent: string, more: Partial<TaxRate> = {}): TaxRate {
  return {
    key: `${country.toLowerCase()}-${percent}`,
    name: 'VAT',
    country,
    region: null,
    category: 'standard',
    percent,
    from: '0001-01-01',
    until: null,
    ...more,
  }
}

export function terms(
  rates: TaxRate[],
  customer: Partial<TaxTerms['customer']> = {},
  seller: { country: string; region?: string } | null = { country: 'FR' },
): TaxTerms {
  const address = { line1: '1 rue A', line2: '', postalCode: '75001', city: 'Paris', region: '' }
  return {
    operator: { address: seller === null ? null : { ...address, ...seller } },
    customer: { country: 'FR', region: null, vatId: null, exempt: false, exemptionReason: null, ...customer },
    rates,
    at: '2026-06-01',
  }
}

export function composition(drafts: LineDraft[], more: Partial<Composition> = {}): Composition {
  let ids = 0
  return {
    drafts,
    discounts: [],
    tax: terms([rate('FR', '20')]),
    currency: 'EUR',
    creditBalanceMinor: 0,
    newId: (prefix) => `${prefix}_${(ids += 1)}`,
    header: {
      reason: 'period',
      subscription: 1,
      plan: 'pro',
      periodStart: NOW,
      periodEnd: NOW + 30 * 86_400_000,
      collection: 'automatic',
      createdAt: NOW,
      finaliseAt: NOW,
    },
    ...more,
  }
}
