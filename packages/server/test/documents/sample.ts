/** An invoice and whom it is about, to be changed at one place by each test. */
import type { BillingProfile } from '../../src/domain/customers/billing-profile.ts'
import type { Invoice, InvoiceLine, Seller } from '../../src/domain/invoices/model.ts'
import type { DocumentSource } from '../../src/providers/documents/document.ts'

const day = 86_400_000
const march = Date.UTC(2026, 2, 1)
const april = Date.UTC(2026, 3, 1)

/** One red pixel. */
export const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=='

export const operator: Seller = {
  name: 'Guichet & Fils',
  email: 'factures@guichet.example',
  address: {
    line1: '12 rue de l’Église',
    line2: '',
    postalCode: '75011',
    city: 'Paris',
    region: '',
    country: 'FR',
  },
  taxIds: [
    { type: 'vat', value: 'FR40 303 265 045' },
    { type: 'siren', value: '303265045' },
  ],
  footer: 'Guichet & Fils, société par actions simplifiée au capital de 10 000 €',
  invoicePrefix: 'INV',
  creditNotePrefix: 'CN',
  attachDocuments: true,
  timeZone: 'Europe/Paris',
  language: 'fr',
}

export const billing: BillingProfile = {
  name: 'Hôpital <Saint-Éloi>',
  email: 'achats@saint-eloi.example',
  address: {
    line1: 'Königstraße 1',
    line2: 'Hof 2',
    postalCode: '10115',
    city: 'Berlin',
    region: '',
    country: 'DE',
  },
  vatId: 'DE136695976',
  taxExempt: false,
  exemptionReason: '',
}

const standard = { rate: 'fr-standard', name: 'TVA', percent: '20', category: 'S' } as const

export function line(change: Partial<InvoiceLine> = {}): InvoiceLine {
  return {
    id: 'il_1',
    kind: 'plan',
    reference: 'essential',
    component: 'flat',
    description: 'Offre Essentielle',
    quantity: '1',
    unitMinor: '10000',
    amountMinor: 10_000,
    discountMinor: 0,
    netMinor: 10_000,
    taxInclusive: false,
    taxCategory: 'standard',
    taxes: [{ ...standard, taxMinor: 2_000 }],
    service: { start: march - 3_600_000, end: april - 2 * 3_600_000 },
    credits: null,
    ...change,
  }
}

export function invoice(change: Partial<Invoice> = {}): Invoice {
  return {
    id: 'inv_1',
    kind: 'invoice',
    reason: 'period',
    status: 'open',
    documentNumber: 'INV-2026-000001',
    series: 'INV-2026',
    credits: null,
    subscription: 1,
    plan: 'pro',
    periodStart: march,
    periodEnd: april,
    currency: 'EUR',
    subtotalMinor: 10_000,
    discountMinor: 0,
    taxMinor: 2_000,
    totalMinor: 12_000,
    creditAppliedMinor: 0,
    creditedMinor: 0,
    amountPaidMinor: 0,
    refundedMinor: 0,
    taxes: [{ ...standard, taxableMinor: 10_000, taxMinor: 2_000 }],
    coupons: [],
    collection: 'send',
    createdAt: march,
    dueDays: null,
    finaliseAt: march,
    issuedAt: march + 2 * 3_600_000,
    dueAt: march + 30 * day,
    paidAt: null,
    voidedAt: null,
    attempts: 0,
    firstFailedAt: null,
    nextAttemptAt: null,
    failure: null,
    dunningStep: -1,
    dunningLetter: -1,
    dunningAt: null,
    policies: null,
    parties: null,
    note: '',
    metadata: {},
    ...change,
  }
}

/** `operator` and `billing` are those of today. */
export function source({
  operator: seller = operator,
  billing: buyer = billing,
  ...change
}: Partial<DocumentSource> & {
  operator?: Seller
  billing?: BillingProfile
} = {}): DocumentSource {
  return {
    invoice: invoice(),
    lines: [line()],
    parties: { seller, buyer, timeZone: 'Europe/Paris' },
    logo: null,
    language: 'fr',
    credited: null,
    instructions: null,
    ...change,
  }
}
