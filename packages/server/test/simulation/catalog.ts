/** The five products in one catalog: what each of them sells, with the policies that they disagree in. */
import type { CatalogDefinition, PriceComponentDefinition } from '@tollkeeper/contract'

type Plan = CatalogDefinition['plans'][string]
type Policies = NonNullable<Plan['policies']>

const letters = [
  { afterDays: 3, letter: 'friendly' },
  { afterDays: 7, letter: 'urgent' },
  { afterDays: 15, letter: 'warning' },
  { afterDays: 30, access: 'blocked' },
] satisfies NonNullable<Policies['dunning']>['steps']

const queuePolicies = {
  anchor: 'calendar',
  retries: { hour: 2, afterDays: [1, 2, 3] },
  dunning: { hour: 9, steps: letters },
} satisfies Policies

const creditPolicies = {
  modules: 'next_invoice',
  purchaseWhileLive: 'refuse',
  retries: { afterDays: [1, 3] },
  failure: {
    graceDays: 0,
    reason: 'subscription_inactive',
    grants: 'all',
    modules: 'off',
    modulesWhenPaid: 'by_hand',
  },
} satisfies Policies

const tierPolicies = {
  downgrade: 'period_end',
  failure: { graceDays: 7, access: 'read_only', cancelAfterDays: 40 },
} satisfies Policies

const turnover = (minimumMinor: number, maximumMinor: number) =>
  ({
    feature: 'llm_tokens',
    freeUnits: 100,
    model: { percentage: { percent: 12.75, fixedMinor: '30.5', minimumMinor, maximumMinor } },
  }) satisfies PriceComponentDefinition

const monthAnd = (month: number, year = month * 10) => ({ month, year })

