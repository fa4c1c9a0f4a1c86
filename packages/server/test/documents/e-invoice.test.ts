import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { TaxGroup } from '../../src/domain/invoices/model.ts'
import { documentData, eInvoice } from '../../src/providers/documents/index.ts'
import type { DocumentSource } from '../../src/providers/documents/index.ts'
import { arbitraryDocument, arbitraryLongDocument } from './arbitrary-document.ts'
import { brokenRules } from './en16931-rules.ts'
import { billing, invoice, line, operator, source } from './sample.ts'
import { schemaErrors } from './schema.ts'
import { all, anywhere, parseTree, text } from './xml-tree.ts'
import type { Tree } from './xml-tree.ts'
import { runs } from '../proof/support/random.ts'

function xmlOf(given: DocumentSource): string {
  const made = eInvoice(documentData(given))
  if (!('xml' in made)) throw new Error(`No electronic invoice: ${made.gaps.join(', ')}`)
  return made.xml
}

const gapsOf = (given: DocumentSource) => {
  const made = eInvoice(documentData(given))
  return 'gaps' in made ? made.gaps : []
}

const standardTax = (taxMinor: number, taxableMinor = 10_000): TaxGroup[] => [
  { rate: 'fr-standard', name: 'TVA', percent: '20', category: 'S', taxableMinor, taxMinor },
]

const settlementOf = (xml: string) =>
  all(parseTree(xml), 'SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement')[0] as Tree

const totalsOf = (xml: string) =>
  Object.fromEntries(
    anywhere(parseTree(xml), 'SpecifiedTradeSettlementHeaderMonetarySummation')
      .flatMap(({ children }) => children)
      .map(({ name, text: value }) => [name, value]),
  )

describe('any document', () => {
  it('ST-9 keeps the rules of EN 16931 and the order of its syntax', () => {
    fc.assert(
      fc.property(arbitraryDocument, (given) => {
        const xml = xmlOf(given)
        expect(schemaErrors(xml)).toEqual([])
        expect(brokenRules(xml)).toEqual([])
      }),
      { numRuns: runs(300), endOnFailure: true },
    )
  })

  it('ST-9 keeps them with 200 lines', () => {
    fc.assert(
      fc.property(arbitraryLongDocument, (given) => {
        const xml = xmlOf(given)
        expect(schemaErrors(xml)).toEqual([])
        expect(brokenRules(xml)).toEqual([])
      }),
      { numRuns: 10, endOnFailure: true },
    )
  })

  it('says the amounts of the document to the coin where the standard has room for them', () => {
    fc.assert(
      fc.property(arbitraryDocument, (given) => {
        const { currency, totalMinor, amountPaidMinor, kind } = given.invoice
        fc.pre(currency !== 'TND' && currency !== 'KWD')
        const totals = totalsOf(xmlOf(given))
        const minor = (name: string) => Number((totals[name] ?? '0').replace('.', ''))
        expect(minor('GrandTotalAmount')).toBe(totalMinor)
        expect(minor('DuePayableAmount')).toBe(
          kind === 'credit_note' ? totalMinor : totalMinor - amountPaidMinor,
        )
        expect(totals.RoundingAmount).toBeUndefined()
      }),
    )
  })
})

