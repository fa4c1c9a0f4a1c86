/**
 * A document as machines exchange it: EN 16931 in the CII syntax, which is Factur-X in its profile EN 16931.
 *
 * Owns: which term of the standard says what, in the order that the syntax prescribes; the codes.
 * Does not own: the figures (`e-invoice-figures.ts`), escaping (`xml.ts`), embedding in the PDF (`factur-x.ts`).
 * Invariant: what can't be said by the rules of the standard isn't said at all: the answer names what is missing.
 */
import type { PostalAddress } from '../../domain/catalog/model.ts'
import { exponentOf } from '../../domain/money/index.ts'
import { formatMoney } from '../../language/money.ts'
import { formatTemplate } from '../../language/format.ts'
import { languages } from '../../language/index.ts'
import type { DocumentData, DocumentParty, DocumentSpan, LocalDate } from './document.ts'
import { eInvoiceFigures } from './e-invoice-figures.ts'
import type { EInvoiceFigures, EInvoiceLineFigures, EInvoiceTax } from './e-invoice-figures.ts'
import { eInvoiceGaps } from './e-invoice-gaps.ts'
import type { EInvoiceGap } from './e-invoice-gaps.ts'
import { operatorIds, vatIdOf } from './e-invoice-ids.ts'
import { element, isBlank, xmlDocument } from './xml.ts'
import type { Xml } from './xml.ts'

const profile = 'urn:cen.eu:en16931:2017'
const documentTypes = { invoice: '380', credit_note: '381' } as const
/** UNTDID 5189: an ordinary discount. */
const discountCode = '95'
/** UN/ECE recommendation 20: one, of whatever is counted. */
const unitCode = 'C62'
const exemptionCodes: Partial<Record<EInvoiceTax['category'], string>> = {
  AE: 'VATEX-EU-AE',
  O: 'VATEX-EU-O',
}
const namespaces = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
}

export type EInvoice = { xml: string } | { gaps: EInvoiceGap[] }

export function eInvoice(data: DocumentData): EInvoice {
  const figures = eInvoiceFigures(data)
  const gaps = eInvoiceGaps(data, figures)
  if (gaps.length > 0) return { gaps }
  const root = element(
    'rsm:CrossIndustryInvoice',
    [
      element('rsm:ExchangedDocumentContext', [
        element('ram:GuidelineSpecifiedDocumentContextParameter', [element('ram:ID', profile)]),
      ]),
      exchangedDocument(data, figures),
      element('rsm:SupplyChainTradeTransaction', [
        ...data.lines.map((line, index) =>
          lineItem(data, index, line.service, figures.lines[index], figures.decimals),
        ),
        agreement(data),
        element('ram:ApplicableHeaderTradeDelivery', []),
        settlement(data, figures),
      ]),
    ],
    namespaces,
  )
  return { xml: xmlDocument(root) }
}

function exchangedDocument(data: DocumentData, figures: EInvoiceFigures): Xml {
  return element('rsm:ExchangedDocument', [
    element('ram:ID', data.documentNumber ?? ''),
    element('ram:TypeCode', documentTypes[data.kind]),
    element('ram:IssueDateTime', [day('udt', data.issuedOn ?? '')]),
    textNote(data.note),
    textNote(data.operator.footer, 'REG'),
    figures.rounded ? textNote(exactAmounts(data)) : null,
  ])
}

function exactAmounts({ language, currency, totalMinor, dueMinor }: DocumentData): string {
  return formatTemplate(language, languages[language].documents.roundedForExchange, {
    total: formatMoney(language, totalMinor, currency, exponentOf(currency)),
    due: formatMoney(language, dueMinor, currency, exponentOf(currency)),
  })
}

function textNote(text: string, subject?: string): Xml | null {
  if (isBlank(text)) return null
  return element('ram:IncludedNote', [
    element('ram:Content', text),
    subject === undefined ? null : element('ram:SubjectCode', subject),
  ])
}

