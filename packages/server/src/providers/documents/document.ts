/**
 * What a document says, before anybody decided how it looks.
 *
 * Owns: the shape that the PDF and the electronic invoice are both made of, and how it follows from an invoice.
 * Does not own: figures (`domain/invoices`), sentences (`language/`), drawing.
 * Invariant: pure; dates are local dates, so that a document says the same day wherever it is made.
 */
import type { PostalAddress } from '../../domain/catalog/model.ts'
import { amountDueMinor } from '../../domain/invoices/model.ts'
import type { Invoice, InvoiceLine, InvoiceParties, LineTax, TaxGroup } from '../../domain/invoices/model.ts'
import type { PaymentInstructions } from '../../domain/payments/model.ts'
import { localDateTime } from '../../domain/time/index.ts'
import type { Instant, Span } from '../../domain/time/index.ts'
import { formatTemplate } from '../../language/format.ts'
import { languages, type LanguageTag } from '../../language/index.ts'

/** `YYYY-MM-DD` */
export type LocalDate = string

export interface DocumentParty {
  name: string
  address: PostalAddress | null
  taxIds: readonly { type: string; value: string }[]
  email: string | null
}

/** Both days belong to it. */
export interface DocumentSpan {
  from: LocalDate
  to: LocalDate
}

export interface DocumentLine {
  description: string
  quantity: string
  /** Decimal price of one in minor units, with tax where `taxInclusive`; null where one has no meaning. */
  unitMinor: string | null
  /** Before the discount; with tax where `taxInclusive`. */
  amountMinor: number
  discountMinor: number
  /** After the discount, without tax. */
  netMinor: number
  taxInclusive: boolean
  taxes: readonly Omit<LineTax, 'taxMinor'>[]
  service: DocumentSpan | null
}

export interface DocumentData {
  language: LanguageTag
  kind: Invoice['kind']
  state: 'draft' | 'issued' | 'void'
  /** null for a draft. */
  documentNumber: string | null
  issuedOn: LocalDate | null
  dueOn: LocalDate | null
  /** Of issue, or of the draft: what a file gives as the time of its creation. */
  createdAt: Instant
  service: DocumentSpan | null
  currency: string
  /** What a credit note credits. */
  credits: { documentNumber: string; issuedOn: LocalDate | null } | null
  operator: DocumentParty & { logo: string | null; footer: string }
  customer: DocumentParty
  lines: readonly DocumentLine[]
  taxes: readonly TaxGroup[]
  subtotalMinor: number
  discountMinor: number
  /** Names of the coupons that took it off, as far as it was coupons. */
  coupons: readonly string[]
  taxMinor: number
  totalMinor: number
  creditAppliedMinor: number
  /** Of an invoice: by credit notes. Of a credit note: what it took off its invoice. */
  creditedMinor: number
  paidMinor: number
  /** Of a credit note: what of it is paid back; the rest goes to the customer's balance. */
  paidBackMinor: number
  /** 0 for a credit note. */
  dueMinor: number
  reverseCharge: boolean
  /** Why nothing is taxed; empty where the words of the language are enough, null where the document has nothing exempt. */
  exemptionReason: string | null
  note: string
  /** Where to pay by hand; empty: that isn't said. */
  paymentInstructions: string
  /** What to quote then. */
  paymentReference: string | null
}

export interface DocumentSource {
  invoice: Invoice
  lines: readonly InvoiceLine[]
  /** Today's; they hold for a draft. A document that was issued keeps its own. */
  parties: InvoiceParties
  /** A data URI. Always today's: the one thing that changes nothing. */
  logo: string | null
  language: LanguageTag
  /** Of a credit note: the invoice that it credits. */
  credited: Pick<Invoice, 'documentNumber' | 'issuedAt'> | null
  /** For whoever pays by hand; null: nobody does. */
  instructions: PaymentInstructions | null
}

