import type { CustomerMoney } from '../customers/money.ts'
import { orderEndsAt } from '../payments/drop-orders.ts'
import { attemptInFlight } from '../payments/collect.ts'
import { END_OF_TIME, type Instant } from '../time/index.ts'

/**
 * The next moment of collection: a draft to finalise, an order that nobody has paid in time, a retry, a dunning step, a card that is about to expire. While a payment of an invoice is in
 * flight nothing of it is due. `END_OF_TIME` if nothing is known.
 */
export function collectionDueAt(money: CustomerMoney): Instant {
  let next = END_OF_TIME
  for (const { expiryWarningAt: at } of money.methods) if (at !== null && at < next) next = at
  for (const invoice of money.invoices) {
    for (const at of momentsOf(money, invoice)) if (at !== null && at < next) next = at
  }
  return next
}

function momentsOf(money: CustomerMoney, invoice: CustomerMoney['invoices'][number]): (Instant | null)[] {
  if (invoice.status === 'draft')
    return invoice.collection === 'prepaid' ? [orderEndsAt(money, invoice.id)] : [invoice.finaliseAt]
  if (invoice.status !== 'open' || attemptInFlight(money, invoice.id) !== null) return []
  return [invoice.nextAttemptAt, invoice.dunningAt]
}
