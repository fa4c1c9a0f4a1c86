import { describe, expect, test } from 'vitest'
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
  disputed: null,
  stoppedAt: null,
  ...rest,
})

/** Amount and discount that a change in the middle of the year gives back: 184 of 365 days are left. */
const given = (line: RunningLine) => {
  const credit = creditLine(line, { at: at('2026-07-01'), policy: 'second', timeZone: 'UTC' })
  return credit === null ? null : [credit.amountMinor, credit.fixed?.discountMinor]
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
})
