import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMinor } from '../money/index.ts'
import type { BalanceMovement } from './disputed-balance.ts'
import type { DocumentLine } from './credited-by-hand.ts'
import { disputedLines, type DisputedPayment } from './disputed-lines.ts'

const DAY_MS = 86_400_000

/** Charged for thirty days, or given back of another line for the last so many. */
const line = (invoice: string, id: string, netMinor: number, credits?: string, days = 30): DocumentLine => ({
  id,
  invoice,
  kind: credits === undefined ? 'quantity' : 'credit',
  reference: 'basic',
  component: 'seats',
  description: '',
  quantity: '1',
  unitMinor: null,
  amountMinor: netMinor,
  discountMinor: 0,
  netMinor,
  taxInclusive: false,
  taxCategory: 'standard',
  taxes: [],
  service: { start: (30 - days) * DAY_MS, end: 30 * DAY_MS },
  credits: credits ?? null,
})

const open = (subject: string, amountMinor: number): DisputedPayment => ({
  subject,
  status: 'open',
  amountMinor,
})
const lost = (subject: string, amountMinor: number): DisputedPayment => ({
  subject,
  status: 'lost',
  amountMinor,
})

const first = line('a', 'seats', 10_000)
/** Eleven instead of ten. */
const more = [first, line('b', 'back', -10_000, 'seats'), line('b', 'more', 11_000)]

describe('what is disputed of a line', () => {
  test.each<[string, DocumentLine[], DisputedPayment[], string, { openMinor: number; lostMinor: number }]>([
    [
      'all that disputed money paid',
      [first],
      [open('a', 10_000)],
      'seats',
      { openMinor: 10_000, lostMinor: 0 },
    ],
    ['its part of that', [first], [open('a', 1_000)], 'seats', { openMinor: 1_000, lostMinor: 0 }],
    [
      'never more than all of it',
      [first],
      [lost('a', 7_000), open('a', 7_000)],
      'seats',
      { openMinor: 3_000, lostMinor: 7_000 },
    ],
    [
      'what was set off of one that is',
      more,
      [open('a', 10_000)],
      'more',
      { openMinor: 10_000, lostMinor: 0 },
    ],
    ['what paid the difference', more, [open('b', 1_000)], 'more', { openMinor: 1_000, lostMinor: 0 }],
    [
      'what was set off again',
      [...more, line('c', 'back again', -11_000, 'more'), line('c', 'most', 20_000)],
      [lost('a', 5_000)],
      'most',
      { openMinor: 0, lostMinor: 5_000 },
    ],
    [
      'the part of its time for which that was set off',
      [first, line('b', 'back', -5_000, 'seats', 15), line('b', 'more', 5_500)],
      [lost('a', 2_000)],
      'more',
      { openMinor: 0, lostMinor: 1_000 },
    ],
    [
      'nothing where only what is not was given back of that',
      [first, line('b', 'back', -4_000, 'seats', 15), line('b', 'more', 5_500)],
      [lost('a', 2_000)],
      'more',
      { openMinor: 0, lostMinor: 0 },
    ],
    [
      'no more than it came to where more went to the balance',
      [first, line('b', 'back', 10_000, 'seats'), line('b', 'less', -1_000)],
      [open('a', 10_000)],
      'less',
      { openMinor: 1_000, lostMinor: 0 },
    ],
  ])('is %s', (_, lines, payments, id, expected) => {
    expect(disputedLines(lines, payments, []).of(id)).toEqual(expected)
  })
})

/** Credited by hand. */
const byHand = (invoice: string, netMinor: number, credits: string): DocumentLine => ({
  ...line(invoice, `${invoice} of ${credits}`, netMinor, credits),
  kind: 'quantity',
})

/** Of the balance, one after the other. */
const moved = (...movements: [subject: string, amountMinor: number, kind?: string][]): BalanceMovement[] =>
  movements.map(([subject, amountMinor, kind = 'any']) => ({
    subject,
    kind,
    notes: [],
    currency: 'EUR',
    amountMinor,
  }))

/** Given back but for what the smaller plan costs: 90.00 to the balance. */
const less = [first, line('b', 'back', 10_000, 'seats'), line('b', 'less', -1_000)]
const bills = [line('c', 'next', 6_000), line('d', 'last', 6_000)]

