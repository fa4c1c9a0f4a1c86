/** How limits and suggested plans look on the wire. */
import type { Limit } from '../domain/catalog/model.ts'
import type { UpgradeSuggestion } from '../domain/catalog/suggest-upgrade.ts'

export const limitFields = (limit: Limit) => ({
  limit: limit.unlimited ? null : limit.amount,
  unlimited: limit.unlimited,
})

export function presentUpgrade(suggestion: UpgradeSuggestion | null) {
  if (suggestion === null) return null
  const limit = suggestion.limit ?? { unlimited: false as const, amount: 0 }
  return { plan: suggestion.plan, name: suggestion.name, ...limitFields(limit), price: suggestion.price }
}
