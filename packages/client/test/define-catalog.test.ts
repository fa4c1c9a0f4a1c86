import { expect, expectTypeOf, it } from 'vitest'
import { parseCatalog } from '@tollkeeper/contract'
import type { CatalogDefinition } from '@tollkeeper/contract'
import { defineCatalog } from '../src/define-catalog.ts'

const catalog = defineCatalog({
  operator: { timeZone: 'Africa/Abidjan' },
  features: {
    seats: { kind: 'gauge', name: 'Seats' },
    storage: { kind: 'gauge', unit: 'byte', failPolicy: 'open' },
    tokens: { kind: 'meter', thresholds: [80, 100] },
    credits: { kind: 'credits', costs: { inspection: 1, deep: 3 } },
    export: { kind: 'flag' },
    model: { kind: 'setting' },
    rate: { kind: 'setting', type: 'number' },
  },
  plans: {
    free: { allowances: { tokens: 10 } },
    team: {
      prices: { XOF: { month: 15_000, '3 months': { amountMinor: 40_000, perUnit: { seats: '500' } } } },
      allowances: {
        seats: { limit: 1, perQuantity: 'seats', policy: { soft: { graceDays: 3 } } },
        storage: { limit: 5, unit: 'GB' },
        tokens: { limit: 1000, window: 'rolling_30_days', policy: { overage: { XOF: '12.5' } } },
        credits: 'unlimited',
        export: true,
        model: 'large',
        rate: 600,
      },
      trial: { days: 14 },
    },
  },
  addOns: {
    reports: { kind: 'recurring', prices: { XOF: { month: 1000 } }, allowances: { export: true } },
    credits75: { kind: 'one_off', prices: { XOF: 5000 }, allowances: { credits: 75 }, grantDays: 365 },
  },
  bundles: { everything: { addOns: ['reports'], prices: { XOF: { month: 900 } } } },
  fallbackPlan: 'free',
})

it('has the shape that the contract takes', () => {
  expectTypeOf(catalog.features.seats.kind).toEqualTypeOf<'gauge'>()
  expectTypeOf<keyof typeof catalog.plans>().toEqualTypeOf<'free' | 'team'>()
  expect(parseCatalog(catalog)).toEqual({ catalog, problems: [], leftOut: new Set() })
  const parsed: CatalogDefinition = parseCatalog(catalog).catalog
  expect(Object.keys(parsed.plans)).toEqual(['free', 'team'])
})

it('refuses what the declared features do not have', () => {
  const features = {
    seats: { kind: 'gauge' },
    export: { kind: 'flag' },
    model: { kind: 'setting' },
    rate: { kind: 'setting', type: 'number' },
    tokens: { kind: 'meter' },
  } as const
  // @ts-expect-error an allowance of a feature that nobody declared
  defineCatalog({ features, plans: { team: { allowances: { seat: 5 } } } })
  // @ts-expect-error a flag is on or off
  defineCatalog({ features, plans: { team: { allowances: { export: 5 } } } })
  // @ts-expect-error what is counted is a number or "unlimited"
  defineCatalog({ features, plans: { team: { allowances: { seats: true } } } })
  // @ts-expect-error a setting's value is of its type, which is text unless told
  defineCatalog({ features, plans: { team: { allowances: { model: 3 } } } })
  // @ts-expect-error a setting's value is of its type
  defineCatalog({ features, plans: { team: { allowances: { rate: 'fast' } } } })
  // @ts-expect-error a gauge has no window
  defineCatalog({ features, plans: { team: { allowances: { seats: { limit: 5, window: 'month' } } } } })
  // @ts-expect-error only credits have costs
  defineCatalog({ features: { seats: { kind: 'gauge', costs: { a: 1 } } }, plans: {} })
  // @ts-expect-error an interval that does not exist
  defineCatalog({ features, plans: { team: { prices: { XOF: { monthly: 5 } } } } })
  // @ts-expect-error the fallback plan is one of the plans
  defineCatalog({ features, plans: { team: {} }, fallbackPlan: 'free' })
  const addOns = { reports: { kind: 'recurring' } } as const
  // @ts-expect-error a bundle covers add-ons that exist
  defineCatalog({ features, plans: {}, addOns, bundles: { all: { addOns: ['report'] } } })
})