describe('one document', () => {
  it('ST-9 a credit note names the invoice that it credits', () => {
    const xml = xmlOf(
      source({
        invoice: invoice({ kind: 'credit_note', documentNumber: 'CN-2026-000001' }),
        credited: { documentNumber: 'INV-2026-000001', issuedAt: Date.UTC(2026, 1, 28, 23, 30) },
      }),
    )
    const credited = all(settlementOf(xml), 'InvoiceReferencedDocument')[0] as Tree
    expect(text(parseTree(xml), 'ExchangedDocument/TypeCode')).toBe('381')
    expect(text(credited, 'IssuerAssignedID')).toBe('INV-2026-000001')
    // half past midnight in Paris
    expect(text(credited, 'FormattedIssueDateTime/DateTimeString')).toBe('20260301')
  })

  it('tells reverse charge by its code and in words', () => {
    const reverse = { rate: '', name: '', percent: '0', category: 'AE' } as const
    const xml = xmlOf(
      source({
        lines: [line({ taxes: [{ ...reverse, taxMinor: 0 }] })],
        invoice: invoice({
          taxMinor: 0,
          totalMinor: 10_000,
          taxes: [{ ...reverse, taxableMinor: 10_000, taxMinor: 0 }],
        }),
      }),
    )
    const breakdown = all(settlementOf(xml), 'ApplicableTradeTax')[0] as Tree
    expect(text(breakdown, 'ExemptionReasonCode')).toBe('VATEX-EU-AE')
    expect(text(breakdown, 'ExemptionReason')).toBe('Autoliquidation : la taxe est due par le client.')
  })

  it('takes a discount off its line, and gives none back as a negative one', () => {
    const given = line({ amountMinor: -10_000, discountMinor: -1_000, netMinor: -9_000 })
    const charged = line({
      amountMinor: 30_000,
      unitMinor: '10000',
      quantity: '3',
      discountMinor: 3_000,
      netMinor: 27_000,
    })
    const taxes = [
      { ...(invoice().taxes[0] as never as object), taxableMinor: 18_000, taxMinor: 3_600 },
    ] as never
    const xml = xmlOf(
      source({ lines: [charged, given], invoice: invoice({ taxMinor: 3_600, totalMinor: 21_600, taxes }) }),
    )
    const changes = anywhere(parseTree(xml), 'SpecifiedTradeAllowanceCharge')
    expect(
      changes.map((tree) => [text(tree, 'ChargeIndicator/Indicator'), text(tree, 'ActualAmount')]),
    ).toEqual([
      ['false', '30.00'],
      ['true', '10.00'],
    ])
    expect(anywhere(parseTree(xml), 'BilledQuantity').map((tree) => tree.text)).toEqual(['3', '-1'])
    expect(brokenRules(xml)).toEqual([])
  })

  it('rounds three decimals to two, and says what it is exactly', () => {
    const xml = xmlOf(
      source({
        lines: [line({ amountMinor: 10_124, netMinor: 10_124, unitMinor: '10124' })],
        invoice: invoice({
          currency: 'TND',
          taxMinor: 2_025,
          totalMinor: 12_149,
          taxes: [
            {
              rate: 'fr-standard',
              name: 'TVA',
              percent: '20',
              category: 'S',
              taxableMinor: 10_124,
              taxMinor: 2_025,
            },
          ],
        }),
      }),
    )
    expect(totalsOf(xml)).toMatchObject({
      TaxBasisTotalAmount: '10.12',
      TaxTotalAmount: '2.03',
      GrandTotalAmount: '12.15',
      DuePayableAmount: '12.15',
    })
    const notes = anywhere(parseTree(xml), 'IncludedNote').map((note) => text(note, 'Content'))
    expect(notes.some((note) => note.includes('12,149'))).toBe(true)
  })

  it('writes XOF without decimals', () => {
    const xml = xmlOf(source({ invoice: invoice({ currency: 'XOF' }) }))
    expect(totalsOf(xml)).toMatchObject({ GrandTotalAmount: '12000', DuePayableAmount: '12000' })
  })

  it('gives no tax ids where the tax does not apply', () => {
    const outside = { rate: '', name: '', percent: '0', category: 'O' } as const
    const given = source({
      operator: { ...operator, taxIds: [{ type: 'vat', value: 'FR40303265045' }] },
      lines: [line({ taxes: [{ ...outside, taxMinor: 0 }] })],
      invoice: invoice({
        taxMinor: 0,
        totalMinor: 10_000,
        taxes: [{ ...outside, taxableMinor: 10_000, taxMinor: 0 }],
      }),
    })
    const xml = xmlOf(given)
    expect(brokenRules(xml)).toEqual([])
    expect(anywhere(parseTree(xml), 'SpecifiedTaxRegistration')).toEqual([])
  })

  test.each([
    ['a draft', source({ invoice: invoice({ documentNumber: null, issuedAt: null }) }), ['not_issued']],
    ['a void one', source({ invoice: invoice({ status: 'void' }) }), ['not_issued']],
    ['without an address', source({ billing: { ...billing, address: null } }), ['customer_address']],
    [
      'without an operator',
      source({ operator: { ...operator, name: '', address: null, taxIds: [] } }),
      ['operator_name', 'operator_address', 'operator_tax_id'],
    ],
    [
      'with two taxes on a line',
      source({ lines: [line({ taxes: [...line().taxes, ...line().taxes] })] }),
      ['several_taxes_on_a_line'],
    ],
    ['that does not add up', source({ invoice: invoice({ totalMinor: 12_001 }) }), ['figures']],
    [
      'with a tax that is not of its rate',
      source({
        invoice: invoice({ currency: 'XOF', taxMinor: 2_001, totalMinor: 12_001, taxes: standardTax(2_001) }),
      }),
      ['figures'],
    ],
    ['without lines', source({ lines: [] }), ['no_lines', 'figures']],
  ])('there is no electronic invoice of %s', (_, given, gaps) => {
    expect(gapsOf(given)).toEqual(gaps)
  })
})

