import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'
import { Refusal } from '../../refusal.ts'

const plans: Definition['plans'] = {
  starter: { prices: { USD: { month: 3000, year: 30_000 }, EUR: { month: 2800 } } },
  growth: { prices: { USD: { month: 9000, year: 90_000 } } },
}

const beginning = (start: string, more: Partial<Definition> = {}) => beginLife(start, { plans, ...more })

describe('a beginning', () => {
  test('now opens a period and charges it in advance, from the anchor and without drift', () => {
    const life = beginning('2026-01-31')
    life.subscribe('starter')
    life.moveTo('2026-04-01')
    expect(life.totals()).toEqual(['2026-01-31 3000', '2026-02-28 3000', '2026-03-31 3000'])
    expect(life.lines()).toEqual(['plan starter 3000 2026-03-31/2026-04-30'])
  })

  test('that lies in the past sets the anchor alone: what is over is not charged', () => {
    const life = beginning('2026-06-16')
    life.subscribe('starter', { startAt: Date.UTC(2026, 3, 1) })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-16 1500', '2026-07-01 3000'])
  })

  test('that lies ahead is charged when it comes', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter', { startAt: Date.UTC(2026, 5, 10) })
    expect(life.totals()).toEqual([])
    life.moveTo('2026-06-10')
    expect(life.totals()).toEqual(['2026-06-10 3000'])
  })

  test.each([
    ['second', '2026-02-15T12:00:00Z', 1446],
    ['day', '2026-02-15T12:00:00Z', 1500],
    ['none', '2026-02-15T12:00:00Z', 1446],
  ] as const)('on the calendar is charged until the first of the month, by %s', (proration, start, stub) => {
    const life = beginning(start, {
      plans: { starter: { prices: { USD: { month: 3000 } }, policies: { anchor: 'calendar', proration } } },
    })
    life.subscribe('starter')
    life.moveTo('2026-03-01')
    expect(life.totals()).toEqual([`2026-02-15 ${stub}`, '2026-03-01 3000'])
  })

  test('with a trial is charged when that is over, from there', () => {
    const trial = { days: 14, onEnd: 'activate' as const }
    const life = beginning('2026-06-01', { plans: { starter: { prices: { USD: { month: 3000 } }, trial } } })
    life.subscribe('starter')
    life.moveTo('2026-06-15T23:59:59Z')
    expect(life.totals()).toEqual([])
    life.moveTo('2026-07-16')
    expect(life.totals()).toEqual(['2026-06-16 3000', '2026-07-16 3000'])
  })

  test('with a trial that nobody goes on from costs nothing', () => {
    const trial = { days: 14, onEnd: 'expire' as const }
    const life = beginning('2026-06-01', { plans: { starter: { prices: { USD: { month: 3000 } }, trial } } })
    life.subscribe('starter')
    life.moveTo('2027-01-01')
    expect(life.totals()).toEqual([])
  })

  test('of an incomplete one is charged when somebody activates it', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter', { activation: 'manual' })
    life.moveTo('2026-06-05')
    expect(life.totals()).toEqual([])
    life.activate()
    expect(life.lines()).toEqual(['plan starter 3000 2026-06-05/2026-07-05'])
  })

  test('of what the provider renews is billed there', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter', { authority: 'provider' })
    life.moveTo('2026-09-01')
    expect(life.totals()).toEqual([])
  })

  test('of what costs nothing makes no invoice', () => {
    const life = beginning('2026-06-01', { plans: { free: { prices: { USD: { month: 0 } } } } })
    life.subscribe('free')
    life.moveTo('2026-09-01')
    expect(life.documents()).toEqual([])
  })

  test('that was brought in billed is charged from the next period on', () => {
    const life = beginning('2026-06-16')
    life.subscribe('starter', { startAt: Date.UTC(2026, 5, 1), billed: true })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-07-01 3000'])
  })
})

