import type { CatalogDefinition } from '@tollkeeper/contract'

/** A ticket service with an AI assistant: every kind of feature, window and policy has something to show. */
export const demoCatalog: CatalogDefinition = {
  operator: {
    name: 'Guichet SARL',
    email: 'factures@guichet.example',
    address: { line1: '12 avenue Chardy', city: 'Abidjan', country: 'CI' },
    taxIds: [{ type: 'ncc', value: '1234567 A' }],
    timeZone: 'Africa/Abidjan',
  },
  taxes: { tva: { name: 'TVA', country: 'CI', percent: 18 } },
  coupons: { WELCOME: { name: 'Welcome', percentOff: 20, periods: 3 } },
  features: {
    sites: { kind: 'gauge', name: 'Sites', unit: 'site' },
    agents: { kind: 'gauge', name: 'Agents', unit: 'agent' },
    storage: { kind: 'gauge', name: 'Storage', unit: 'byte', failPolicy: 'open' },
    tickets: { kind: 'meter', name: 'Tickets', unit: 'ticket' },
    prompts: { kind: 'meter', name: 'Prompts', unit: 'prompt' },
    llm_tokens: { kind: 'meter', name: 'LLM tokens', unit: 'token' },
    credits: { kind: 'credits', name: 'Credits', unit: 'credit', costs: { inspection: 1, report: 3 } },
    providers_per_prompt: { kind: 'setting', name: 'Providers per prompt', type: 'number' },
    white_label: { kind: 'flag', name: 'White label' },
    priority_support: { kind: 'flag', name: 'Priority support' },
  },
  plans: {
    free: {
      name: 'Free',
      allowances: {
        sites: 1,
        agents: 1,
        tickets: 50,
        prompts: { limit: 5, window: 'day' },
        providers_per_prompt: 1,
      },
    },
    essential: {
      name: 'Essential',
      prices: { XOF: { month: 15_000, year: 150_000 }, USD: { month: 1_900, year: 19_000 } },
      trial: { days: 14 },
      policies: {
        retries: { hour: 2, afterDays: [1, 3, 5] },
        dunning: {
          hour: 9,
          steps: [
            { afterDays: 3, letter: 'friendly' },
            { afterDays: 7, letter: 'urgent' },
            { afterDays: 15, letter: 'warning' },
            { afterDays: 30, access: 'blocked' },
          ],
        },
      },
      allowances: {
        sites: 1,
        agents: 5,
        tickets: 500,
        storage: { limit: 5, unit: 'GB' },
        prompts: { limit: 10, window: 'day' },
        llm_tokens: { limit: 200_000, window: 'billing_period', memberLimit: 80_000 },
        providers_per_prompt: 2,
      },
    },
    professional: {
      name: 'Professional',
      prices: { XOF: { month: 45_000, year: 450_000 }, USD: { month: 6_900, year: 69_000 } },
      trial: { days: 14 },
      allowances: {
        sites: 3,
        agents: 20,
        tickets: { limit: 2_000, policy: { overage: { XOF: '25', USD: '5' } } },
        storage: { limit: 50, unit: 'GB', policy: { soft: { graceAmount: 5, graceDays: 7 } } },
        prompts: { limit: 50, window: 'day' },
        llm_tokens: { limit: 1_000_000, window: 'billing_period', memberLimit: 300_000 },
        credits: { limit: 75, rollover: { cap: 25 } },
        providers_per_prompt: 3,
        priority_support: true,
      },
    },
    enterprise: {
      name: 'Enterprise',
      prices: { XOF: { month: 120_000, year: 1_200_000 }, USD: { month: 19_900, year: 199_000 } },
      allowances: {
        sites: 'unlimited',
        agents: 'unlimited',
        tickets: 'unlimited',
        storage: { limit: 1, unit: 'TB' },
        prompts: { limit: 200, window: 'day' },
        llm_tokens: { limit: 10_000_000, window: 'billing_period' },
        credits: { limit: 300, rollover: true },
        providers_per_prompt: 3,
        white_label: true,
        priority_support: true,
      },
    },
  },
  addOns: {
    extra_storage: {
      kind: 'recurring',
      name: '10 GB more storage',
      prices: { XOF: { month: 3_000 }, USD: { month: 400 } },
      allowances: { storage: { limit: 10, unit: 'GB' } },
    },
    credit_pack: {
      kind: 'one_off',
      name: '50 credits',
      prices: { XOF: 10_000, USD: 1_500 },
      grantDays: 365,
      allowances: { credits: 50 },
    },
  },
  fallbackPlan: 'free',
}

/** What `tollkeeper catalog plan` and `apply` read of a file. */
export default demoCatalog
