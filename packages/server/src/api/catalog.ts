import type { endpoints } from '@tollkeeper/contract'
import type { OperationContext } from '../context.ts'
import type { CatalogChange } from '../domain/catalog/diff.ts'
import { toIso } from '../domain/time/instant.ts'
import { getCatalog, listFeatures } from '../operations/catalog/get.ts'
import { previewCatalog } from '../operations/catalog/preview.ts'
import { type CatalogResult, putCatalog } from '../operations/catalog/put.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const catalogRoutes = {
  get: async (_request, ctx) => {
    const { revision, updatedAt, document } = await getCatalog(ctx)
    const livemode = ctx.environment.mode === 'live'
    return { object: 'catalog' as const, livemode, revision, updatedAt: toIso(updatedAt), catalog: document }
  },
  put: async ({ body, query }, ctx) => presentResult(await putCatalog(ctx, body, query), ctx),
  preview: async ({ body, query }, ctx) => presentResult(await previewCatalog(ctx, body, query), ctx),
} satisfies Handlers<typeof endpoints.catalog>

export const featureRoutes = {
  list: async (_request, ctx) => {
    const livemode = ctx.environment.mode === 'live'
    const features = await listFeatures(ctx)
    const data = features.map(({ id: _, key, ...feature }) => ({
      object: 'feature' as const,
      id: key,
      livemode,
      ...feature,
    }))
    return presentList(data)
  },
} satisfies Handlers<typeof endpoints.features>

function presentResult({ applied, revision, changes, affected }: CatalogResult, ctx: OperationContext) {
  return {
    object: 'catalog_diff' as const,
    livemode: ctx.environment.mode === 'live',
    applied,
    changed: changes.length > 0,
    revision,
    changes: changes.map(presentChange),
    affected: affected.map(({ key, ...rest }) => ({ ...rest, id: key })),
  }
}

function presentChange(change: CatalogChange) {
  const { noun, key: id, action, fields } = change
  const versions = 'item' in change ? change : { previousVersion: null, version: null }
  return { noun, id, action, previousVersion: versions.previousVersion, version: versions.version, fields }
}
