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
