import type { OperationContext } from '../../context.ts'
import { unchanged } from '../../domain/customers/state.ts'
import type { Refund, RefundOutcome } from '../../domain/payments/model.ts'
import { recordRefundOutcome as decideOutcome } from '../../domain/payments/refunds.ts'
import { Refusal } from '../../refusal.ts'
import { recallMoney } from '../../store/recalled-money.ts'
import { loadRefunds } from '../../store/refunds.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'
import { getRefund, requireRefund, type RefundResult } from './get-refund.ts'

/** Records what a provider says of a refund, however late and however often. */
export async function recordRefundOutcome(
  ctx: OperationContext,
  customer: number,
  { id, receipt }: { id: string; receipt: string },
  outcome: RefundOutcome,
): Promise<void> {
  const known = await loadRefunds(ctx.tx, ctx.environment.id, customer, { ids: [id] })
  const invoices = known.flatMap(({ parts }) => parts.flatMap(({ invoice }) => invoice ?? []))
  await changeCustomer(
    ctx,
    customer,
    async (loaded) => {
      const money = await recallMoney(ctx.tx, loaded, { invoices, receipts: [receipt], refunds: [id] })
      const state = { ...loaded, money }
      const change = decideOutcome(unchanged(state), money.refunds[0] as Refund, outcome, idsOf(ctx))
      return change.state === state ? unchanged(loaded) : change
    },
    { acceptDeleted: true },
  )
}

/**
 * What became of a refund that people carry out.
 *
 * @throws Refusal `refund_not_found`, `refund_unsupported` where the provider tells that itself, `refund_state`
 */
export async function settleRefund(
  ctx: OperationContext,
  id: string,
  command: { status: 'succeeded' | 'failed'; transaction: string | null; reason: string },
): Promise<RefundResult> {
  const { refund, provider, customer } = await requireRefund(ctx, id)
  const { capabilities } = ctx.payments.provider(provider, ctx.environment)
  if (!capabilities.byHand) throw new Refusal('refund_unsupported', { values: { provider } })
  const { status, reason } = command
  const transaction = command.transaction ?? refund.transaction
  await recordRefundOutcome(
    ctx,
    customer,
    { id, receipt: refund.receipt },
    status === 'succeeded' ? { status, transaction: transaction ?? id } : { status, transaction, reason },
  )
  const settled = await getRefund(ctx, id)
  if (settled.refund.status !== status) {
    throw new Refusal('refund_state', { param: 'status', values: { status: settled.refund.status } })
  }
  return settled
}
