/**
 * After a customer was deleted: its ways to pay are detached where they are kept, then what is personal goes.
 *
 * Owns: that order, and patience with a provider that doesn't answer. Does not own: what is personal (`store/erasure.ts`).
 * Invariant: a customer counts as erased once nothing is left, here and with its providers.
 */
import type { Context } from '../../context.ts'
import { transaction } from '../../store/database/transaction.ts'
import { claimHead } from '../../store/due.ts'
import { eraseTraces, loadLeavingCustomers, type LeavingCustomer } from '../../store/erasure.ts'
import { forgetMethods } from '../payments/forget-methods.ts'

const BATCH = 20

/** Erases whoever was deleted; those whose provider does not answer wait for the next run. */
export async function eraseCustomers(ctx: Context): Promise<{ handled: number; failing: number }> {
  let [handled, failing] = [0, 0]
  for (let after = 0; ; ) {
    const leaving = await loadLeavingCustomers(ctx.db, after, BATCH)
    for (const each of leaving) {
      const of = { environment: each.environment.id, customer: each.customer }
      const { failing: known } = await forgetMethods(ctx, of)
      if (known === 0 && (await erase(ctx, each))) handled += 1
      else failing += 1
    }
    const last = leaving.at(-1)
    if (last === undefined) return { handled, failing }
    after = last.customer
  }
}

async function erase(ctx: Context, leaving: LeavingCustomer): Promise<boolean> {
  return transaction(ctx.db, async (tx) => {
    if (!(await claimHead(tx, leaving.environment.id, leaving.customer))) return false
    await eraseTraces(tx, leaving, ctx.clock.now())
    return true
  })
}
