import type { OperationContext } from '../../context.ts'
import type { CustomerChange } from '../../domain/customers/state.ts'
import type { NewId } from '../../domain/invoices/documents.ts'
import { applyPaidEffects } from '../../domain/payments/paid-effects.ts'
import { payableFromBalance, payFromBalance } from '../../domain/payments/pay-from-balance.ts'
import type { Grant } from '../../domain/usage/model.ts'
import { moduleVersions } from '../collection/module-versions.ts'

/**
 * A change with what the customer's balance pays by it: in the same transaction in which the balance rises, an invoice
 * opens, or a charge that was waited for is over.
 */
export async function payDebts<Change extends CustomerChange>(
  ctx: OperationContext,
  change: Change,
  newId: NewId & ((prefix: 'grt') => string),
): Promise<{ change: Change; grants: Grant[] }> {
  const { state } = change
  if (state.money === null || payableFromBalance(state).length === 0) return { change, grants: [] }
  const tools = { newId, versions: await moduleVersions(ctx, state) }
  const paid = payFromBalance(change, tools)
  const { change: next, grants } = applyPaidEffects(state, paid, tools)
  return { change: { ...change, ...next }, grants }
}