describe('what is disputed of a line that the balance paid', () => {
  test.each<[string, BalanceMovement[], DisputedPayment[], number, number]>([
    [
      'what came there of one that is',
      moved(['b', 9_000], ['c', -6_000], ['d', -3_000]),
      [open('a', 10_000)],
      6_000,
      3_000,
    ],
    [
      'nothing while what came before lasts',
      moved(['x', 4_000], ['b', 9_000], ['c', -4_000], ['d', -6_000]),
      [open('a', 10_000)],
      0,
      6_000,
    ],
    [
      'what is not disputed of a credit note first',
      moved(['b', 9_000], ['c', -6_000], ['d', -3_000]),
      [open('a', 5_000)],
      1_000,
      3_000,
    ],
    [
      'nothing of what paid what stands on the credit note',
      moved(['b', 9_000], ['c', -6_000]),
      [open('a', 1_000)],
      0,
      0,
    ],
    [
      'nothing once an adjustment has taken it',
      moved(['x', 6_000], ['b', 9_000], ['y', -9_000, 'balance.adjusted'], ['c', -6_000]),
      [open('a', 10_000)],
      0,
      0,
    ],
    [
      'nothing of what came before, of which an adjustment has left that',
      moved(['x', 6_000], ['b', 9_000], ['y', -2_000, 'balance.adjusted'], ['c', -6_000], ['d', -6_000]),
      [open('a', 10_000)],
      0,
      6_000,
    ],
    [
      'what comes back from a void invoice and goes on',
      moved(['b', 9_000], ['c', -6_000], ['c', 6_000], ['d', -6_000]),
      [open('a', 10_000)],
      0,
      6_000,
    ],
    [
      'what went there of the payment itself',
      moved(['receipt', 2_000], ['c', -2_000]),
      [open('receipt', 2_000)],
      2_000,
      0,
    ],
    ['nothing that never came there', moved(['c', -6_000]), [open('a', 10_000)], 0, 0],
  ])('is %s', (_, movements, payments, ofNext, ofLast) => {
    const disputed = disputedLines([...less, ...bills], payments, movements)
    expect([disputed.of('next').openMinor, disputed.of('last').openMinor]).toEqual([ofNext, ofLast])
    expect([disputed.ofInvoiceMinor('c'), disputed.ofInvoiceMinor('d')]).toEqual([ofNext, ofLast])
  })

  test('is what was sent back, and came there because that failed', () => {
    const lines = [first, byHand('n', 10_000, 'seats'), ...bills]
    const movements = moved(['x', 1_000], ['refund', 10_000], ['c', -6_000])
    const failed = movements.map((each) => (each.subject === 'refund' ? { ...each, notes: ['n'] } : each))
    const disputed = disputedLines(lines, [open('a', 10_000)], failed)
    expect([disputed.of('next').openMinor, disputed.onBalanceMinor('EUR')]).toEqual([5_000, 5_000])
  })

  test('is what was lost of it', () => {
    const movements = moved(['b', 9_000], ['c', -6_000], ['d', -3_000])
    const disputed = disputedLines([...less, ...bills], [lost('a', 5_000), open('a', 2_000)], movements)
    expect(disputed.of('next')).toEqual({ openMinor: 2_000, lostMinor: 1_000 })
    expect(disputed.of('last')).toEqual({ openMinor: 0, lostMinor: 3_000 })
  })

  test('is neither more nor less than came there, wherever it goes', () => {
    const step = fc.tuple(fc.constantFrom('came', 'c', 'd', 'e'), fc.integer({ min: 1, max: 4_000 }))
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 0, max: 10_000 }),
        (steps, paidMinor) => {
          const movements = moved(
            ['b', 9_000],
            ...steps.map(([subject, minor]): [string, number] => [
              subject,
              subject === 'came' ? minor : -minor,
            ]),
          )
          const disputed = disputedLines([...less, ...bills], [open('a', paidMinor)], movements)
          const wentMinor = addMinor(...['c', 'd', 'e'].map((each) => disputed.ofInvoiceMinor(each)))
          expect(wentMinor + disputed.onBalanceMinor('EUR')).toBe(Math.max(paidMinor - 1_000, 0))
        },
      ),
    )
  })
})

