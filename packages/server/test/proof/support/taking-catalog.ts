import type { CatalogDefinition } from '@tollkeeper/contract'

/** These tests are about taking: whoever doesn't pay keeps what it may. */
const failure = { access: 'full' as const }

/** What the tests of taking sell. */
export const takingCatalog = {
  features: {
    calls: { kind: 'meter', name: 'Calls', thresholds: [50, 80, 100] },
    many: { kind: 'meter', name: 'Many calls', thresholds: [] },
    extra: { kind: 'meter', name: 'Not in the small plan' },
    credits: { kind: 'credits', name: 'Credits' },
    seats: { kind: 'gauge', name: 'Seats' },
  },
  plans: {
    small: {
      name: 'Small',
      prices: { XOF: { month: 1000 } },
      allowances: { calls: 100, many: { limit: 1000, window: 'lifetime' }, credits: 50, seats: 5 },
      policies: { failure },
    },
    large: {
      name: 'Large',
      prices: { XOF: { month: 3000 } },
      allowances: { calls: 200, many: { limit: 1000, window: 'lifetime' }, credits: 80, seats: 9, extra: 10 },
      policies: { failure, usageOnChange: 'reset', upgrade: 'now', downgrade: 'now' },
    },
  },
} satisfies CatalogDefinition
