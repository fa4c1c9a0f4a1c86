import { liveSubscription, unchanged, type CustomerChange, type CustomerState } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import { isInForce, type Subscription } from '../subscriptions/model.ts'
import { syncSeats } from '../subscriptions/sync-seats.ts'
import { toIso } from '../time/index.ts'
import type { Site, SiteAnswer } from './model.ts'
import { afterFailure, nextVisitAt } from './schedule.ts'

export interface ConcludedVisit {
  change: CustomerChange
  site: Site
}

/** The subscription whose quantity a site tells: in force, and it counts that quantity. */
export function subscriptionCountedBy(
  state: Pick<CustomerState, 'subscriptions'>,
  { quantity }: Pick<Site, 'quantity'>,
): Subscription | null {
  const live = liveSubscription(state)
  if (live === null || !isInForce(live)) return null
  return Object.hasOwn(live.quantities, quantity) ? live : null
}

/** What a visit leads to. @param answer null where the site was not asked: nothing was there to count for */
export function concludeVisit(state: CustomerState, site: Site, answer: SiteAnswer | null): ConcludedVisit {
  const { now } = state
  const { timeZone } = state.catalog.operator
  const visited: Site = { ...site, reason: null, responseCode: null, askedAt: now, updatedAt: now }
  const subscription = subscriptionCountedBy(state, site)
  const tomorrow = { attempts: 0, dueAt: nextVisitAt(site.hour, now, timeZone) }
  if (subscription === null || answer === null) {
    return { change: unchanged(state), site: { ...visited, ...tomorrow, outcome: 'skipped' } }
  }
  if (!answer.answered) {
    const { reason, responseCode } = answer
    const { givenUp, ...next } = afterFailure(site, now, timeZone)
    const failed: Site = { ...visited, ...next, outcome: 'failed', reason, responseCode }
    const told: DomainEvent = {
      type: 'seats.sync_failed',
      subject: subscription.id,
      payload: { subscription: subscription.id, reason, responseCode, givenUp, nextAt: toIso(next.dueAt) },
      occurredAt: now,
    }
    return { change: { state, events: [told] }, site: failed }
  }
  const { activeUsers } = answer
  const synced = syncSeats(state, subscription, site.quantity, activeUsers)
  const told: DomainEvent = {
    type: 'seats.synced',
    subject: subscription.id,
    payload: {
      subscription: subscription.id,
      quantity: activeUsers,
      previousQuantity: subscription.quantities[site.quantity],
    },
    occurredAt: now,
  }
  return {
    change: { ...synced, events: [told, ...synced.events] },
    site: { ...visited, ...tomorrow, outcome: 'synced', activeUsers, syncedAt: now },
  }
}