function lineItem(
  data: DocumentData,
  index: number,
  service: DocumentSpan | null,
  figures: EInvoiceLineFigures | undefined,
  decimals: number,
): Xml | null {
  const line = data.lines[index]
  if (line === undefined || figures === undefined) return null
  const words = languages[data.language].documents
  return element('ram:IncludedSupplyChainTradeLineItem', [
    element('ram:AssociatedDocumentLineDocument', [element('ram:LineID', String(index + 1))]),
    element('ram:SpecifiedTradeProduct', [element('ram:Name', line.description)]),
    element('ram:SpecifiedLineTradeAgreement', [
      element('ram:NetPriceProductTradePrice', [
        element('ram:ChargeAmount', figures.price),
        element('ram:BasisQuantity', figures.basisQuantity, { unitCode }),
      ]),
    ]),
    element('ram:SpecifiedLineTradeDelivery', [
      element('ram:BilledQuantity', figures.quantity, { unitCode }),
    ]),
    element('ram:SpecifiedLineTradeSettlement', [
      lineTax(figures.tax),
      billingPeriod(service),
      allowanceOrCharge(figures.discount, decimals, words.discount),
      element('ram:SpecifiedTradeSettlementLineMonetarySummation', [
        element('ram:LineTotalAmount', amount(figures.net, decimals)),
      ]),
    ]),
  ])
}

function lineTax(tax: EInvoiceTax): Xml {
  return element('ram:ApplicableTradeTax', [
    element('ram:TypeCode', 'VAT'),
    element('ram:CategoryCode', tax.category),
    ratePercent(tax),
  ])
}

/** Outside the scope of the tax there is no rate, not even zero (BR-O-5). */
function ratePercent({ category, percent }: EInvoiceTax): Xml | null {
  return category === 'O' ? null : element('ram:RateApplicablePercent', percent)
}

function allowanceOrCharge(discount: number, decimals: number, reason: string): Xml | null {
  if (discount === 0) return null
  const isCharge = discount < 0
  return element('ram:SpecifiedTradeAllowanceCharge', [
    element('ram:ChargeIndicator', [element('udt:Indicator', String(isCharge))]),
    element('ram:ActualAmount', amount(Math.abs(discount), decimals)),
    isCharge ? null : element('ram:ReasonCode', discountCode),
    element('ram:Reason', reason),
  ])
}

function agreement(data: DocumentData): Xml {
  const outside = data.lines.some(
    ({ taxes }) => taxes.length === 0 || taxes.some(({ category }) => category === 'O'),
  )
  const { identifier, legal, registrations } = operatorIds(data.operator.taxIds, outside)
  const buyerVat = outside ? null : vatIdOf(data.customer.taxIds)
  return element('ram:ApplicableHeaderTradeAgreement', [
    element('ram:SellerTradeParty', [
      identifier === null ? null : element('ram:ID', identifier),
      element('ram:Name', data.operator.name),
      legal === null
        ? null
        : element('ram:SpecifiedLegalOrganization', [
            element('ram:ID', legal.value, legal.scheme === null ? {} : { schemeID: legal.scheme }),
          ]),
      ...placeOf(data.operator),
      ...registrations.map(({ scheme, value }) => registration(scheme, value)),
    ]),
    element('ram:BuyerTradeParty', [
      element('ram:Name', data.customer.name),
      ...placeOf(data.customer),
      buyerVat === null ? null : registration('VA', buyerVat),
    ]),
  ])
}

const registration = (schemeID: 'VA' | 'FC', id: string) =>
  element('ram:SpecifiedTaxRegistration', [element('ram:ID', id, { schemeID })])

function placeOf({ address, email }: DocumentParty): (Xml | null)[] {
  return [
    address === null ? null : postalAddress(address),
    email === null || isBlank(email)
      ? null
      : element('ram:URIUniversalCommunication', [element('ram:URIID', email, { schemeID: 'EM' })]),
  ]
}

function postalAddress({ line1, line2, postalCode, city, region, country }: PostalAddress): Xml {
  const given = (name: string, text: string) => (isBlank(text) ? null : element(name, text))
  return element('ram:PostalTradeAddress', [
    given('ram:PostcodeCode', postalCode),
    given('ram:LineOne', line1),
    given('ram:LineTwo', line2),
    given('ram:CityName', city),
    // Kosovo, as electronic invoices have it
    element('ram:CountryID', country === 'XK' ? '1A' : country),
    given('ram:CountrySubDivisionName', region),
  ])
}

