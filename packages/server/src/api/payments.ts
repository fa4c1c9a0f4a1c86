import type { endpoints } from '@tollkeeper/contract'
import { readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/index.ts'
import { getPayment, listPayments, type PaymentResult } from '../operations/payments/get.ts'
import { getRefund, listRefunds, type RefundResult } from '../operations/payments/get-refund.ts'
import { recordReceipt } from '../operations/payments/record-receipt.ts'
import { settleRefund } from '../operations/payments/record-refund-outcome.ts'
import { refundPayment } from '../operations/payments/refund.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'
import { presentAttempt } from './payment-attempts.ts'

export const paymentRoutes = {
  create: async ({ body }, ctx) => {
    const { customer, invoice, receivedAt, ...money } = body
    const result = await recordReceipt(ctx, customer, {
      ...money,
      invoice: invoice ?? null,
      receivedAt: readInstantOrNull(receivedAt),
    })
    return presentPayment(result)
  },
  get: async ({ params }, ctx) => presentPayment(await getPayment(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { results, nextCursor } = await listPayments(ctx, query)
    return presentList(results.map(presentPayment), nextCursor)
  },
  refund: async ({ params, body }, ctx) => {
    const { amountMinor, reason, creditNote, idempotencyKey } = body
    const command = { amountMinor: amountMinor ?? null, reason, creditNote, idempotencyKey }
    return presentRefund(await refundPayment(ctx, params.id, command))
  },
} satisfies Handlers<typeof endpoints.payments>

export const refundRoutes = {
  get: async ({ params }, ctx) => presentRefund(await getRefund(ctx, params.id)),
  list: async ({ query }, ctx) => {
    const { results, nextCursor } = await listRefunds(ctx, query)
    return presentList(results.map(presentRefund), nextCursor)
  },
  settle: async ({ params, body }, ctx) => {
    const { status, transaction, reason } = body
    const command = { status, transaction: transaction ?? null, reason }
    return presentRefund(await settleRefund(ctx, params.id, command))
  },
} satisfies Handlers<typeof endpoints.refunds>

export function presentPayment({ receipt, attempts, refunds, customer, livemode }: PaymentResult) {
  const { id, provider, transaction, currency, amountMinor, refundedMinor, allocations } = receipt
  return {
    object: 'payment' as const,
    id,
    livemode,
    customer,
    provider,
    transaction,
    currency,
    amountMinor,
    refundedMinor,
    receivedAt: toIso(receipt.receivedAt),
    allocations,
    toBalanceMinor: receipt.toBalanceMinor,
    attempts: attempts.map((each) => presentAttempt(each, customer, livemode)),
    refunds: refunds.map((refund) => presentRefund({ refund, provider, customer, livemode })),
  }
}

function presentRefund({ refund, provider, customer, livemode }: RefundResult) {
  const { id, receipt, amountMinor, currency, status, reason, failure, parts } = refund
  return {
    object: 'refund' as const,
    id,
    livemode,
    customer,
    payment: receipt,
    provider,
    amountMinor,
    currency,
    status,
    reason,
    failure,
    parts,
    createdAt: toIso(refund.createdAt),
    endedAt: toIsoOrNull(refund.endedAt),
  }
}
