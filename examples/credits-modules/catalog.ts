import { defineCatalog } from '@tollkeeper/client'

/**
 * What is agreed on once for all tiers. Who buys again while live adds to what is left; another tier expires what the old
 * one gave and gives its own; a renewal that isn't paid closes the door at once, with everything that was bought, and
 * modules come back by hand alone.
 */
const policies = {
  purchaseWhileLive: 'append',
  usageOnChange: 'reset',
  upgrade: 'now',
  downgrade: 'now',
  proration: 'day',
  modules: 'next_invoice',
  moduleInvoices: 'apart',
  retries: { afterDays: [1, 3, 5] },
  failure: {
    graceDays: 0,
    access: 'blocked',
    reason: 'subscription_inactive',
    grants: 'all',
    modules: 'off',
    modulesWhenPaid: 'by_hand',
  },
} as const

/**
 * Property inspections by credit. A tier includes so many a month; more are bought as additional units, which renew with
 * it, or as a pack that keeps its own expiry. Modules are switched on beside it, and a bundle covers them all.
 */
export const catalog = defineCatalog({
  operator: { name: 'Inspections', timeZone: 'UTC' },
  features: {
    inspections: {
      kind: 'credits',
      name: 'Inspections',
      costs: { 'inspection.basic': 1, 'inspection.full': 3 },
    },
    reports: { kind: 'flag', name: 'Reports' },
    insights: { kind: 'flag', name: 'Insights' },
  },
  plans: {
    growth: {
      name: 'Growth',
      prices: { EUR: { month: 9_900 } },
      allowances: { inspections: 30 },
      policies,
    },
    professional: {
      name: 'Professional',
      prices: { EUR: { month: 19_900 } },
      allowances: { inspections: 75 },
      policies,
    },
    single: {
      name: 'Single',
      prices: { EUR: { month: 4_900 } },
      allowances: { inspections: 15 },
      // as without a word
      policies: { ...policies, purchaseWhileLive: 'refuse' },
    },
    growth_keeping: {
      name: 'Growth, keeping',
      prices: { EUR: { month: 10_900 } },
      allowances: { inspections: 30 },
      policies: { ...policies, renewal: { credits: { rollover: { cap: 20, windows: 2 } } } },
    },
  },
  addOns: {
    unit: {
      kind: 'recurring',
      name: 'Additional inspection',
      prices: { EUR: { month: 300 } },
      allowances: { inspections: 1 },
    },
    reports_module: {
      kind: 'recurring',
      name: 'Reports',
      prices: { EUR: { month: 3_000 } },
      allowances: { reports: true },
    },
    insights_module: {
      kind: 'recurring',
      name: 'Insights',
      prices: { EUR: { month: 2_100 } },
      allowances: { insights: true },
    },
    pack_10: {
      kind: 'one_off',
      name: '10 inspections',
      prices: { EUR: 3_500 },
      grantDays: 365,
      allowances: { inspections: 10 },
    },
  },
  bundles: {
    everything: {
      name: 'Everything',
      addOns: ['reports_module', 'insights_module'],
      prices: { EUR: { month: 3_900 } },
    },
  },
})