function settlement(data: DocumentData, figures: EInvoiceFigures): Xml {
  return element('ram:ApplicableHeaderTradeSettlement', [
    element('ram:PaymentReference', data.paymentReference ?? data.documentNumber ?? ''),
    element('ram:InvoiceCurrencyCode', data.currency),
    ...figures.taxes.map((tax) => taxBreakdown(data, tax, figures.decimals)),
    billingPeriod(data.service),
    paymentTerms(data),
    monetarySummation(data.currency, figures),
    data.credits === null
      ? null
      : element('ram:InvoiceReferencedDocument', [
          element('ram:IssuerAssignedID', data.credits.documentNumber),
          data.credits.issuedOn === null
            ? null
            : element('ram:FormattedIssueDateTime', [day('qdt', data.credits.issuedOn)]),
        ]),
  ])
}

function taxBreakdown(data: DocumentData, tax: EInvoiceFigures['taxes'][number], decimals: number): Xml {
  const words = languages[data.language].documents
  const reasons: Partial<Record<EInvoiceTax['category'], string>> = {
    AE: words.reverseCharge,
    E: data.exemptionReason === null || isBlank(data.exemptionReason) ? words.exempt : data.exemptionReason,
    O: words.outsideScope,
  }
  const [reason, code] = [reasons[tax.category], exemptionCodes[tax.category]]
  return element('ram:ApplicableTradeTax', [
    element('ram:CalculatedAmount', amount(tax.tax, decimals)),
    element('ram:TypeCode', 'VAT'),
    reason === undefined ? null : element('ram:ExemptionReason', reason),
    element('ram:BasisAmount', amount(tax.taxable, decimals)),
    element('ram:CategoryCode', tax.category),
    code === undefined ? null : element('ram:ExemptionReasonCode', code),
    ratePercent(tax),
  ])
}

function billingPeriod(span: DocumentSpan | null): Xml | null {
  if (span === null) return null
  return element('ram:BillingSpecifiedPeriod', [
    element('ram:StartDateTime', [day('udt', span.from)]),
    element('ram:EndDateTime', [day('udt', span.to)]),
  ])
}

/** What is due needs a date or a word on when (BR-CO-25). */
function paymentTerms({ language, kind, dueOn, paymentInstructions }: DocumentData): Xml {
  const words = languages[language].documents
  const isCredit = kind === 'credit_note'
  const fallback = dueOn === null ? words.payableOnReceipt : ''
  const description = isCredit
    ? words.creditTerms
    : isBlank(paymentInstructions)
      ? fallback
      : paymentInstructions
  return element('ram:SpecifiedTradePaymentTerms', [
    description === '' ? null : element('ram:Description', description),
    isCredit || dueOn === null ? null : element('ram:DueDateDateTime', [day('udt', dueOn)]),
  ])
}

function monetarySummation(currencyID: string, figures: EInvoiceFigures): Xml {
  const { net, tax, total, paid, rounding, due, decimals } = figures
  return element('ram:SpecifiedTradeSettlementHeaderMonetarySummation', [
    element('ram:LineTotalAmount', amount(net, decimals)),
    element('ram:TaxBasisTotalAmount', amount(net, decimals)),
    element('ram:TaxTotalAmount', amount(tax, decimals), { currencyID }),
    rounding === 0 ? null : element('ram:RoundingAmount', amount(rounding, decimals)),
    element('ram:GrandTotalAmount', amount(total, decimals)),
    paid === 0 ? null : element('ram:TotalPrepaidAmount', amount(paid, decimals)),
    element('ram:DuePayableAmount', amount(due, decimals)),
  ])
}

/** `20260301`, which the standard's format 102 stands for. */
function day(prefix: 'udt' | 'qdt', date: LocalDate): Xml {
  return element(`${prefix}:DateTimeString`, date.replaceAll('-', ''), { format: '102' })
}

/** By its digits: no amount passes through a fraction. */
function amount(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0')
  const sign = units < 0 ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
