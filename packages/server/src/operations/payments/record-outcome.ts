import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { moneyIn } from '../../domain/payments/attempts.ts'
import { dropExpiredOrders, effectsOf } from '../../domain/payments/drop-orders.ts'
import type { ChargeOutcome, IncomingMoney, PaymentAttempt } from '../../domain/payments/model.ts'
import { receiveMoney } from '../../domain/payments/receive.ts'
import { recordOutcome as decideOutcome } from '../../domain/payments/record-outcome.ts'
import { end } from '../../domain/subscriptions/lifecycle.ts'
import type { Instant } from '../../domain/time/index.ts'
import { loadAttempt } from '../../store/payments.ts'
import { hasReceipt } from '../../store/receipts.ts'
import { collectionTools } from '../collection/tools.ts'
import { changeCustomer, type Decision } from '../customers/command.ts'
import { finaliseOrder } from './finalise-order.ts'

/**
 * Records what a provider says of an attempt, however late and however often: money lands once for each transaction,
 * the attempt moves on, and what follows for invoice, access and grants is part of the same transaction.
 */
export async function recordOutcome(
  ctx: OperationContext,
  customer: number,
  attemptId: string,
  outcome: ChargeOutcome,
): Promise<CustomerState> {
  return changeCustomer(ctx, customer, (state) => decide(ctx, state, attemptId, outcome), {
    acceptDeleted: true,
  })
}

async function decide(
  ctx: OperationContext,
  loaded: CustomerState,
  id: string,
  outcome: ChargeOutcome,
): Promise<Decision> {
  const attempt = await loadAttempt(ctx.tx, ctx.environment.id, loaded.customer.id, id)
  if (attempt === null) throw new Error(`There is no attempt ${id}`)
  const state = withAttempt(loaded, attempt)
  const tools = await collectionTools(ctx, state)
  let change = dropExpiredOrders(unchanged(state))
  for (const incoming of moneyIn(outcome)) {
    if (await hasReceipt(ctx.tx, ctx.environment.id, attempt.provider, incoming.transaction)) continue
    change = await finaliseOrder(ctx, change, attempt.invoice)
    const { currency, invoice, provider } = attempt
    const receivedAt = receivedOn(state, incoming)
    const received = { ...incoming, provider, currency, invoice, attempt: id, receivedAt }
    change = receiveMoney(change, received, tools)
  }
  change = decideOutcome(change, attemptOf(change, id), outcome, tools)
  change = dropUnpaid(change, attemptOf(change, id))
  // nothing new: the state is as it was loaded
  return change.state === state ? unchanged(loaded) : change
}

/** The provider's clock is not a test clock, and may be ahead of ours. */
export function receivedOn(
  { customer, now }: CustomerState,
  { receivedAt = now }: Pick<IncomingMoney, 'receivedAt'>,
): Instant {
  return customer.testClock === null ? Math.min(receivedAt, now) : now
}

/** An attempt that is over isn't part of the state; what is told of it late is still recorded. */
function withAttempt(state: CustomerState, attempt: PaymentAttempt): CustomerState {
  const money = state.money as CustomerMoney
  if (money.attempts.some(({ id }) => id === attempt.id)) return state
  return { ...state, money: { ...money, attempts: [...money.attempts, attempt] } }
}

function attemptOf(change: CustomerChange, id: string): PaymentAttempt {
  return (change.state.money as CustomerMoney).attempts.find((each) => each.id === id) as PaymentAttempt
}

/** A prepaid draft that wasn't paid leaves nothing behind but the failed attempt. */
function dropUnpaid(change: CustomerChange, attempt: PaymentAttempt): CustomerChange {
  const money = change.state.money as CustomerMoney
  const draft = money.invoices.find(({ id }) => id === attempt.invoice)
  const failed =
    attempt.status === 'declined' || attempt.status === 'expired' || attempt.status === 'superseded'
  if (!failed || draft?.status !== 'draft' || draft.collection !== 'prepaid') return change
  const dropped: CustomerChange = {
    ...change,
    state: {
      ...change.state,
      money: { ...money, invoices: money.invoices.filter(({ id }) => id !== draft.id) },
    },
  }
  const effect = money.effects.get(draft.id)
  const activation = effect && effectsOf(effect).find(({ type }) => type === 'activate')
  const waiting = change.state.subscriptions.find(
    ({ number, status }) =>
      status === 'incomplete' && activation?.type === 'activate' && number === activation.subscription,
  )
  if (waiting === undefined) return dropped
  const ended = end(dropped.state, waiting, 'expire', 'not_paid')
  return { ...dropped, state: ended.state, events: [...dropped.events, ...ended.events] }
}