describe('another plan', () => {
  test('now gives back the rest of the old and charges the rest of the new, on an invoice of its own', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.change({ plan: 'growth' })
    expect(life.lines()).toEqual([
      'credit starter -1500 2026-06-16/2026-07-01',
      'plan growth 4500 2026-06-16/2026-07-01',
    ])
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-06-16 3000', '2026-07-01 9000'])
  })

  test('and back at the same moment costs nothing in the end', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-11T07:30:00Z')
    life.change({ plan: 'growth' })
    life.change({ plan: 'starter', when: 'now' })
    life.change({ plan: 'growth' })
    life.change({ plan: 'starter', when: 'now' })
    life.moveTo('2026-06-30')
    expect(
      life
        .totals()
        .map((total) => Number(total.split(' ')[1]))
        .reduce((sum, one) => sum + one),
    ).toBe(3000)
  })

  test('through one without proration, and back or further, charges no time twice', () => {
    const free = { prices: { USD: { month: 1000 } }, policies: { proration: 'none' as const } }
    for (const [plan, expected] of [
      ['starter', []],
      ['growth', ['2026-06-16 3000']],
    ] as const) {
      const life = beginning('2026-06-01', { plans: { ...plans, free } })
      life.subscribe('starter')
      life.moveTo('2026-06-11')
      life.change({ plan: 'free', when: 'now' })
      life.moveTo('2026-06-16')
      life.change({ plan, when: 'now' })
      expect(life.totals()).toEqual(['2026-06-01 3000', ...expected])
    }
  })

  test.each([
    [{ month: 1000 }, 'month'],
    [{ month: 1000, year: 12_000 }, 'year'],
  ])(
    'from one without proration to one that has it gives back what is left: %o by the %s',
    (USD, interval) => {
      const free = { prices: { USD }, policies: { proration: 'none' as const } }
      const yearly = { prices: { USD: { month: 9000, year: 73_000 } } }
      const life = beginning('2026-06-01', { plans: { free, growth: yearly } })
      life.subscribe('free')
      life.moveTo('2026-06-16')
      life.change({ plan: 'growth', interval, when: 'now' })
      expect(life.totals().at(-1)).toBe(`2026-06-16 ${(interval === 'year' ? 73_000 : 4500) - 500}`)
    },
  )

  test.each([
    ['month', 9000],
    ['year', 73_000],
  ])(
    'from another interval of one without proration gives back that too: by the %s',
    (interval, newMinor) => {
      const free = {
        prices: { USD: { month: 1000, year: 10_000 } },
        policies: { proration: 'none' as const },
      }
      const growth = { prices: { USD: { month: 9000, year: 73_000 } } }
      const life = beginning('2026-06-01', { plans: { free, growth } })
      life.subscribe('free')
      life.moveTo('2026-06-16')
      life.change({ interval: 'year', when: 'now' })
      life.change({ plan: 'growth', interval, when: 'now' })
      const total = life.totals().reduce((sum, each) => sum + Number(each.split(' ')[1]), 0)
      // of the first month a half was had
      expect(total).toBe(500 + newMinor)
    },
  )

  test('for less goes on until the period is over, and the next one is cheaper', () => {
    const life = beginning('2026-06-01')
    life.subscribe('growth')
    life.moveTo('2026-06-16')
    life.change({ plan: 'starter' })
    life.moveTo('2026-08-01')
    expect(life.totals()).toEqual(['2026-06-01 9000', '2026-07-01 3000', '2026-08-01 3000'])
  })

  test('for less, now, leaves what is too much to the balance, which the next invoice takes', () => {
    const life = beginning('2026-06-01')
    life.subscribe('growth')
    life.moveTo('2026-06-16')
    life.change({ plan: 'starter', when: 'now' })
    life.moveTo('2026-06-16')
    expect(life.totals()).toEqual(['2026-06-01 9000', '2026-06-16 -3000'])
    expect(life.balance('USD')).toBe(3000)
    life.moveTo('2026-07-01')
    expect(life.last().invoice).toMatchObject({ totalMinor: 3000, creditAppliedMinor: 3000, status: 'paid' })
    expect(life.balance('USD')).toBe(0)
  })

  test('where nothing is prorated is charged from the next period on', () => {
    const policies = { proration: 'none' as const }
    const life = beginning('2026-06-01', {
      plans: {
        starter: { prices: { USD: { month: 3000 } }, policies },
        growth: { prices: { USD: { month: 9000 } }, policies },
      },
    })
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.change({ plan: 'growth' })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-07-01 9000'])
  })

  test('in a trial costs nothing before its end', () => {
    const trial = { days: 14, onEnd: 'activate' as const }
    const life = beginning('2026-06-01', {
      plans: {
        starter: { prices: { USD: { month: 3000 } }, trial },
        growth: { prices: { USD: { month: 9000 } }, trial },
      },
    })
    life.subscribe('starter')
    life.moveTo('2026-06-05')
    life.change({ plan: 'growth' })
    life.moveTo('2026-06-16')
    expect(life.totals()).toEqual(['2026-06-16 9000'])
  })

  test('in another currency is refused while the old one has been paid for, and is none at the end', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    expect(() => life.change({ currency: 'EUR', when: 'now' })).toThrow(Refusal)
    life.change({ currency: 'EUR', when: 'period_end' })
    life.moveTo('2026-07-01')
    expect(life.documents().map(({ invoice }) => `${invoice.totalMinor} ${invoice.currency}`)).toEqual([
      '3000 USD',
      '2800 EUR',
    ])
  })
})

