/** Which counted feature a caller means, and how much of it: an action of credits costs by the catalog's table. */
import type { Catalog, Feature } from '../../domain/catalog/model.ts'
import { Refusal } from '../../refusal.ts'

interface Meaning {
  feature: Feature
  /** Units of the feature for one of what was asked. */
  cost: number
}

const indexes = new WeakMap<Catalog, Map<string, Meaning>>()

/** @throws Refusal `feature_not_found`, `feature_kind` for a flag or a setting, `amount_invalid` */
export function meaningOf(catalog: Catalog, key: string, accepts: 'counted' | 'every' = 'counted'): Meaning {
  const meaning = indexed(catalog).get(key)
  if (meaning === undefined)
    throw new Refusal('feature_not_found', { param: 'feature', values: { feature: key } })
  const { kind } = meaning.feature
  if (accepts === 'counted' && (kind === 'flag' || kind === 'setting'))
    throw new Refusal('feature_kind', { param: 'feature', values: { feature: key, kind } })
  return meaning
}

/** Whether a catalog has the feature or action: one that has not may be a moment too old. */
export function knowsFeature(catalog: Catalog, key: string): boolean {
  return indexed(catalog).has(key)
}

function indexed(catalog: Catalog): Map<string, Meaning> {
  let index = indexes.get(catalog)
  if (index === undefined) {
    index = indexOf(catalog)
    indexes.set(catalog, index)
  }
  return index
}

function indexOf(catalog: Catalog): Map<string, Meaning> {
  const index = new Map<string, Meaning>()
  for (const feature of catalog.features) index.set(feature.key, { feature, cost: 1 })
  for (const feature of catalog.features) {
    if (feature.kind !== 'credits') continue
    // An action that is a meter of its own keeps its own count; only its credits cost is found under its key.
    for (const [action, cost] of Object.entries(feature.costs)) index.set(action, { feature, cost })
  }
  return index
}
