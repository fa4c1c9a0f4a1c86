import type { OperationContext } from '../../context.ts'
import type { Catalog, Feature } from '../../domain/catalog/model.ts'
import { Refusal } from '../../refusal.ts'
import { loadCatalog } from '../../store/catalog.ts'
import { loadPlan, loadPlans, type StoredPlan } from '../../store/plans.ts'
import { pageOf } from '../page.ts'

/** What a plan is shown with. */
export interface PlanView extends StoredPlan {
  /** All that were ever declared, by key. */
  features: Map<string, Feature>
}

/** @throws Refusal `plan_not_found`, for a version that it never had too */
export async function getPlan(ctx: OperationContext, id: string, version?: number): Promise<PlanView> {
  const stored = await loadPlan(ctx.tx, ctx.environment.id, id, version)
  if (stored === null) throw new Refusal('plan_not_found', { param: 'id', values: { plan: id } })
  return { ...stored, features: await featuresByKey(ctx) }
}

/**
 * A plan that this transaction has put. Its catalog isn't committed yet, so the memory of all must not learn of it.
 */
export async function viewChangedPlan(ctx: OperationContext, stored: StoredPlan): Promise<PlanView> {
  return { ...stored, features: byKey(await loadCatalog(ctx.tx, ctx.environment.id)) }
}

/** @throws Refusal `invalid_cursor` */
export async function listPlans(
  ctx: OperationContext,
  page: { archived: boolean; limit: number; cursor?: string | undefined },
): Promise<{ plans: PlanView[]; nextCursor: string | null }> {
  const before = page.cursor === undefined ? undefined : readCursor(page.cursor)
  const found = await loadPlans(ctx.tx, ctx.environment.id, {
    archived: page.archived,
    limit: page.limit,
    before,
  })
  const features = await featuresByKey(ctx)
  const { rows, nextCursor } = pageOf(found, page.limit, ({ plan }) => `plan_${plan.item}`)
  return { plans: rows.map((stored) => ({ ...stored, features })), nextCursor }
}

function readCursor(cursor: string): number {
  const match = /^plan_([1-9]\d{0,9})$/.exec(cursor)
  const item = match === null ? Number.NaN : Number(match[1])
  if (item <= 2_147_483_647) return item
  throw new Refusal('invalid_cursor', { param: 'cursor' })
}

async function featuresByKey({ catalogs, environment, tx }: OperationContext): Promise<Map<string, Feature>> {
  return byKey(await catalogs.fresh(environment.id, tx))
}

function byKey({ features }: Catalog): Map<string, Feature> {
  return new Map(features.map((feature) => [feature.key, feature]))
}
