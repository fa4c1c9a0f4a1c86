import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'
import { Refusal } from '../../refusal.ts'

const plans: Definition['plans'] = { starter: { prices: { USD: { month: 3000, year: 30_000 } } } }

const beginning = (start: string, more: Partial<Definition> = {}) => beginLife(start, { plans, ...more })

describe('modules', () => {
  const withModules = (modules: 'now' | 'next_invoice'): Partial<Definition> => ({
    plans: { starter: { prices: { USD: { month: 3000, year: 30_000 } }, policies: { modules } } },
    addOns: {
      insights: { kind: 'recurring', prices: { USD: { month: 600, year: 6000 } } },
      exports: { kind: 'recurring', prices: { USD: { month: 300, year: 3000 } } },
    },
    bundles: { all: { addOns: ['insights', 'exports'], prices: { USD: { month: 750, year: 7500 } } } },
  })

  test('CM-7 switched on within a period, the part is on the next invoice beside the full price', () => {
    const life = beginning('2026-06-01', withModules('next_invoice'))
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.putAddOn('insights')
    expect(life.waiting()).toEqual(['add_on insights 300'])
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-07-01 3900'])
    expect(life.lines()).toEqual([
      'plan starter 3000 2026-07-01/2026-08-01',
      'add_on insights 600 2026-07-01/2026-08-01',
      'add_on insights 300 2026-06-16/2026-07-01',
    ])
  })

  test('CP-3 or it is charged now', () => {
    const life = beginning('2026-06-01', withModules('now'))
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.putAddOn('insights')
    expect(life.lines()).toEqual(['add_on insights 300 2026-06-16/2026-07-01'])
    expect(life.last().invoice.reason).toBe('add_on')
  })

  test.each(['now', 'next_invoice'] as const)(
    'switched on, off, and on again (%s) never charges a stretch twice',
    (modules) => {
      const life = beginning('2026-06-01', withModules(modules))
      life.subscribe('starter')
      life.moveTo('2026-06-11')
      life.putAddOn('insights')
      life.moveTo('2026-06-16')
      life.removeAddOn('insights')
      life.moveTo('2026-06-21')
      life.putAddOn('insights')
      life.putAddOn('insights', 2)
      life.putAddOn('insights', 1)
      life.putAddOn('insights', 2)
      life.moveTo('2026-07-01')
      const total = life.documents().reduce((sum, { invoice }) => sum + invoice.totalMinor, 0)
      // 400 for 20 days, 200 for a second one of 10 days, and July
      expect(total).toBe(3000 + 400 + 200 + 3000 + 1200)
    },
  )

  test('switched off gives nothing back, and stops the next charge', () => {
    const life = beginning('2026-06-01', withModules('now'))
    life.subscribe('starter', { addOns: ['insights'] })
    life.moveTo('2026-06-16')
    life.removeAddOn('insights')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3600', '2026-07-01 3000'])
  })

  test('leaving at the end are not charged for the next period', () => {
    const life = beginning('2026-06-01', withModules('now'))
    life.subscribe('starter', { addOns: ['insights'] })
    life.removeAddOn('insights', 'period_end')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3600', '2026-07-01 3000'])
  })

  test('a bundle covers its modules; without it they cost their own price from the next period on', () => {
    const life = beginning('2026-06-01', withModules('now'))
    life.subscribe('starter', { addOns: ['insights', 'exports'], bundles: ['all'] })
    life.moveTo('2026-06-16')
    life.removeBundle('all', 'period_end')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3750', '2026-07-01 3900'])
  })

  test('a bundle that is switched on within a period is charged for the rest, less what its modules have cost', () => {
    const life = beginning('2026-06-01', withModules('now'))
    life.subscribe('starter', { addOns: ['insights'] })
    life.moveTo('2026-06-16')
    life.putBundle('all')
    life.removeBundle('all')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3600', '2026-06-16 75', '2026-07-01 3600'])
  })

  /** Half of June is left at the 16th: insights 300, exports 150, the bundle 375. */
  const MIDDLE = '2026-06-16'
  type Life = ReturnType<typeof beginning>
  test.each<[string, string[], string[], (life: Life) => void, number]>([
    [
      'a bundle that is switched off has paid for its modules',
      ['insights', 'exports'],
      ['all'],
      (life) => {
        life.removeBundle('all')
      },
      0,
    ],
    [
      'nor do they cost anything switched off and on again',
      ['insights'],
      ['all'],
      (life) => {
        life.removeBundle('all')
        life.removeAddOn('insights')
        life.putAddOn('insights')
      },
      0,
    ],
    [
      'it has paid for one of each alone',
      ['insights'],
      ['all'],
      (life) => {
        life.removeBundle('all')
        life.putAddOn('insights', 2)
      },
      300,
    ],
    [
      'what is more than one is paid for beside it',
      [],
      ['all'],
      (life) => {
        life.putAddOn('insights', 2)
        life.removeBundle('all')
        life.putAddOn('insights', 3)
      },
      600,
    ],
    [
      'what both modules have paid pays for the bundle',
      ['insights', 'exports'],
      [],
      (life) => {
        life.putBundle('all')
        life.removeBundle('all')
        life.putBundle('all')
      },
      0,
    ],
    [
      'what one of them has paid counts towards it',
      ['insights'],
      [],
      (life) => {
        life.putBundle('all')
        life.putAddOn('exports')
      },
      75,
    ],
    [
      'also when it is off by now',
      ['insights'],
      [],
      (life) => {
        life.removeAddOn('insights')
        life.putBundle('all')
      },
      75,
    ],
    [
      'and then pays for nothing else',
      ['insights'],
      [],
      (life) => {
        life.putBundle('all')
        life.removeBundle('all')
        life.putAddOn('exports')
        life.putAddOn('insights', 2)
      },
      75 + 300,
    ],
    [
      'nor beside the bundle',
      ['insights'],
      [],
      (life) => {
        life.putBundle('all')
        life.putAddOn('insights', 2)
      },
      75 + 300,
    ],
    [
      'a second one that goes on counts for itself',
      [],
      ['all'],
      (life) => {
        life.putAddOn('insights', 2)
        life.putAddOn('insights', 1)
        life.putAddOn('insights', 2)
      },
      300,
    ],
  ])('CM-7 %s', (_, addOns, bundles, act, expected) => {
    for (const modules of ['now', 'next_invoice'] as const) {
      const life = beginning('2026-06-01', withModules(modules))
      life.subscribe('starter', { addOns, bundles })
      life.moveTo(MIDDLE)
      act(life)
      const { bundles: left, addOns: kept } = life.subscription()
      life.moveTo('2026-07-01')
      const total = life.documents().reduce((sum, { invoice }) => sum + invoice.totalMinor, 0)
      const each = new Map([
        ['insights', 600],
        ['exports', 300],
      ])
      const isCovered = left.length > 0
      const july = kept.reduce(
        (sum, { addOn, quantity }) => sum + (each.get(addOn.key) ?? 0) * (quantity - Number(isCovered)),
        3_000 + (isCovered ? 750 : 0),
      )
      const june =
        3_000 + (bundles.length > 0 ? 750 : addOns.reduce((sum, key) => sum + (each.get(key) ?? 0), 0))
      expect(total - july - june, modules).toBe(expected)
    }
  })

  test.each(['now', 'next_invoice'] as const)(
    'a bundle and what it covers are charged once for the same time, whichever came first (%s)',
    (modules) => {
      const total = (life: ReturnType<typeof beginning>) =>
        life.documents().reduce((sum, { invoice }) => sum + invoice.totalMinor, 0)
      const bundled = beginning('2026-06-01', withModules(modules))
      bundled.subscribe('starter', { addOns: ['insights', 'exports'], bundles: ['all'] })
      bundled.moveTo('2026-06-16')
      bundled.removeBundle('all')
      // a second one is nobody else's
      bundled.putAddOn('insights', 2)
      bundled.putBundle('all')
      bundled.moveTo('2026-07-01')
      expect(total(bundled)).toBe(3750 + 300 + 3000 + 750 + 600)
      const single = beginning('2026-06-01', withModules(modules))
      single.subscribe('starter', { addOns: ['insights', 'exports'] })
      single.moveTo('2026-06-16')
      single.putBundle('all')
      single.removeBundle('all')
      single.putBundle('all')
      single.moveTo('2026-07-01')
      expect(total(single)).toBe(3900 + 3750)
    },
  )

  test('that wait as the interval changes are charged up to there alone', () => {
    const life = beginning('2026-06-01', withModules('next_invoice'))
    life.subscribe('starter')
    life.moveTo('2026-06-11')
    life.putAddOn('insights')
    life.moveTo('2026-06-21')
    life.change({ interval: 'year' })
    expect(life.lines()).toEqual([
      'credit starter -1000 2026-06-21/2026-07-01',
      'plan starter 30000 2026-06-21/2027-06-21',
      'add_on insights 6000 2026-06-21/2027-06-21',
      'add_on insights 200 2026-06-11/2026-06-21',
    ])
  })

  test('that have no price in the interval are refused rather than given away', () => {
    const life = beginning('2026-06-01', {
      addOns: { insights: { kind: 'recurring', prices: { USD: { year: 6000 } } } },
    })
    life.subscribe('starter')
    expect(() => life.putAddOn('insights')).toThrow(Refusal)
  })
})

