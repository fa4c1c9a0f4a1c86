import type { Api, Entitlements } from './api.gen.ts'
import { TollkeeperError } from './errors.ts'
import type { RequestOptions } from './request.ts'

export type FeatureEntitlement = Entitlements['features'][number]

/** What a customer may use, with the two questions that are asked of it most. */
export interface CustomerEntitlements extends Entitlements {
  /** Undefined for a feature that the catalog doesn't have. */
  feature(key: string): FeatureEntitlement | undefined
  /** Is it included: a flag that is on, a setting that has a value, a limit above nothing? Says nothing of what is used. */
  has(key: string): boolean
}

export async function entitlementsOf(
  customers: Api['customers'],
  customer: string,
  options?: RequestOptions,
): Promise<CustomerEntitlements> {
  const entitlements = await customers.entitlements(customer, {}, options)
  if ('unchanged' in entitlements) {
    throw new TollkeeperError({ code: 'invalid_response', status: 200, title: 'Entitlements were left out' })
  }
  const byKey = new Map(entitlements.features.map((feature) => [feature.feature, feature]))
  return {
    ...entitlements,
    feature: (key) => byKey.get(key),
    has: (key) => {
      const feature = byKey.get(key)
      return feature !== undefined && feature.included && feature.value !== false
    },
  }
}
