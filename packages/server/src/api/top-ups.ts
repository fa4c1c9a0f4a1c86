import type { endpoints } from '@tollkeeper/contract'
import { topUp } from '../operations/payments/top-up.ts'
import type { Handlers } from './handler.ts'
import { presentInvoice } from './invoices.ts'
import { presentAttempt } from './payment-attempts.ts'

export const topUpRoutes = {
  create: async ({ body }, ctx) => {
    const { customer, addOn, quantity, idempotencyKey } = body
    const paymentMethod = body.paymentMethod ?? null
    const returnUrl = body.returnUrl ?? null
    const command = { addOn, quantity, paymentMethod, returnUrl, idempotencyKey }
    const order = await topUp(ctx, customer, command)
    const livemode = ctx.environment.mode === 'live'
    const { status, url, attempt, invoice } = order
    return {
      object: 'top_up' as const,
      livemode,
      customer,
      addOn,
      quantity,
      status,
      url,
      attempt: attempt === null ? null : presentAttempt(attempt, customer, livemode),
      invoice: invoice === null ? null : presentInvoice(invoice),
    }
  },
} satisfies Handlers<typeof endpoints.topUps>
