/**
 * What is paid before it is given.
 *
 * Owns: how an order is written down: a draft with its effect, and the attempt that charges it. Does not own: the charge
 * (a provider's), what follows from its outcome (`operations/payments/record-outcome.ts`).
 * Invariant: until it is paid an order changes nothing but itself; unpaid it leaves nothing but the attempt.
 */
import type { CustomerMoney } from '../customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../customers/state.ts'
import { addDocument, type DocumentRequest, type NewId } from '../invoices/documents.ts'
import type { Invoice } from '../invoices/model.ts'
import { Refusal } from '../../refusal.ts'
import { openAttemptOf, startCollecting } from './collect.ts'
import { effectsOf, type SingleEffect } from './drop-orders.ts'
import type { PaymentMethod } from './model.ts'

export type Order = Omit<DocumentRequest, 'collection'>

/** The draft of an order. Nobody is asked for its money yet. @returns null where it has no lines */
export function writeOrder(
  change: CustomerChange,
  order: Order,
  newId: NewId,
): { change: CustomerChange; invoice: Invoice } | null {
  const request = { ...order, collection: 'prepaid' } as const
  const next = addDocument(change, request, { at: change.state.now, newId })
  const made = next.state.money?.documents.at(-1)?.invoice
  if (next === change || made === undefined) return null
  return { change: next, invoice: made }
}

/** Whether nobody has to be charged: it costs nothing, or the customer's balance covers all of it. */
export function isCovered(money: CustomerMoney, invoice: Invoice): boolean {
  return invoice.totalMinor <= (money.balances[invoice.currency] ?? 0)
}

/** What is ordered and not given yet: somebody is asked for it, or a part of it is paid and the rest is due. */
export function ordersUnderWay(money: CustomerMoney): [Invoice, SingleEffect][] {
  return money.invoices.flatMap((invoice) => {
    const effect = money.effects.get(invoice.id)
    const isAwaited = invoice.status === 'open' || openAttemptOf(money, invoice.id) !== null
    if (effect === undefined || !isAwaited) return []
    return effectsOf(effect).map((each): [Invoice, SingleEffect] => [invoice, each])
  })
}

/** The same order again: where nobody is asked for the rest of it, the rest is charged. */
export function resumeOrder(state: CustomerState, invoice: Invoice, newId: NewId): CustomerChange {
  const isAsked = openAttemptOf(state.money as CustomerMoney, invoice.id) !== null
  return isAsked ? unchanged(state) : chargeOrder(unchanged(state), invoice, newId)
}

/** @throws Refusal `payment_method_missing` */
export function chargeOrder(
  change: CustomerChange,
  invoice: Invoice,
  newId: NewId,
  how: { method?: PaymentMethod | undefined; returnUrl?: string | null } = {},
): CustomerChange {
  const next = startCollecting(change, invoice, 'manual', newId, how)
  if (openAttemptOf(next.state.money as CustomerMoney, invoice.id) === null) {
    throw new Refusal('payment_method_missing', { values: { customer: change.state.customer.key } })
  }
  return next
}
