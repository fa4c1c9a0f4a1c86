import type { Subscription } from '../subscriptions/model.ts'
import { intervalText, isSamePlan } from '../subscriptions/terms.ts'

/** Whether what is charged afterwards is charged now: a period is over, or other terms hold from here on. */
export function closesUsage(before: Subscription, after: Subscription | undefined): boolean {
  return (
    after === undefined ||
    after.endedAt !== null ||
    (after.status === 'paused' && before.status !== 'paused') ||
    after.periodStart !== before.periodStart ||
    !isSamePlan(after.plan, before.plan) ||
    after.currency !== before.currency ||
    intervalText(after.interval) !== intervalText(before.interval)
  )
}
