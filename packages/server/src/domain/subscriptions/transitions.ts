/** The lifecycle as data: state → event → state. Everything that moves a subscription goes through `transition`. */
import { Refusal } from '../../refusal.ts'
import type { SubscriptionStatus } from './model.ts'

export type SubscriptionEvent =
  | 'start_trial'
  | 'start'
  | 'await_activation'
  | 'activate'
  | 'expire'
  | 'pause'
  | 'resume'
  | 'cancel'

export const transitions: Record<
  SubscriptionStatus,
  Partial<Record<SubscriptionEvent, SubscriptionStatus>>
> = {
  scheduled: {
    start_trial: 'trialing',
    start: 'active',
    await_activation: 'incomplete',
    cancel: 'canceled',
  },
  incomplete: { activate: 'active', cancel: 'canceled', expire: 'expired' },
  trialing: { activate: 'active', expire: 'expired', cancel: 'canceled' },
  active: { pause: 'paused', cancel: 'canceled', expire: 'expired' },
  paused: { resume: 'active', cancel: 'canceled', expire: 'expired' },
  canceled: {},
  expired: {},
}

/**
 * The state after an event.
 *
 * @throws Refusal `subscription_state` where the table has no such step.
 * @example transition('trialing', 'activate') // 'active'
 */
export function transition(status: SubscriptionStatus, event: SubscriptionEvent): SubscriptionStatus {
  const next = transitions[status][event]
  if (next === undefined) throw new Refusal('subscription_state', { values: { status, event } })
  return next
}

/** Refuses unless the subscription is in one of the states; for what changes a subscription without moving it. */
export function requireStatus(
  status: SubscriptionStatus,
  allowed: readonly SubscriptionStatus[],
  event: string,
): void {
  if (!allowed.includes(status)) throw new Refusal('subscription_state', { values: { status, event } })
}
