/**
 * After a customer was deleted: its ways to pay are detached where they are kept, then what is personal goes.
 *
 * Owns: that order, and patience with a provider that doesn't answer. Does not own: what is personal (`store/erasure.ts`).
 * Invariant: a customer counts as erased once nothing is left, here and with its providers.
 */
import type { Context, Environment } from '../../context.ts'
import { transaction } from '../../store/database/transaction.ts'
import { claimHead } from '../../store/due.ts'
import {
  eraseMethod,
  eraseTraces,
  loadLeavingCustomers,
  loadUndetachedMethods,
  type LeavingCustomer,
} from '../../store/erasure.ts'

const BATCH = 20

/** Erases whoever was deleted; those whose provider does not answer wait for the next run. */
export async function eraseCustomers(ctx: Context): Promise<{ handled: number; failing: number }> {
  let [handled, failing] = [0, 0]
  for (let after = 0; ; ) {
    const leaving = await loadLeavingCustomers(ctx.db, after, BATCH)
    for (const each of leaving) {
      if ((await detachMethods(ctx, each)) && (await erase(ctx, each))) handled += 1
      else failing += 1
    }
    const last = leaving.at(-1)
    if (last === undefined) return { handled, failing }
    after = last.customer
  }
}

/** @returns whether every provider has forgotten them */
async function detachMethods(ctx: Context, { environment, customer }: LeavingCustomer): Promise<boolean> {
  let all = true
  for (const { id, provider, token } of await loadUndetachedMethods(ctx.db, environment.id, customer)) {
    if (await isDetached(ctx, environment, provider, token))
      await eraseMethod(ctx.db, environment.id, customer, id)
    else all = false
  }
  return all
}

/** Not known, or not to be asked now, is asked again. */
async function isDetached(
  ctx: Context,
  environment: Environment,
  provider: string,
  token: string,
): Promise<boolean> {
  try {
    const { status } = await ctx.payments.provider(provider, environment).detach(token)
    return status === 'detached'
  } catch (error) {
    ctx.logger.error({ err: error, provider }, 'A payment provider could not be asked to forget')
    return false
  }
}

async function erase(ctx: Context, leaving: LeavingCustomer): Promise<boolean> {
  return transaction(ctx.db, async (tx) => {
    if (!(await claimHead(tx, leaving.environment.id, leaving.customer))) return false
    await eraseTraces(tx, leaving, ctx.clock.now())
    return true
  })
}
