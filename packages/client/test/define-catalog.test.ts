import { expect, expectTypeOf, it } from 'vitest'
import { parseCatalog } from '@tollkeeper/contract'
import type { CatalogDefinition } from '@tollkeeper/contract'
import { defineCatalog } from '../src/define-catalog.ts'

const catalog = defineCatalog({
  operator: {
    name: 'Queues & Co',
    email: 'billing@example.com',
    address: { line1: '1 Avenue Pompidou', city: 'Dakar', country: 'SN' },
    taxIds: [{ type: 'ninea', value: '0012345' }],
    invoicePrefix: 'QC',
    timeZone: 'Africa/Abidjan',
    language: 'fr',
  },
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
    metered: {
      prices: {
        XOF: {
          month: {
            amountMinor: 5000,
            minimumMinor: 10_000,
            components: {
              seats: {
                quantity: 'seats',
                model: { volume: [{ upTo: 10, unitMinor: '800' }, { unitMinor: '600' }] },
              },
              tokens: {
                feature: 'tokens',
                freeUnits: 100,
                model: { package: { size: 50, packageMinor: '25' } },
              },
              support: { name: 'Support', model: { flat: 2000 } },
            },
          },
        },
      },
      allowances: { tokens: { limit: 'unlimited', window: 'billing_period' } },
      taxInclusive: true,
      policies: {
        anchor: 'calendar',
        collection: 'send',
        dueDays: 14,
        retries: { hour: 8, afterDays: [1, 4] },
        dunning: {
          hour: 9,
          steps: [
            { afterDays: 1, letter: 'friendly' },
            { afterDays: 7, access: 'limited' },
            { afterDays: 30, action: 'cancel' },
          ],
        },
      },
    },
  },
  addOns: {
    reports: { kind: 'recurring', prices: { XOF: { month: 1000 } }, allowances: { export: true } },
    credits75: { kind: 'one_off', prices: { XOF: 5000 }, allowances: { credits: 75 }, grantDays: 365 },
  },
  bundles: { everything: { addOns: ['reports'], prices: { XOF: { month: 900 } } } },
  coupons: {
    WELCOME: { percentOff: 20, periods: 3, appliesTo: ['team'] },
    LOYAL: { amountOff: { XOF: 1000 }, periods: 'forever', redeemBy: '2027-01-01T00:00:00Z' },
  },
  taxes: { 'sn-vat': { name: 'TVA', country: 'SN', percent: 18, from: '2026-01-01' } },
  fallbackPlan: 'free',
})

it('has the shape that the contract takes', () => {
  expectTypeOf(catalog.features.seats.kind).toEqualTypeOf<'gauge'>()
  expectTypeOf<keyof typeof catalog.plans>().toEqualTypeOf<'free' | 'team' | 'metered'>()
  expect(parseCatalog(catalog)).toEqual({ catalog, problems: [], leftOut: new Set() })
  const parsed: CatalogDefinition = parseCatalog(catalog).catalog
  expect(Object.keys(parsed.plans)).toEqual(['free', 'team', 'metered'])
})

it('refuses what the declared features do not have', () => {
  const features = {
    seats: { kind: 'gauge' },
    export: { kind: 'flag' },
    model: { kind: 'setting' },
    rate: { kind: 'setting', type: 'number' },
    tokens: { kind: 'meter' },
  } as const
  const priced = <const Component>(calls: Component) => ({ XOF: { month: { components: { calls } } } })
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
  const byUse = { perUnit: '5' } as const
  const held = priced({ feature: 'seats', model: byUse })
  // @ts-expect-error what is held has no use to price
  defineCatalog({ features, plans: { team: { prices: held } } })
  const twofold = priced({ feature: 'tokens', model: { ...byUse, volume: [] } })
  // @ts-expect-error a price has one model
  defineCatalog({ features, plans: { team: { prices: twofold } } })
  const early = priced({ feature: 'tokens', timing: 'advance', model: byUse })
  // @ts-expect-error what was used is known at the end alone
  defineCatalog({ features, plans: { team: { prices: early } } })
  const dunning = { steps: [{ afterDays: 1, letter: 'final', action: 'cancel' }] } as const
  // @ts-expect-error a step does one thing
  defineCatalog({ features, plans: { team: { policies: { dunning } } } })
  const coupons = { WELCOME: { percentOff: 5, amountOff: { XOF: 5 } } }
  // @ts-expect-error a coupon takes off a percentage or an amount
  defineCatalog({ features, plans: {}, coupons })
  // @ts-expect-error the fallback plan is one of the plans
  defineCatalog({ features, plans: { team: {} }, fallbackPlan: 'free' })
  const addOns = { reports: { kind: 'recurring' } } as const
  // @ts-expect-error a bundle covers add-ons that exist
  defineCatalog({ features, plans: {}, addOns, bundles: { all: { addOns: ['report'] } } })
})
