import { defineCatalog } from '@tollkeeper/client'

/**
 * Two ways to buy the same thing. By the seat, each member has tokens of their own and each seat brings storage;
 * for the whole site, all share. Which of the two it is stands here and nowhere in the site's code.
 *
 * Storage is counted in bytes. Its amounts are written in the unit it is sold in, and converted here, once.
 */
export const catalog = defineCatalog({
  features: {
    storage: { kind: 'gauge', name: 'Storage', unit: 'byte', failPolicy: 'open' },
    ai_tokens: { kind: 'meter', name: 'AI tokens', unit: 'token' },
    seats: { kind: 'gauge', name: 'Seats', unit: 'seat' },
  },
  plans: {
    per_seat: {
      name: 'Per seat',
      prices: { EUR: { month: { perUnit: { seats: '900' } } } },
      allowances: {
        storage: { limit: 5, unit: 'GB', perQuantity: 'seats' },
        ai_tokens: { limit: 20_000, window: 'rolling_30_days', scope: 'member' },
        seats: { limit: 1, perQuantity: 'seats' },
      },
      policies: { quantityChange: 'next_period' },
    },
    site_wide: {
      name: 'Whole site',
      prices: { EUR: { month: 29_900 } },
      allowances: {
        storage: { limit: 50, unit: 'GiB' },
        ai_tokens: { limit: 500_000, window: 'rolling_30_days' },
        seats: 'unlimited',
      },
    },
  },
  addOns: {
    more_storage: {
      kind: 'recurring',
      name: '20 GB more',
      prices: { EUR: { month: 500 } },
      allowances: { storage: { limit: 20, unit: 'GB' } },
    },
    more_tokens: {
      kind: 'one_off',
      name: '100,000 tokens more',
      prices: { EUR: 1_900 },
      grantDays: 365,
      allowances: { ai_tokens: 100_000 },
    },
  },
})
