/** One feature for each way in which use is limited, with limits small enough to be reached at once. */
import type { CatalogDefinition } from '@tollkeeper/contract'

const counted = { limit: 40, window: 'billing_period' } as const

export const stormCatalog = {
  features: {
    calls: { kind: 'meter', name: 'Calls', thresholds: [25, 50, 75, 100] },
    graceCalls: { kind: 'meter', name: 'Calls with an amount of grace' },
    graceDays: { kind: 'meter', name: 'Calls with days of grace' },
    priced: { kind: 'meter', name: 'Calls that are billed above the limit' },
    pooled: { kind: 'meter', name: 'Calls of all members, each with a limit' },
    pooledPriced: { kind: 'meter', name: 'Calls of all members that are billed above the limit' },
    own: { kind: 'meter', name: 'Calls of each member' },
    ownGrace: { kind: 'meter', name: 'Calls of each member with grace' },
    credits: { kind: 'credits', name: 'Credits', costs: { scan: 3 } },
    sites: { kind: 'gauge', name: 'Sites' },
    graceSites: { kind: 'gauge', name: 'Sites with an amount of grace' },
    seats: { kind: 'gauge', name: 'Seats of all members, each with a limit' },
  },
  plans: {
    storm: {
      name: 'Storm',
      prices: { XOF: { month: 1000 } },
      allowances: {
        calls: counted,
        graceCalls: { ...counted, policy: { soft: { graceAmount: 7 } } },
        graceDays: { ...counted, policy: { soft: { graceDays: 3 } } },
        priced: { ...counted, policy: { overage: { XOF: '12.5' } } },
        pooled: { ...counted, memberLimit: 17 },
        pooledPriced: { ...counted, limit: 30, memberLimit: 25, policy: { overage: { XOF: '12.5' } } },
        own: { limit: 15, window: 'billing_period', scope: 'member' },
        ownGrace: {
          limit: 9,
          window: 'billing_period',
          scope: 'member',
          policy: { soft: { graceAmount: 2 } },
        },
        credits: 20,
        sites: 12,
        graceSites: { limit: 12, policy: { soft: { graceAmount: 3 } } },
        seats: { limit: 14, memberLimit: 6 },
      },
    },
  },
} satisfies CatalogDefinition

export type StormFeature = keyof typeof stormCatalog.features

/** Where each member has a balance alone. */
export const ownFeatures: StormFeature[] = ['own', 'ownGrace']

/** How far above what was granted a take is admitted. */
export const graceOf: Record<StormFeature, number> = {
  calls: 0,
  graceCalls: 7,
  graceDays: Number.POSITIVE_INFINITY,
  priced: Number.POSITIVE_INFINITY,
  pooled: 0,
  pooledPriced: Number.POSITIVE_INFINITY,
  own: 0,
  ownGrace: 2,
  credits: 0,
  sites: 0,
  graceSites: 3,
  seats: 0,
}

export const gauges: StormFeature[] = ['sites', 'graceSites', 'seats']
export const memberFeatures: StormFeature[] = ['pooled', 'pooledPriced', 'own', 'ownGrace', 'seats']
export const members = ['ann', 'ben', 'cid']
