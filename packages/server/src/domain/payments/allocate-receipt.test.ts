import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { amountDueMinor } from '../invoices/model.ts'
import type { Invoice } from '../invoices/model.ts'
import { allocateReceipt } from './allocate-receipt.ts'

// what allocation reads of an invoice; the rest of one is beside the point here
const invoice = (id: string, given: Partial<Invoice> = {}): Invoice =>
  ({
    id,
    kind: 'invoice',
    status: 'open',
    currency: 'EUR',
    totalMinor: 1_000,
    creditAppliedMinor: 0,
    creditedMinor: 0,
    amountPaidMinor: 0,
    createdAt: 0,
    issuedAt: Number(id),
    ...given,
  }) as Invoice

const paid = invoice('1', { status: 'paid', amountPaidMinor: 1_000 })
const euros = (amountMinor: number) => ({ currency: 'EUR', amountMinor })

describe('a receipt', () => {
  test.each<[string, number, string | null, Invoice[], Record<string, number>, number]>([
    ['in full', 1_000, '1', [invoice('1')], { 1: 1_000 }, 0],
    ['its own invoice before older ones', 1_000, '2', [invoice('1'), invoice('2')], { 2: 1_000 }, 0],
    ['in part', 400, '1', [invoice('1')], { 1: 400 }, 0],
    ['the rest of a part', 700, '1', [invoice('1', { amountPaidMinor: 400 })], { 1: 600 }, 100],
    ['overpaid, nothing else open', 1_500, '1', [invoice('1')], { 1: 1_000 }, 500],
    ['overpaid, another open', 1_500, '2', [invoice('1'), invoice('2')], { 2: 1_000, 1: 500 }, 0],
    ['twice: the second goes on to the next', 1_000, '1', [paid, invoice('2')], { 2: 1_000 }, 0],
    ['twice, with nothing else open', 1_000, '1', [paid], {}, 1_000],
    ['late, void meanwhile', 1_000, '1', [invoice('1', { status: 'void' }), invoice('2')], { 2: 1_000 }, 0],
    ['late, given up meanwhile', 1_000, '1', [invoice('1', { status: 'uncollectible' })], { 1: 1_000 }, 0],
    ['never another that was given up', 1_000, null, [invoice('1', { status: 'uncollectible' })], {}, 1_000],
    ['of nobody knows what: the oldest', 1_500, null, [invoice('2'), invoice('1')], { 1: 1_000, 2: 500 }, 0],
    ['in another currency', 1_000, '1', [invoice('1', { currency: 'XOF' })], {}, 1_000],
    ['lowered by credits', 1_000, '1', [invoice('1', { creditedMinor: 300 })], { 1: 700 }, 300],
    ['never a draft', 1_000, '1', [invoice('1', { status: 'draft' })], {}, 1_000],
    ['never a credit note', 1_000, '1', [invoice('1', { kind: 'credit_note' })], {}, 1_000],
  ])('%s', (_, amountMinor, paidFor, invoices, expected, toBalanceMinor) => {
    const { allocations, ...rest } = allocateReceipt(euros(amountMinor), paidFor, invoices)
    expect(Object.fromEntries(allocations.map((one) => [one.invoice, one.amountMinor]))).toEqual(expected)
    expect(rest).toEqual({ toBalanceMinor })
  })

  it('goes to the invoice of its attempt first, then oldest first', () => {
    const invoices = [invoice('3'), invoice('1'), invoice('2')]
    const { allocations } = allocateReceipt(euros(2_500), '2', invoices)
    expect(allocations.map((one) => one.invoice)).toEqual(['2', '1', '3'])
  })

  const anyInvoices = fc
    .array(
      fc.record({
        status: fc.constantFrom('open', 'open', 'paid', 'void', 'draft', 'uncollectible'),
        currency: fc.constantFrom('EUR', 'EUR', 'XOF'),
        totalMinor: fc.nat(2_000),
        issuedAt: fc.nat(5),
      }),
      { maxLength: 6 },
    )
    .map((rows) => rows.map((row, index) => invoice(String(index), row as Partial<Invoice>)))

  it('loses nothing, pays nobody too much, and leaves a gap only behind the last it reaches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6_000 }), anyInvoices, (amountMinor, invoices) => {
        const { allocations, toBalanceMinor } = allocateReceipt(euros(amountMinor), '0', invoices)
        const byId = new Map(invoices.map((one) => [one.id, one]))
        const due = (id: string) => amountDueMinor(byId.get(id) as Invoice)
        expect(allocations.reduce((sum, one) => sum + one.amountMinor, toBalanceMinor)).toBe(amountMinor)
        for (const one of allocations) {
          const reached = byId.get(one.invoice) as Invoice
          expect(reached.currency).toBe('EUR')
          expect(reached.status).toBe(
            one.invoice === '0' && reached.status !== 'open' ? 'uncollectible' : 'open',
          )
          expect(one.amountMinor).toBeGreaterThan(0)
          expect(one.amountMinor).toBeLessThanOrEqual(due(one.invoice))
        }
        for (const one of allocations.slice(0, -1)) expect(one.amountMinor).toBe(due(one.invoice))
        const owed = invoices.filter(
          ({ id, status, currency }) =>
            currency === 'EUR' && (status === 'open' || (status === 'uncollectible' && id === '0')),
        )
        const total = owed.reduce((sum, one) => sum + amountDueMinor(one), 0)
        expect(toBalanceMinor).toBe(Math.max(0, amountMinor - total))
      }),
    )
  })
})
