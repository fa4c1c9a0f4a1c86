import { describe, expect, it } from 'vitest'
import type { Catalog, PlanVersion } from './model.ts'
import { normaliseCatalog } from './normalise.ts'
import { normaliseSettings } from './normalise-settings.ts'
import { suggestUpgrade, type UpgradeQuestion } from './suggest-upgrade.ts'

function catalogOf(plans: Parameters<typeof normaliseCatalog>[0]['plans']): Catalog {
  const features = {
    tokens: { kind: 'meter' },
    seats: { kind: 'gauge' },
    export: { kind: 'flag' },
    model: { kind: 'setting' },
  } as const
  const content = normaliseCatalog({ features, plans })
  const versions = content.plans.map((entry, index): PlanVersion & { archived: boolean } => ({
    ...entry.content,
    archived: entry.archived,
    item: index + 1,
    version: 1,
  }))
  return {
    revision: 1,
    features: [],
    plans: versions.filter(({ archived }) => !archived),
    addOns: [],
    bundles: [],
    archived: { features: [], plans: versions.filter(({ archived }) => archived), addOns: [], bundles: [] },
    ...normaliseSettings({}),
  }
}

const catalog = catalogOf({
  free: { allowances: { tokens: 5 } },
  pro: {
    prices: { XOF: { month: 9_000, year: 5 } },
    allowances: { tokens: 1_000, export: true, model: 'large' },
  },
  starter: {
    prices: { XOF: { month: 1_000 }, USD: { month: 100 } },
    allowances: { tokens: 10, export: false },
  },
  growth: { prices: { XOF: { month: 3_000 } }, allowances: { tokens: 50 } },
  twin: { prices: { XOF: { month: 3_000 } }, allowances: { tokens: 60 } },
  bargain: { prices: { XOF: { month: 500 } }, allowances: { tokens: 'unlimited' } },
  old: { prices: { XOF: { month: 3_000 } }, allowances: { tokens: 99 }, archived: true },
})
const question = {
  catalog,
  plan: 'starter',
  currency: 'XOF',
  interval: 'month',
  feature: 'tokens',
  needed: 11,
}

describe('suggestUpgrade', () => {
  it.each<[string, Partial<UpgradeQuestion>, string | null]>([
    ['the cheapest dearer plan that admits it', {}, 'growth'],
    ['the limit itself is admitted', { needed: 50 }, 'growth'],
    ['one more is not: the next, at the same price', { needed: 51 }, 'twin'],
    ['a cheaper plan is no upgrade, whatever it admits', { needed: 5_000 }, null],
    ['from nothing the cheapest', { plan: null }, 'bargain'],
    ['from a free plan any priced one is dearer', { plan: 'free' }, 'bargain'],
    ['from a plan that nobody knows, as from nothing', { plan: 'gone' }, 'bargain'],
    ['from an archived plan by its price', { plan: 'old', needed: 100 }, 'pro'],
    ['another currency', { currency: 'USD' }, null],
    ['a currency nobody sells in', { currency: 'EUR' }, null],
    ['another interval: nothing dearer is sold by the year', { plan: 'pro', interval: 'year' }, null],
    ['the month unless told', { interval: null }, 'growth'],
    ['no currency where there are several', { currency: null }, null],
    ['a flag', { feature: 'export', needed: 1 }, 'pro'],
    ['a setting', { feature: 'model', needed: 1 }, 'pro'],
    ['a feature that nobody sells', { feature: 'seats' }, null],
  ])('%s', (_name, part, expected) => {
    expect(suggestUpgrade({ ...question, ...part })?.plan ?? null).toBe(expected)
  })

  it('tells limit and price', () => {
    const price = { currency: 'XOF', interval: 'month', amountMinor: 3_000 }
    expect(suggestUpgrade(question)).toEqual({
      plan: 'growth',
      name: 'growth',
      limit: { unlimited: false, amount: 50 },
      price,
    })
    expect(suggestUpgrade({ ...question, feature: 'export' })?.limit).toBeNull()
  })

  it('compares with the quantities of the subscription, decimals too', () => {
    const perSeat = catalogOf({
      small: { prices: { USD: { month: { perUnit: { seats: '100.5' } } } }, allowances: { tokens: 10 } },
      flat: { prices: { USD: { month: 1_000 } }, allowances: { tokens: 100 } },
      large: {
        prices: { USD: { month: { amountMinor: 500, perUnit: { seats: '100.25' } } } },
        allowances: { tokens: { limit: 20, perQuantity: 'seats' } },
      },
    })
    const ask = (seats: number, needed: number) =>
      suggestUpgrade({
        catalog: perSeat,
        plan: 'small',
        currency: 'USD',
        interval: 'month',
        feature: 'tokens',
        needed,
        quantities: { seats },
      })
    expect(ask(4, 75)).toMatchObject({ plan: 'large', limit: { amount: 80 } })
    expect(ask(1, 90)?.plan).toBe('flat')
    expect(ask(20, 90)).toMatchObject({ plan: 'large', limit: { amount: 400 } })
    expect(ask(1, 101)).toBeNull()
  })

  it('takes the only currency there is where the customer has none', () => {
    const single = catalogOf({ a: { prices: { XOF: { month: 1 } }, allowances: { tokens: 9 } } })
    expect(
      suggestUpgrade({ ...question, catalog: single, plan: null, currency: null, needed: 9 })?.plan,
    ).toBe('a')
  })
})
