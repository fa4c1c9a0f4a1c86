/**
 * Orders that a part has been paid of, and that wait for the rest.
 *
 * Owns: whether the rest would still give what was ordered. Does not own: giving it (`paid-effects.ts`), when an order's
 * reason is gone (`drop-orders.ts`).
 * Invariant: nothing is taken for what would not be given.
 */
import type { CustomerMoney } from '../customers/money.ts'
import { liveSubscription, type CustomerState } from '../customers/state.ts'
import { amountDueMinor, isUnpaid, type Invoice } from '../invoices/model.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { effectsOf } from './drop-orders.ts'

/** The subscription as its payment finds it; null where that begins nothing: its period is over, or another has its place. */
export function waitingToBegin(state: CustomerState, ordered: Subscription): Subscription | null {
  if (ordered.status === 'incomplete') return ordered
  // the order was paid in parts, and had waited too long for the last of them
  const hasWaited =
    ordered.status === 'expired' && ordered.activation === 'payment' && ordered.billedUntil === null
  if (!hasWaited || ordered.periodEnd <= state.now || liveSubscription(state) !== null) return null
  return { ...ordered, status: 'incomplete', endedAt: null, endReason: null }
}

/** Whether anybody may be asked for it: something is due, and paying it gives what it was for. */
export function isPayable(state: CustomerState, invoice: Invoice): boolean {
  return isUnpaid(invoice) && amountDueMinor(invoice) > 0 && !givesNothing(state, invoice)
}

/** Whether the rest of an order would give nothing any more: what comes in goes on, to what else is owed or the balance. */
export function givesNothing(
  state: CustomerState,
  invoice: Pick<Invoice, 'id' | 'status' | 'collection'>,
): boolean {
  if (invoice.collection !== 'prepaid' || !isUnpaid(invoice)) return false
  const effect = (state.money as CustomerMoney).effects.get(invoice.id)
  if (effect === undefined) return true
  const activation = effectsOf(effect).find(({ type }) => type === 'activate')
  if (activation?.type !== 'activate') return false
  const ordered = state.subscriptions.find(({ number }) => number === activation.subscription)
  return ordered?.billedUntil === null && waitingToBegin(state, ordered) === null
}
