import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RevenueShare } from './model.ts'
import { classifyMovement, movementsOf, recordMovements } from './movements.ts'

const share = (plan: string, monthlyMinor: number, currency = 'USD'): RevenueShare => ({
  currency,
  plan,
  monthlyMinor,
})
const told = (recorded: RevenueShare[], current: RevenueShare[]) =>
  movementsOf(recorded, current).map(({ currency, plan, kind, deltaMinor }) =>
    [currency, plan, kind, deltaMinor].join(' '),
  )

describe('classifyMovement', () => {
  test.each([
    [0, 1_500, false, 'new', 1_500],
    [0, 1_500, true, 'reactivation', 1_500],
    [1_500, 4_500, true, 'expansion', 3_000],
    [4_500, 1_500, true, 'contraction', -3_000],
    [4_500, 0, true, 'churn', -4_500],
    [4_500, 4_500, true, 'expansion', 0],
  ] as const)('from %d to %d, ever paid %s: %s', (before, after, everPaid, kind, deltaMinor) => {
    expect(classifyMovement(before, after, everPaid)).toEqual({ kind, deltaMinor })
  })
})

describe('movementsOf', () => {
  test('nothing moves, nothing is told', () => {
    expect(told([], [])).toEqual([])
    expect(told([share('pro', 900)], [share('pro', 900)])).toEqual([])
    expect(told([share('pro', 0)], [])).toEqual([])
  })

  test('a plan change is one kind for both plans, and its sum is what the customer pays more', () => {
    expect(told([share('starter', 1_900)], [share('pro', 19_900)])).toEqual([
      'USD starter expansion -1900',
      'USD pro expansion 19900',
    ])
    expect(told([share('pro', 19_900)], [share('starter', 1_900)])).toEqual([
      'USD pro contraction -19900',
      'USD starter contraction 1900',
    ])
  })

  test('losing one of several is contraction, losing the last is churn, and coming back a reactivation', () => {
    const both = [share('gold', 16_667), share('silver', 6_000)]
    expect(told(both, [share('gold', 16_667)])).toEqual(['USD silver contraction -6000'])
    expect(told([share('gold', 16_667), share('silver', 0)], [])).toEqual(['USD gold churn -16667'])
    expect(told([share('gold', 0)], [share('silver', 6_000)])).toEqual(['USD silver reactivation 6000'])
  })

  test('another currency is churn in the first and new in the second', () => {
    expect(told([share('pro', 900)], [share('pro', 800, 'EUR')])).toEqual([
      'USD pro churn -900',
      'EUR pro new 800',
    ])
  })

  test('the sum of the movements is the revenue, of every plan and currency, whatever happens', () => {
    const state = fc.uniqueArray(
      fc.record({
        currency: fc.constantFrom('USD', 'XOF'),
        plan: fc.constantFrom('starter', 'growth', 'pro'),
        monthlyMinor: fc.integer({ min: 1, max: 10_000 }),
      }),
      { selector: ({ currency, plan }) => `${currency} ${plan}`, maxLength: 6 },
    )
    fc.assert(
      fc.property(fc.array(state, { maxLength: 12 }), (states) => {
        let recorded: RevenueShare[] = []
        const sums = new Map<string, number>()
        const wholes = new Map<string, number>()
        for (const current of states) {
          const movements = movementsOf(recorded, current)
          for (const { currency, plan, deltaMinor, kind } of movements) {
            sums.set(`${currency} ${plan}`, (sums.get(`${currency} ${plan}`) ?? 0) + deltaMinor)
            wholes.set(currency, (wholes.get(currency) ?? 0) + deltaMinor)
            if (kind === 'churn') expect(deltaMinor).toBeLessThan(0)
            if (kind === 'new' || kind === 'reactivation') expect(deltaMinor).toBeGreaterThan(0)
          }
          recorded = recordMovements(recorded, movements)
          for (const { currency, plan, monthlyMinor } of recorded)
            expect(sums.get(`${currency} ${plan}`)).toBe(monthlyMinor)
          for (const each of current) expect(recorded).toContainEqual(each)
          for (const currency of wholes.keys()) {
            const paid = current.reduce(
              (sum, each) => sum + (each.currency === currency ? each.monthlyMinor : 0),
              0,
            )
            expect(wholes.get(currency)).toBe(paid)
          }
        }
      }),
    )
  })
})
