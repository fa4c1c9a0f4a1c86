import type { Entitlements, FeatureEntitlement } from '../entitlements/model.ts'
import type { Instant } from '../time/instant.ts'
import { type WindowKind, windowAt } from '../time/window.ts'
import type { FoldContext } from './fold.ts'

/** What refreshing one balance needs. */
export interface RefreshContext extends FoldContext {
  now: Instant
  entitlements: Entitlements
  entitlement: FeatureEntitlement
  usageOnChange: 'keep' | 'reset'
  newId: () => string
}

/** A billing period's window where nothing is billed is a month. */
export const windowKindOf = (context: RefreshContext): WindowKind => {
  const kind = context.entitlement.window
  return kind === 'billing_period' && context.entitlements.billingPeriod === null ? 'month' : kind
}

export function currentWindow(
  kind: WindowKind,
  context: RefreshContext,
  firstUseAt: Instant | null,
  at = context.now,
) {
  const { timeZone, billingPeriod } = context.entitlements
  return windowAt(kind, at, {
    timeZone,
    ...(billingPeriod === null ? {} : { billingPeriod }),
    ...(firstUseAt === null ? {} : { firstUseAt }),
  })
}
