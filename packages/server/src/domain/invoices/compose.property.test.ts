import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { composition, discount, line, NOW, rate, terms } from '../../../test/support/document-lines.ts'
import { Refusal } from '../../refusal.ts'
import type { TaxRate } from '../catalog/model.ts'
import { composeCreditNote, leftToCreditMinor, type CreditRequest } from './compose-credit-note.ts'
import { composeInvoice, type Composition } from './compose.ts'
import type { Invoice, InvoiceLine, LineDraft } from './model.ts'

const percent = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => String(hundredths / 100))
const category = fc.constantFrom('standard', 'reduced', 'both')
const minor = (max: number) => fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max }))

const charge = (max: number): fc.Arbitrary<LineDraft> =>
  fc
    .record({
      amountMinor: minor(max),
      taxInclusive: fc.boolean(),
      taxCategory: category,
      reference: fc.constantFrom('pro', 'seats'),
      undiscounted: fc.boolean(),
    })
    .map(({ amountMinor, ...more }) => line(amountMinor, more))

const credit = (max: number): fc.Arbitrary<LineDraft> =>
  fc
    .record({ base: minor(max), discountMinor: minor(50), percent, taxInclusive: fc.boolean() })
    .map(({ base, discountMinor, percent: was, taxInclusive }) =>
      line(0 - base - discountMinor, {
        taxInclusive,
        kind: 'credit',
        credits: 'il_before',
        fixed: {
          discountMinor: 0 - discountMinor,
          taxes: [{ rate: 'was', name: 'VAT', percent: was, category: 'S' }],
        },
      }),
    )

const currency = fc.constantFrom('XOF', 'EUR', 'TND')

const appliesTo = (...keys: string[]) => fc.constantFrom<string[]>([], keys)

const discounts = fc.array(
  fc.oneof(
    fc.record({ percentOff: percent, appliesTo: appliesTo('pro') }),
    fc.record({
      amountOff: fc.record({ EUR: minor(900), XOF: minor(900) }),
      appliesTo: appliesTo('seats'),
    }),
  ),
  { maxLength: 4 },
)

const rates: fc.Arbitrary<TaxRate[]> = fc
  .tuple(percent, percent, percent, percent)
  .map(([standard, reduced, first, second]) => [
    rate('FR', standard),
    rate('FR', reduced, { category: 'reduced' }),
    rate('FR', first, { category: 'both', name: 'GST', key: 'gst' }),
    rate('FR', second, { category: 'both', name: 'PST', key: 'pst' }),
  ])

function compositions(drafts: fc.Arbitrary<LineDraft[]>): fc.Arbitrary<Composition> {
  return fc
    .record({ drafts, currency, discounts, rates, balance: minor(5000), exempt: fc.boolean() })
    .map((given) =>
      composition(given.drafts, {
        currency: given.currency,
        discounts: given.discounts.map((one) => discount(one)),
        tax: terms(given.rates, { exempt: given.exempt && given.balance % 5 === 0 }),
        creditBalanceMinor: given.balance,
      }),
    )
}

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + BigInt(amount), 0n)

/** Half away from zero, in whole numbers only. */
function taxOn(taxableMinor: number, hundredths: bigint): number {
  const product = BigInt(Math.abs(taxableMinor)) * hundredths
  return Number((product * 2n + 10_000n) / 20_000n) * (taxableMinor < 0 ? -1 : 1) + 0
}

function expectExact(value: unknown, path = ''): void {
  if (typeof value === 'number') {
    expect(Number.isSafeInteger(value) && !Object.is(value, -0), `${path} is ${String(value)}`).toBe(true)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) expectExact(inner, `${path}.${key}`)
  }
}

function expectSums(document: Invoice, lines: InvoiceLine[]): void {
  expectExact({ document, lines })
  const taxes = lines.flatMap((each) => each.taxes)
  const gross = sum(lines.map((each) => each.netMinor)) + sum(taxes.map((tax) => tax.taxMinor))
  expect(BigInt(document.totalMinor)).toBe(gross)
  expect(document.subtotalMinor - document.discountMinor + document.taxMinor).toBe(document.totalMinor)
  expect(BigInt(document.discountMinor)).toBe(sum(lines.map((each) => each.discountMinor)))
  expect(BigInt(document.taxMinor)).toBe(sum(document.taxes.map((group) => group.taxMinor)))
  for (const group of document.taxes) {
    const shares = taxes.filter(({ rate: key, percent: of }) => key === group.rate && of === group.percent)
    expect(BigInt(group.taxMinor)).toBe(sum(shares.map((tax) => tax.taxMinor)))
  }
  for (const each of lines) {
    const within = each.taxInclusive ? sum(each.taxes.map((tax) => tax.taxMinor)) : 0n
    expect(BigInt(each.netMinor) + within).toBe(BigInt(each.amountMinor - each.discountMinor))
  }
}

const charges = fc.array(charge(5_000_000), { minLength: 1, maxLength: 8 })
const mixed = fc.array(fc.oneof(charge(5_000_000), credit(5_000_000)), { minLength: 1, maxLength: 8 })