export const catalog = {
  operator: {
    name: 'The seller',
    timeZone: 'Africa/Abidjan',
    address: { line1: '1 High Street', postalCode: '75002', city: 'Paris', country: 'FR' },
    taxIds: [
      { type: 'vat', value: 'FR40303265045' },
      { type: 'siren', value: '303265045' },
    ],
    footer: 'SARL au capital de 10 000 €',
  },
  features: {
    storage: { kind: 'gauge', unit: 'byte', failPolicy: 'open' },
    ai_tokens: { kind: 'meter', unit: 'token' },
    sites: { kind: 'gauge' },
    agents: { kind: 'gauge' },
    tickets: { kind: 'meter' },
    llm_tokens: { kind: 'meter', unit: 'token', thresholds: [80, 90, 100] },
    seats: { kind: 'gauge' },
    prompts: { kind: 'meter' },
    recommendations: { kind: 'flag' },
    api_access: { kind: 'flag' },
    inspections: { kind: 'credits', costs: { 'inspection.full': 3 } },
    reports: { kind: 'flag' },
  },
  plans: {
    // the control panel
    per_seat: {
      prices: { EUR: { month: { perUnit: { seats: '900' } } } },
      allowances: {
        storage: { limit: 5, unit: 'GB', perQuantity: 'seats' },
        ai_tokens: { limit: 20_000, window: 'rolling_30_days', scope: 'member' },
      },
      policies: { quantityChange: 'next_period', modules: 'now' },
    },
    per_seat_prorated: {
      prices: { EUR: { month: { amountMinor: 500, perUnit: { seats: '850.5' } } } },
      allowances: {
        storage: { limit: 5, unit: 'GB', perQuantity: 'seats' },
        ai_tokens: { limit: 20_000, window: 'rolling_30_days', scope: 'member' },
      },
      policies: { quantityChange: 'prorate', proration: 'day', modules: 'now' },
    },
    site_wide: {
      prices: { EUR: { month: 29_900 } },
      allowances: {
        storage: { limit: 50, unit: 'GiB' },
        ai_tokens: { limit: 60_000, window: 'rolling_30_days' },
      },
      policies: { modules: 'now' },
    },
    // the queue service
    essential: {
      prices: { XOF: monthAnd(15_000) },
      allowances: { sites: 1, agents: 5, tickets: { limit: 500, window: 'month' } },
      trial: { days: 14 },
      policies: queuePolicies,
    },
    professional: {
      prices: { XOF: monthAnd(45_000) },
      allowances: { sites: 3, agents: 20, tickets: { limit: 2_000, window: 'month' } },
      trial: { days: 14 },
      policies: queuePolicies,
    },
    soft: {
      prices: { XOF: { month: 18_000 } },
      taxInclusive: true,
      allowances: {
        sites: 1,
        agents: 5,
        tickets: { limit: 501, window: 'month', policy: { soft: { graceAmount: 50 } } },
      },
      policies: { ...queuePolicies, collection: 'send', dueDays: 10 },
    },
    metered: {
      prices: { XOF: { month: 16_000 } },
      allowances: {
        sites: 1,
        agents: 5,
        tickets: { limit: 50, window: 'billing_period', policy: { overage: { XOF: '35' } } },
      },
      policies: { ...queuePolicies, anchor: 'subscription' },
    },
    by_use: {
      prices: {
        XOF: {
          month: {
            amountMinor: 5_000,
            minimumMinor: 12_000,
            components: {
              tickets: {
                feature: 'tickets',
                freeUnits: 20,
                model: {
                  graduated: [
                    { upTo: 200, unitMinor: '30' },
                    { upTo: 1_000, unitMinor: '12.5', flatMinor: '700' },
                    { unitMinor: '7' },
                  ],
                },
              },
              support: { model: { flat: 1_000 }, timing: 'arrears' },
            },
          },
        },
      },
      allowances: { sites: 1, agents: 5, tickets: { limit: 5_000, window: 'billing_period' } },
      policies: { ...queuePolicies, collection: 'send', dueDays: 10 },
    },
    // group tokens
    circle: {
      prices: { EUR: { month: 1_900 } },
      allowances: {
        llm_tokens: { limit: 1_000, window: 'billing_period', memberLimit: 600 },
        seats: 5,
      },
    },
    crew: {
      prices: { EUR: { month: 14_900 }, TND: { month: 49_900 } },
      allowances: {
        llm_tokens: {
          limit: 10_000,
          window: 'billing_period',
          policy: { overage: { EUR: '0.35', TND: '1.175' } },
        },
        seats: 25,
      },
    },
    choir: {
      prices: {
        EUR: {
          month: {
            amountMinor: 900,
            components: {
              tokens: {
                feature: 'llm_tokens',
                model: { volume: [{ upTo: 2_000, unitMinor: '0.4' }, { unitMinor: '0.25' }] },
              },
              batches: { feature: 'llm_tokens', model: { package: { size: 500, packageMinor: '65' } } },
            },
          },
        },
      },
      allowances: { llm_tokens: { limit: 8_000, window: 'billing_period' }, seats: 8 },
      policies: { proration: 'day' },
    },
    // a share of what is turned over, in a currency of three decimals too
    chorus: {
      prices: {
        EUR: { month: { amountMinor: 700, components: { turnover: turnover(120, 2_500) } } },
        TND: { month: { amountMinor: 2_355, components: { turnover: turnover(405, 8_015) } } },
      },
      allowances: { llm_tokens: { limit: 8_000, window: 'billing_period' }, seats: 8 },
    },
    // tiers
    free: { allowances: { prompts: { limit: 5, window: 'day' } } },
    starter: {
      prices: { USD: monthAnd(1_900), TND: monthAnd(5_995) },
      allowances: { prompts: { limit: 10, window: 'day' }, recommendations: true },
      trial: { days: 7, onEnd: 'activate' },
      policies: tierPolicies,
    },
    growth: {
      prices: { USD: monthAnd(6_900), TND: monthAnd(21_505) },
      allowances: { prompts: { limit: 50, window: 'day' }, recommendations: true },
      policies: tierPolicies,
    },
    pro: {
      prices: { USD: monthAnd(19_900) },
      taxInclusive: true,
      allowances: { prompts: { limit: 200, window: 'day' }, recommendations: true, api_access: true },
      policies: tierPolicies,
    },
    // credits and modules
    credits_30: {
      prices: { USD: { month: 9_900 } },
      allowances: { inspections: 30 },
      policies: creditPolicies,
    },
    credits_75: {
      prices: { USD: { month: 19_900 } },
      allowances: { inspections: 75 },
      policies: creditPolicies,
    },
    credits_kept: {
      prices: { USD: { month: 10_900 } },
      allowances: { inspections: 30 },
      policies: {
        ...creditPolicies,
        purchaseWhileLive: 'append',
        usageOnChange: 'reset',
        downgrade: 'now',
        proration: 'day',
        renewal: { credits: { rollover: { cap: 20, windows: 2 } } },
      },
    },
  },
  addOns: {
    more_storage: {
      kind: 'recurring',
      prices: { EUR: { month: 500 } },
      allowances: { storage: { limit: 20, unit: 'GB' } },
    },
    more_tokens: {
      kind: 'one_off',
      prices: { EUR: 1_900 },
      allowances: { ai_tokens: 10_000 },
      grantDays: 365,
    },
    drone: { kind: 'recurring', prices: { USD: { month: 1_500 } }, allowances: { reports: true } },
    thermal: { kind: 'recurring', prices: { USD: { month: 2_100 } }, taxCategory: 'reduced' },
    unit: { kind: 'recurring', prices: { USD: { month: 300 } }, allowances: { inspections: 1 } },
    insights: {
      kind: 'recurring',
      taxCategory: 'reduced',
      prices: { USD: monthAnd(733), TND: monthAnd(2_255) },
    },
    pack_10: { kind: 'one_off', prices: { USD: 1_500 }, allowances: { inspections: 10 }, grantDays: 365 },
  },
  bundles: { imaging: { addOns: ['drone', 'thermal'], prices: { USD: { month: 2_999 } } } },
  coupons: {
    QUARTER: { percentOff: 25, periods: 3 },
    EIGHTH: { percentOff: 12.5, periods: 'forever' },
    FIVER: { amountOff: { USD: 500, EUR: 500, XOF: 5_000, TND: 1_750 } },
    EARLY: { percentOff: 50, periods: 1, maximumRedemptions: 3 },
  },
  taxes: {
    'fr-vat': { name: 'TVA', country: 'FR', percent: 20 },
    'fr-reduced': { name: 'TVA', country: 'FR', percent: 5.5, category: 'reduced' },
    // raised on some day of most worlds
    'sn-vat': { name: 'TVA', country: 'SN', percent: 18, until: '2027-03-01' },
    'sn-vat-raised': { name: 'TVA', country: 'SN', percent: 19.25, from: '2027-03-01' },
    gst: { name: 'GST', country: 'CA', percent: 5 },
    qst: { name: 'QST', country: 'CA', region: 'QC', percent: 9.975 },
  },
} satisfies CatalogDefinition

