import { callerId } from '@tollkeeper/contract'
import type { OperationContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import type { StoredPlan } from '../../store/plans.ts'
import { applyPlan, claimDefinition, refuseNonObject } from './definition.ts'

/**
 * Adds a plan, `{id, …}` as in the catalog. One that was dropped from the catalog and archived is sold again.
 *
 * @throws Refusal `plan_exists`, `catalog_invalid`, `invalid_request`
 */
export async function createPlan(ctx: OperationContext, input: unknown): Promise<StoredPlan> {
  const { id: given, ...plan } = refuseNonObject(input)
  const id = readId(given)
  const definition = await claimDefinition(ctx)
  if (Object.hasOwn(definition.plans, id))
    throw new Refusal('plan_exists', { param: 'id', values: { plan: id } })
  return applyPlan(ctx, definition, id, plan)
}

function readId(given: unknown): string {
  // what is no text is told what an empty one is: which characters make an id
  const parsed = callerId.safeParse(typeof given === 'string' ? given : '')
  if (parsed.success) return parsed.data
  const message = parsed.error.issues[0]?.message ?? ''
  throw new Refusal('invalid_request', { param: 'id', errors: [{ param: 'id', message }] })
}
