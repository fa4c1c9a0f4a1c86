import { defineCatalog } from '@tollkeeper/client'

const analysis = { recommendations: true, competitor_analysis: true }
const advanced = { ...analysis, advanced_scoring: true, priority_support: true }
const prompts = (limit: number) => ({ limit, window: 'day' as const })

/** Access is kept for a week after a renewal that failed, then restricted; two weeks later it is over. */
const policies = { failure: { graceDays: 7, access: 'blocked', cancelAfterDays: 21 } } as const

/**
 * Tiers by the month or the year. Whoever has none, or hasn't paid, is on the free one. The trial is on starter alone and
 * becomes a subscription by itself.
 */
export const catalog = defineCatalog({
  operator: { name: 'Search analytics', timeZone: 'UTC' },
  features: {
    prompts: { kind: 'meter', name: 'Prompts' },
    recommendations: { kind: 'flag', name: 'Recommendations' },
    competitor_analysis: { kind: 'flag', name: 'Competitor analysis' },
    advanced_scoring: { kind: 'flag', name: 'Advanced scoring' },
    priority_support: { kind: 'flag', name: 'Priority support' },
    api_access: { kind: 'flag', name: 'API access' },
    white_label: { kind: 'flag', name: 'White label' },
  },
  plans: {
    free: { name: 'Free', allowances: { prompts: prompts(5) } },
    starter: {
      name: 'Starter',
      prices: { USD: { month: 1_900, year: 19_000 } },
      allowances: { prompts: prompts(10), ...analysis },
      trial: { days: 7, onEnd: 'activate' },
      policies,
    },
    growth: {
      name: 'Growth',
      prices: { USD: { month: 6_900, year: 69_000 } },
      allowances: { prompts: prompts(50), ...advanced },
      policies,
    },
    pro: {
      name: 'Pro',
      prices: { USD: { month: 19_900, year: 199_000 } },
      allowances: { prompts: prompts(200), ...advanced, api_access: true, white_label: true },
      policies,
    },
  },
  fallbackPlan: 'free',
})