describe('the rules catch what breaks them', () => {
  const good = xmlOf(source({ invoice: invoice({ amountPaidMinor: 2_000 }) }))
  const change = (pattern: RegExp, replacement: string) => {
    const bad = good.replace(pattern, replacement)
    expect(bad).not.toBe(good)
    return brokenRules(bad)
  }

  test.each<[string, RegExp, string]>([
    ['BR-1', /urn:cen\.eu:en16931:2017/, ''],
    ['BR-2', /<ram:ID>INV-2026-000001/, '<ram:ID>'],
    ['BR-6', /<ram:Name>Guichet &amp; Fils/, '<ram:Name>'],
    ['BR-9', /<ram:CountryID>FR/, '<ram:CountryID>'],
    ['BR-23', / unitCode="C62">1<\/ram:Billed/, '>1</ram:Billed'],
    ['BR-27', /<ram:ChargeAmount>100/, '<ram:ChargeAmount>-100'],
    ['BR-29', /^(.*<ram:BillingSpecifiedPeriod>.*?<ram:EndDateTime>.*?)20260331/s, '$120250101'],
    ['BR-48', /^(.*)<ram:RateApplicablePercent>20<\/ram:RateApplicablePercent>/s, '$1'],
    ['BR-62', / schemeID="EM">factures/, '>factures'],
    ['BR-CO-9', /FR40303265045/, '40303265045'],
    [
      'BR-CO-10',
      /<ram:LineTotalAmount>100\.00<\/ram:LineTotalAmount><ram:TaxBasis/,
      '<ram:LineTotalAmount>100.01</ram:LineTotalAmount><ram:TaxBasis',
    ],
    ['BR-CO-13', /<ram:TaxBasisTotalAmount>100\.00/, '<ram:TaxBasisTotalAmount>99.99'],
    ['BR-CO-14', /currencyID="EUR">20\.00/, 'currencyID="EUR">20.01'],
    ['BR-CO-15', /<ram:GrandTotalAmount>120\.00/, '<ram:GrandTotalAmount>120.01'],
    ['BR-CO-16', /<ram:TotalPrepaidAmount>20\.00/, '<ram:TotalPrepaidAmount>20.01'],
    ['BR-CO-17', /<ram:CalculatedAmount>20\.00/, '<ram:CalculatedAmount>20.02'],
    ['BR-CO-25', /<ram:SpecifiedTradePaymentTerms>.*<\/ram:SpecifiedTradePaymentTerms>/s, ''],
    ['BR-DEC-18', /<ram:DuePayableAmount>100\.00/, '<ram:DuePayableAmount>100.000'],
    ['BR-S-2', /schemeID="VA">FR/, 'schemeID="XX">FR'],
    ['BR-S-8', /<ram:BasisAmount>100\.00/, '<ram:BasisAmount>100.01'],
    ['BR-S-10', /<ram:BasisAmount>/, '<ram:ExemptionReason>none</ram:ExemptionReason><ram:BasisAmount>'],
    ['BR-CL-1', /<ram:TypeCode>380/, '<ram:TypeCode>999'],
    ['line net', /<ram:ChargeAmount>100/, '<ram:ChargeAmount>101'],
  ])('%s', (rule, pattern, replacement) => {
    expect(change(pattern, replacement)).toContain(rule)
  })

  test('the schema minds the order, the number and emptiness', () => {
    expect(schemaErrors(good)).toEqual([])
    const swapped = good.replace(
      /(<ram:TypeCode>VAT<\/ram:TypeCode>)(<ram:CategoryCode>S<\/ram:CategoryCode>)/,
      '$2$1',
    )
    const doubled = good.replace(/<ram:DuePayableAmount>.*<\/ram:DuePayableAmount>/, '$&$&')
    const empty = good.replace(/<ram:PaymentReference>[^<]*/, '<ram:PaymentReference>')
    for (const bad of [swapped, doubled, empty]) {
      expect(bad).not.toBe(good)
      expect(schemaErrors(bad)).not.toEqual([])
    }
  })
})
