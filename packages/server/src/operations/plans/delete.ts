import type { OperationContext } from '../../context.ts'
import type { ItemChange } from '../../domain/catalog/diff.ts'
import { normaliseCatalog } from '../../domain/catalog/normalise.ts'
import { Refusal } from '../../refusal.ts'
import { loadCatalog, loadUsedItems, lockItems } from '../../store/catalog.ts'
import { loadPlan, type StoredPlan } from '../../store/plans.ts'
import { saveChanges } from '../catalog/put.ts'
import { claimDefinition } from './definition.ts'

/**
 * Deletes a plan that was never used, on sale or archived.
 *
 * @throws Refusal `plan_not_found`, `plan_in_use` (also for the fallback plan)
 */
export async function deletePlan(ctx: OperationContext, id: string): Promise<StoredPlan> {
  const { tx, environment } = ctx
  const definition = await claimDefinition(ctx)
  const stored = await loadPlan(tx, environment.id, id)
  if (stored === null) throw new Refusal('plan_not_found', { param: 'id', values: { plan: id } })
  const { item } = stored.plan
  await lockItems(tx, [item])
  const used = await loadUsedItems(tx, environment.id, [item])
  const current = await loadCatalog(tx, environment.id)
  if (used.has(item) || current.fallbackPlan === id) {
    throw new Refusal('plan_in_use', { param: 'id', values: { plan: id } })
  }
  const plans = Object.entries(definition.plans).filter(([key]) => key !== id)
  const rest = { ...definition, plans: Object.fromEntries(plans) }
  await saveChanges(ctx, rest, [deletion(stored)], current, normaliseCatalog(rest))
  return stored
}

function deletion({ plan }: StoredPlan): ItemChange {
  const { key, item, version: previousVersion } = plan
  const gone = { version: null, content: null, archived: false, fields: [] }
  return { noun: 'plan', key, action: 'deleted', item, previousVersion, ...gone }
}
