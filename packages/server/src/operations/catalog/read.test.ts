import { describe, expect, it } from 'vitest'
import { findCatalogProblems } from './read.ts'

const features = {
  agents: { kind: 'gauge' },
  storage: { kind: 'gauge', unit: 'byte' },
  hours: { kind: 'meter', scale: 2 },
  tickets: { kind: 'meter' },
  credits: { kind: 'credits', costs: { deep: 3 } },
  export: { kind: 'flag' },
  model: { kind: 'setting' },
  rate: { kind: 'setting', type: 'number' },
}
const allowing = (allowances: object, more: object = {}) => ({
  features,
  plans: { p: { allowances, ...more } },
})
const declaring = (feature: object) => ({ features: { ...features, it: feature }, plans: {} })
const priced = (prices: unknown) => ({ features, plans: { p: { prices } } })
const counted = { calls: { limit: 'unlimited', window: 'billing_period' } }
/** A plan with one component. */
const counting = (component: unknown, allowances: unknown = counted) => ({
  features: { ...features, calls: { kind: 'meter' } },
  plans: { p: { prices: { XOF: { month: { components: { it: component } } } }, allowances } },
})
const componentPath = 'plans.p.prices.XOF.month.components.it'
const byUse = { perUnit: '2' }
const acting = (policies: unknown) => ({ features, plans: { p: { policies } } })
const off = (coupon: unknown) => ({ features, plans: { p: {} }, coupons: { c: coupon } })
const taxed = (...rates: object[]) => ({
  features,
  plans: {},
  taxes: Object.fromEntries(
    rates.map((rate, index) => [`t${index}`, { country: 'SN', percent: 18, ...rate }]),
  ),
})
const operated = (operator: unknown) => ({ features, plans: {}, operator })

