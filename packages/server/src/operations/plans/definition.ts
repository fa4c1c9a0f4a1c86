import type { CatalogDefinition } from '@tollkeeper/contract'
import type { OperationContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { loadCatalogDocument, lockCatalog } from '../../store/catalog.ts'
import { loadPlan, type StoredPlan } from '../../store/plans.ts'
import { applyCatalog } from '../catalog/put.ts'
import { readCatalog } from '../catalog/read.ts'

/** The catalog as it was written, locked; an empty one when there is none. */
export async function claimDefinition({
  tx,
  environment,
  clock,
}: OperationContext): Promise<CatalogDefinition> {
  await lockCatalog(tx, environment.id, clock.now())
  const written = await loadCatalogDocument(tx, environment.id)
  return written?.document ?? { features: {}, plans: {} }
}

/** Puts the catalog with this plan in it; what is wrong with the plan is told by the plan's own fields. */
export async function applyPlan(
  ctx: OperationContext,
  definition: CatalogDefinition,
  id: string,
  plan: unknown,
): Promise<StoredPlan> {
  const changed = { ...definition, plans: { ...definition.plans, [id]: plan } }
  try {
    await applyCatalog(ctx, readCatalog(changed))
  } catch (error) {
    throw error instanceof Refusal ? withoutPrefix(error, `plans.${id}.`) : error
  }
  const stored = await loadPlan(ctx.tx, ctx.environment.id, id)
  if (stored === null) throw new Error(`The plan ${id} was put and is not there`)
  return stored
}

function withoutPrefix(refusal: Refusal, prefix: string): Refusal {
  const own = (param: string) => (param.startsWith(prefix) ? param.slice(prefix.length) : param)
  const errors = refusal.errors.map(({ param, message }) => ({ param: own(param), message }))
  const { code, values } = refusal
  return new Refusal(code, {
    param: refusal.param === undefined ? undefined : own(refusal.param),
    values,
    errors,
  })
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function refuseNonObject(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value
  throw new Refusal('catalog_invalid', {
    errors: [{ param: '', message: 'Send an object with the plan’s fields.' }],
  })
}
