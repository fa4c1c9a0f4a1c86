import { describe, expect, it } from 'vitest'
import { normaliseCatalog } from './normalise.ts'

const features = {
  storage: { kind: 'gauge', unit: 'byte' },
  hours: { kind: 'meter', scale: 2 },
  credits: { kind: 'credits' },
  export: { kind: 'flag' },
  model: { kind: 'setting' },
} as const

function allowancesOf(
  allowances: Record<string, Loose>,
  more: object = {},
  fallbackPlan: string | null = null,
) {
  const { plans } = normaliseCatalog({ features, plans: { p: { allowances, ...more } }, fallbackPlan })
  return plans[0]!.content.allowances
}

// oxlint-disable-next-line typescript/no-explicit-any -- half-written catalogs
type Loose = any

describe('normaliseCatalog', () => {
  it('writes the defaults of features out', () => {
    const [storage, , , flag, setting] = normaliseCatalog({ features, plans: {} }).features
    expect(storage).toEqual({
      key: 'storage',
      kind: 'gauge',
      name: 'storage',
      unit: 'byte',
      scale: 0,
      valueType: null,
      thresholds: [80, 90, 100],
      failPolicy: 'closed',
      costs: {},
      latenessDays: 30,
    })
    expect(flag?.thresholds).toEqual([])
    expect(setting?.valueType).toBe('string')
  })

  it('gives each kind its window: the month, the billing period, none', () => {
    const all = { storage: 1, hours: 1, credits: 1, export: true }
    expect(allowancesOf(all).map(({ window }) => window)).toEqual([
      'lifetime',
      'month',
      'billing_period',
      'lifetime',
    ])
    const fallback = allowancesOf(all, {}, 'p')
    expect(fallback.map(({ window }) => window)).toEqual(['lifetime', 'month', 'month', 'lifetime'])
  })

  it('CP-4 converts units once, in all amounts of the allowance', () => {
    const policy = { soft: { graceAmount: 0.5 } }
    const [storage] = allowancesOf({ storage: { limit: 5, unit: 'GB', memberLimit: 1, policy } })
    expect(storage).toMatchObject({
      limit: { unlimited: false, amount: 5_000_000_000 },
      memberLimit: { unlimited: false, amount: 1_000_000_000 },
      policy: { type: 'soft', graceAmount: 500_000_000, graceDays: null },
    })
    expect(allowancesOf({ storage: { limit: 1, unit: 'GiB' } })[0]?.limit).toEqual({
      unlimited: false,
      amount: 2 ** 30,
    })
    expect(allowancesOf({ hours: 1.5 })[0]?.limit).toEqual({ unlimited: false, amount: 150 })
  })

  it('CM-4 lets unused credits expire unless the plan or the allowance says otherwise', () => {
    const rolloverOf = (credits: Loose, renewal?: Loose) =>
      allowancesOf({ credits, hours: 1 }, { policies: { renewal } }).map(({ rollover }) => rollover)
    const none = { type: 'none' }
    const everything = { type: 'unused', cap: null, sharePercent: 100, windows: 1 }
    expect(rolloverOf(75)).toEqual([none, none])
    expect(rolloverOf(75, { credits: 'rollover' })).toEqual([everything, none])
    expect(rolloverOf(75, { credits: { rollover: { cap: 20, sharePercent: 50, windows: 3 } } })).toEqual([
      { type: 'unused', cap: 20, sharePercent: 50, windows: 3 },
      none,
    ])
    expect(rolloverOf({ limit: 75, rollover: false }, { credits: 'rollover' })).toEqual([none, none])
    expect(rolloverOf({ limit: 75, rollover: true })).toEqual([everything, none])
  })

  it('reads intervals and both forms of a price', () => {
    const prices = { XOF: { month: 15_000, '3 months': { perUnit: { seats: '500' } } } }
    const { plans } = normaliseCatalog({ features, plans: { p: { prices } } })
    const price = { currency: 'XOF', interval: 'month', components: [], minimumMinor: null }
    expect(plans[0]!.content.prices).toEqual([
      { ...price, intervalCount: 1, amountMinor: 15_000, perUnit: {} },
      { ...price, intervalCount: 3, amountMinor: 0, perUnit: { seats: '500' } },
    ])
  })

  it('keeps one-off prices apart from those with an interval', () => {
    const addOns = {
      topUp: { kind: 'one_off', prices: { XOF: 5_000 }, allowances: { credits: 50 } },
    } as const
    const [topUp] = normaliseCatalog({ features, plans: {}, addOns }).addOns
    expect(topUp?.content).toMatchObject({
      prices: [],
      oneOffPrices: [{ currency: 'XOF', amountMinor: 5_000 }],
      grantDays: null,
    })
  })

  it('CM-8 writes the policies out', () => {
    const policies = { failure: { grants: 'all', modulesWhenPaid: 'by_hand' } } as const
    const { plans } = normaliseCatalog({ features, plans: { p: { policies } } })
    expect(plans[0]!.content.policies).toEqual({
      usageOnChange: 'keep',
      upgrade: 'now',
      downgrade: 'period_end',
      quantityChange: 'raise_now',
      proration: 'second',
      purchaseWhileLive: 'refuse',
      modules: 'next_invoice',
      moduleInvoices: 'with_plan',
      failure: {
        graceDays: 7,
        access: 'blocked',
        reason: 'payment_required',
        grants: 'all',
        modules: 'off',
        modulesWhenPaid: 'by_hand',
        cancelAfterDays: null,
        negligible: {},
      },
      disputes: { open: 'full', lost: 'keep' },
      anchor: 'subscription',
      collection: 'automatic',
      dueDays: 0,
      retries: { hour: null, afterDays: [1, 3, 5] },
      dunning: { hour: null, steps: [{ afterDays: 7, action: 'suspend', letter: null }] },
    })
  })

  it('writes components, tiers and decimals out', () => {
    const components = {
      calls: { feature: 'hours', freeUnits: 0.5, model: { percentage: { percent: 2.9 } } },
      seats: { name: 'Seats', quantity: 'seats', model: { volume: [{ upTo: 1e21 }, { unitMinor: '600' }] } },
    }
    const prices = { XOF: { month: { components: components as Loose, minimumMinor: 900 } } }
    const { plans } = normaliseCatalog({ features, plans: { p: { prices } } })
    expect(plans[0]!.content.prices[0]).toMatchObject({
      minimumMinor: 900,
      components: [
        {
          key: 'calls',
          name: 'calls',
          timing: 'arrears',
          counts: { feature: 'hours' },
          freeUnits: '0.5',
          model: {
            type: 'percentage',
            percent: '2.9',
            fixedMinor: '0',
            minimumMinor: null,
            maximumMinor: null,
          },
        },
        {
          key: 'seats',
          name: 'Seats',
          timing: 'advance',
          counts: { quantity: 'seats' },
          freeUnits: '0',
          model: {
            type: 'volume',
            tiers: [
              { upTo: '1000000000000000000000', unitMinor: '0', flatMinor: '0' },
              { upTo: null, unitMinor: '600', flatMinor: '0' },
            ],
          },
        },
      ],
    })
  })

  it.each<[string, Loose, Loose]>([
    ['nothing', {}, [{ afterDays: 7, action: 'suspend', letter: null }]],
    ['full access', { failure: { access: 'full' } }, []],
    [
      'days',
      { failure: { access: 'warned', graceDays: 10, cancelAfterDays: 5 } },
      [
        { afterDays: 5, action: 'cancel', letter: null },
        { afterDays: 10, action: 'warn', letter: null },
      ],
    ],
    [
      'steps',
      {
        dunning: {
          steps: [
            { afterDays: 1, letter: 'final' },
            { afterDays: 2, access: 'limited' },
          ],
        },
      },
      [
        { afterDays: 1, action: 'letter', letter: 'final' },
        { afterDays: 2, action: 'limit', letter: null },
      ],
    ],
  ])('takes the steps of dunning from %s', (_name, policies, steps) => {
    const { plans } = normaliseCatalog({ features, plans: { p: { policies } } })
    expect(plans[0]!.content.policies.dunning).toEqual({ hour: null, steps })
  })

  it('writes coupons, tax rates and the operator out', () => {
    const { coupons, taxRates, operator } = normaliseCatalog({
      features,
      plans: {},
      coupons: { c: { percentOff: 12.5 }, d: { amountOff: { XOF: 5 }, periods: 'forever' } },
      taxes: { t: { country: 'SN', percent: 18 } },
      operator: { address: { line1: '1 Avenue Pompidou', country: 'SN' } },
    })
    expect(coupons).toMatchObject([
      { key: 'c', name: 'c', percentOff: '12.5', amountOff: {}, periods: 1, appliesTo: [] },
      { key: 'd', percentOff: null, amountOff: { XOF: 5 }, periods: null },
    ])
    expect(taxRates).toMatchObject([
      { key: 't', region: null, category: 'standard', percent: '18', until: null },
    ])
    expect(operator).toMatchObject({
      address: { line1: '1 Avenue Pompidou', line2: '', postalCode: '', city: '', region: '', country: 'SN' },
      invoicePrefix: 'INV',
      creditNotePrefix: 'CN',
      attachDocuments: true,
      timeZone: 'UTC',
      language: 'en',
    })
  })
})
