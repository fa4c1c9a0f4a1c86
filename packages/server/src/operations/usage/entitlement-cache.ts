import { LRUCache } from 'lru-cache'
import type { Entitlements } from '../../domain/entitlements/model.ts'

/**
 * What is in force for customers met lately, good only under the version that the locked head has. Never trusted by
 * itself: every decision compares.
 */
export interface EntitlementCache {
  get(customer: number, version: number): Entitlements | undefined
  set(customer: number, entitlements: Entitlements): void
  forget(customer: number): void
}

export function createEntitlementCache(max = 50_000): EntitlementCache {
  const cache = new LRUCache<number, Entitlements>({ max })
  return {
    get: (customer, version) => {
      const found = cache.get(customer)
      return found?.version === version ? found : undefined
    },
    set: (customer, entitlements) => void cache.set(customer, entitlements),
    forget: (customer) => void cache.delete(customer),
  }
}
