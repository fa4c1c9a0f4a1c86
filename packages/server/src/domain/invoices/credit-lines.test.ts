import { describe, expect, test } from 'vitest'
import type { Subscription } from '../subscriptions/model.ts'
import { creditLine } from './credit-lines.ts'
import type { RunningLine } from './model.ts'

const at = (day: string) => Date.parse(`${day}T00:00:00Z`)

const year = (rest: Partial<RunningLine> = {}): RunningLine => ({
  id: 'il_1',
  invoice: 'inv_1',
  subscription: 1,
  kind: 'plan',
  reference: 'basic',
  component: 'flat',
  description: 'Basic',
  quantity: '1',
  amountMinor: 12_000,
  discountMinor: 0,
  taxInclusive: false,
  taxCategory: 'standard',
  taxes: [],
  service: { start: at('2026-01-01'), end: at('2027-01-01') },
  creditedMinor: 0,
  creditedDiscountMinor: 0,
  disputed: { openMinor: 0, lostMinor: 0 },
  stoppedAt: null,
  ...rest,
})

const terms = {} as Subscription
const credits = (line: RunningLine) =>
  creditLine(line, { at: at('2026-07-01'), policy: 'second', timeZone: 'UTC', terms })

/** Amount and discount that a change in the middle of the year gives back: 184 of 365 days are left. */
const given = (line: RunningLine) => {
  const [credit] = credits(line)
  return credit === undefined ? null : [credit.amountMinor, credit.fixed?.discountMinor]
}

describe('the rest of a line', () => {
  test.each<[string, Partial<RunningLine>, (number | undefined)[] | null]>([
    ['is its share', {}, [-6_049, -0]],
    ['less its share of the discount', { discountMinor: 2_000 }, [-6_049, -1_008]],
    ['of what it really cost, where half was credited by hand', { creditedMinor: 6_000 }, [-3_025, -0]],
    [
      'with the discount that went along',
      { discountMinor: 2_000, creditedMinor: 6_000, creditedDiscountMinor: 1_000 },
      [-3_025, -504],
    ],
    ['is nothing where all was credited', { creditedMinor: 12_000 }, null],
  ])('%s', (_, rest, expected) => {
    const found = given(year(rest))
    expect(found?.map((each) => each ?? 0).map((each) => each + 0) ?? null).toEqual(
      expected?.map((each) => (each ?? 0) + 0) ?? null,
    )
  })

  test.each<[string, Partial<RunningLine>, [number, number, boolean][]]>([
    ['is set off only', { disputed: { openMinor: 12_000, lostMinor: 0 } }, [[-6_049, -1_008, true]]],
    ['is nothing where it was lost', { disputed: { openMinor: 0, lostMinor: 12_000 } }, []],
    [
      'is set off only as far as it is disputed, and without what was lost',
      { disputed: { openMinor: 3_000, lostMinor: 6_000 } },
      [
        [-1_513, -252, false],
        [-1_512, -252, true],
      ],
    ],
    [
      'is less of what is not disputed where a part was credited by hand',
      { creditedMinor: 6_000, creditedDiscountMinor: 1_000, disputed: { openMinor: 6_000, lostMinor: 0 } },
      [[-3_025, -504, true]],
    ],
  ])('of what is disputed %s', (_, rest, expected) => {
    const found = credits(year({ discountMinor: 2_000, ...rest }))
    const told = found.map(({ amountMinor, fixed, onlySetOff = false }) => [
      amountMinor,
      fixed?.discountMinor,
      onlySetOff,
    ])
    expect(told).toEqual(expected)
  })
})