/** A catalog, the path that is wrong, and words of the remedy. */
const wrong: [object, string, string][] = [
  // features
  [declaring({ kind: 'boolean' }), 'features.it.kind', 'Use "flag", "setting"'],
  [declaring({ kind: 'meter', scale: 10 }), 'features.it.scale', '0 to 9'],
  [declaring({ kind: 'meter', thresholds: [0] }), 'features.it.thresholds.0', 'At least 1'],
  [declaring({ kind: 'meter', thresholds: [101] }), 'features.it.thresholds.0', 'At most 100'],
  [declaring({ kind: 'meter', thresholds: [80, 80] }), 'features.it.thresholds', 'ascending'],
  [declaring({ kind: 'flag', thresholds: [80] }), 'features.it.thresholds', 'Leave it out'],
  [declaring({ kind: 'flag', scale: 1 }), 'features.it.scale', 'Leave it out'],
  [declaring({ kind: 'meter', type: 'number' }), 'features.it.type', 'Only a setting'],
  [declaring({ kind: 'meter', costs: { a: 1 } }), 'features.it.costs', 'use kind "credits"'],
  [declaring({ kind: 'credits', costs: { tickets: 1 } }), 'features.it.costs.tickets', 'another name'],
  [
    declaring({ kind: 'credits', costs: { deep: 1 } }),
    'features.it.costs.deep',
    'costs credits of "credits" already',
  ],
  [declaring({ kind: 'meter', limit: 5 }), 'features.it', '"limit" is not known here; known are kind'],
  [{ features: { 'two words': { kind: 'flag' } }, plans: {} }, 'features.two words', 'cannot be a key here'],
  [{ features, plans: {}, operator: { timeZone: 'Abidjan' } }, 'operator.timeZone', 'Africa/Abidjan'],
  // allowances against the kind
  [allowing({ agent: 5 }), 'plans.p.allowances.agent', 'Declare it under features'],
  [allowing({ constructor: 5 }), 'plans.p.allowances.constructor', 'Declare it under features'],
  [allowing({ export: 5 }), 'plans.p.allowances.export', 'Use true or false'],
  [allowing({ export: { limit: 5 } }), 'plans.p.allowances.export', 'Use true or false'],
  [allowing({ model: 5 }), 'plans.p.allowances.model', 'Use a string'],
  [allowing({ rate: 'fast' }), 'plans.p.allowances.rate', 'Use a number'],
  [allowing({ agents: true }), 'plans.p.allowances.agents', 'Use a number or "unlimited"'],
  [allowing({ agents: false }), 'plans.p.allowances.agents', 'Leave it out, or use 0'],
  [allowing({ agents: '5' }), 'plans.p.allowances.agents', 'without quotes'],
  // amounts
  [allowing({ agents: -1 }), 'plans.p.allowances.agents', 'cannot be negative'],
  [allowing({ agents: { limit: -1 } }), 'plans.p.allowances.agents.limit', 'cannot be negative'],
  [allowing({ agents: 1.5 }), 'plans.p.allowances.agents', 'more decimals'],
  [allowing({ hours: 1.555 }), 'plans.p.allowances.hours', 'larger scale'],
  [allowing({ agents: 2 ** 53 }), 'plans.p.allowances.agents', 'Use "unlimited"'],
  [allowing({ hours: 2 ** 50 }), 'plans.p.allowances.hours', 'Use "unlimited"'],
  [allowing({ storage: { limit: 10, unit: 'PiB' } }), 'plans.p.allowances.storage.limit', 'Use "unlimited"'],
  [
    allowing({ storage: { limit: 0.5, unit: 'B' } }),
    'plans.p.allowances.storage.limit',
    'whole number of bytes',
  ],
  [allowing({ tickets: { limit: 1, unit: 'GB' } }), 'plans.p.allowances.tickets.unit', 'Only bytes'],
  [allowing({ storage: { limit: 1, unit: 'Gb' } }), 'plans.p.allowances.storage.unit', 'Use one of B, kB'],
  // timing and policy
  [
    allowing({ agents: { limit: 1, window: 'month' } }),
    'plans.p.allowances.agents.window',
    'never starts again',
  ],
  [allowing({ agents: { limit: 1, rollover: true } }), 'plans.p.allowances.agents.rollover', 'gauge'],
  [
    allowing({ tickets: { limit: 1, window: 'lifetime', rollover: true } }),
    'plans.p.allowances.tickets.rollover',
    'never ends',
  ],
  [
    allowing({ tickets: { limit: 1, window: 'quarter' } }),
    'plans.p.allowances.tickets.window',
    'Use one of day',
  ],
  [
    allowing({ tickets: { limit: 1, scope: 'member', memberLimit: 1 } }),
    'plans.p.allowances.tickets.memberLimit',
    'Leave memberLimit out',
  ],
  [
    allowing({ tickets: { limit: 1, policy: { soft: {} } } }),
    'plans.p.allowances.tickets.policy.soft',
    'graceAmount',
  ],
  [
    allowing(
      { tickets: { limit: 1, policy: { overage: { XOF: '1' } } } },
      { prices: { XOF: { month: 1 }, USD: { month: 1 } } },
    ),
    'plans.p.allowances.tickets.policy.overage',
    'one unit in USD too',
  ],
  [
    allowing({ tickets: { limit: 1, policy: { overage: { XOF: 12.5 } } } }),
    'plans.p.allowances.tickets.policy.overage.XOF',
    'in quotes',
  ],
  [
    allowing({ agents: { limit: 1, policy: { overage: { XOF: '1' } } } }),
    'plans.p.allowances.agents.policy.overage',
    'held, not consumed',
  ],
  // prices
  [priced({ XOF: { month: 12.5 } }), 'plans.p.prices.XOF.month', 'whole number of minor units'],
  [priced({ XOF: { month: -1 } }), 'plans.p.prices.XOF.month', 'cannot be negative'],
  [priced({ XOF: { monthly: 1 } }), 'plans.p.prices.XOF.monthly', 'Use day, week, month or year'],
  [
    priced({ XOF: { year: 1, '12 months': 1 } }),
    'plans.p.prices.XOF.12 months',
    'The same interval as "year"',
  ],
  [priced({ XOF: {} }), 'plans.p.prices.XOF', 'Give a price'],
  [priced({ xof: { month: 1 } }), 'plans.p.prices.xof', 'ISO 4217'],
  [priced({ XOF: 15_000 }), 'plans.p.prices.XOF', 'by interval'],
  [
    priced({ XOF: { month: { perUnit: { seats: 500 } } } }),
    'plans.p.prices.XOF.month.perUnit.seats',
    'in quotes',
  ],
  [{ features, plans: { p: { trial: { days: 0 } } } }, 'plans.p.trial.days', 'at least 1 day'],
  [priced({ XAU: { month: 1 } }), 'plans.p.prices.XAU', 'Use a code such as XOF'],
  [
    { features, plans: {}, addOns: { a: { kind: 'one_off', prices: { ABC: 1 } } } },
    'addOns.a.prices.ABC',
    'no currency of ISO 4217',
  ],
  [
    allowing({ tickets: { limit: 1, policy: { overage: { ABC: '1' } } } }),
    'plans.p.allowances.tickets.policy.overage.ABC',
    'no currency of ISO 4217',
  ],
  // components
  [counting({ feature: 'calls', model: {} }), `${componentPath}.model`, 'exactly one of flat, perUnit'],
  [
    counting({ feature: 'calls', model: { flat: 5, perUnit: '5' } }),
    `${componentPath}.model`,
    'exactly one of flat, perUnit',
  ],
  [counting({ feature: 'calls', model: { perUnit: 5 } }), `${componentPath}.model.perUnit`, 'in quotes'],
  [counting({ feature: 'calls', model: { tiers: [] } }), `${componentPath}.model`, 'known are flat'],
  [counting({ feature: 'calls' }), `${componentPath}.model`, 'Use an object with flat'],
  [counting({ model: byUse }), componentPath, 'Say what is counted'],
  [counting({ feature: 'calls', quantity: 'seats', model: byUse }), componentPath, 'two components'],
  [counting({ feature: 'calls', model: { flat: 5 } }), componentPath, 'A flat price counts nothing'],
  [
    counting({ feature: 'calls', timing: 'advance', model: byUse }),
    `${componentPath}.timing`,
    'Use "arrears"',
  ],
  [
    counting({ quantity: 'seats', timing: 'arrears', model: byUse }),
    `${componentPath}.timing`,
    'Use "advance"',
  ],
  [counting({ freeUnits: 5, model: { flat: 5 } }), `${componentPath}.freeUnits`, 'Leave it out'],
  [counting({ feature: 'tickets', model: byUse }), `${componentPath}.feature`, 'window "billing_period"'],
  [
    counting({ feature: 'tickets', model: byUse }, { tickets: 5 }),
    `${componentPath}.feature`,
    'window "billing_period"',
  ],
  [
    counting(
      { feature: 'calls', model: byUse },
      { calls: { limit: 5, window: 'billing_period', policy: { overage: { XOF: '5' } } } },
    ),
    `${componentPath}.feature`,
    'bills its use already',
  ],
  [counting({ feature: 'agents', model: byUse }), `${componentPath}.feature`, 'Count a quantity'],
  [counting({ feature: 'call', model: byUse }), `${componentPath}.feature`, 'There is no feature "call"'],
  [
    counting({ quantity: 'seats', model: { volume: [{ upTo: 5 }] } }),
    `${componentPath}.model.volume.0.upTo`,
    'Leave upTo out of the last tier',
  ],
  [
    counting({ quantity: 'seats', model: { volume: [{}, {}] } }),
    `${componentPath}.model.volume.0`,
    'only that one has no bound',
  ],
  [
    counting({ quantity: 'seats', model: { graduated: [{ upTo: 5 }, { upTo: 5 }, {}] } }),
    `${componentPath}.model.graduated.1.upTo`,
    'Use more than 5',
  ],
  [counting({ quantity: 'seats', model: { volume: [] } }), `${componentPath}.model.volume`, 'at least one'],
  [
    counting({ quantity: 'seats', model: { package: { size: 0, packageMinor: '5' } } }),
    `${componentPath}.model.package.size`,
    'more than 0',
  ],
  [
    counting({ quantity: 'seats', model: { percentage: { percent: 3 } } }),
    `${componentPath}.model.percentage`,
    'Give a feature',
  ],
  [
    counting({ feature: 'calls', model: { percentage: { percent: 3, minimumMinor: 5, maximumMinor: 4 } } }),
    `${componentPath}.model.percentage.maximumMinor`,
    'Use 5 or more',
  ],
  [
    priced({ XOF: { month: { components: { flat: { model: { flat: 5 } } } } } }),
    'plans.p.prices.XOF.month.components.flat',
    'a name of its own',
  ],
  [
    {
      features,
      plans: {},
      addOns: { a: { kind: 'recurring', prices: { XOF: { month: { minimumMinor: 5 } } } } },
    },
    'addOns.a.prices.XOF.month.minimumMinor',
    'Give it to the plan',
  ],
  // policies about money
  [acting({ retries: { afterDays: [3, 1] } }), 'plans.p.policies.retries.afterDays', 'ascending'],
  [acting({ retries: { hour: 24 } }), 'plans.p.policies.retries.hour', '0 to 23'],
  [
    acting({ dunning: { steps: [{ afterDays: 1 }] } }),
    'plans.p.policies.dunning.steps.0',
    'exactly one of letter, access and action',
  ],
  [
    acting({
      dunning: {
        steps: [
          { afterDays: 3, letter: 'final' },
          { afterDays: 1, action: 'retry' },
        ],
      },
    }),
    'plans.p.policies.dunning.steps',
    'ascending by afterDays',
  ],
  [
    acting({ failure: { graceDays: 3 }, dunning: { steps: [] } }),
    'plans.p.policies.failure.graceDays',
    'leave dunning out',
  ],
  // coupons, taxes, the operator
  [off({}), 'coupons.c', 'either percentOff or amountOff'],
  [off({ percentOff: 5, amountOff: { XOF: 5 } }), 'coupons.c', 'either percentOff or amountOff'],
  [off({ percentOff: 101 }), 'coupons.c.percentOff', 'At most 100'],
  [off({ percentOff: 5, periods: 0 }), 'coupons.c.periods', 'at least 1 invoice'],
  [off({ percentOff: 5, redeemBy: 'soon' }), 'coupons.c.redeemBy', '2027-01-01T00:00:00Z'],
  [
    off({ percentOff: 5, appliesTo: ['q'] }),
    'coupons.c.appliesTo.0',
    'There is no plan, add-on or bundle "q"',
  ],
  [off({ amountOff: { ABC: 5 } }), 'coupons.c.amountOff.ABC', 'no currency of ISO 4217'],
  [off({ amountOff: {} }), 'coupons.c.amountOff', 'such as {XOF: 5000}'],
  [taxed({ country: 'Senegal' }), 'taxes.t0.country', 'ISO 3166'],
  [taxed({ percent: '18' }), 'taxes.t0.percent', 'a number of per cent'],
  [taxed({ from: '2026-02-30' }), 'taxes.t0.from', '2026-01-31'],
  [taxed({ from: '2026-01-02', until: '2026-01-02' }), 'taxes.t0.until', 'after 2026-01-02'],
  [taxed({ until: '2026-01-02' }, { from: '2026-01-01' }), 'taxes.t1', '"t0" holds for the same country'],
  [taxed({ name: 'VAT' }, { name: 'VAT' }), 'taxes.t1', '"t0" holds for the same country'],
  [taxed({ name: 'VAT' }, {}), 'taxes.t1', 'a name to each'],
  [operated({ logo: 'logo.png' }), 'operator.logo', 'data:image/png;base64'],
  [operated({ logo: `data:image/png;base64,${'A'.repeat(400_000)}` }), 'operator.logo', 'at most 256 kB'],
  [operated({ invoicePrefix: 'inv ' }), 'operator.invoicePrefix', 'capital letters'],
  [operated({ address: { line1: 'x' } }), 'operator.address.country', 'ISO 3166'],
  // add-ons, bundles, the fallback
  [{ features, plans: {}, addOns: { a: { kind: 'monthly' } } }, 'addOns.a.kind', '"one_off" (a top-up)'],
  [
    { features, plans: {}, addOns: { a: { kind: 'one_off', allowances: { agents: 5 } } } },
    'addOns.a.allowances.agents',
    'Use kind "recurring"',
  ],
  [
    { features, plans: {}, bundles: { b: { addOns: ['a'] } } },
    'bundles.b.addOns.0',
    'There is no add-on "a"',
  ],
  [
    { features, plans: {}, addOns: { a: { kind: 'one_off' } }, bundles: { b: { addOns: ['a'] } } },
    'bundles.b.addOns.0',
    'one-off',
  ],
  [
    { features, plans: {}, addOns: { a: { kind: 'recurring' } }, bundles: { b: { addOns: ['a', 'a'] } } },
    'bundles.b.addOns.1',
    'named twice',
  ],
  [{ features, plans: {}, fallbackPlan: 'free' }, 'fallbackPlan', 'There is no plan "free"'],
  [{ ...priced({ XOF: { month: 1 } }), fallbackPlan: 'p' }, 'fallbackPlan', 'without prices'],
  [{ features, plans: { p: { archived: true } }, fallbackPlan: 'p' }, 'fallbackPlan', 'archived'],
  [
    { ...allowing({ tickets: { limit: 1, window: 'billing_period' } }), fallbackPlan: 'p' },
    'plans.p.allowances.tickets.window',
    'Use "month"',
  ],
]