export function documentData(source: DocumentSource): DocumentData {
  const { invoice, credited, language, logo } = source
  const { seller, buyer, timeZone } = invoice.parties ?? source.parties
  const lines = source.lines.map((line) => documentLine(line, language, timeZone))
  const dayOf = (at: Instant | null) => (at === null ? null : localDate(at, seller.timeZone))
  const has = (category: LineTax['category']) =>
    lines.some(({ taxes }) => taxes.some((tax) => tax.category === category))
  return {
    language,
    kind: invoice.kind,
    state: stateOf(invoice),
    documentNumber: invoice.documentNumber,
    issuedOn: dayOf(invoice.issuedAt),
    dueOn: dayOf(invoice.dueAt),
    createdAt: invoice.issuedAt ?? invoice.createdAt,
    service: wholeSpan(lines),
    currency: invoice.currency,
    credits: creditedDocument(credited, dayOf),
    operator: { ...operatorParty(seller), logo },
    customer: customerParty(buyer),
    lines,
    ...figures(invoice),
    reverseCharge: has('AE'),
    exemptionReason: has('E') ? buyer.exemptionReason : null,
    note: invoice.note,
    paymentInstructions: source.instructions?.text ?? '',
    paymentReference: source.instructions?.reference ?? null,
  }
}

function figures(invoice: Invoice) {
  return {
    taxes: invoice.taxes,
    subtotalMinor: invoice.subtotalMinor,
    discountMinor: invoice.discountMinor,
    coupons: invoice.coupons.map(({ name }) => name),
    taxMinor: invoice.taxMinor,
    totalMinor: invoice.totalMinor,
    creditAppliedMinor: invoice.creditAppliedMinor,
    creditedMinor: invoice.creditedMinor,
    paidMinor: invoice.amountPaidMinor,
    paidBackMinor: invoice.refundedMinor,
    dueMinor: amountDueMinor(invoice),
  }
}

function creditedDocument(
  credited: DocumentSource['credited'],
  dayOf: (at: Instant | null) => LocalDate | null,
): DocumentData['credits'] {
  if (credited === null || credited.documentNumber === null) return null
  return { documentNumber: credited.documentNumber, issuedOn: dayOf(credited.issuedAt) }
}

function stateOf({ status, documentNumber }: Invoice): DocumentData['state'] {
  if (status === 'void') return 'void'
  return documentNumber === null ? 'draft' : 'issued'
}

function operatorParty({ name, address, taxIds, email, footer }: InvoiceParties['seller']) {
  return { name, address, taxIds, email, footer }
}

function customerParty({ name, address, email, vatId }: InvoiceParties['buyer']): DocumentParty {
  return { name, address, email, taxIds: vatId === null ? [] : [{ type: 'vat', value: vatId }] }
}

function documentLine(line: InvoiceLine, language: LanguageTag, timeZone: string): DocumentLine {
  const { kind, quantity, unitMinor, amountMinor, discountMinor, netMinor, taxInclusive } = line
  const taxes = line.taxes.map(({ rate, name, percent, category }) => ({ rate, name, percent, category }))
  const service = line.service === null ? null : documentSpan(line.service, timeZone)
  const { lineMinimum, lineCredit } = languages[language].documents
  const named: Partial<Record<InvoiceLine['kind'], string>> = { minimum: lineMinimum, credit: lineCredit }
  const template = named[kind]
  const { description } = line
  return {
    description: template === undefined ? description : formatTemplate(language, template, { description }),
    quantity,
    unitMinor,
    amountMinor,
    discountMinor,
    netMinor,
    taxInclusive,
    taxes,
    service,
  }
}

/** People read both ends as included; a span that ends at midnight ends on the day before. */
function documentSpan({ start, end }: Span, timeZone: string): DocumentSpan {
  return { from: localDate(start, timeZone), to: localDate(Math.max(start, end - 1), timeZone) }
}

function wholeSpan(lines: readonly DocumentLine[]): DocumentSpan | null {
  const spans = lines.flatMap(({ service }) => service ?? [])
  const [first] = spans
  if (first === undefined) return null
  return spans.reduce(
    (whole, { from, to }) => ({
      from: from < whole.from ? from : whole.from,
      to: to > whole.to ? to : whole.to,
    }),
    first,
  )
}

function localDate(at: Instant, timeZone: string): LocalDate {
  const { year, month, day } = localDateTime(at, timeZone)
  const digits = (value: number, length: number) => String(value).padStart(length, '0')
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`
}
