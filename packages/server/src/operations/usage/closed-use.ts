/** Use of a time that is closed: it is charged where it was used, or was free then and stays so. */
import type { Feature } from '../../domain/catalog/model.ts'
import type { FeatureEntitlement } from '../../domain/entitlements/model.ts'
import { countLate, stretchAt, termsThen, type ClosedStretch } from '../../domain/invoices/closed-stretch.ts'
import type { Instant } from '../../domain/time/instant.ts'
import type { CustomerDraft } from './draft.ts'

/** Where use of a moment is charged: in a stretch; nowhere (null); `open`: with what isn't closed yet. */
export type Place = ClosedStretch | null | 'open'

type Counting = Pick<Feature, 'id' | 'kind'>

/** What is held and given back has no time that is over. */
export function placeOf(draft: CustomerDraft, { kind }: Pick<Counting, 'kind'>, at: Instant): Place {
  if (kind === 'gauge' || at >= draft.entitlements.chargedFrom) return 'open'
  return stretchAt(draft.stretches ?? [], at)
}

/** By which terms it is counted there. */
export const termsAt = (entitlement: FeatureEntitlement, place: Place): FeatureEntitlement =>
  place === 'open' ? entitlement : termsThen(entitlement, place)

/** More of a feature's use at a moment that is closed, or less of it. */
export function countClosed(draft: CustomerDraft, feature: Counting, at: Instant, amount: number): void {
  const place = placeOf(draft, feature, at)
  if (place === 'open' || place?.settled) return
  draft.stretches = countLate(draft.stretches ?? [], { usedAt: at, stretch: place }, feature.id, amount)
}
