/**
 * What a customer may use now, resolved from plan, add-ons, overrides and access. Grants come on top of it in the
 * balance. Pure data; recomputed whenever one of its causes changes, under the head's `entitlementVersion`.
 */
import type { AccessLevel, AccessReason } from '@tollkeeper/contract'
import type { CountedKind, Feature, FeatureKind, Limit, LimitPolicy, Rollover } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'
import type { WindowKind } from '../time/window.ts'

export type { AccessLevel, AccessReason }

export interface Access {
  level: AccessLevel
  reason: AccessReason
}

export interface FeatureEntitlement {
  feature: Feature
  kind: FeatureKind
  included: boolean
  /** flags and settings; null for counted kinds. */
  value: boolean | string | number | null
  /** Plan and add-ons together, or the override; without grants. */
  limit: Limit
  /** The part of `limit` by source, for the rows of plan grants: the plan's, then each add-on's. */
  window: WindowKind
  scope: 'customer' | 'member'
  memberLimit: Limit | null
  policy: LimitPolicy
  rollover: Rollover
  priority: number
  overridden: boolean
}

export type CountedEntitlement = FeatureEntitlement & { kind: CountedKind }

export interface Entitlements {
  version: number
  plan: { item: number; key: string; version: number; name: string } | null
  /** Surrogate number of the subscription that gives the plan; 0 when it is the fallback plan or none. */
  subscription: number
  currency: string | null
  interval: string | null
  access: Access
  timeZone: string
  billingPeriod: { start: Instant; end: Instant } | null
  /** From when on use is not closed yet: what is told of the time before is charged where it was used. */
  chargedFrom: Instant
  /** The next instant at which lifecycle, an add-on or an override changes this; Infinity if none is known. */
  validUntil: Instant
  /** By feature id. */
  features: Map<number, FeatureEntitlement>
}
