/**
 * Ways to pay that were detached are detached with their providers too, who are asked until they have done it.
 *
 * Invariant: here a method is gone from the moment it was detached, whatever its provider answers; nothing is charged to it.
 */
import type { Context } from '../../context.ts'
import { loadMethodsToForget, saveForgotten, type DetachedMethod } from '../../store/detached-methods.ts'

const BATCH = 100

/** @param of one customer's alone */
export async function forgetMethods(
  ctx: Context,
  of: { environment: number; customer: number } | null = null,
): Promise<{ handled: number; failing: number }> {
  let [handled, failing] = [0, 0]
  const silent = new Set<string>()
  for (const method of await loadMethodsToForget(ctx.db, BATCH, of)) {
    const account = `${method.environment.id} ${method.provider}`
    if (!silent.has(account) && (await isForgotten(ctx, method))) {
      await saveForgotten(ctx.db, method)
      handled += 1
    } else {
      // whoever doesn't answer now would keep all the others waiting
      silent.add(account)
      failing += 1
    }
  }
  return { handled, failing }
}

/** Not known, or not to be asked now, is asked again. */
async function isForgotten(ctx: Context, { environment, provider, token }: DetachedMethod): Promise<boolean> {
  try {
    const { status } = await ctx.payments.provider(provider, environment).detach(token)
    return status === 'detached'
  } catch (error) {
    ctx.logger.error({ err: error, provider }, 'A payment provider could not be asked to forget')
    return false
  }
}
