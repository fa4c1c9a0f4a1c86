import type { endpoints } from '@tollkeeper/contract'
import { toIso } from '../domain/time/index.ts'
import { createCheckout } from '../operations/checkout/create.ts'
import { completeCheckout, loadCheckout, type CheckoutResult } from '../operations/checkout/get.ts'
import type { Handlers } from './handler.ts'
import { presentInvoice } from './invoices.ts'
import { presentAttempt } from './payment-attempts.ts'

type Item = string | { id: string; quantity: number }

const items = (given: readonly Item[]) =>
  given.map((each) =>
    typeof each === 'string' ? { addOn: each, quantity: 1 } : { addOn: each.id, quantity: each.quantity },
  )

export const checkoutSessionRoutes = {
  create: async ({ body }, ctx) => {
    const { plan, currency, addOns, topUps, totalMinor, idempotencyKey, ...same } = body
    const result = await createCheckout(ctx, {
      ...same,
      plan: plan ?? null,
      currency: currency ?? null,
      addOns: items(addOns),
      topUps: items(topUps),
      totalMinor: totalMinor ?? null,
      idempotencyKey,
    })
    return present(result, ctx.environment.mode === 'live')
  },
  get: async ({ params }, ctx) =>
    present(await loadCheckout(ctx, params.id), ctx.environment.mode === 'live'),
  complete: async ({ params, body }, ctx) =>
    present(await completeCheckout(ctx, params.id, body.customer), ctx.environment.mode === 'live'),
} satisfies Handlers<typeof endpoints.checkoutSessions>

function present({ session, status, url, order }: CheckoutResult, livemode: boolean) {
  return {
    object: 'checkout_session' as const,
    id: session.id,
    livemode,
    customer: session.customerKey,
    status,
    url,
    successUrl: session.successUrl,
    cancelUrl: session.cancelUrl,
    subscription: session.subscription,
    currency: session.currency,
    totalMinor: session.totalMinor,
    attempt: order.attempt === null ? null : presentAttempt(order.attempt, session.customerKey, livemode),
    invoice: order.invoice === null ? null : presentInvoice(order.invoice),
    createdAt: toIso(session.createdAt),
    expiresAt: toIso(session.expiresAt),
  }
}
