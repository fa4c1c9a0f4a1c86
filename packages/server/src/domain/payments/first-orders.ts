/**
 * First orders, whose payment begins a subscription.
 *
 * Owns: whether that can still begin. Does not own: the beginning (`paid-effects.ts`), orders that nobody has paid anything
 * of (`drop-orders.ts`).
 * Invariant: nothing is taken for what would not be given.
 */
import { liveSubscription, type CustomerState } from '../customers/state.ts'
import type { Invoice } from '../invoices/model.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { effectsOf } from './drop-orders.ts'

/** The subscription as its payment finds it; null where that begins nothing: its period is over, or another has its place. */
export function waitingToBegin(state: CustomerState, ordered: Subscription): Subscription | null {
  if (ordered.status === 'incomplete') return ordered
  // the order was paid in parts, and had waited too long for the last of them
  const isUnpaid =
    ordered.status === 'expired' && ordered.activation === 'payment' && ordered.billedUntil === null
  if (!isUnpaid || ordered.periodEnd <= state.now || liveSubscription(state) !== null) return null
  return { ...ordered, status: 'incomplete', endedAt: null, endReason: null }
}

/** Whether an order that is paid in part can begin nothing any more: what comes in goes on, to what else is owed or the balance. */
export function beginsNothing(state: CustomerState, { id, status }: Pick<Invoice, 'id' | 'status'>): boolean {
  const effect = status === 'open' ? state.money?.effects.get(id) : undefined
  const activation = effect && effectsOf(effect).find(({ type }) => type === 'activate')
  if (activation?.type !== 'activate') return false
  const ordered = state.subscriptions.find(({ number }) => number === activation.subscription)
  return ordered?.billedUntil === null && waitingToBegin(state, ordered) === null
}
