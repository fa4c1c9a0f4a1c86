import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'
import type { CustomerMoney } from '../customers/money.ts'

const policies = { quantityChange: 'prorate' } as const

const selling = (coupon: object): Definition => ({
  plans: {
    small: { prices: { USD: { month: 10_000, year: 100_000 } }, policies },
    large: { prices: { USD: { month: 20_000 } }, policies },
    team: {
      prices: { USD: { month: { perUnit: { seats: '1000' } }, year: { perUnit: { seats: '10000' } } } },
      policies,
    },
  },
  addOns: { module: { kind: 'recurring', prices: { USD: { month: 5000 } } } },
  coupons: { OFF: coupon },
})

describe('a coupon of an amount, where modules have an invoice of their own', () => {
  test.each([
    // 5,000 for each module, 10,000 for the plan
    [
      'for the module is taken from theirs',
      { appliesTo: ['module'], periods: 2 },
      [10_000, 3000],
      [10_000, 5000],
    ],
    [
      'for it and another plan, too',
      { appliesTo: ['module', 'large'], periods: 'forever' },
      [10_000, 3000],
      [10_000, 3000],
    ],
    [
      'for both is taken from the plan’s',
      { appliesTo: ['module', 'small'], periods: 2 },
      [8000, 5000],
      [10_000, 5000],
    ],
    ['for everything, too', { periods: 'forever' }, [8000, 5000], [8000, 5000]],
  ] as const)('%s', (_, coupon, before, after) => {
    const { plans, addOns, coupons } = selling({ ...coupon, amountOff: { USD: 2000 } } as object)
    const apart = { ...plans.small, policies: { ...policies, moduleInvoices: 'apart' } } as const
    const life = beginLife('2026-06-01', { plans: { ...plans, small: apart }, addOns, coupons })
    life.subscribe('small', { addOns: ['module'], coupons: ['OFF'] })
    life.moveTo('2026-07-01')
    life.moveTo('2026-08-01')
    const totals = life.documents().map(({ invoice }) => invoice.totalMinor)
    expect(totals).toEqual([...before, ...before, ...after])
  })
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

  test.each([
    ['alone', { amountOff: { USD: 300 } }, [], [1700, 1000, -1500]],
    ['beside a percentage', { amountOff: { USD: 300 } }, ['HALF'], [700, 500, -750]],
    ['of more than is left', { amountOff: { USD: 1500 } }, [], [500, 1000, -1250]],
  ] as const)('of an amount %s is not lost with more seats, or fewer', (_, coupon, others, totals) => {
    const { plans, coupons } = selling(coupon)
    const life = beginLife('2026-06-01', { plans, coupons: { ...coupons, HALF: { percentOff: 50 } } })
    life.subscribe('team', { quantities: { seats: 2 }, coupons: ['OFF', ...others] })
    life.moveTo('2026-06-16')
    // half a period of four seats, then of one
    life.change({ quantities: { seats: 4 } })
    life.change({ quantities: { seats: 1 } })
    expect(life.totals()).toEqual([
      `2026-06-01 ${totals[0]}`,
      `2026-06-16 ${totals[1]}`,
      `2026-06-16 ${totals[2]}`,
    ])
  })

  test('that is redeemed with a change is counted once for the period', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 1 }))
    life.subscribe('team', { quantities: { seats: 2 } })
    life.moveTo('2026-06-16')
    life.redeem('OFF')
    life.change({ quantities: { seats: 4 } })
    life.change({ quantities: { seats: 6 } })
    life.moveTo('2026-07-01')
    // of two more seats, twice, the half; those that were paid in full stay so
    expect(life.totals()).toEqual(['2026-06-01 2000', '2026-06-16 500', '2026-06-16 500', '2026-07-01 6000'])
  })

  test.each([
    // half of the month is left, and with it half of the amount
    [1, 3000, ['2026-06-01 10000', '2026-06-16 3500', '2026-07-01 20000', '2026-08-01 20000']],
    [2, 3000, ['2026-06-01 10000', '2026-06-16 3500', '2026-07-01 17000', '2026-08-01 20000']],
    [1, 30_000, ['2026-06-01 10000', '2026-06-16 -5000', '2026-07-01 20000', '2026-08-01 20000']],
    ['forever', 3000, ['2026-06-01 10000', '2026-06-16 3500', '2026-07-01 17000', '2026-08-01 17000']],
  ] as const)('of an amount, for %s, redeemed with a change: %i off', (periods, minor, expected) => {
    const life = beginLife('2026-06-01', selling({ amountOff: { USD: minor }, periods }))
    life.subscribe('small')
    life.moveTo('2026-06-16')
    life.change({ plan: 'large', coupons: ['OFF'] })
    life.moveTo('2026-08-01')
    expect(life.totals()).toEqual(expected)
  })

  test('of an amount, used with one change, is never more than its amount after the next', () => {
    const life = beginLife('2026-06-01', selling({ amountOff: { USD: 3000 }, periods: 1 }))
    life.subscribe('small')
    life.moveTo('2026-06-16')
    life.change({ plan: 'large', coupons: ['OFF'] })
    life.change({ plan: 'small', when: 'now' })
    life.change({ plan: 'large', when: 'now' })
    life.moveTo('2026-07-01')
    const taken = life
      .documents()
      .reduce((sum, { invoice }) => sum + (invoice.kind === 'invoice' ? 1 : -1) * invoice.discountMinor, 0)
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThanOrEqual(3000)
  })

  const keeping = (amount: object): Definition => {
    const modules = 'next_invoice' as const
    const components = { calls: { feature: 'calls', model: { perUnit: '50' } } }
    const seats = { USD: { month: { perUnit: { seats: '1000' } } } }
    return {
      features: { calls: { kind: 'meter' } },
      plans: {
        metered: { prices: { USD: { month: { amountMinor: 1000, components } } }, policies: { modules } },
        least: { prices: { USD: { month: { amountMinor: 1000, minimumMinor: 2000 } } } },
        kept: { prices: seats, policies: { quantityChange: 'raise_now' } },
        large: { prices: { USD: { month: 6000 } }, policies: { modules } },
      },
      addOns: { module: { kind: 'recurring', prices: { USD: { month: 1000 } } } },
      coupons: { OFF: { ...amount, periods: 'forever' }, HALF: { percentOff: 50, periods: 'forever' } },
    }
  }
  const OFF = { amountOff: { USD: 900 } }

  test.each([
    ['use', 'metered', [300, 600], [-150, 150]],
    ['a minimum', 'least', [450, 450], [-225, 225]],
  ] as const)('of an amount is not taken again of what went to %s', (_, plan, opening, within) => {
    const life = beginLife('2026-06-01', keeping(OFF))
    life.subscribe(plan)
    const window = { windowStart: Date.UTC(2026, 5, 1), windowEnd: Date.UTC(2026, 6, 1), used: 40, billed: 0 }
    life.use({ windows: [{ feature: 1, ...window }] })
    life.moveTo('2026-06-30')
    life.redeem('OFF')
    life.moveTo('2026-07-01')
    const discounts = () => life.last().lines.map(({ discountMinor }) => discountMinor)
    expect(discounts().toSorted((one, other) => one - other)).toEqual(opening)
    life.moveTo('2026-07-16T12:00:00Z')
    life.change({ plan: 'large' })
    expect(discounts()).toEqual(within)
  })

  test('of an amount is not taken again of a module that waited for the invoice', () => {
    const life = beginLife('2026-06-01', keeping(OFF))
    life.subscribe('metered')
    life.moveTo('2026-06-16')
    life.putAddOn('module')
    life.removeAddOn('module')
    life.redeem('OFF')
    life.moveTo('2026-07-01')
    life.change({ plan: 'large' })
    const discounts = life.documents().flatMap(({ lines }) => lines.map(({ discountMinor }) => discountMinor))
    // two thirds off the plan, and one off the half of a module
    expect(discounts).toEqual([0, 600, 300, -600, 600])
  })

  test('of an amount is not taken again of seats that went without anything coming back', () => {
    const life = beginLife('2026-06-01', keeping(OFF))
    life.subscribe('kept', { quantities: { seats: 3 }, coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: 1 }, when: 'now' })
    life.change({ plan: 'large' })
    expect(life.last().lines.map(({ discountMinor }) => discountMinor)).toEqual([-150, 150])
  })

  test('of an amount is what it was beside a percentage that was redeemed since', () => {
    const life = beginLife('2026-06-01', keeping(OFF))
    life.subscribe('metered', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.redeem('HALF')
    life.change({ plan: 'large' })
    // the half of 3,000, and what came back of the amount
    expect(life.last().lines.map(({ discountMinor }) => discountMinor)).toEqual([-450, 1950])
    life.change({ plan: 'metered', when: 'now' })
    expect(life.last().lines.map(({ discountMinor }) => Math.abs(discountMinor))).toEqual([1950, 500])
  })

  test('of an amount waits for the next period where only seats are added', () => {
    const life = beginLife('2026-06-01', selling({ amountOff: { USD: 300 }, periods: 1 }))
    life.subscribe('team', { quantities: { seats: 2 } })
    life.moveTo('2026-06-16')
    life.redeem('OFF')
    life.change({ quantities: { seats: 4 } })
    life.moveTo('2026-08-01')
    expect(life.totals()).toEqual([
      '2026-06-01 2000',
      '2026-06-16 1000',
      '2026-07-01 3700',
      '2026-08-01 4000',
    ])
  })

  test('counts for the period that another interval begins', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 2 }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ interval: 'year' })
    life.moveTo('2027-06-16')
    expect(life.totals()).toEqual(['2026-06-01 5000', '2026-06-16 47500', '2027-06-16 100000'])
  })

  test('that is used up holds for nothing in the longer period that follows the one it was for', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 1 }))
    life.subscribe('team', { quantities: { seats: 2 }, coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ interval: 'year' })
    // two seats for a year, of whose first half month the half was paid; and one more
    life.change({ quantities: { seats: 3 } })
    expect(life.totals()).toEqual(['2026-06-01 1000', '2026-06-16 19500', '2026-06-16 10000'])
  })

  test.each([1, 'forever'] as const)(
    'of an amount, for %s, is not taken again of what a module has of it',
    (periods) => {
      const life = beginLife('2026-06-01', selling({ amountOff: { USD: 3000 }, periods }))
      life.subscribe('small', { addOns: ['module'], coupons: ['OFF'] })
      life.moveTo('2026-06-16')
      life.change({ plan: 'large' })
      // 15,000 and the module's 5,000 for the month, less 3,000
      expect(life.totals()).toEqual(['2026-06-01 12000', '2026-06-16 5000'])
    },
  )

  test('of an amount that paid for all seats leaves a new one to be paid for alone', () => {
    const life = beginLife('2026-06-01', selling({ amountOff: { USD: 3000 } }))
    life.subscribe('team', { quantities: { seats: 3 }, coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: 4 } })
    life.change({ quantities: { seats: 2 } })
    life.change({ quantities: { seats: 3 } })
    // the amount covers the two that are left, and then waits for nobody
    expect(life.totals()).toEqual(['2026-06-01 0', '2026-06-16 500', '2026-06-16 -500', '2026-06-16 500'])
  })

  test('redeemed within a period gives nothing back for fewer of what was paid in full', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 'forever' }))
    life.subscribe('team', { quantities: { seats: 4 } })
    life.moveTo('2026-06-16')
    life.redeem('OFF')
    life.change({ quantities: { seats: 3 } })
    expect(life.totals()).toEqual(['2026-06-01 4000', '2026-06-16 -500'])
  })

  test('that has ended stays with what it was taken off', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 50, periods: 'forever' }))
    life.subscribe('team', { quantities: { seats: 4 }, coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.world.state = {
      ...life.world.state,
      money: { ...(life.world.state.money as CustomerMoney), discounts: [] },
    }
    life.change({ quantities: { seats: 5 } })
    life.change({ quantities: { seats: 2 } })
    expect(life.totals()).toEqual(['2026-06-01 2000', '2026-06-16 500', '2026-06-16 -900'])
  })

  test('of an amount is as much after a change within a period that is short by itself', () => {
    const { plans, coupons } = selling({ amountOff: { USD: 500 }, periods: 1 })
    const calendar = { ...policies, anchor: 'calendar' } as const
    const small = { prices: { USD: { month: 3000 } }, policies: calendar }
    const large = { prices: { USD: { month: 6900 } }, policies: calendar }
    const life = beginLife('2026-02-15', { plans: { ...plans, small, large }, coupons })
    life.subscribe('small', { coupons: ['OFF'] })
    life.change({ plan: 'large' })
    // the half of 3000 and of 6900, less 500 each time
    expect(life.totals()).toEqual(['2026-02-15 1000', '2026-02-15 1950'])
    life.moveTo('2026-02-22')
    life.change({ plan: 'small', when: 'now' })
    expect(life.totals().at(-1)).toBe('2026-02-22 -975')
  })

  test('given back is what was paid after it', () => {
    const life = beginLife('2026-06-01', selling({ percentOff: 100, periods: 1 }))
    life.subscribe('small', { coupons: ['OFF'] })
    life.moveTo('2026-06-16')
    life.cancel('now', true)
    expect(life.totals()).toEqual(['2026-06-01 0'])
  })
})
