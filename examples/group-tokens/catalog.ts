import { defineCatalog } from '@tollkeeper/client'

/**
 * Three plans of an assistant for groups. Everybody in a group draws on the same tokens; `memberLimit` keeps one
 * person from using up what belongs to all.
 */
export const catalog = defineCatalog({
  features: {
    llm_tokens: { kind: 'meter', name: 'LLM tokens', unit: 'token', thresholds: [80, 90, 100] },
    voice_tokens: { kind: 'meter', name: 'Voice tokens', unit: 'token' },
    seats: { kind: 'gauge', name: 'Seats', unit: 'seat' },
  },
  plans: {
    circle: {
      name: 'Circle',
      prices: { EUR: { month: 1_900 } },
      allowances: {
        llm_tokens: { limit: 140_000, window: 'billing_period', memberLimit: 50_000 },
        voice_tokens: { limit: 20_000, window: 'billing_period' },
        seats: 5,
      },
    },
    crew: {
      name: 'Crew',
      prices: { EUR: { month: 14_900 } },
      allowances: {
        llm_tokens: { limit: 1_500_000, window: 'billing_period', memberLimit: 600_000 },
        voice_tokens: { limit: 200_000, window: 'billing_period' },
        seats: 25,
      },
    },
    club: {
      name: 'Club',
      prices: { EUR: { month: 99_000 } },
      allowances: {
        llm_tokens: { limit: 12_000_000, window: 'billing_period', memberLimit: 4_800_000 },
        voice_tokens: { limit: 2_000_000, window: 'billing_period' },
        seats: 250,
      },
    },
    city: {
      name: 'City',
      prices: { EUR: { month: 249_000 } },
      allowances: {
        llm_tokens: { limit: 100_000_000, window: 'billing_period', memberLimit: 40_000_000 },
        voice_tokens: { limit: 20_000_000, window: 'billing_period' },
        seats: 'unlimited',
      },
    },
  },
})
