import { findFeature } from '../catalog/lookup.ts'
import type { Feature } from '../catalog/model.ts'
import { Refusal } from '../../refusal.ts'
import { END_OF_TIME, type Instant, toIsoOrNull } from '../time/index.ts'
import type { CustomerChange, CustomerState, Override } from './state.ts'

export interface SetOverride {
  feature: string
  limit: number | null
  unlimited: boolean
  value: boolean | string | number | null
  reason: string
  author: string
  /** null = for good. */
  expiresAt: Instant | null
}

/**
 * Replaces a customer's limit (or value) of one feature, up or down, until it is taken away or expires.
 *
 * @throws Refusal `feature_not_found`, `override_kind` when limit and value don't fit the feature's kind,
 * `invalid_request` for an end that is past.
 */
export function setOverride(state: CustomerState, command: SetOverride): CustomerChange {
  const { now } = state
  const feature = requireFeature(state, command.feature)
  requireKind(feature, command)
  if (command.expiresAt !== null && command.expiresAt <= now) {
    const errors = [{ param: 'expiresAt', message: 'It must be later than now.' }]
    throw new Refusal('invalid_request', { param: 'expiresAt', errors })
  }
  const known = state.overrides.find((each) => each.feature === feature.id)
  const counted = isCounted(feature)
  const override: Override = {
    feature: feature.id,
    limit: counted
      ? command.unlimited
        ? { unlimited: true }
        : { unlimited: false, amount: command.limit ?? 0 }
      : null,
    value: counted ? null : command.value,
    reason: command.reason,
    author: command.author,
    expiresAt: command.expiresAt ?? END_OF_TIME,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  }
  const payload = {
    feature: feature.key,
    limit: command.limit,
    unlimited: command.unlimited,
    value: command.value,
    reason: command.reason,
    author: command.author,
    expiresAt: toIsoOrNull(command.expiresAt),
  }
  const others = state.overrides.filter((each) => each !== known)
  return {
    state: { ...state, overrides: [...others, override] },
    events: [{ type: 'override.set', subject: feature.key, payload, occurredAt: now }],
  }
}

/** Gives the plan's limit back. @throws Refusal `override_not_found` */
export function removeOverride(state: CustomerState, featureKey: string, author: string): CustomerChange {
  const feature = state.catalog.features.find((each) => each.key === featureKey)
  const known = state.overrides.find((each) => each.feature === feature?.id)
  if (feature === undefined || known === undefined) {
    throw new Refusal('override_not_found', { param: 'featureId', values: { feature: featureKey } })
  }
  const payload = { feature: feature.key, reason: known.reason, author }
  return {
    state: { ...state, overrides: state.overrides.filter((each) => each !== known) },
    events: [{ type: 'override.deleted', subject: feature.key, payload, occurredAt: state.now }],
  }
}

export function requireFeature(state: CustomerState, key: string, param = 'featureId'): Feature {
  const feature = findFeature(state.catalog, key)
  if (feature === undefined) throw new Refusal('feature_not_found', { param, values: { feature: key } })
  return feature
}

export function isCounted(feature: Feature): boolean {
  return feature.kind === 'gauge' || feature.kind === 'meter' || feature.kind === 'credits'
}

function requireKind(feature: Feature, command: SetOverride): void {
  const { limit, unlimited, value } = command
  if (fits(feature, limit, unlimited, value)) return
  const param = misfit(feature, command)
  throw new Refusal('override_kind', { param, values: { feature: feature.key, kind: feature.kind } })
}

/** The field that doesn't fit, or that is missing. */
function misfit(feature: Feature, { limit, unlimited, value }: SetOverride): string {
  if (isCounted(feature))
    return value !== null ? 'value' : limit !== null && unlimited ? 'unlimited' : 'limit'
  return limit !== null ? 'limit' : unlimited ? 'unlimited' : 'value'
}

function fits(feature: Feature, limit: number | null, unlimited: boolean, value: Override['value']): boolean {
  const isLimit = limit !== null || unlimited
  if (isLimit && (value !== null || (limit !== null && unlimited))) return false
  if (isCounted(feature)) return isLimit
  if (isLimit || value === null) return false
  if (feature.kind === 'flag') return typeof value === 'boolean'
  return feature.valueType === null || typeof value === feature.valueType
}
