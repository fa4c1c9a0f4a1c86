import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'

const policies = { quantityChange: 'prorate' } as const

const selling = (coupon: object): Definition => ({
  plans: {
    small: { prices: { USD: { month: 10_000, year: 100_000 } }, policies },
    large: { prices: { USD: { month: 20_000 } }, policies },
    team: { prices: { USD: { month: { perUnit: { seats: '1000' } } } }, policies },
  },
  coupons: { OFF: coupon },
})

describe('a coupon', () => {
  test.each([
    [1, ['2026-06-01 7500', '2026-07-01 10000', '2026-08-01 10000']],
    [2, ['2026-06-01 7500', '2026-07-01 7500', '2026-08-01 10000']],
    ['forever', ['2026-06-01 7500', '2026-07-01 7500', '2026-08-01 7500']],
  ] as const)('for %s', (periods, expected) => {
    const life = beginLife('2026-06-01', selling({ percentOff: 25, periods }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-08-01')
    expect(life.totals()).toEqual(expected)
  })

  test.each([1, 2, 'forever'] as const)('for %s holds for an upgrade within its period too', (periods) => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ plan: 'large' })
    // half of 10,000 for a half, half of 20,000 for the other
    expect(life.totals()).toEqual(['2026-06-01 5000', '2026-06-16 2500'])
    life.moveTo('2026-07-01')
    expect(life.last().invoice.totalMinor).toBe(periods === 1 ? 20_000 : 10_000)
  })

  test.each([1, 'forever'] as const)('of an amount, for %s, is not lost with an upgrade', (periods) => {
    const life = beginLife('2026-06-01', selling({ amountOff: { USD: 3000 }, periods }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ plan: 'large' })
    // 15,000 for the month, less 3,000
    expect(life.totals()).toEqual(['2026-06-01 7000', '2026-06-16 5000'])
    life.moveTo('2026-07-01')
    expect(life.last().invoice.totalMinor).toBe(periods === 1 ? 20_000 : 17_000)
  })

  test('that is redeemed with a change is counted once for the period', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 1 }))
    life.subscribe('team', { quantities: { seats: 2 } })
    life.moveTo('2026-06-16')
    life.redeem('OFF')
    life.change({ quantities: { seats: 4 } })
    life.change({ quantities: { seats: 6 } })
    life.moveTo('2026-07-01')
    // what is given back was paid in full; what is charged is halved
    expect(life.totals()).toEqual(['2026-06-01 2000', '2026-06-16 0', '2026-06-16 500', '2026-07-01 6000'])
  })

  test('counts for the period that another interval begins', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 2 }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ interval: 'year' })
    life.moveTo('2027-06-16')
    expect(life.totals()).toEqual(['2026-06-01 5000', '2026-06-16 47500', '2027-06-16 100000'])
  })

  test('given back is what was paid after it', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 100, periods: 1 }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.cancel('now', true)
    expect(life.totals()).toEqual(['2026-06-01 0'])
  })
})
