/**
 * The business rules of EN 16931 on what we write, told from the standard's text.
 *
 * Owns: the rules by their names, those on presence, sums, decimals and codes. Does not own: the families of the tax
 * categories (`en16931-tax-rules.ts`), the order of elements (`schema/`). Left out are rules on parts that we never
 * write: payees, tax representatives, cards, attachments, classifications, deliveries.
 */
import { Big } from 'big.js'
import { exponentOf, isCurrency } from '../../src/domain/money/index.ts'
import { taxRules } from './en16931-tax-rules.ts'
import { amount, lineNet, partsOf, sum } from './en16931-parts.ts'
import type { Check, Parts } from './en16931-parts.ts'
import { all, anywhere, one, parseTree, text } from './xml-tree.ts'
import type { Tree } from './xml-tree.ts'

/** Names of the rules that a document breaks, each once. */
export function brokenRules(xml: string): string[] {
  const parts = partsOf(parseTree(xml))
  const checks = [
    ...presence(parts),
    ...parties(parts),
    ...parts.lines.flatMap((line) => lineRules(line, parts)),
    ...anywhere(parts.root, 'SpecifiedTradeAllowanceCharge').flatMap(allowanceRules),
    ...periodRules(parts),
    ...totalRules(parts),
    ...parts.breakdowns.flatMap((breakdown) => breakdownRules(breakdown, parts)),
    ...paymentRules(parts),
    ...decimalRules(parts),
    ...codeRules(parts),
    ...taxRules(parts),
  ]
  return [...new Set(checks.filter(([, holds]) => !holds).map(([rule]) => rule))]
}

const has = (tree: Tree, path: string) => one(tree, path) !== undefined
const says = (tree: Tree, path: string) => text(tree, path).trim() !== ''
const dateText = 'DateTimeString'

function presence({ root, lines, seller, buyer, settlement, totals, breakdowns }: Parts): Check[] {
  return [
    ['BR-1', says(root, 'ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID')],
    ['BR-2', says(root, 'ExchangedDocument/ID')],
    ['BR-3', says(root, `ExchangedDocument/IssueDateTime/${dateText}`)],
    ['BR-4', says(root, 'ExchangedDocument/TypeCode')],
    ['BR-5', says(settlement, 'InvoiceCurrencyCode')],
    ['BR-6', says(seller, 'Name')],
    ['BR-7', says(buyer, 'Name')],
    ['BR-8', has(seller, 'PostalTradeAddress')],
    ['BR-9', says(seller, 'PostalTradeAddress/CountryID')],
    ['BR-10', has(buyer, 'PostalTradeAddress')],
    ['BR-11', says(buyer, 'PostalTradeAddress/CountryID')],
    ['BR-12', has(totals, 'LineTotalAmount')],
    ['BR-13', has(totals, 'TaxBasisTotalAmount')],
    ['BR-14', has(totals, 'GrandTotalAmount')],
    ['BR-15', has(totals, 'DuePayableAmount')],
    ['BR-16', lines.length > 0],
    ['BR-53', !has(settlement, 'TaxCurrencyCode')],
    ['BR-55', all(settlement, 'InvoiceReferencedDocument').every((tree) => says(tree, 'IssuerAssignedID'))],
    ['BR-CO-3', !(anywhere(root, 'TaxPointDate').length > 0 && anywhere(root, 'DueDateTypeCode').length > 0)],
    ['BR-CO-18', breakdowns.length > 0],
  ]
}

const countries = new Set([
  'EL',
  ...'AT BE BG CI CY CZ DE DK EE ES FI FR GB HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK SN US XI'.split(
    ' ',
  ),
])

function parties({ root, seller, buyer }: Parts): Check[] {
  const registrations = anywhere(root, 'SpecifiedTaxRegistration').flatMap((tree) => all(tree, 'ID'))
  const vatIds = registrations.filter(({ attributes }) => attributes.schemeID === 'VA')
  const isAddressed = (party: Tree) =>
    all(party, 'URIUniversalCommunication/URIID').every(
      ({ attributes }) => (attributes.schemeID ?? '') !== '',
    )
  const sellerVat = all(seller, 'SpecifiedTaxRegistration/ID').some(
    ({ attributes }) => attributes.schemeID === 'VA',
  )
  return [
    ['BR-62', isAddressed(seller)],
    ['BR-63', isAddressed(buyer)],
    ['BR-CO-9', vatIds.every((id) => countries.has(id.text.slice(0, 2)))],
    ['BR-CO-26', says(seller, 'ID') || says(seller, 'SpecifiedLegalOrganization/ID') || sellerVat],
  ]
}

