/** Features for each path a use can take, with limits that are reached now and then. */
import type { CatalogDefinition } from '@tollkeeper/contract'

const counted = (limit: number) => ({ limit, window: 'billing_period' }) as const

const allowances = {
  tickets: counted(1_000_000_000),
  calls: counted(20),
  priced: { ...counted(30), policy: { overage: { XOF: '12.5' } } },
  tokens: 60,
  quota: counted(100_000),
  sites: 1_000,
  levels: 50,
} as const

export const catalog = {
  features: {
    tickets: { kind: 'meter', name: 'Tickets, far from any limit', thresholds: [] },
    calls: { kind: 'meter', name: 'Calls, with a hard limit', thresholds: [25, 50, 75, 100] },
    priced: { kind: 'meter', name: 'Calls that are billed above the limit' },
    tokens: { kind: 'credits', name: 'Tokens', costs: { scan: 3 } },
    quota: { kind: 'meter', name: 'What is leased' },
    sites: { kind: 'gauge', name: 'Sites, taken and given back' },
    levels: { kind: 'gauge', name: 'Levels, stated' },
  },
  plans: {
    small: { name: 'Small', prices: { XOF: { month: 1000 } }, allowances },
    large: {
      name: 'Large',
      prices: { XOF: { month: 2000 } },
      allowances: { ...allowances, calls: counted(50), tokens: 120 },
    },
  },
} satisfies CatalogDefinition

export type ProofFeature = keyof typeof catalog.features

/** What these add up to is known from the answers alone: nothing of them is leased, and no level is stated. */
export const summedFeatures: ProofFeature[] = ['tickets', 'calls', 'priced', 'tokens', 'sites']