describe('a module that goes at the end of the period', () => {
  const yearly = { starter: { prices: { USD: { month: 3000, year: 30_000 } } } }
  const addOns = { insights: { kind: 'recurring' as const, prices: { USD: { month: 600, year: 6000 } } } }

  test('is gone with it where another interval ends the period before its time, and is given back until there', () => {
    const life = beginLife('2026-06-01', { plans: yearly, addOns })
    life.subscribe('starter', { addOns: ['insights'] })
    life.moveTo('2026-06-16')
    life.removeAddOn('insights', 'period_end')
    life.change({ interval: 'year', when: 'now' })
    expect(life.lines()).toEqual([
      'credit starter -1500 2026-06-16/2026-07-01',
      'credit insights -300 2026-06-16/2026-07-01',
      'plan starter 30000 2026-06-16/2027-06-16',
    ])
    expect(life.subscription().addOns).toEqual([])
  })

  test('that was switched off gives nothing back, whatever ends the period', () => {
    for (const end of ['interval', 'cancel'] as const) {
      const life = beginLife('2026-06-01', { plans: yearly, addOns })
      life.subscribe('starter', { addOns: ['insights'] })
      life.moveTo('2026-06-16')
      life.removeAddOn('insights')
      if (end === 'interval') life.change({ interval: 'year', when: 'now' })
      else life.cancel('now', true)
      expect(life.lines().filter((line) => line.startsWith('credit'))).toEqual([
        'credit starter -1500 2026-06-16/2026-07-01',
      ])
    }
  })

  test('is not charged by a trial that somebody ends early', () => {
    const trial = { days: 14, onEnd: 'activate' as const }
    const life = beginLife('2026-06-01', { plans: { starter: { ...yearly.starter, trial } }, addOns })
    life.subscribe('starter', { addOns: ['insights'] })
    life.removeAddOn('insights', 'period_end')
    life.activate()
    expect(life.lines()).toEqual(['plan starter 3000 2026-06-01/2026-07-01'])
  })
})

describe('seats that are lowered for the end of the period', () => {
  test('are lowered where another interval ends it before its time', () => {
    const policies = { quantityChange: 'raise_now' as const }
    const perUnit = { seats: '100' }
    const seats = { prices: { USD: { month: { perUnit }, year: { perUnit } } }, policies }
    const life = beginLife('2026-06-01', { plans: { seats } })
    life.subscribe('seats', { quantities: { seats: 10 } })
    life.moveTo('2026-06-16')
    life.change({ quantities: { seats: 3 } })
    life.change({ interval: 'year', when: 'now' })
    expect(life.lines()).toEqual([
      'credit seats -500 2026-06-16/2026-07-01',
      'quantity seats 300 2026-06-16/2027-06-16',
    ])
  })
})