describe('what is wrong with a catalog', () => {
  it.each(wrong)('%j → %s: %s', (catalog, path, remedy) => {
    const { problems } = findCatalogProblems(catalog)
    expect(problems).toEqual([{ path, message: expect.stringContaining(remedy) }])
  })

  it('does not blame those who name an entry that is wrong itself', () => {
    const catalog = {
      features: { agents: { kind: 'gouge' } },
      plans: { p: { allowances: { agents: 5 } }, free: 5 },
      addOns: { a: { kind: 'monthly' } },
      bundles: { b: { addOns: ['a'] } },
      fallbackPlan: 'free',
    }
    const paths = findCatalogProblems(catalog).problems.map(({ path }) => path)
    expect(paths).toEqual(['features.agents.kind', 'plans.free', 'addOns.a.kind'])
  })

  it('finds nothing in one that uses all there is', () => {
    const allowances = {
      agents: { limit: 1, perQuantity: 'seats', policy: { soft: { graceDays: 3 } } },
      storage: { limit: 0.5, unit: 'GB' },
      hours: 1.55,
      tickets: {
        limit: 500,
        window: 'rolling_30_days',
        policy: { overage: { XOF: '12.5' } },
        memberLimit: 50,
      },
      credits: { limit: 75, rollover: { cap: 20, windows: 2 } },
      export: true,
      model: 'large',
      rate: 600,
    }
    const prices = { XOF: { month: 15_000, '3 months': { amountMinor: 40_000, perUnit: { seats: '500' } } } }
    const failure = {
      graceDays: 0,
      access: 'blocked',
      grants: 'all',
      modules: 'off',
      modulesWhenPaid: 'by_hand',
      negligible: { XOF: 100 },
    }
    const policies = { renewal: { credits: { rollover: { cap: 5 } } }, failure, purchaseWhileLive: 'append' }
    const catalog = {
      ...allowing(allowances, { prices, policies, trial: { days: 14 } }),
      coupons: { c: { percentOff: 5, periods: 'forever', appliesTo: ['p'] } },
      taxes: taxed({ until: '2026-01-01' }, { from: '2026-01-01' }, { region: 'DK' }, { category: 'reduced' })
        .taxes,
      operator: { logo: 'data:image/png;base64,iVBORw0KGgo=', language: 'fr', invoicePrefix: 'FA' },
    }
    expect(findCatalogProblems(catalog).problems).toEqual([])
  })

  it('finds nothing in a price that uses all there is', () => {
    const tiers = [{ upTo: 5, flatMinor: '100' }, { upTo: 10.5, unitMinor: '1.25' }, {}]
    const models = [
      byUse,
      { graduated: tiers },
      { volume: tiers },
      { package: { size: 5, packageMinor: '9' } },
    ]
    const percentage = { percent: 2.9, fixedMinor: '30', minimumMinor: 50, maximumMinor: 500 }
    for (const model of [...models, { percentage }])
      expect(findCatalogProblems(counting({ feature: 'calls', freeUnits: 5, model })).problems).toEqual([])
    for (const model of models)
      expect(findCatalogProblems(counting({ quantity: 'seats', model })).problems).toEqual([])
    expect(findCatalogProblems(counting({ timing: 'arrears', model: { flat: 5 } })).problems).toEqual([])
  })
})