function lineRules(line: Tree, { settlement }: Parts): Check[] {
  const price = 'SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount'
  const quantity = one(line, 'SpecifiedLineTradeDelivery/BilledQuantity')
  const tolerance = lineTolerances[exponentOf(text(settlement, 'InvoiceCurrencyCode'))] ?? 0
  return [
    ['BR-21', says(line, 'AssociatedDocumentLineDocument/LineID')],
    ['BR-22', quantity !== undefined && quantity.text !== ''],
    ['BR-23', (quantity?.attributes.unitCode ?? '') !== ''],
    ['BR-24', has(line, lineNet)],
    ['BR-25', says(line, 'SpecifiedTradeProduct/Name')],
    ['BR-26', has(line, price)],
    ['BR-27', amount(line, price).gte(0)],
    ['BR-28', amount(line, 'SpecifiedLineTradeAgreement/GrossPriceProductTradePrice/ChargeAmount').gte(0)],
    ['BR-CO-4', says(line, 'SpecifiedLineTradeSettlement/ApplicableTradeTax/CategoryCode')],
    ['line net', lineDifference(line, amount(line, price), new Big(quantity?.text ?? '0')).lte(tolerance)],
  ]
}

/** Half the smallest coin; of three decimals one is lost in the net amount and one in the allowance. */
const lineTolerances: Record<number, string> = { 0: '0.5', 2: '0.005', 3: '0.02' }

/** No rule of EN 16931 itself, but of those who build on it: price, quantity and allowances make the net amount. */
function lineDifference(line: Tree, price: Big, quantity: Big): Big {
  const basis = text(line, 'SpecifiedLineTradeAgreement/NetPriceProductTradePrice/BasisQuantity') || '1'
  const changes = all(line, 'SpecifiedLineTradeSettlement/SpecifiedTradeAllowanceCharge')
  const change = changes.reduce((total, tree) => total.plus(signed(tree)), new Big(0))
  return quantity.times(price).div(basis).plus(change).minus(amount(line, lineNet)).abs()
}

const isCharge = (tree: Tree) => text(tree, 'ChargeIndicator/Indicator') === 'true'
const signed = (tree: Tree) => amount(tree, 'ActualAmount').times(isCharge(tree) ? 1 : -1)

function allowanceRules(tree: Tree): Check[] {
  const reasoned = says(tree, 'Reason') || says(tree, 'ReasonCode')
  return [
    [isCharge(tree) ? 'BR-43' : 'BR-41', has(tree, 'ActualAmount') && amount(tree, 'ActualAmount').gte(0)],
    [isCharge(tree) ? 'BR-44' : 'BR-42', reasoned],
    [isCharge(tree) ? 'BR-CO-24' : 'BR-CO-23', reasoned],
  ]
}

function periodRules({ lines, settlement }: Parts): Check[] {
  const rules = (tree: Tree, ordered: string, filled: string): Check[] => {
    const [start, end] = [text(tree, `StartDateTime/${dateText}`), text(tree, `EndDateTime/${dateText}`)]
    return [
      [ordered, start === '' || end === '' || end >= start],
      [filled, start !== '' || end !== ''],
    ]
  }
  const ofLines = lines.flatMap((line) => all(line, 'SpecifiedLineTradeSettlement/BillingSpecifiedPeriod'))
  return [
    ...all(settlement, 'BillingSpecifiedPeriod').flatMap((tree) => rules(tree, 'BR-29', 'BR-CO-19')),
    ...ofLines.flatMap((tree) => rules(tree, 'BR-30', 'BR-CO-20')),
  ]
}

function totalRules({ lines, settlement, totals, breakdowns }: Parts): Check[] {
  const changes = all(settlement, 'SpecifiedTradeAllowanceCharge')
  const of = (name: string) => amount(totals, name)
  const allowances = sum(
    changes.filter((tree) => !isCharge(tree)),
    'ActualAmount',
  )
  const charges = sum(changes.filter(isCharge), 'ActualAmount')
  const net = of('LineTotalAmount').minus(of('AllowanceTotalAmount')).plus(of('ChargeTotalAmount'))
  const due = of('GrandTotalAmount').minus(of('TotalPrepaidAmount')).plus(of('RoundingAmount'))
  const tax = all(totals, 'TaxTotalAmount')
  const terms = 'SpecifiedTradePaymentTerms'
  const isTimed =
    says(settlement, `${terms}/DueDateDateTime/${dateText}`) || says(settlement, `${terms}/Description`)
  return [
    ['BR-CO-10', of('LineTotalAmount').eq(sum(lines, lineNet))],
    ['BR-CO-11', of('AllowanceTotalAmount').eq(allowances)],
    ['BR-CO-12', of('ChargeTotalAmount').eq(charges)],
    ['BR-CO-13', of('TaxBasisTotalAmount').eq(net)],
    ['BR-CO-14', of('TaxTotalAmount').eq(sum(breakdowns, 'CalculatedAmount'))],
    ['BR-CO-15', of('GrandTotalAmount').eq(of('TaxBasisTotalAmount').plus(of('TaxTotalAmount')))],
    [
      'BR-CO-15',
      tax.every(({ attributes }) => attributes.currencyID === text(settlement, 'InvoiceCurrencyCode')),
    ],
    ['BR-CO-16', of('DuePayableAmount').eq(due)],
    ['BR-CO-25', of('DuePayableAmount').lte(0) || isTimed],
  ]
}

