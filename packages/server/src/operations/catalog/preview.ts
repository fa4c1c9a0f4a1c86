import type { OperationContext } from '../../context.ts'
import { normaliseCatalog } from '../../domain/catalog/normalise.ts'
import { loadCatalog } from '../../store/catalog.ts'
import { loadAffected } from '../../store/catalog-affected.ts'
import { type CatalogGuard, type CatalogResult, compare, refuseOtherRevision } from './put.ts'
import { readCatalog } from './read.ts'

/**
 * What putting this catalog would change now, and who is affected. Locks and changes nothing.
 *
 * @throws Refusal as `putCatalog` does
 */
export async function previewCatalog(
  ctx: OperationContext,
  input: unknown,
  guard: CatalogGuard = {},
): Promise<CatalogResult> {
  const definition = readCatalog(input)
  const current = await loadCatalog(ctx.tx, ctx.environment.id)
  refuseOtherRevision(current, guard)
  const content = normaliseCatalog(definition)
  const changes = await compare(ctx, current, content)
  const affected = await loadAffected(ctx.tx, ctx.environment.id, current, content, changes)
  return { applied: false, revision: current.revision, changes, affected }
}
