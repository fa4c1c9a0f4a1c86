import type { OverageStretch } from '../../domain/usage/decide.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { uuidV7 } from '../../ids.ts'
import type { OverageRow } from '../../store/usage/events.ts'
import { placeOf } from './closed-use.ts'
import type { CustomerDraft } from './draft.ts'

/** A stretch of use above what was granted, and the window it lies in. */
export type PlacedStretch = OverageStretch & Pick<OverageRow, 'feature' | 'member' | 'windowStart'>

/** The row of a stretch, under the plan that was in force; `event` is the use that it belongs to. */
export function overageRow(
  draft: CustomerDraft,
  stretch: PlacedStretch,
  event: string,
  at: Instant,
): OverageRow {
  const { subscription, plan } = termsAt(draft, at)
  return {
    customer: draft.customer,
    id: uuidV7(draft.recordedAt),
    feature: stretch.feature,
    member: stretch.member,
    subscription,
    plan: plan?.item ?? 0,
    planVersion: plan?.version ?? 0,
    windowStart: stretch.windowStart,
    amount: stretch.amount,
    priced: stretch.priced,
    unitPrices: stretch.unitPrices,
    event,
    at,
    recordedAt: draft.recordedAt,
  }
}

function termsAt(
  draft: CustomerDraft,
  at: Instant,
): Pick<CustomerDraft['entitlements'], 'subscription'> & {
  plan: { item: number; version: number } | null
} {
  // only meters and credits are above an allowance at a price
  const place = placeOf(draft, { kind: 'meter' }, at)
  if (place === 'open') return draft.entitlements
  return place ?? { subscription: 0, plan: null }
}

/** The same for a use of a balance's running window. */
export function overageOfUse(
  draft: CustomerDraft,
  { feature, member, windowStart }: Pick<OverageRow, 'feature' | 'member' | 'windowStart'>,
  stretch: OverageStretch,
  event: string,
  at: Instant,
): OverageRow {
  return overageRow(draft, { ...stretch, feature, member, windowStart }, event, at)
}
