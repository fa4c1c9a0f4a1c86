import type { EventType } from '@tollkeeper/contract'
import type { DomainEvent } from '../events.ts'
import { toIso, type Instant, toIsoOrNull } from '../time/index.ts'
import { intervalText } from './terms.ts'
import type { Subscription } from './model.ts'

type SubscriptionEventType = Extract<EventType, `subscription.${string}`>

/** One thing that happened to a subscription, told with its terms as they are after it. */
export function subscriptionEvent(
  type: SubscriptionEventType,
  subscription: Subscription,
  occurredAt: Instant,
  more: Record<string, unknown> = {},
): DomainEvent {
  return {
    type,
    subject: subscription.id,
    payload: {
      subscription: subscription.id,
      plan: subscription.plan.key,
      planVersion: subscription.plan.version,
      status: subscription.status,
      interval: intervalText(subscription.interval),
      currency: subscription.currency,
      quantities: subscription.quantities,
      periodStart: toIso(subscription.periodStart),
      periodEnd: toIso(subscription.periodEnd),
      trialEndAt: toIsoOrNull(subscription.trialEndAt),
      cancelAt: toIsoOrNull(subscription.cancelAt),
      resumeAt: toIsoOrNull(subscription.resumeAt),
      endReason: subscription.endReason,
      ...more,
    },
    occurredAt,
  }
}
