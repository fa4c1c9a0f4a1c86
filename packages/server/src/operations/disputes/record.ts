import type { OperationContext } from '../../context.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { decideDispute, type KnownDispute } from '../../domain/payments/disputes.ts'
import { followDispute } from '../../domain/payments/follow-dispute.ts'
import type { ProviderEvent } from '../../providers/payments.ts'
import { findDispute, findDisputedReceipt, hasOtherOpenDispute, saveDispute } from '../../store/disputes.ts'
import { collectionTools } from '../collection/tools.ts'
import { changeCustomer, idsOf } from '../customers/command.ts'

/**
 * Records what a provider says of a dispute, in any order and however often; access follows in the same transaction.
 *
 * @returns false where the disputed payment is not here (yet)
 */
export async function recordDispute(
  ctx: OperationContext,
  provider: string,
  told: Extract<ProviderEvent, { type: 'dispute' }>,
): Promise<boolean> {
  const environment = ctx.environment.id
  const found = await findDisputedReceipt(ctx.tx, environment, provider, told.transaction)
  if (found === null) return false
  const { customer, receipt } = found
  await changeCustomer(
    ctx,
    customer,
    async (state) => {
      const newId = idsOf(ctx)
      const known = await findDispute(ctx.tx, environment, provider, told.dispute)
      const { amountMinor, currency, status, reason, evidenceDueAt, occurredAt } = told
      const fresh: KnownDispute = {
        id: newId('dsp'),
        provider,
        reference: told.dispute,
        receipt,
        amountMinor,
        currency,
        status,
        reason,
        evidenceDueAt,
        withdrawnMinor: 0,
        openedAt: state.now,
        closedAt: null,
        toldAt: occurredAt,
      }
      const decided = decideDispute(unchanged(state), known ?? fresh, known === null, told, newId)
      if (decided === null) return unchanged(state)
      await saveDispute(ctx.tx, environment, customer, decided.dispute)
      const othersOpen = await hasOtherOpenDispute(ctx.tx, environment, customer, decided.dispute.id)
      const { versions } = await collectionTools(ctx, state)
      const tools = { versions, author: ctx.actor, othersOpen }
      return followDispute(decided.change, decided.dispute, tools)
    },
    { acceptDeleted: true },
  )
  return true
}
