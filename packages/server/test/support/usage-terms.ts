/** What the usage tests are written with: a feature, its entitlement, limits and policies, instants as text. */
import type { Feature, Limit, LimitPolicy } from '../../src/domain/catalog/model.ts'
import type { FeatureEntitlement } from '../../src/domain/entitlements/model.ts'
import { parseInstant } from '../../src/domain/time/instant.ts'

export const FEATURE = 7

/** An ISO instant; a date alone is its midnight in UTC. */
export function instant(text: string): number {
  const value = parseInstant(text.includes('T') ? text : `${text}T00:00:00Z`)
  if (value === null) throw new Error(`not an instant: ${text}`)
  return value
}

export const limited = (amount: number): Limit => ({ unlimited: false, amount })
export const HARD: LimitPolicy = { type: 'hard' }
export const PRICED: LimitPolicy = { type: 'overage', unitPrices: { EUR: '2' } }
export const soft = (graceAmount: number | null, graceDays: number | null): LimitPolicy => ({
  type: 'soft',
  graceAmount,
  graceDays,
})

export function featureOf(kind: Feature['kind'], rest: Partial<Feature> = {}): Feature {
  return {
    id: FEATURE,
    key: 'messages',
    kind,
    valueType: null,
    name: 'Messages',
    unit: 'message',
    scale: 0,
    thresholds: [],
    failPolicy: 'closed',
    costs: {},
    latenessDays: 30,
    ...rest,
  }
}

export function entitlementOf(rest: Partial<FeatureEntitlement> = {}): FeatureEntitlement {
  const kind = rest.kind ?? 'meter'
  return {
    feature: featureOf(kind),
    kind,
    included: true,
    value: null,
    limit: limited(100),
    window: 'month',
    scope: 'customer',
    memberLimit: null,
    policy: HARD,
    rollover: { type: 'none' },
    priority: 100,
    overridden: false,
    ...rest,
  }
}
