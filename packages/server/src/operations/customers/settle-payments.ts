import type { OperationContext } from '../../context.ts'
import type { CustomerChange, CustomerState } from '../../domain/customers/state.ts'
import type { NewId } from '../../domain/invoices/documents.ts'
import { applyPaidEffects, hasPaidEffects } from '../../domain/payments/paid-effects.ts'
import { payableFromBalance, payFromBalance } from '../../domain/payments/pay-from-balance.ts'
import type { Grant } from '../../domain/usage/model.ts'
import { moduleVersions } from '../collection/module-versions.ts'

/**
 * A change with what the customer's balance pays by it: in the same transaction in which the balance rises, an invoice
 * opens, or a charge that was waited for is over. And with what all that is paid by it sets in motion: every decision passes
 * here, so that whoever makes a document paid needn't think of it.
 *
 * @param before the state that the change started from
 */
export async function settlePayments<Change extends CustomerChange>(
  ctx: OperationContext,
  before: CustomerState,
  change: Change,
  newId: NewId & ((prefix: 'grt') => string),
): Promise<{ change: Change; grants: Grant[] }> {
  const { state } = change
  const isSettled =
    state.money === null || (payableFromBalance(state).length === 0 && !hasPaidEffects(before, state))
  if (isSettled) return { change, grants: [] }
  const tools = { newId, versions: await moduleVersions(ctx, state) }
  const paid = payFromBalance(change, tools)
  const { change: next, grants } = applyPaidEffects(before, paid, tools)
  return { change: { ...change, ...next }, grants }
}
