import { liveSubscription, type CustomerChange, type CustomerState } from './state.ts'
import type { CustomerMoney } from './money.ts'
import type { DomainEvent } from '../events.ts'
import type { Invoice } from '../invoices/model.ts'
import { openAttemptOf } from '../payments/collect.ts'
import { detachMethod } from '../payments/methods.ts'
import { supersedeAttempt } from '../payments/attempts.ts'
import { end } from '../subscriptions/lifecycle.ts'

/** A customer goes: the running subscription ends first, so that what its end entails is there to be dropped. */
export function endSubscription(state: CustomerState): CustomerChange {
  const live = liveSubscription(state)
  return live === null ? { state, events: [] } : end(state, live, 'cancel', 'customer_deleted')
}

/**
 * … what is given back of a document is still issued, or what it credits would stay owed and what was paid never be the
 * customer's; of a draft, which is dropped itself, there is nothing to give back …
 */
export function isGivenBack({ kind, credits }: Invoice, { invoices }: CustomerMoney): boolean {
  return kind === 'credit_note' && invoices.every(({ id, status }) => id !== credits || status !== 'draft')
}

/**
 * … then billing ends: other drafts and what waits for an invoice are dropped, ways to pay are detached, and nothing personal is
 * left of the customer itself. What is open stays owed; a charge that is under way goes on, and what it brings lands.
 */
export function leave(state: CustomerState): CustomerChange {
  const { now } = state
  const money = withoutBilling(state.money as CustomerMoney, now)
  let change: CustomerChange = { state: { ...state, money }, events: [] }
  for (const { id } of money.methods) {
    const { state: next, events } = detachMethod(change.state, id)
    change = { state: next, events: [...change.events, ...events.map(withoutLabel)] }
  }
  const customer = {
    ...state.customer,
    name: '',
    email: null,
    metadata: {},
    billing: {},
    updatedAt: now,
    deletedAt: now,
  }
  const subscriptions = change.state.subscriptions.map((each) => ({ ...each, metadata: {}, settlesAt: null }))
  return {
    state: { ...change.state, customer, subscriptions, overrides: [], suspension: null, members: [] },
    events: [
      ...change.events,
      { type: 'customer.deleted', subject: '', payload: { customer: state.customer.key }, occurredAt: now },
    ],
  }
}

function withoutBilling(money: CustomerMoney, now: number): CustomerMoney {
  const dropped = new Set(
    money.invoices
      .filter(({ id, status }) => status === 'draft' && openAttemptOf(money, id) === null)
      .map(({ id }) => id),
  )
  return {
    ...money,
    invoices: money.invoices
      .filter(({ id }) => !dropped.has(id))
      .map((each) => (each.status === 'open' ? { ...each, nextAttemptAt: null } : each)),
    attempts: money.attempts.map((each) =>
      each.status === 'created' ? (supersedeAttempt(each, now) ?? each) : each,
    ),
    items: [],
    discounts: [],
  }
}

const withoutLabel = (event: DomainEvent): DomainEvent => ({
  ...event,
  payload: { ...event.payload, label: '' },
})
