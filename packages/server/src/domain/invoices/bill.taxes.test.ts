import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'
import type { InvoiceLine } from './model.ts'

const address = { line1: '1 rue A', city: 'Paris', country: 'FR' }

const taxed = (taxInclusive: boolean): Definition => ({
  operator: { address },
  plans: {
    small: { prices: { EUR: { month: 12_000 } }, taxInclusive },
    large: { prices: { EUR: { month: 24_000 } }, taxInclusive },
  },
  taxes: {
    before: { country: 'FR', percent: 20, until: '2026-06-10' },
    after: { country: 'FR', percent: 25, from: '2026-06-10' },
  },
})

const percents = (lines: readonly InvoiceLine[]) =>
  lines.map(({ kind, taxes }) => `${kind} ${taxes.map(({ percent }) => percent).join()}`)

describe('taxes of a change', () => {
  test.each([
    ['exclusive', false, 14_400, 15_000 - 7200],
    ['inclusive', true, 12_000, 12_000 - 6000],
  ] as const)('what is given back has the rate that it was charged with: %s', (_, inclusive, first, then) => {
    const life = beginLife('2026-06-01', taxed(inclusive))
    life.subscribe('small')
    life.moveTo('2026-06-16')
    life.change({ plan: 'large' })
    expect(life.totals()).toEqual([`2026-06-01 ${first}`, `2026-06-16 ${then}`])
    expect(percents(life.last().lines)).toEqual(['credit 20', 'plan 25'])
  })

  test('without tax where the buyer owes it', () => {
    const billing = {
      address: { ...address, line2: '', postalCode: '', region: '', country: 'DE' },
      vatId: 'DE129273398',
    }
    const life = beginLife('2026-06-01', taxed(false), { billing })
    life.subscribe('small')
    expect(life.last().lines[0]?.taxes).toMatchObject([{ category: 'AE', taxMinor: 0 }])
    expect(life.totals()).toEqual(['2026-06-01 12000'])
  })
})

describe('currencies', () => {
  test.each([
    ['XOF', 15_000, 7258],
    ['USD', 1999, 967],
    ['KWD', 12_345, 5973],
  ])('of %s round to its smallest unit, once a line', (currency, month, half) => {
    const life = beginLife('2026-03-01', {
      plans: {
        essential: { prices: { [currency]: { month } } },
        other: { prices: { [currency]: { month } } },
      },
    })
    life.subscribe('essential')
    life.moveTo('2026-03-17')
    life.change({ plan: 'other', when: 'now' })
    expect(life.lines()).toEqual([
      `credit essential ${0 - half} 2026-03-17/2026-04-01`,
      `plan other ${half} 2026-03-17/2026-04-01`,
    ])
    expect(life.last().invoice.totalMinor).toBe(0)
  })

  test('an amount that rounds to nothing is neither charged nor given back', () => {
    const life = beginLife('2026-06-01', {
      plans: { small: { prices: { XOF: { month: 1 } } }, large: { prices: { XOF: { month: 3 } } } },
    })
    life.subscribe('small')
    life.moveTo('2026-06-30T12:00:00Z')
    life.change({ plan: 'large' })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 1', '2026-06-30 0', '2026-07-01 3'])
    expect(life.documents()[1]?.invoice.status).toBe('paid')
  })

  test('more than can be counted is refused', () => {
    const life = beginLife('2026-06-01', {
      plans: { team: { prices: { XOF: { month: { perUnit: { seats: '9007199254740991' } } } } } },
    })
    expect(() => life.subscribe('team', { quantities: { seats: 2 } })).toThrow()
  })
})
