import { entitlementsOf } from '../../domain/customers/reconcile.ts'
import type { CustomerState, CustomerUsage } from '../../domain/customers/state.ts'
import { questionsOfUseBefore } from '../../domain/usage/used-before.ts'
import type { Queryable } from '../../store/database/pool.ts'
import { loadUsedBefore } from '../../store/usage/used-before.ts'

/** The usage with what a refresh to this state needs of windows that are closed already. */
export async function withUsedBefore(
  db: Queryable,
  state: CustomerState,
  usage: CustomerUsage,
): Promise<CustomerUsage> {
  const entitlements = entitlementsOf(state)
  const questions = questionsOfUseBefore({ now: state.now, entitlements, balances: usage.balances })
  const onTestClock = state.customer.testClock !== null
  const usedBefore = await loadUsedBefore(db, state.environment, state.customer.id, questions, onTestClock)
  return { ...usage, usedBefore }
}
