import { defineCatalog } from '@tollkeeper/client'

/** Reminders on day 3, 7 and 15 after the due date, suspension on day 30; failed payments are tried again by night. */
const policies = {
  retries: { hour: 2, afterDays: [1, 2, 3] },
  failure: { reason: 'tenant_suspended' },
  dunning: {
    hour: 9,
    steps: [
      { afterDays: 3, letter: 'friendly' },
      { afterDays: 7, letter: 'urgent' },
      { afterDays: 15, letter: 'warning' },
      { afterDays: 30, access: 'blocked' },
    ],
  },
} as const

const held = { sites: 1, agents: 5, queues: 3 }

/**
 * A queue and ticket service for branches of banks. Names are what its users read, in their language.
 *
 * Sites, agents and queues are held and can be given back; tickets start again each month. The first three plans are
 * what everybody buys. The other two are for those whose months are not alike: one lets some more through, one bills it.
 */
export const catalog = defineCatalog({
  operator: { timeZone: 'Africa/Abidjan' },
  features: {
    sites: { kind: 'gauge', name: 'Sites', unit: 'site' },
    agents: { kind: 'gauge', name: 'Agents', unit: 'agent' },
    queues: { kind: 'gauge', name: 'Files d’attente', unit: 'file' },
    tickets: { kind: 'meter', name: 'Tickets', unit: 'ticket' },
  },
  plans: {
    essential: {
      name: 'Essentiel',
      prices: { XOF: { month: 15_000, year: 150_000 } },
      allowances: { ...held, tickets: { limit: 500, window: 'month' } },
      trial: { days: 14 },
      policies,
    },
    professional: {
      name: 'Professionnel',
      prices: { XOF: { month: 45_000, year: 450_000 } },
      allowances: { sites: 3, agents: 20, queues: 10, tickets: { limit: 2_000, window: 'month' } },
      trial: { days: 14 },
      policies,
    },
    enterprise: {
      name: 'Entreprise',
      prices: { XOF: { month: 120_000, year: 1_200_000 } },
      allowances: { sites: 999, agents: 999, queues: 999, tickets: { limit: 999_999, window: 'month' } },
      trial: { days: 14 },
      policies,
    },
    essential_soft: {
      name: 'Essentiel souple',
      prices: { XOF: { month: 18_000 } },
      allowances: {
        ...held,
        tickets: { limit: 500, window: 'month', policy: { soft: { graceAmount: 50, graceDays: 3 } } },
      },
      policies,
    },
    essential_metered: {
      name: 'Essentiel au ticket',
      prices: { XOF: { month: 16_000 } },
      allowances: { ...held, tickets: { limit: 500, window: 'month', policy: { overage: { XOF: '35' } } } },
      policies,
    },
  },
})
