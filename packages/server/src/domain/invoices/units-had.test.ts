import { describe, expect, test } from 'vitest'
import { beginLife, type Definition, type Life } from '../../../test/support/money-life.ts'

const definition: Definition = {
  plans: { starter: { prices: { USD: { month: 3000, year: 30_000 } }, policies: { modules: 'now' } } },
  addOns: {
    insights: { kind: 'recurring', prices: { USD: { month: 600, year: 6000 } } },
    exports: { kind: 'recurring', prices: { USD: { month: 300, year: 3000 } } },
  },
  bundles: { all: { addOns: ['insights', 'exports'], prices: { USD: { month: 750, year: 7500 } } } },
}

describe('what a subscription still has of what was paid ahead', () => {
  /** Half of June comes back: of the plan 1500, of insights 300, of exports 150, of the bundle 375. */
  test.each<[string, string[], string[], (life: Life) => void, number[]]>([
    [
      'of modules that have paid for the bundle, also once they are off',
      ['insights', 'exports'],
      [],
      (life) => {
        life.putBundle('all')
        life.removeAddOn('insights')
        life.removeAddOn('exports')
      },
      [300, 150],
    ],
    [
      'of a bundle and the module that has paid for a part of it',
      ['insights'],
      [],
      (life) => {
        life.putBundle('all')
        life.removeAddOn('insights')
      },
      [300, 75],
    ],
    [
      'of a bundle that has paid for its modules, also once it is off',
      [],
      ['all'],
      (life) => {
        life.removeBundle('all')
        life.putAddOn('insights')
        life.putAddOn('exports')
      },
      [375],
    ],
    [
      'of a second one beside it, which is there no more, nothing',
      [],
      ['all'],
      (life) => {
        life.putAddOn('insights', 2)
        life.moveTo('2026-06-17')
        life.putAddOn('insights', 1)
      },
      [350],
    ],
    [
      'of a bundle that is off nothing where one of its modules is, too',
      [],
      ['all'],
      (life) => {
        life.removeBundle('all')
        life.putAddOn('insights')
      },
      [],
    ],
    [
      'of modules that are off with their bundle nothing',
      ['insights', 'exports'],
      [],
      (life) => {
        life.putBundle('all')
        life.removeAddOn('insights')
        life.removeAddOn('exports')
        life.removeBundle('all')
      },
      [],
    ],
  ])('CM-7 what is left comes back with another interval %s', (_, addOns, bundles, act, expected) => {
    for (const end of ['interval', 'cancel'] as const) {
      const life = beginLife('2026-06-01', definition)
      life.subscribe('starter', { addOns, bundles })
      life.moveTo('2026-06-16')
      act(life)
      if (end === 'interval') life.change({ interval: 'year', when: 'now' })
      else life.cancel('now', true)
      const credits = life
        .last()
        .lines.filter(({ kind, reference }) => kind === 'credit' && reference !== 'starter')
      expect(
        credits.map(({ amountMinor }) => Math.abs(amountMinor)),
        end,
      ).toEqual(expected)
    }
  })
})

describe('units that were lowered without anything coming back', () => {
  const counting = (model: object, freeUnits = 0) => ({
    name: 'Seats',
    quantity: 'seats',
    freeUnits,
    model,
  })
  const selling = (seats: object): Definition =>
    ({
      plans: {
        counted: {
          prices: {
            USD: { month: { components: { seats } }, year: { components: { seats } } },
          },
          policies: { quantityChange: 'raise_now' },
        },
        other: { prices: { USD: { month: 5000 } } },
      },
    }) as Definition

  test.each([
    ['each at its price', counting({ perUnit: '1000' }), 7, 5, 2500],
    ['none at all, where those that are left are free', counting({ perUnit: '1000' }, 5), 7, 5, 0],
    [
      'the first at the price of the first',
      counting({ graduated: [{ upTo: 5, unitMinor: '2000' }, { unitMinor: '500' }] }),
      10,
      5,
      5000,
    ],
    [
      'with what having any costs',
      counting({ graduated: [{ unitMinor: '100', flatMinor: '9000' }] }),
      10,
      1,
      4550,
    ],
    [
      'and never more than was paid',
      counting({ volume: [{ upTo: 9, unitMinor: '1000' }, { unitMinor: '100' }] }),
      10,
      9,
      500,
    ],
  ])('CP-9 give back what is left of the others, %s', (_, seats, before, after, expected) => {
    for (const end of ['plan', 'interval', 'cancel'] as const) {
      const life = beginLife('2026-06-01', selling(seats))
      life.subscribe('counted', { quantities: { seats: before } })
      life.moveTo('2026-06-16')
      life.change({ quantities: { seats: after }, when: 'now' })
      if (end === 'plan') life.change({ plan: 'other', when: 'now' })
      else if (end === 'interval') life.change({ interval: 'year', when: 'now' })
      else life.cancel('now', true)
      const credits = life.last().lines.filter(({ kind }) => kind === 'credit')
      expect(
        credits.reduce((sum, { amountMinor }) => sum + Math.abs(amountMinor), 0),
        end,
      ).toBe(expected)
    }
  })

  test('CP-9 of a bundle that is priced by them', () => {
    const perUnit = { seats: '100' }
    const seated = { perUnit: { seats: '1' } }
    const life = beginLife('2026-06-01', {
      ...definition,
      plans: { starter: { prices: { USD: { month: seated, year: seated } } } },
      bundles: {
        all: { addOns: ['insights'], prices: { USD: { month: { perUnit }, year: { perUnit } } } },
      },
    })
    life.subscribe('starter', { bundles: ['all'], quantities: { seats: 10 } })
    life.moveTo('2026-06-16')
    life.change({ interval: 'year', when: 'now' })
    expect(life.lines()).toContain('credit all -500 2026-06-16/2026-07-01')
  })
})