export interface Product {
  name: string
  /** Of which a customer has one at a time. */
  currencies: readonly string[]
  plans: readonly string[]
  intervals: readonly string[]
  /** What is consumed. */
  feature: string
  /** The largest single take. */
  most: number
  /**
   * Every limit of the feature that a plan may tell, and what may then be admitted until it starts again: of all members
   * together, or of each. null: credits, of which each is granted.
   */
  limits: Readonly<Record<number, { admits: number; ofEach?: true }>> | null
  gauges: readonly string[]
  members: readonly string[]
  addOns: readonly string[]
  bundles: readonly string[]
  topUps: readonly string[]
  seats: boolean
}

const none = { gauges: [], members: [], addOns: [], bundles: [], topUps: [], seats: false }
const BILLED = Number.POSITIVE_INFINITY

export const products: readonly Product[] = [
  {
    ...none,
    name: 'panel',
    currencies: ['EUR'],
    plans: ['per_seat', 'per_seat_prorated', 'site_wide'],
    intervals: ['month'],
    feature: 'ai_tokens',
    most: 9_000,
    limits: { 20_000: { admits: 20_000, ofEach: true }, 60_000: { admits: 60_000 } },
    gauges: ['storage'],
    members: ['ada', 'ben'],
    addOns: ['more_storage'],
    topUps: ['more_tokens'],
    seats: true,
  },
  {
    ...none,
    name: 'queue',
    currencies: ['XOF'],
    plans: ['essential', 'professional', 'soft', 'metered', 'by_use'],
    intervals: ['month', 'year'],
    feature: 'tickets',
    most: 300,
    limits: {
      500: { admits: 500 },
      2_000: { admits: 2_000 },
      501: { admits: 551 },
      50: { admits: BILLED },
      5_000: { admits: 5_000 },
    },
    gauges: ['sites', 'agents'],
  },
  {
    ...none,
    name: 'tokens',
    currencies: ['EUR', 'TND'],
    plans: ['circle', 'crew', 'choir', 'chorus'],
    intervals: ['month'],
    feature: 'llm_tokens',
    most: 700,
    // a member's part of the circle's thousand
    limits: {
      1_000: { admits: 1_000 },
      600: { admits: 1_000 },
      10_000: { admits: BILLED },
      8_000: { admits: 8_000 },
    },
    gauges: ['seats'],
    members: ['cleo', 'dan'],
  },
  {
    ...none,
    name: 'tiers',
    currencies: ['USD', 'TND'],
    plans: ['starter', 'growth', 'pro'],
    intervals: ['month', 'year'],
    feature: 'prompts',
    most: 30,
    limits: { 5: { admits: 5 }, 10: { admits: 10 }, 50: { admits: 50 }, 200: { admits: 200 } },
    addOns: ['insights'],
  },
  {
    ...none,
    name: 'credits',
    currencies: ['USD'],
    plans: ['credits_30', 'credits_75', 'credits_kept'],
    intervals: ['month'],
    feature: 'inspections',
    most: 20,
    limits: null,
    addOns: ['drone', 'thermal', 'unit'],
    bundles: ['imaging'],
    topUps: ['pack_10'],
  },
]
