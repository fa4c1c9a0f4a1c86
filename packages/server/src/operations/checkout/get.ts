import type { OperationContext, UsageContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { findCheckoutSession, type CheckoutSession } from '../../store/checkout-sessions.ts'
import { findMethod } from '../../store/payment-setups.ts'
import { saveAttached } from '../payments/attach-method.ts'
import { carryOutOrder, loadOrder, type OrderResult } from '../payments/order.ts'
import { runOperation } from '../run.ts'
import { chargeCheckout } from './charge.ts'

export interface CheckoutResult {
  session: CheckoutSession
  /** Unpaid and over: `expired`. */
  status: 'open' | 'complete' | 'expired'
  /** Where the customer goes on; null when there is nothing left to do. */
  url: string | null
  order: OrderResult
}

/** @throws Refusal `checkout_not_found` */
export async function loadCheckout(ctx: OperationContext, id: string): Promise<CheckoutResult> {
  const session = await findCheckoutSession(ctx.tx, ctx.environment.id, id)
  if (session === null || session.id !== id) throw checkoutNotFound(id)
  const order = await loadOrder(ctx, session)
  const unpaid = order.status === 'failed' ? 'expired' : 'open'
  const status = order.status === 'paid' ? 'complete' : unpaid
  const url = status === 'open' ? (order.url ?? session.url) : null
  return { session, status, url, order }
}

const checkoutNotFound = (checkout: string) =>
  new Refusal('checkout_not_found', { param: 'id', values: { checkout } })

/**
 * The customer is back from the page: whatever the provider has not told yet is asked. With its webhook, in either order, it has
 * one effect; what is not paid gives nothing.
 *
 * @throws Refusal `checkout_not_found`, also for another customer's, `payment_declined`
 */
export async function completeCheckout(
  ctx: UsageContext,
  id: string,
  customer: string,
): Promise<CheckoutResult> {
  const load = () => runOperation(ctx, { ...ctx, readOnly: true }, (own) => loadCheckout(own, id))
  const { session, status } = await load()
  if (session.customerKey !== customer) throw checkoutNotFound(id)
  if (status !== 'open') return load()
  await attachFromPage(ctx, session)
  await runOperation(ctx, ctx, (own) => chargeCheckout(own, session.customer, session.setup))
  await carryOutOrder(ctx, session)
  return load()
}

async function attachFromPage(ctx: UsageContext, session: CheckoutSession): Promise<void> {
  const { setup, customerKey, provider: name } = session
  const known = await runOperation(ctx, { ...ctx, readOnly: true }, (own) =>
    findMethod(own.tx, own.environment.id, { id: setup }),
  )
  if (known !== null) return
  const provider = ctx.payments.provider(name, ctx.environment)
  const outcome = await provider.lookUpMethod({ key: setup, customer: customerKey })
  if (outcome.status !== 'attached') return
  const { token, kind, label, expires, silent } = outcome
  const attached = { id: setup, provider: provider.name, token, kind, label, expires, silent }
  await runOperation(ctx, ctx, (own) =>
    saveAttached(own, session.customer, attached, { isDefault: true, isFallback: false }),
  )
}
