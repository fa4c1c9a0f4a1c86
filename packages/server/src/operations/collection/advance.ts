/**
 * What is due of a customer's invoices: drafts become documents, retries and dunning steps are taken; and a card that is
 * about to expire is announced, before it fails them.
 *
 * Owns: the order. Does not own: the charges themselves (`operations/payments/carry-out.ts`).
 * Invariant: runs under the head's lock and finds nothing due the second time; numbers are taken last.
 */
import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { reviseStanding } from '../../domain/dunning/standing.ts'
import { takeDunningSteps } from '../../domain/dunning/take-steps.ts'
import { isBeingCredited } from '../../domain/payments/ask-for-less.ts'
import { attemptInFlight, startCollecting } from '../../domain/payments/collect.ts'
import { dropExpiredOrders } from '../../domain/payments/drop-orders.ts'
import { warnOfExpiry } from '../../domain/payments/methods.ts'
import { changeCustomer, type Decision } from '../customers/command.ts'
import { finaliseDue } from './finalise-due.ts'
import { collectionTools, type CollectionTools } from './tools.ts'

export async function advanceCollection(ctx: OperationContext, customer: number): Promise<void> {
  await changeCustomer(ctx, customer, (state) => decideCollection(ctx, state), { acceptDeleted: true })
}

async function decideCollection(ctx: OperationContext, state: CustomerState): Promise<Decision> {
  const tools = await collectionTools(ctx, state)
  let change = dropExpiredOrders(warnOfExpiry(unchanged(state)))
  for (const { id, status } of moneyOf(change).invoices) {
    if (status === 'open') change = collectOpen(change, id, tools)
  }
  // what is given back may settle what is overdue
  return reviseStanding(await finaliseDue(ctx, change), tools.versions)
}

function collectOpen(change: CustomerChange, id: string, tools: CollectionTools): CustomerChange {
  const money = moneyOf(change)
  const invoice = money.invoices.find((each) => each.id === id)
  if (invoice === undefined || attemptInFlight(money, id) !== null || isBeingCredited(money, invoice))
    return change
  const retries = invoice.nextAttemptAt !== null && invoice.nextAttemptAt <= change.state.now
  const retried = retries ? startCollecting(change, invoice, 'automatic', tools.newId) : change
  const current = moneyOf(retried).invoices.find((each) => each.id === id)
  return current === undefined ? retried : takeDunningSteps(retried, current, tools)
}

function moneyOf(change: CustomerChange): CustomerMoney {
  return change.state.money as CustomerMoney
}
