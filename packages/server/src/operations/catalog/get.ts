import type { CatalogDefinition } from '@tollkeeper/contract'
import type { OperationContext } from '../../context.ts'
import type { Feature } from '../../domain/catalog/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { loadCatalogDocument } from '../../store/catalog.ts'

export interface WrittenCatalog {
  revision: number
  document: CatalogDefinition
  updatedAt: Instant
}

/** @throws Refusal `catalog_missing` */
export async function getCatalog(ctx: OperationContext): Promise<WrittenCatalog> {
  const written = await loadCatalogDocument(ctx.tx, ctx.environment.id)
  if (written === null) throw new Refusal('catalog_missing')
  return written
}

export interface ListedFeature extends Feature {
  archived: boolean
}

/** Those that are declared, then those that are archived. */
export async function listFeatures(ctx: OperationContext): Promise<ListedFeature[]> {
  const { features, archived } = await ctx.catalogs.fresh(ctx.environment.id, ctx.tx)
  const gone = new Set(archived.features)
  const listed = features.map((feature) => ({ ...feature, archived: gone.has(feature.key) }))
  return listed.sort((one, other) => Number(one.archived) - Number(other.archived) || one.id - other.id)
}
