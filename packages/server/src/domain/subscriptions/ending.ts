import type { DomainEvent } from '../events.ts'
import type { Instant } from '../time/index.ts'
import { subscriptionEvent } from './events.ts'
import type { Subscription } from './model.ts'

/**
 * The period is over before its time, and another begins: add-ons and bundles that were to go at its end are gone.
 *
 * @param subscription its new terms, with everything that the old ones had
 */
export function endWithPeriod(
  subscription: Subscription,
  now: Instant,
): { subscription: Subscription; events: DomainEvent[] } {
  const addOns = subscription.addOns.filter(({ endsAt }) => endsAt !== null)
  const bundles = subscription.bundles.filter(({ endsAt }) => endsAt !== null)
  if (addOns.length + bundles.length === 0) return { subscription, events: [] }
  const next: Subscription = {
    ...subscription,
    addOns: subscription.addOns.filter(({ endsAt }) => endsAt === null),
    bundles: subscription.bundles.filter(({ endsAt }) => endsAt === null),
  }
  return {
    subscription: next,
    events: [
      ...addOns.map(({ addOn: { key: addOn }, quantity }) =>
        subscriptionEvent('subscription.add_on_removed', next, now, { addOn, quantity }),
      ),
      ...bundles.map(({ bundle: { key: bundle } }) =>
        subscriptionEvent('subscription.bundle_removed', next, now, { bundle }),
      ),
    ],
  }
}