describe('what is disputed of a line that was credited by hand', () => {
  const other = line('a', 'plan', 10_000)
  test.each<
    [string, DocumentLine[], DisputedPayment[], Record<string, { openMinor: number; lostMinor: number }>]
  >([
    [
      'is on the other lines, as far as all of it was given back',
      [first, other, byHand('n', 10_000, 'plan')],
      [open('a', 10_000)],
      { plan: { openMinor: 0, lostMinor: 0 }, seats: { openMinor: 10_000, lostMinor: 0 } },
    ],
    [
      'is on the other lines, what was lost of it too',
      [first, other, byHand('n', 8_000, 'plan')],
      [open('a', 6_000), lost('a', 6_000)],
      { plan: { openMinor: 0, lostMinor: 2_000 }, seats: { openMinor: 6_000, lostMinor: 4_000 } },
    ],
    [
      'is what it was, as far as something else was given back',
      [first, other, byHand('n', 5_000, 'plan')],
      [open('a', 10_000)],
      { plan: { openMinor: 5_000, lostMinor: 0 }, seats: { openMinor: 5_000, lostMinor: 0 } },
    ],
    [
      'goes along with what is set off of the rest',
      [first, byHand('a note', 5_000, 'seats'), line('b', 'back', -5_000, 'seats'), line('b', 'more', 8_000)],
      [open('a', 5_000)],
      { more: { openMinor: 5_000, lostMinor: 0 } },
    ],
    [
      'was set off before that',
      [first, line('b', 'back', -5_000, 'seats', 15), line('b', 'more', 8_000), byHand('n', 2_500, 'seats')],
      [open('a', 5_000)],
      { more: { openMinor: 2_500, lostMinor: 0 } },
    ],
  ])('%s', (_, lines, payments, expected) => {
    const disputed = disputedLines(lines, payments, [])
    for (const [id, of] of Object.entries(expected)) expect([id, disputed.of(id)]).toEqual([id, of])
  })

  test('is on the balance once, whichever credit notes brought it there', () => {
    const lines = [first, byHand('m', 4_000, 'seats'), byHand('n', 5_000, 'seats')]
    const movements = moved(['m', 4_000], ['n', 5_000])
    const onBalance = (minor: number) =>
      disputedLines(lines, [open('a', minor)], movements).onBalanceMinor('EUR')
    expect([1_000, 4_000, 8_000, 10_000].map(onBalance)).toEqual([0, 3_000, 7_000, 9_000])
  })

  test('is on the balance, where what was not disputed was sent back', () => {
    const lines = [first, byHand('m', 5_000, 'seats'), byHand('n', 3_000, 'seats')]
    const disputed = disputedLines(lines, [open('a', 4_000)], moved(['m', 5_000]), new Map([['n', 3_000]]))
    expect(disputed.onBalanceMinor('EUR')).toBe(2_000)
  })
})

describe('what is disputed of a credit that waits', () => {
  const used: DocumentLine = { ...line('a', 'calls', 5_000), kind: 'usage' }
  test.each<[string, number, { openMinor: number; lostMinor: number }, DocumentLine[]?]>([
    ['nothing as far as something else is left', 2_500, { openMinor: 0, lostMinor: 0 }],
    ['what goes beyond that', 4_000, { openMinor: 1_500, lostMinor: 0 }],
    ['nothing of a line that is not there', 4_000, { openMinor: 0, lostMinor: 0 }, []],
    [
      'all, where the rest was given back before',
      2_000,
      { openMinor: 2_000, lostMinor: 0 },
      [used, { ...line('b', 'back', -2_500, 'calls'), kind: 'usage' }],
    ],
  ])('is %s', (_, minor, expected, lines = [used]) => {
    expect(disputedLines(lines, [open('a', 2_500)], []).ofCredit('calls', minor)).toEqual(expected)
  })

  test('use that was given back pays by what is not disputed of it first', () => {
    const back: DocumentLine = { ...line('b', 'back', -2_500, 'calls'), kind: 'usage', quantity: '-25' }
    const next = line('b', 'plan', 5_000)
    expect(disputedLines([used, back, next], [open('a', 500)], []).of('plan')).toEqual({
      openMinor: 0,
      lostMinor: 0,
    })
  })
})
