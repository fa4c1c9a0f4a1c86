import type { OperationContext, UsageContext } from '../../context.ts'
import { amountDueMinor } from '../../domain/invoices/model.ts'
import { replaceAttempt, type CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { isBeingCredited } from '../../domain/payments/ask-for-less.ts'
import { attemptInFlight, openAttemptOf, startCollecting } from '../../domain/payments/collect.ts'
import { givesNothing } from '../../domain/payments/orders-in-part.ts'
import { requireMethod } from '../../domain/payments/methods.ts'
import type { PaymentAttempt } from '../../domain/payments/model.ts'
import { stopAttempts } from '../../domain/payments/stop-attempts.ts'
import { refuseState } from '../../domain/invoices/refuse-state.ts'
import { Refusal } from '../../refusal.ts'
import { findInvoiceOwner } from '../../store/invoices.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { loadAttempt } from '../../store/payments.ts'
import { beginOnce } from '../answers/begin-once.ts'
import { advanceCollection } from '../collection/advance.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'
import { getInvoice, type InvoiceResult } from '../invoices/get.ts'
import { runOperation } from '../run.ts'
import { carryOutAttempt } from './carry-out.ts'

export interface PayInvoice {
  paymentMethod: string | null
  /** Where the customer goes on after confirming. */
  returnUrl: string | null
  idempotencyKey: string | undefined
}

/**
 * Charges an open invoice now, and waits for what becomes of it. The same key again answers what became of that attempt.
 *
 * @throws Refusal `invoice_not_found`, `invoice_state` unless it is open (or given up), `payment_in_flight`, `payment_method_not_found`,
 * `payment_method_missing`
 */
export async function payInvoice(
  ctx: UsageContext,
  id: string,
  command: PayInvoice,
): Promise<InvoiceResult & { attempt: PaymentAttempt }> {
  const begun = await runOperation(ctx, ctx, async (own) => {
    const customer = await findInvoiceOwner(own.tx, own.environment.id, id)
    if (customer === null) throw new Refusal('invoice_not_found', { param: 'id', values: { invoice: id } })
    await lockCustomer(own.tx, own.environment.id, customer)
    const once = {
      customer,
      verb: `pay ${id}`,
      key: command.idempotencyKey,
      body: { paymentMethod: command.paymentMethod, returnUrl: command.returnUrl },
    }
    const { reference } = await beginOnce(own, once, () => begin(own, customer, id, command))
    return { customer, attempt: reference }
  })
  await carryOutAttempt(
    ctx,
    { environment: ctx.environment, customer: begun.customer, id: begun.attempt },
    { insist: true },
  )
  return runOperation(ctx, { ...ctx, readOnly: true }, async (own) => {
    const attempt = await loadAttempt(own.tx, own.environment.id, begun.customer, begun.attempt)
    return { ...(await getInvoice(own, id)), attempt: attempt as PaymentAttempt }
  })
}

/** @returns the id of the attempt */
async function begin(
  ctx: OperationContext,
  customer: number,
  id: string,
  command: PayInvoice,
): Promise<string> {
  let isLowered = false
  const start = () =>
    changeCustomer(
      ctx,
      customer,
      (state) => {
        isLowered = isAboutToBeLowered(state, id)
        return isLowered ? unchanged(state) : startPaying(ctx, state, id, command)
      },
      { acceptDeleted: true },
    )
  let after = await start()
  if (isLowered) {
    // what takes from it is issued first, so that it is asked for what is left
    await advanceCollection(ctx, customer)
    after = await start()
  }
  const open = openAttemptOf(after.money as CustomerMoney, id)
  if (open === null) throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
  return open.id
}

function isAboutToBeLowered({ money }: CustomerState, id: string): boolean {
  const invoice = money?.invoices.find((each) => each.id === id)
  return invoice !== undefined && isBeingCredited(money as CustomerMoney, invoice)
}

async function startPaying(
  ctx: OperationContext,
  state: CustomerState,
  id: string,
  { paymentMethod, returnUrl }: PayInvoice,
): Promise<CustomerChange> {
  const money = state.money as CustomerMoney
  const invoice = money.invoices.find((each) => each.id === id)
  const isOwed = invoice?.status === 'open' || invoice?.status === 'uncollectible'
  if (!isOwed || amountDueMinor(invoice) <= 0) {
    throw refuseState(invoice ?? (await getInvoice(ctx, id)).invoice)
  }
  // nobody is charged for what would not be given
  if (givesNothing(state, invoice)) throw refuseState(invoice, 'expired')
  const open = openAttemptOf(money, id)
  const method = paymentMethod === null ? undefined : requireMethod(money, paymentMethod)
  const isOther = open !== null && method !== undefined && open.method !== method.id
  if (open?.status === 'created' && !isOther) {
    // one that nobody has taken up yet is this one
    return unchanged({ ...state, money: replaceAttempt(money, { ...open, returnUrl }) })
  }
  if (!isOther && attemptInFlight(money, id) !== null) {
    throw new Refusal('payment_in_flight', { retryAfterSeconds: 5 })
  }
  // another way to pay instead of the one that was asked: a job calls that back
  const freed = isOther ? { ...state, money: stopAttempts(money, id, state.now) } : state
  const change = startCollecting(unchanged(freed), invoice, 'manual', idsOf(ctx), { method, returnUrl })
  if (attemptInFlight(change.state.money as CustomerMoney, id) === null) {
    throw new Refusal('payment_method_missing', { values: { customer: state.customer.key } })
  }
  return change
}