describe('another interval', () => {
  test('within a period begins its own now, and gives back the rest of the old', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.change({ interval: 'year' })
    expect(life.lines()).toEqual([
      'credit starter -1500 2026-06-16/2026-07-01',
      'plan starter 30000 2026-06-16/2027-06-16',
    ])
    life.moveTo('2027-06-16')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-06-16 28500', '2027-06-16 30000'])
  })

  test.each([
    ['month', 'year', ['2026-06-01 3000', '2026-06-01 27000', '2027-06-01 30000']],
    ['year', 'month', ['2026-06-01 30000', '2026-06-01 -27000', '2026-07-01 3000']],
  ] as const)('at the very start of a period replaces all of it: %s to %s', (from, to, expected) => {
    const life = beginning('2026-06-01')
    life.subscribe('starter', { interval: from })
    life.change({ interval: to, when: 'now' })
    life.moveTo(expected[2].slice(0, 10))
    expect(life.totals()).toEqual(expected)
  })

  test('at the end begins there, and nothing is given back', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.change({ interval: 'year', when: 'period_end' })
    life.moveTo('2027-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-07-01 30000', '2027-07-01 30000'])
  })

  test('a shorter one leaves the rest to the balance', () => {
    const life = beginning('2026-01-01')
    life.subscribe('starter', { interval: 'year' })
    life.moveTo('2026-07-02')
    life.change({ interval: 'month', when: 'now' })
    life.moveTo('2026-07-02')
    expect(life.totals()).toEqual(['2026-01-01 30000', '2026-07-02 -12041'])
    expect(life.balance('USD')).toBe(12_041)
    life.moveTo('2026-08-02')
    expect(life.last().invoice).toMatchObject({ totalMinor: 3000, creditAppliedMinor: 3000 })
  })
})

const seats = (quantityChange: 'next_period' | 'prorate' | 'raise_now'): Partial<Definition> => ({
  plans: {
    team: {
      prices: { USD: { month: { amountMinor: 3000, perUnit: { seats: '600' } } } },
      policies: { quantityChange },
    },
  },
})

