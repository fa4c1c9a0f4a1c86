import { describe, expect, test } from 'vitest'
import { composition, discount, line, rate, terms } from '../../../test/support/document-lines.ts'
import { composeInvoice } from './compose.ts'
import type { LineDraft } from './model.ts'

const was = (percent: string, discountMinor = 0): Pick<LineDraft, 'kind' | 'credits' | 'fixed'> => ({
  kind: 'credit',
  credits: 'il_before',
  fixed: { discountMinor, taxes: [{ rate: 'fr', name: 'VAT', percent, category: 'S' }] },
})

describe('composing an invoice', () => {
  test('discounts come before taxes, taxes before the balance', () => {
    const { invoice, creditNote, lines, usedDiscounts } = composeInvoice(
      composition([line(10_000), line(5000, { reference: 'seats', kind: 'quantity' })], {
        discounts: [discount({ percentOff: '10' }, { id: 'dis_a' })],
        creditBalanceMinor: 2000,
      }),
    )
    expect(creditNote).toBeNull()
    expect(invoice).toMatchObject({
      id: 'inv_3',
      kind: 'invoice',
      status: 'draft',
      reason: 'period',
      currency: 'EUR',
      subtotalMinor: 15_000,
      discountMinor: 1500,
      taxMinor: 2700,
      totalMinor: 16_200,
      creditAppliedMinor: 2000,
      documentNumber: null,
      dunningStep: -1,
      taxes: [{ rate: 'fr-20', percent: '20', category: 'S', taxableMinor: 13_500, taxMinor: 2700 }],
    })
    expect(lines.map(({ id, netMinor }) => [id, netMinor])).toEqual([
      ['il_1', 9000],
      ['il_2', 4500],
    ])
    expect(lines[0]).not.toHaveProperty('fixed')
    expect(usedDiscounts).toEqual(['dis_a'])
  })

  test('prices that hold their tax: what is asked is the price', () => {
    const { invoice } = composeInvoice(
      composition([line(2000, { taxInclusive: true })], { discounts: [discount({ percentOff: '5' })] }),
    )
    expect(invoice).toMatchObject({
      subtotalMinor: 1683,
      discountMinor: 100,
      taxMinor: 317,
      totalMinor: 1900,
    })
  })

  test('no lines make no document, a total of zero does', () => {
    expect(composeInvoice(composition([]))).toEqual({
      invoice: null,
      creditNote: null,
      lines: [],
      usedDiscounts: [],
    })
    expect(composeInvoice(composition([line(0)])).invoice?.totalMinor).toBe(0)
    expect(
      composeInvoice(composition([line(100), line(-100)], { creditBalanceMinor: 50 })).invoice,
    ).toMatchObject({ totalMinor: 0, creditAppliedMinor: 0 })
  })

  test('the balance pays no more than the total', () => {
    expect(composeInvoice(composition([line(100)], { creditBalanceMinor: 500 })).invoice).toMatchObject({
      totalMinor: 120,
      creditAppliedMinor: 120,
    })
  })

  test('discounts of another subscription are passed over', () => {
    const discounts = [
      discount({ percentOff: '10' }, { subscription: 2 }),
      discount({ percentOff: '20' }, { subscription: 1, id: 'dis_own' }),
    ]
    const composed = composeInvoice(composition([line(100)], { discounts }))
    expect(composed.invoice?.discountMinor).toBe(20)
    expect(composed.usedDiscounts).toEqual(['dis_own'])
  })

  test('a credit keeps the discount and the rates of what it gives back', () => {
    const { invoice, lines } = composeInvoice(
      composition([line(-1000, was('19.6', -500)), line(4000)], {
        discounts: [discount({ percentOff: '25' })],
      }),
    )
    expect(
      lines.map(({ discountMinor, netMinor, taxes }) => [discountMinor, netMinor, taxes[0]?.taxMinor]),
    ).toEqual([
      [-500, -500, -98],
      [1000, 3000, 600],
    ])
    expect(invoice).toMatchObject({
      subtotalMinor: 3000,
      discountMinor: 500,
      taxMinor: 502,
      totalMinor: 3002,
    })
  })

  test('below zero it is a credit note with positive figures', () => {
    const { invoice, creditNote, lines } = composeInvoice(
      composition([line(-3000, was('20', -300)), line(1000)], {
        discounts: [discount({ amountOff: { EUR: 100 } })],
        creditBalanceMinor: 500,
      }),
    )
    expect(invoice).toBeNull()
    expect(creditNote).toMatchObject({
      kind: 'credit_note',
      subtotalMinor: 2000,
      discountMinor: 200,
      taxMinor: 360,
      totalMinor: 2160,
      creditAppliedMinor: 0,
    })
    expect(lines.map(({ amountMinor, netMinor, credits }) => [amountMinor, netMinor, credits])).toEqual([
      [3000, 2700, 'il_before'],
      [-1000, -900, null],
    ])
  })

  test('what is below zero only after the discount is a credit note, too', () => {
    const { creditNote } = composeInvoice(
      composition([line(-800, was('20')), line(1000)], { discounts: [discount({ percentOff: '50' })] }),
    )
    expect(creditNote?.totalMinor).toBe(360)
  })

  test.each<[string, number, [string, number, number][], number, number?]>([
    ['less than what is charged: all of it', 3000, [['credit', -1200, -120]], 2304],
    ['more than that: as much as is charged', 700, [['credit', -777, -77]], 0],
    ['less what comes back of other lines', 1300, [['credit', -333, -33]], 0, 1000],
    ['where nothing else is charged: none of it', 0, [], 0],
  ])('what is disputed is set off against %s', (_, chargedMinor, credits, totalMinor, backMinor = 0) => {
    const disputed = line(-1200, { ...was('20', -120), onlySetOff: true })
    const charged = line(chargedMinor, { reference: 'basic' })
    const back = backMinor === 0 ? [] : [line(-backMinor, was('20'))]
    const { invoice, creditNote, lines } = composeInvoice(composition([disputed, charged, ...back]))
    expect(creditNote).toBeNull()
    expect(invoice?.totalMinor).toBe(totalMinor)
    const found = lines.filter(({ kind }) => kind === 'credit').slice(0, credits.length)
    expect(found.map((each) => [each.kind, each.amountMinor, each.discountMinor])).toEqual(credits)
    expect(lines).toHaveLength(1 + credits.length + back.length)
    for (const each of lines) expect(each).not.toHaveProperty('onlySetOff')
  })

  test('what is disputed makes no document of its own, and leaves what comes back of the rest', () => {
    const disputed = line(-1200, { ...was('20'), onlySetOff: true })
    const only = composeInvoice(composition([disputed]))
    expect([only.invoice, only.creditNote]).toEqual([null, null])
    const { creditNote } = composeInvoice(composition([disputed, line(-500, was('20')), line(100)]))
    expect(creditNote?.totalMinor).toBe(480)
  })

  test('an exempt customer and reverse charge are on the document', () => {
    const exempt = terms([rate('FR', '20')], { exempt: true, exemptionReason: 'Embassy' })
    expect(composeInvoice(composition([line(100)], { tax: exempt })).invoice).toMatchObject({
      totalMinor: 100,
      taxes: [{ category: 'E', name: 'Embassy', taxableMinor: 100, taxMinor: 0 }],
    })
    const business = terms([rate('FR', '20')], { country: 'DE', vatId: 'DE136695976' })
    expect(
      composeInvoice(composition([line(120, { taxInclusive: true })], { tax: business })).invoice,
    ).toMatchObject({ totalMinor: 120, taxes: [{ category: 'AE', taxableMinor: 120, taxMinor: 0 }] })
  })

  test('refuses sums that can’t be counted exactly', () => {
    const most = Number.MAX_SAFE_INTEGER
    for (const drafts of [[line(most)], [line(most, { taxInclusive: true }), line(1)]]) {
      expect(() => composeInvoice(composition(drafts))).toThrow(
        expect.objectContaining({ code: 'amount_invalid' }),
      )
    }
    expect(composeInvoice(composition([line(most, { taxInclusive: true })])).invoice?.totalMinor).toBe(most)
  })
})