describe('every document', () => {
  test('equals its lines plus tax less discounts, to the minor unit', () => {
    fc.assert(
      fc.property(compositions(mixed), (given) => {
        const { invoice, creditNote, lines } = composeInvoice(given)
        const document = (invoice ?? creditNote) as Invoice
        expectSums(document, lines)
        expect(document.totalMinor).toBeGreaterThanOrEqual(0)
        expect(document.creditAppliedMinor).toBe(
          invoice === null ? 0 : Math.min(given.creditBalanceMinor, document.totalMinor),
        )
      }),
    )
  })

  test('takes no more off a charge than it costs, and leaves credits theirs', () => {
    fc.assert(
      fc.property(compositions(mixed), (given) => {
        const { invoice, lines } = composeInvoice(given)
        const sign = invoice === null ? -1 : 1
        lines.forEach((each, index) => {
          const draft = given.drafts[index] as LineDraft
          expect(each.amountMinor * sign + 0).toBe(draft.amountMinor)
          if (draft.fixed !== undefined) expect(each.discountMinor * sign + 0).toBe(draft.fixed.discountMinor)
          else expect(Math.abs(each.discountMinor)).toBeLessThanOrEqual(draft.amountMinor)
        })
      }),
    )
  })

  test('rounds the tax of a rate once, on the sum of its lines', () => {
    const exclusive = charges.map((lines) => lines.map((each) => ({ ...each, taxInclusive: false })))
    fc.assert(
      fc.property(compositions(exclusive), (given) => {
        for (const group of composeInvoice(given).invoice?.taxes ?? []) {
          const hundredths = BigInt(Math.round(Number(group.percent) * 100))
          expect(group.taxMinor).toBe(taxOn(group.taxableMinor, hundredths))
        }
      }),
    )
  })

  test('is exact or refused, however large', () => {
    const huge = fc.array(fc.oneof(charge(Number.MAX_SAFE_INTEGER), credit(Number.MAX_SAFE_INTEGER - 50)), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(compositions(huge), (given) => {
        try {
          const { invoice, creditNote, lines } = composeInvoice(given)
          expectSums((invoice ?? creditNote) as Invoice, lines)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          expect(error.code).toBe('amount_invalid')
        }
      }),
    )
  })
})

describe('crediting in pieces', () => {
  type Step = { share: number; line: number | null }
  const steps = fc.array(
    fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), line: fc.option(fc.nat(7)) }),
    { maxLength: 6 },
  )

  const grossOf = (each: InvoiceLine) =>
    each.netMinor + each.taxes.reduce((total, tax) => total + tax.taxMinor, 0)

  function requestOf(
    { share, line: at }: Step,
    lines: InvoiceLine[],
    earlier: InvoiceLine[],
  ): CreditRequest | null {
    const whole = leftToCreditMinor(lines, earlier)
    const one = at === null ? undefined : lines[at % lines.length]
    const most = one === undefined ? whole : Math.min(whole, leftToCreditMinor([one], earlier))
    const amountMinor = Math.ceil(most * share)
    if (amountMinor <= 0) return null
    return one === undefined
      ? { type: 'amount', amountMinor }
      : { type: 'lines', lines: [{ line: one.id, amountMinor }] }
  }

  function creditAll(given: Composition, path: Step[]) {
    const { invoice, lines } = composeInvoice(given)
    const document = invoice as Invoice
    const earlier: InvoiceLine[] = []
    const notes: Invoice[] = []
    const take = (request: CreditRequest) => {
      const composed = composeCreditNote({
        invoice: document,
        lines,
        earlier: [...earlier],
        request,
        newId: given.newId,
        header: { createdAt: NOW, finaliseAt: NOW },
      })
      expectSums(composed.creditNote, composed.lines)
      if (request.type === 'amount') expect(composed.creditNote.totalMinor).toBe(request.amountMinor)
      if (request.type === 'lines') expect(composed.creditNote.totalMinor).toBe(request.lines[0]?.amountMinor)
      earlier.push(...composed.lines)
      notes.push(composed.creditNote)
    }
    for (const step of path) {
      const request = requestOf(step, lines, earlier)
      if (request !== null) take(request)
    }
    if (leftToCreditMinor(lines, earlier) > 0) take({ type: 'full' })
    return { document, lines, earlier, notes }
  }

  test('leaves exactly zero of an invoice, and of each figure of each line', () => {
    fc.assert(
      fc.property(compositions(charges), steps, (given, path) => {
        const { document, lines, earlier, notes } = creditAll(given, path)
        expect(leftToCreditMinor(lines, earlier)).toBe(0)
        const total = (figure: 'totalMinor' | 'taxMinor') =>
          notes.reduce((all, note) => all + note[figure], 0)
        expect(total('totalMinor')).toBe(document.totalMinor)
        expect(total('taxMinor')).toBe(document.taxMinor)
        for (const each of lines) {
          const pieces = earlier.filter(({ credits }) => credits === each.id)
          expect(pieces.reduce((all, piece) => all + piece.netMinor, 0)).toBe(each.netMinor)
          expect(pieces.reduce((all, piece) => all + grossOf(piece), 0)).toBe(grossOf(each))
        }
      }),
    )
  })

  test('never comes to more than an invoice that gave something back itself', () => {
    fc.assert(
      fc.property(compositions(mixed), steps, (given, path) => {
        fc.pre(composeInvoice(given).invoice !== null)
        const { document, lines, earlier, notes } = creditAll(given, path)
        expect(leftToCreditMinor(lines, earlier)).toBe(0)
        expect(notes.reduce((all, note) => all + note.totalMinor, 0)).toBe(document.totalMinor)
      }),
    )
  })
})
