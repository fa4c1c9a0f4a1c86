import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { attemptInFlight, startCollecting } from '../../domain/payments/collect.ts'
import { isPayable } from '../../domain/payments/orders-in-part.ts'
import type { AttachedMethod } from '../../providers/payments.ts'
import { lockCustomer } from '../../store/customer-state.ts'
import { findMethod, type PaymentSetup } from '../../store/payment-setups.ts'
import { chargeCheckout } from '../checkout/charge.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'
import { saveAttached } from './attach-method.ts'

/**
 * A page of a provider's has brought a way to pay: it is kept, and what it was asked for is charged. Once, whoever tells of it
 * first: its provider, or the payer who is back.
 *
 * @returns false where it was attached before, and perhaps detached since
 */
export async function attachFromSetup(
  ctx: OperationContext,
  setup: PaymentSetup,
  { token, kind, label, expires, silent }: AttachedMethod,
): Promise<boolean> {
  await lockCustomer(ctx.tx, ctx.environment.id, setup.customer)
  if ((await findMethod(ctx.tx, ctx.environment.id, { id: setup.id })) !== null) return false
  const attached = { id: setup.id, provider: setup.provider, token, kind, label, expires, silent }
  await saveAttached(ctx, setup.customer, attached, setup)
  await chargeInvoice(ctx, setup)
  await chargeCheckout(ctx, setup.customer, setup.id)
  return true
}

/** However it is collected otherwise: its payer has just said so. */
async function chargeInvoice(ctx: OperationContext, { customer, id, pays }: PaymentSetup): Promise<void> {
  if (pays === null) return
  await changeCustomer(ctx, customer, (state) => {
    const money = state.money as CustomerMoney
    const invoice = money.invoices.find((each) => each.id === pays.invoice)
    const method = money.methods.find((each) => each.id === id)
    const isAsked = invoice !== undefined && attemptInFlight(money, invoice.id) !== null
    if (invoice === undefined || isAsked || !isPayable(state, invoice)) return unchanged(state)
    return startCollecting(unchanged(state), invoice, 'manual', idsOf(ctx), {
      method,
      returnUrl: pays.returnUrl,
    })
  })
}
