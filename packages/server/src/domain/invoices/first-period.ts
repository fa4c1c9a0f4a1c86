import { roundMinor } from '../money/rounding.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { fullIntervalOf } from '../subscriptions/period.ts'
import type { Span } from '../time/index.ts'
import { advanceCharges, draftOf } from './charges.ts'
import type { LineDraft } from './model.ts'
import { fractionOf, times } from './proration.ts'

/** What the first period of a subscription costs in advance: a part of an interval where the calendar cuts it. */
export function firstPeriodLines(
  subscription: Subscription,
  timeZone: string,
): { lines: LineDraft[]; period: Span } {
  const period = { start: subscription.periodStart, end: subscription.periodEnd }
  const { proration } = subscription.plan.policies
  const policy = proration === 'none' ? 'second' : proration
  const fraction = fractionOf(period, fullIntervalOf(subscription), policy, timeZone)
  const lines = advanceCharges(subscription).map((charge) =>
    draftOf(charge, roundMinor(times(charge.exactMinor, fraction)), period),
  )
  return { lines, period }
}
