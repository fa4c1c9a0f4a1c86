import { amountDueMinor, type Invoice, type TaxGroup } from '../invoices/model.ts'
import { compare, type Finding } from './model.ts'

/** A document, and what other rows say of it. */
export interface DocumentFacts {
  customer: string
  invoice: Pick<
    Invoice,
    | 'id'
    | 'kind'
    | 'status'
    | 'documentNumber'
    | 'issuedAt'
    | 'paidAt'
    | 'voidedAt'
    | 'subtotalMinor'
    | 'discountMinor'
    | 'taxMinor'
    | 'totalMinor'
    | 'creditAppliedMinor'
    | 'creditedMinor'
    | 'amountPaidMinor'
    | 'refundedMinor'
    | 'taxes'
  >
  hasParties: boolean
  /** Sums of its lines. */
  netMinor: number
  discountMinor: number
  taxMinor: number
  /** Their taxes by rate. */
  rates: readonly TaxGroup[]
  /** Of receipts, to this invoice. */
  allocatedMinor: number
  /** Of credit notes, from what it owed. */
  creditedMinor: number
  /** Of refunds that haven't failed. */
  refundedMinor: number
  openAttempts: number
}

/** A document against its lines, its status and what was paid. */
export function checkDocument(facts: DocumentFacts): Finding[] {
  return [...checkFigures(facts), ...checkStatus(facts), ...checkSettlement(facts)]
}

function checkFigures({ customer, invoice, ...lines }: DocumentFacts): Finding[] {
  const of = { customer, subject: invoice.id }
  const figures = compare(
    'invoice_figures',
    of,
    {
      subtotal: lines.netMinor + lines.discountMinor,
      discount: lines.discountMinor,
      tax: lines.taxMinor,
      total: lines.netMinor + lines.taxMinor,
    },
    {
      subtotal: invoice.subtotalMinor,
      discount: invoice.discountMinor,
      tax: invoice.taxMinor,
      total: invoice.totalMinor,
    },
  )
  const told = byRate(invoice.taxes)
  const summed = byRate(lines.rates)
  const rates = [...new Set([...told.keys(), ...summed.keys()])].flatMap((rate) =>
    compare(
      'invoice_figures',
      { customer, subject: `${invoice.id} ${rate}` },
      summed.get(rate) ?? NO_TAX,
      told.get(rate) ?? NO_TAX,
    ),
  )
  return [...figures, ...rates]
}

const NO_TAX = { taxable: 0, tax: 0 }

function byRate(groups: readonly TaxGroup[]): Map<string, { taxable: number; tax: number }> {
  const rates = new Map<string, { taxable: number; tax: number }>()
  for (const { category, rate, percent, taxableMinor, taxMinor } of groups) {
    const key = `${category} ${rate} ${percent}`
    const known = rates.get(key) ?? NO_TAX
    rates.set(key, { taxable: known.taxable + taxableMinor, tax: known.tax + taxMinor })
  }
  return rates
}

function checkStatus({ customer, invoice, hasParties }: DocumentFacts): Finding[] {
  const { kind, status } = invoice
  const of = { customer, subject: invoice.id }
  const issued = status !== 'draft'
  const marks = compare(
    'invoice_status',
    of,
    { numbered: issued, issued, parties: issued, voided: status === 'void' },
    {
      numbered: invoice.documentNumber !== null,
      issued: invoice.issuedAt !== null,
      parties: hasParties,
      voided: invoice.voidedAt !== null,
    },
  )
  if (kind === 'credit_note' || !issued || status === 'void') return marks
  const isOwed = amountDueMinor(invoice) > 0
  const owed = compare(
    'invoice_status',
    of,
    { owed: status !== 'paid', paid: status === 'paid' },
    { owed: isOwed, paid: invoice.paidAt !== null },
  )
  return [...marks, ...owed]
}

function checkSettlement({ customer, invoice, ...other }: DocumentFacts): Finding[] {
  const of = { customer, subject: invoice.id }
  const attempts =
    other.openAttempts > 1 ? compare('payment_attempt', of, { open: 1 }, { open: other.openAttempts }) : []
  if (invoice.kind === 'credit_note') return attempts
  const settled = compare(
    'invoice_settlement',
    of,
    { paid: other.allocatedMinor, credited: other.creditedMinor, refunded: other.refundedMinor },
    { paid: invoice.amountPaidMinor, credited: invoice.creditedMinor, refunded: invoice.refundedMinor },
  )
  return [...attempts, ...settled]
}