function breakdownRules(breakdown: Tree, { totals }: Parts): Check[] {
  const [tax, taxable] = [amount(breakdown, 'CalculatedAmount'), amount(breakdown, 'BasisAmount')]
  const expected = taxable
    .times(text(breakdown, 'RateApplicablePercent') || '0')
    .div(100)
    .round(2, Big.roundHalfUp)
  // tax is rounded to the currency's smallest coin, and may have been taken out of prices that hold it
  const tolerance = text(totals, 'GrandTotalAmount').includes('.') ? '0.01' : '1'
  return [
    ['BR-45', says(breakdown, 'BasisAmount')],
    ['BR-46', says(breakdown, 'CalculatedAmount')],
    ['BR-47', says(breakdown, 'CategoryCode')],
    ['BR-48', says(breakdown, 'RateApplicablePercent') || text(breakdown, 'CategoryCode') === 'O'],
    ['BR-CO-17', tax.minus(expected).abs().lte(tolerance)],
  ]
}

function paymentRules({ settlement }: Parts): Check[] {
  const means = all(settlement, 'SpecifiedTradeSettlementPaymentMeans')
  return [['BR-49', means.every((tree) => says(tree, 'TypeCode'))]]
}

const decimalNames: Record<string, string> = {
  AllowanceTotalAmount: 'BR-DEC-10',
  ChargeTotalAmount: 'BR-DEC-11',
  TaxBasisTotalAmount: 'BR-DEC-12',
  TaxTotalAmount: 'BR-DEC-13',
  GrandTotalAmount: 'BR-DEC-14',
  TotalPrepaidAmount: 'BR-DEC-16',
  RoundingAmount: 'BR-DEC-17',
  DuePayableAmount: 'BR-DEC-18',
  BasisAmount: 'BR-DEC-19',
  CalculatedAmount: 'BR-DEC-20',
  ActualAmount: 'BR-DEC-24',
}

/** All amounts but prices have at most two decimals. */
function decimalRules({ root, lines, totals }: Parts): Check[] {
  const isShort = (tree: Tree) => /^-?\d+(\.\d{1,2})?$/.test(tree.text)
  return [
    ...Object.entries(decimalNames).map(([name, rule]): Check => [rule, anywhere(root, name).every(isShort)]),
    ['BR-DEC-9', all(totals, 'LineTotalAmount').every(isShort)],
    ['BR-DEC-23', lines.flatMap((line) => all(line, lineNet)).every(isShort)],
  ]
}

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
/** Reserved codes have names too, but no invoices. */
const isRegion = (code: string) =>
  code === '1A' || (regions.of(code) !== undefined && !['EU', 'UK', 'UN', 'XA', 'XB', 'ZZ'].includes(code))

function codeRules({ root, settlement, breakdowns }: Parts): Check[] {
  const reasons = breakdowns.map((tree) => text(tree, 'ExemptionReasonCode')).filter((code) => code !== '')
  const categories = anywhere(root, 'CategoryCode').map((tree) => tree.text)
  return [
    ['BR-CL-1', ['380', '381'].includes(text(root, 'ExchangedDocument/TypeCode'))],
    ['BR-CL-4', isCurrency(text(settlement, 'InvoiceCurrencyCode'))],
    ['BR-CL-14', anywhere(root, 'CountryID').every(({ text: code }) => isRegion(code))],
    ['BR-CL-17', categories.every((code) => ['S', 'Z', 'E', 'AE', 'O'].includes(code))],
    ['BR-CL-22', reasons.every((code) => /^VATEX-(EU|FR)-[A-Z0-9-]+$/.test(code))],
    ['BR-CL-23', anywhere(root, 'BilledQuantity').every(({ attributes }) => attributes.unitCode === 'C62')],
  ]
}
