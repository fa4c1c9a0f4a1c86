import { describe, expect, test } from 'vitest'
import { composition, discount, line, NOW, rate, terms } from '../../../test/support/document-lines.ts'
import { composeInvoice, type Composition } from './compose.ts'
import { composeCreditNote, leftToCreditMinor, type CreditRequest } from './compose-credit-note.ts'
import type { Invoice, InvoiceLine, LineDraft } from './model.ts'

function charged(drafts: LineDraft[], more: Partial<Composition> = {}) {
  const { invoice, lines } = composeInvoice(composition(drafts, more))
  const earlier: InvoiceLine[] = []
  let ids = 0
  const credit = (request: CreditRequest) => {
    const composed = composeCreditNote({
      invoice: invoice as Invoice,
      lines,
      earlier,
      request,
      newId: (prefix) => `${prefix}_c${(ids += 1)}`,
      header: { createdAt: NOW, finaliseAt: NOW },
    })
    earlier.push(...composed.lines)
    return composed
  }
  return {
    invoice: invoice as Invoice,
    lines,
    earlier,
    credit,
    left: () => leftToCreditMinor(lines, earlier),
  }
}

const refused = (code: string) => expect.objectContaining({ code })

describe('crediting an invoice', () => {
  test('in full takes back every figure', () => {
    const { invoice, lines, credit, left } = charged([line(10_000), line(333, { reference: 'seats' })], {
      discounts: [discount({ percentOff: '10' })],
    })
    const { creditNote, lines: credited } = credit({ type: 'full' })
    expect(creditNote).toMatchObject({
      kind: 'credit_note',
      status: 'draft',
      credits: invoice.id,
      periodStart: null,
      subtotalMinor: invoice.subtotalMinor,
      discountMinor: invoice.discountMinor,
      taxMinor: invoice.taxMinor,
      totalMinor: invoice.totalMinor,
      taxes: invoice.taxes,
    })
    expect(credited.map(({ credits }) => credits)).toEqual(lines.map(({ id }) => id))
    expect(left()).toBe(0)
  })

  test('by an amount takes tax and discount along in proportion', () => {
    const { credit, left } = charged([line(1000), line(3000)], {
      discounts: [discount({ percentOff: '50' })],
    })
    const { creditNote, lines } = credit({ type: 'amount', amountMinor: 600 })
    expect(creditNote).toMatchObject({
      subtotalMinor: 1000,
      discountMinor: 500,
      taxMinor: 100,
      totalMinor: 600,
      taxes: [{ taxableMinor: 500, taxMinor: 100 }],
    })
    expect(
      lines.map(({ amountMinor, discountMinor, netMinor }) => [amountMinor, discountMinor, netMinor]),
    ).toEqual([
      [250, 125, 125],
      [750, 375, 375],
    ])
    expect(left()).toBe(1800)
  })

  test('by line takes from that line alone', () => {
    const { lines, credit, left } = charged([line(1000), line(3000)])
    const second = lines[1]?.id ?? ''
    const { creditNote, lines: credited } = credit({
      type: 'lines',
      lines: [{ line: second, amountMinor: 1200 }],
    })
    expect(creditNote.totalMinor).toBe(1200)
    expect(credited.map(({ credits, netMinor }) => [credits, netMinor])).toEqual([[second, 1000]])
    expect(left()).toBe(3600)
  })

  test('never takes more than is left', () => {
    const { lines, credit, left } = charged([line(1000), line(3000)])
    const first = lines[0]?.id ?? ''
    const tooMuch: CreditRequest[] = [
      { type: 'amount', amountMinor: 4801 },
      { type: 'amount', amountMinor: Number.POSITIVE_INFINITY },
      { type: 'lines', lines: [{ line: first, amountMinor: 1201 }] },
      { type: 'lines', lines: [{ line: 'il_unknown', amountMinor: 1 }] },
      {
        type: 'lines',
        lines: [
          { line: first, amountMinor: 700 },
          { line: first, amountMinor: 501 },
        ],
      },
    ]
    for (const request of tooMuch) {
      expect(() => credit(request), JSON.stringify(request)).toThrow(refused('credit_too_much'))
    }
    const noAmounts: CreditRequest[] = [
      ...[0, -1, 0.5, Number.NaN].map((amountMinor) => ({ type: 'amount' as const, amountMinor })),
      { type: 'lines', lines: [] },
      { type: 'lines', lines: [{ line: first, amountMinor: -1 }] },
    ]
    for (const request of noAmounts) {
      expect(() => credit(request), JSON.stringify(request)).toThrow(refused('amount_invalid'))
    }
    credit({ type: 'full' })
    expect(() => credit({ type: 'full' })).toThrow(refused('credit_too_much'))
    expect(left()).toBe(0)
  })

  test('counts what a later invoice has given back of a line', () => {
    const { lines, earlier, credit, left } = charged([line(3000), line(1000)])
    const [first] = lines as [InvoiceLine]
    const tax = { ...(first.taxes[0] as InvoiceLine['taxes'][number]), taxMinor: -200 }
    earlier.push({
      ...first,
      id: 'il_later',
      credits: first.id,
      amountMinor: -1000,
      netMinor: -1000,
      taxes: [tax],
    })
    expect(left()).toBe(3600)
    expect(credit({ type: 'full' }).creditNote).toMatchObject({ totalMinor: 3600, taxMinor: 600 })
  })

  test('what the invoice gave back itself is taken away again', () => {
    const { credit, left } = charged([line(3000), line(-1000)])
    credit({ type: 'amount', amountMinor: 600 })
    expect(left()).toBe(1800)
    const { creditNote, lines } = credit({ type: 'full' })
    expect(creditNote.totalMinor).toBe(1800)
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([2500, -1000])
    expect(left()).toBe(0)
  })

  test('keeps several rates and inclusive prices exact', () => {
    const both = [rate('FR', '5', { name: 'GST' }), rate('FR', '7', { name: 'PST' })]
    const { invoice, credit, left } = charged([line(1999, { taxInclusive: true }), line(777)], {
      tax: terms(both),
    })
    const totals = [1, 999, 500].map((amountMinor) => credit({ type: 'amount', amountMinor }).creditNote)
    expect(totals.map(({ totalMinor }) => totalMinor)).toEqual([1, 999, 500])
    const rest = credit({ type: 'full' }).creditNote
    expect([...totals, rest].reduce((sum, { taxMinor }) => sum + taxMinor, 0)).toBe(invoice.taxMinor)
    expect(left()).toBe(0)
  })
})
