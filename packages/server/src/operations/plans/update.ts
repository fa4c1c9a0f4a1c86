import type { OperationContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { loadPlan, type StoredPlan } from '../../store/plans.ts'
import { applyPlan, claimDefinition, isObject, refuseNonObject } from './definition.ts'

/**
 * Changes a plan by a JSON merge patch (RFC 7396): objects are merged, null removes, anything else replaces.
 *
 * @throws Refusal `plan_not_found`, `plan_archived` (dropped from the catalog), `catalog_invalid`
 */
export async function updatePlan(ctx: OperationContext, id: string, input: unknown): Promise<StoredPlan> {
  const patch = refuseNonObject(input)
  const definition = await claimDefinition(ctx)
  if (!Object.hasOwn(definition.plans, id)) {
    const dropped = await loadPlan(ctx.tx, ctx.environment.id, id)
    throw new Refusal(dropped === null ? 'plan_not_found' : 'plan_archived', {
      param: 'id',
      values: { plan: id },
    })
  }
  return applyPlan(ctx, definition, id, merge(definition.plans[id], patch))
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, merge(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}