describe('more and fewer seats', () => {
  test.each([
    ['next_period', 5, ['2026-06-01 4200', '2026-07-01 6000']],
    ['next_period', 1, ['2026-06-01 4200', '2026-07-01 3600']],
    ['prorate', 5, ['2026-06-01 4200', '2026-06-16 900', '2026-07-01 6000']],
    ['prorate', 1, ['2026-06-01 4200', '2026-06-16 -300', '2026-07-01 3600']],
    ['raise_now', 5, ['2026-06-01 4200', '2026-06-16 900', '2026-07-01 6000']],
    ['raise_now', 1, ['2026-06-01 4200', '2026-07-01 3600']],
  ] as const)('CP-9 with "%s", 2 → %i', (quantityChange, quantity, expected) => {
    const life = beginning('2026-06-01', seats(quantityChange))
    life.subscribe('team', { quantities: { seats: 2 } })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: quantity } })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(expected)
  })

  test('a scheduled plan stays scheduled, and takes the new seats with it', () => {
    const life = beginning('2026-06-01', {
      plans: {
        team: {
          prices: { USD: { month: { perUnit: { seats: '600' } } } },
          policies: { quantityChange: 'prorate' },
        },
        small: { prices: { USD: { month: { perUnit: { seats: '100' } } } } },
      },
    })
    life.subscribe('team', { quantities: { seats: 2 } })
    life.change({ plan: 'small' })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: 4 } })
    expect(life.subscription().scheduledChange?.plan.key).toBe('small')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 1200', '2026-06-16 600', '2026-07-01 400'])
  })

  test.each(['next_period', 'raise_now'] as const)(
    'lowered without credit by %s give nothing back later: with another plan, or an end',
    (quantityChange) => {
      for (const goOn of ['change', 'cancel'] as const) {
        const { team } = seats(quantityChange).plans ?? {}
        const dear = { prices: { USD: { month: 30_000 } } }
        const life = beginning('2026-06-01', { plans: { ...(team && { team }), dear } })
        life.subscribe('team', { quantities: { seats: 4 } })
        life.moveTo('2026-06-11')
        life.change({ quantities: { seats: 1 }, when: 'now' })
        life.moveTo('2026-06-16')
        if (goOn === 'change') life.change({ plan: 'dear' })
        else life.cancel('now', true)
        // half of the flat part and of one seat comes back
        expect(life.totals().slice(1)).toEqual([`2026-06-16 ${goOn === 'change' ? 13_200 : -1800}`])
      }
    },
  )

  test('fewer at the end and then more at once: the new figure holds', () => {
    const life = beginning('2026-06-01', seats('raise_now'))
    life.subscribe('team', { quantities: { seats: 4 } })
    life.change({ quantities: { seats: 1 } })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: 6 } })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 5400', '2026-06-16 600', '2026-07-01 6600'])
  })

  test('lowered at once without credit, then raised to less than was paid for: nothing is due', () => {
    const life = beginning('2026-06-01', seats('raise_now'))
    life.subscribe('team', { quantities: { seats: 4 } })
    life.moveTo('2026-06-11')
    life.change({ quantities: { seats: 1 }, when: 'now' })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: 3 } })
    life.moveTo('2026-06-21')
    life.change({ quantities: { seats: 5 } })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 5400', '2026-06-21 200', '2026-07-01 6000'])
  })
})

describe('from a plan that costs nothing', () => {
  test.each([undefined, 'EUR'])('an upgrade now needs no currency from before (%s)', (currency) => {
    const life = beginning('2026-06-01', { plans: { ...plans, free: {} } })
    life.subscribe('free')
    life.moveTo('2026-06-16')
    life.change({ plan: 'starter', when: 'now', ...(currency === undefined ? {} : { currency }) })
    expect(life.subscription()).toMatchObject({ plan: { key: 'starter' } })
    expect(life.totals()).toEqual([`2026-06-16 ${currency === undefined ? 1500 : 1400}`])
  })

  test('what is paid for still holds the currency until the end of the period', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter', { currency: 'USD' })
    expect(() => life.change({ currency: 'EUR', when: 'now' })).toThrow(Refusal)
  })
})
