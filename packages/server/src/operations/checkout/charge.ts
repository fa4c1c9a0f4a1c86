import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { openAttemptOf } from '../../domain/payments/collect.ts'
import { chargeOrder } from '../../domain/payments/order.ts'
import { findCheckoutSession } from '../../store/checkout-sessions.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'

/** Charges what a page was opened for, with the way to pay that it asked for: once, whoever comes first. */
export async function chargeCheckout(ctx: OperationContext, customer: number, setup: string): Promise<void> {
  const session = await findCheckoutSession(ctx.tx, ctx.environment.id, setup)
  if (session === null || session.customer !== customer) return
  await changeCustomer(
    ctx,
    customer,
    (state) => {
      const money = state.money as CustomerMoney
      const draft = money.invoices.find(({ id }) => id === session.invoice)
      const method = money.methods.find(({ id }) => id === setup)
      const isWaiting = draft?.status === 'draft' && openAttemptOf(money, session.invoice) === null
      if (!isWaiting || method === undefined) return unchanged(state)
      return chargeOrder(unchanged(state), draft, idsOf(ctx), { method, returnUrl: session.successUrl })
    },
    { acceptDeleted: true },
  )
}
