import { liveSubscription, type CustomerChange, type CustomerState } from '../customers/state.ts'
import { Refusal } from '../../refusal.ts'
import { end } from './lifecycle.ts'

/** Of attempts: what waits for the payer is not among them, for nothing moves unless they act. */
const UNDER_WAY = ['created', 'started', 'unknown']

/**
 * A subscription that was ordered at a page and never paid stands in nobody's way: who orders anew has thought again.
 *
 * @throws Refusal `payment_in_flight` while its charge is being carried out
 */
export function endUnpaidOrder(state: CustomerState): CustomerChange {
  const live = liveSubscription(state)
  if (live === null || live.status !== 'incomplete' || live.activation !== 'payment') {
    return { state, events: [] }
  }
  const isUnderWay = state.money?.attempts.some(({ status }) => UNDER_WAY.includes(status)) ?? false
  if (isUnderWay) throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
  return end(state, live, 'expire', 'not_paid')
}
