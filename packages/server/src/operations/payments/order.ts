/**
 * Orders: what is bought now, charged now, and given when it is paid.
 *
 * Owns: the steps (write it down under the caller's key, charge, answer what became of it). Does not own: what is ordered.
 * Invariant: nothing is held while a provider thinks; the same key finds the same order again, wherever it stopped.
 */
import type { OperationContext, UsageContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../../domain/customers/state.ts'
import { finaliseInvoice } from '../../domain/invoices/finalise.ts'
import { chargeOrder, isCovered, writeOrder, type Order } from '../../domain/payments/order.ts'
import type { PaymentAttempt } from '../../domain/payments/model.ts'
import { requireMethod } from '../../domain/payments/methods.ts'
import { Refusal } from '../../refusal.ts'
import { loadInvoice } from '../../store/invoices.ts'
import { loadLastAttempt } from '../../store/payments.ts'
import { idsOf, type Decision } from '../customers/command.ts'
import { getInvoice, type InvoiceResult } from '../invoices/get.ts'
import { takeNumber } from '../invoices/number.ts'
import { runOperation } from '../run.ts'
import { carryOutAttempt } from './carry-out.ts'

export interface BegunOrder {
  customer: number
  /** Of its document, which goes away when it isn't paid. */
  invoice: string
}

export interface OrderResult {
  /** `processing`: nobody knows yet. `failed`: nobody paid, and nothing was given. */
  status: 'paid' | 'pending' | 'action_needed' | 'processing' | 'failed'
  /** Where the customer pays or confirms. */
  url: string | null
  id: string
  /** null where it was not paid: then there is none. */
  invoice: InvoiceResult | null
  attempt: PaymentAttempt | null
}

export interface HowToPay {
  paymentMethod: string | null
  returnUrl: string | null
  /** What is ordered comes with this; nothing, unless told. */
  with?: CustomerChange
  /** Nobody is asked for the money: it is only looked at. */
  isPreview?: boolean
}

/** Decides an order: what needs no charge is given now, everything else when it is paid. */
export async function decideOrder(
  ctx: OperationContext,
  state: CustomerState,
  order: Order,
  { paymentMethod, returnUrl, with: change = unchanged(state), isPreview = false }: HowToPay,
): Promise<{ decision: Decision; invoice: string }> {
  const newId = idsOf(ctx)
  const written = writeOrder(change, order, newId)
  if (written === null) throw new Error('An order without lines')
  const { change: ordered, invoice } = written
  const money = ordered.state.money as CustomerMoney
  if (!isCovered(money, invoice)) {
    if (isPreview) return { decision: ordered, invoice: invoice.id }
    const method = paymentMethod === null ? undefined : requireMethod(money, paymentMethod)
    return { decision: chargeOrder(ordered, invoice, newId, { method, returnUrl }), invoice: invoice.id }
  }
  const number = await takeNumber(ctx, ordered.state, invoice)
  return { decision: finaliseInvoice(ordered, invoice, number, newId), invoice: invoice.id }
}

/** Charges an order that is written down, or asks what became of its charge. @throws Refusal `payment_declined` */
export async function carryOutOrder(
  ctx: UsageContext,
  { customer, invoice }: BegunOrder,
): Promise<OrderResult> {
  const { environment } = ctx
  const begun = await runOperation(ctx, { ...ctx, readOnly: true }, (own) =>
    loadLastAttempt(own.tx, environment.id, customer, invoice),
  )
  if (begun !== null) {
    await carryOutAttempt(ctx, { environment, customer, id: begun.id }, { insist: true })
  }
  const result = await runOperation(ctx, { ...ctx, readOnly: true }, (own) =>
    loadOrder(own, { customer, invoice }),
  )
  if (result.attempt?.status === 'declined') {
    throw new Refusal('payment_declined', { values: { reason: result.attempt.decline?.reason ?? '' } })
  }
  return result
}

export async function loadOrder(
  ctx: OperationContext,
  { customer, invoice: id }: BegunOrder,
): Promise<OrderResult> {
  const attempt = await loadLastAttempt(ctx.tx, ctx.environment.id, customer, id)
  const known = await loadInvoice(ctx.tx, ctx.environment.id, id)
  const invoice = known === null ? null : await getInvoice(ctx, id)
  return { id, invoice, attempt, url: attempt?.url ?? null, status: statusOf(invoice, attempt) }
}

function statusOf(invoice: InvoiceResult | null, attempt: PaymentAttempt | null): OrderResult['status'] {
  if (invoice?.invoice.status === 'paid') return 'paid'
  if (invoice === null) return 'failed'
  const status = attempt?.status
  // a part of it came in: the rest is awaited
  if (status === 'pending' || status === 'succeeded') return 'pending'
  return status === 'action_needed' ? status : 'processing'
}
