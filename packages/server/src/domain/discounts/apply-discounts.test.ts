import { describe, expect, test } from 'vitest'
import { discount, line } from '../../../test/support/document-lines.ts'
import type { LineDraft } from '../invoices/model.ts'
import { applyDiscounts } from './apply-discounts.ts'
import type { Discount } from './model.ts'

const taken = (lines: LineDraft[], ...discounts: Discount[]) =>
  applyDiscounts(lines, discounts, 'EUR').linesMinor

describe('discounts', () => {
  test('percentages compound before amounts are taken, whatever was redeemed first', () => {
    const discounts = [
      discount({ amountOff: { EUR: 1000 } }),
      discount({ percentOff: '10' }),
      discount({ percentOff: '25' }),
    ]
    // 10000 − 3250, then 1000.
    expect(taken([line(10_000)], ...discounts)).toEqual([4250])
  })

  test('percentages round once a line, half away from zero', () => {
    expect(taken([line(5), line(15), line(4)], discount({ percentOff: '10' }))).toEqual([1, 2, 0])
    // 50 % of 50 % of 3 is 0.75 left: 2 taken, not 2 and then 1.
    expect(taken([line(3)], discount({ percentOff: '50' }), discount({ percentOff: '50' }))).toEqual([2])
  })

  test('amounts are split over what is left, and never take more', () => {
    expect(taken([line(100), line(200)], discount({ amountOff: { EUR: 100 } }))).toEqual([33, 67])
    expect(taken([line(1000), line(1000)], discount({ amountOff: { EUR: 2500 } }))).toEqual([1000, 1000])
    expect(
      taken(
        [line(100), line(100)],
        discount({ percentOff: '100', appliesTo: ['pro'] }),
        discount({ amountOff: { EUR: 50 } }),
      ),
    ).toEqual([100, 100])
  })

  test('amounts of another currency take nothing and use up nothing', () => {
    const foreign = discount({ amountOff: { XOF: 500 } })
    expect(applyDiscounts([line(1000)], [foreign], 'EUR')).toEqual({ linesMinor: [0], used: [] })
  })

  test('take only from what they apply to', () => {
    const lines = [
      line(1000),
      line(1000, { reference: 'seats' }),
      line(0),
      line(1000, { undiscounted: true }),
    ]
    expect(taken(lines, discount({ percentOff: '10', appliesTo: ['seats'] }))).toEqual([0, 100, 0, 0])
    expect(taken(lines, discount({ amountOff: { EUR: 100 } }))).toEqual([50, 50, 0, 0])
  })

  test('leave a credit the discount of what it gives back', () => {
    const credit = line(-900, { fixed: { discountMinor: -90, taxes: [] } })
    expect(taken([credit, line(1000)], discount({ percentOff: '50' }))).toEqual([-90, 500])
    expect(taken([line(-900)], discount({ percentOff: '50' }))).toEqual([0])
  })

  test('are used, in the order of redemption, where there was something to take', () => {
    const last = discount({ percentOff: '10' }, { redeemedAt: 9 })
    const first = discount({ amountOff: { EUR: 100 } }, { redeemedAt: 1 })
    const other = discount({ percentOff: '10', appliesTo: ['other'] }, { redeemedAt: 2 })
    const over = discount({ percentOff: '10' }, { periodsLeft: 0 })
    expect(applyDiscounts([line(1000)], [last, first, other, over], 'EUR')).toEqual({
      linesMinor: [200],
      used: [first.id, last.id],
    })
  })
})
