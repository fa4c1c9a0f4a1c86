import { describe, expect, test } from 'vitest'
import { line, rate, terms } from '../../../test/support/document-lines.ts'
import type { TaxRate } from '../catalog/model.ts'
import { decideTax } from './decide-tax.ts'
import { DECLARED_RATES, type TaxTerms } from './model.ts'

const european = [rate('FR', '20'), rate('DE', '19'), rate('FR', '5.5', { category: 'reduced' })]

function decided(of: TaxTerms, category = 'standard') {
  const { treatment, lines } = decideTax(of, [line(1000, { taxCategory: category })])
  return { treatment, rates: lines[0]?.map((one) => `${one.category} ${one.percent} ${one.name}`) }
}

describe('the place whose rates hold', () => {
  test('is the customer’s, where rates are declared for it', () => {
    expect(decided(terms(european, { country: 'DE' }))).toEqual({ treatment: 'taxed', rates: ['S 19 VAT'] })
    expect(decided(terms(european, { country: 'de' })).rates).toEqual(['S 19 VAT'])
  })

  test('is the operator’s, where the customer’s country is unknown', () => {
    expect(decided(terms(european, { country: null })).rates).toEqual(['S 20 VAT'])
  })

  test('is the operator’s, for a consumer in a state of the Union without declared rates', () => {
    expect(decided(terms(european, { country: 'IT' })).rates).toEqual(['S 20 VAT'])
  })

  test('is none, where nothing is declared outside the Union', () => {
    expect(decided(terms(european, { country: 'SN' }))).toEqual({
      treatment: 'outside_scope',
      rates: ['O 0 '],
    })
    expect(decided(terms([], {})).treatment).toBe('outside_scope')
    expect(decided(terms(european, { country: null }, null)).treatment).toBe('outside_scope')
  })
})

describe('rates of a place', () => {
  const canadian = [
    rate('CA', '5', { name: 'GST', key: 'gst' }),
    rate('CA', '7', { name: 'PST', key: 'pst', region: 'BC' }),
    rate('CA', '9.975', { name: 'QST', key: 'qst', region: 'QC' }),
  ]

  test('hold side by side, those of the country and of the region', () => {
    expect(decided(terms(canadian, { country: 'CA', region: 'bc' })).rates).toEqual(['S 5 GST', 'S 7 PST'])
    expect(decided(terms(canadian, { country: 'CA' })).rates).toEqual(['S 5 GST'])
  })

  test('of the same name: the region’s takes the place of the country’s', () => {
    const rates = [rate('PT', '23'), rate('PT', '22', { region: '30' })]
    expect(decided(terms(rates, { country: 'PT', region: '30' })).rates).toEqual(['S 22 VAT'])
    expect(decided(terms(rates, { country: 'PT', region: '11' })).rates).toEqual(['S 23 VAT'])
  })

  test('hold from their first day to the one before `until`', () => {
    const dated: TaxRate[] = [
      rate('SN', '18', { until: '2026-06-01' }),
      rate('SN', '19', { from: '2026-06-01' }),
    ]
    expect(decided({ ...terms(dated, { country: 'SN' }), at: '2026-05-31' }).rates).toEqual(['S 18 VAT'])
    expect(decided({ ...terms(dated, { country: 'SN' }), at: '2026-06-01' }).rates).toEqual(['S 19 VAT'])
  })

  test('follow the category of what is sold; one without rates is taxed as standard', () => {
    expect(decided(terms(european), 'reduced').rates).toEqual(['S 5.5 VAT'])
    expect(decided(terms(european), 'books').rates).toEqual(['S 20 VAT'])
    expect(decided(terms([rate('FR', '2.1', { category: 'press' })]), 'standard').rates).toEqual(['Z 0 '])
  })

  test('of 0 per cent are category Z', () => {
    expect(decided(terms([rate('FR', '0', { category: 'export' })]), 'export').rates).toEqual(['Z 0 VAT'])
  })
})

describe('who pays none', () => {
  const german = { country: 'DE', vatId: 'DE136695976' }

  test('a business in another state of the Union accounts for it itself', () => {
    expect(decided(terms(european, german))).toEqual({ treatment: 'reverse_charge', rates: ['AE 0 '] })
    expect(decided(terms(european, { country: 'GR', vatId: 'EL094259216' })).treatment).toBe('reverse_charge')
  })

  test.each([
    ['wrong check digits', terms(european, { ...german, vatId: 'DE136695978' })],
    ['no id', terms(european, { ...german, vatId: null })],
    ['an id of a third state', terms(european, { ...german, vatId: 'FR40303265045' })],
    ['the same state', terms(european, { country: 'FR', vatId: 'FR40303265045' })],
    ['a seller outside the Union', terms(european, german, { country: 'SN' })],
    ['no known seller', terms(european, german, null)],
  ])('not with %s', (_, of) => {
    expect(decided(of).treatment).toBe('taxed')
  })

  test('nor is it charged on to a business outside the Union', () => {
    const swiss = { country: 'CH', vatId: 'CHE107787577' }
    expect(decided(terms([...european, rate('CH', '8.1')], swiss)).rates).toEqual(['S 8.1 VAT'])
    expect(decided(terms(european, swiss)).treatment).toBe('outside_scope')
  })

  test('an exempt customer, with the reason in place of a name', () => {
    const exempt = { ...german, exempt: true, exemptionReason: 'Art. 151, embassy' }
    expect(decided(terms(european, exempt))).toEqual({
      treatment: 'exempt',
      rates: ['E 0 Art. 151, embassy'],
    })
  })
})

test('a credit keeps the rates of what it gives back', () => {
  const taxes = [{ rate: 'old', name: 'VAT', percent: '19.6', category: 'S' as const }]
  const { lines } = decideTax(terms(european, { exempt: true }), [
    line(-1000, { fixed: { discountMinor: 0, taxes } }),
    line(1000),
  ])
  expect(lines[0]).toEqual(taxes)
  expect(lines[1]?.[0]?.category).toBe('E')
})

test('unless a provider knows better, the declared rates answer', () => {
  const { rates: _, ...question } = terms(european)
  expect(DECLARED_RATES.rates(question, european)).toBe(european)
})
