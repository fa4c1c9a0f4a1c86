import { describe, expect, test } from 'vitest'
import { disputedLines, type DisputedPayment, type DocumentLine } from './disputed-lines.ts'

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

const open = (invoice: string, amountMinor: number): DisputedPayment => ({
  invoice,
  status: 'open',
  amountMinor,
})
const lost = (invoice: string, amountMinor: number): DisputedPayment => ({
  invoice,
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
    expect(disputedLines(lines, payments).of(id)).toEqual(expected)
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
    expect(disputedLines(lines, [open('a', 2_500)]).ofCredit('calls', minor)).toEqual(expected)
  })

  test('use that was given back pays by what is not disputed of it first', () => {
    const back: DocumentLine = { ...line('b', 'back', -2_500, 'calls'), kind: 'usage', quantity: '-25' }
    const next = line('b', 'plan', 5_000)
    expect(disputedLines([used, back, next], [open('a', 500)]).of('plan')).toEqual({
      openMinor: 0,
      lostMinor: 0,
    })
  })
})
