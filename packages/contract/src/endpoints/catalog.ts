import { z } from 'zod'
import { catalogDefinition, type CatalogDefinition, featureDefinition } from '../catalog.ts'
import { endpoint } from '../endpoint.ts'
import { callerId, instant } from '../primitives.ts'

/**
 * Described by its schema and checked by the operation instead, which tells the mistakes of the shape together with
 * all others, as `catalog_invalid`.
 */
export function checkedLater<Type>(schema: z.ZodType<Type>): z.ZodType<Type> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return z.unknown().meta(described) as unknown as z.ZodType<Type>
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).nullable()

export const catalogChange = z.object({
  noun: z.enum(['feature', 'plan', 'add_on', 'bundle', 'fallback_plan', 'operator', 'coupon', 'tax_rate']),
  id: z
    .string()
    .describe("Your own id of what is changed; the setting's name for `fallback_plan` and `operator`"),
  action: z
    .enum(['added', 'changed', 'archived', 'restored', 'deleted'])
    .describe(
      'A feature, plan, add-on or bundle that is no longer in the catalog is archived if it was ever used, else deleted',
    ),
  previousVersion: z.number().nullable(),
  version: z.number().nullable().describe('The version that is made; null where there is no new one'),
  fields: z.array(z.object({ path: z.string(), before: scalar, after: scalar })),
})

export const catalogAffected = z.object({
  noun: z.enum(['plan', 'add_on', 'fallback_plan']),
  id: z.string(),
  version: z.number().nullable().describe('The version they have; null for the fallback plan'),
  effect: z
    .enum(['stays', 'moves', 'loses'])
    .describe(
      'stays: they keep this version until they are moved. moves: what they may use changes at once. loses: they may use nothing any more',
    ),
  customers: z.number(),
  sample: z.array(callerId).describe('Some of them'),
})

export const catalogDiff = z.object({
  object: z.literal('catalog_diff'),
  livemode: z.boolean(),
  applied: z.boolean().describe('false: a preview, or there was nothing to change'),
  changed: z.boolean(),
  revision: z.number().describe('Of the catalog in force after this call'),
  changes: z.array(catalogChange),
  affected: z.array(catalogAffected),
})

const expectedRevision = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .describe('Refuses with 409 unless the catalog in force has this revision; 0 when there must be none')

const body = checkedLater<CatalogDefinition>(catalogDefinition)

const described = featureDefinition.shape

export const catalog = {
  get: endpoint({
    method: 'GET',
    path: '/v1/catalog',
    summary: 'Read the catalog as it was written',
    scope: 'catalog:read',
    response: z.object({
      object: z.literal('catalog'),
      livemode: z.boolean(),
      revision: z.number(),
      updatedAt: instant,
      catalog: catalogDefinition,
    }),
    idempotency: 'natural',
  }),
  put: endpoint({
    method: 'PUT',
    path: '/v1/catalog',
    summary: 'Replace the catalog',
    description:
      'Takes the whole catalog and answers what has changed. A plan whose content differs gets a new version; those ' +
      'who have it stay on theirs. The same catalog again changes nothing. One without any plan, while customers have ' +
      'one, is refused unless `expectedRevision` confirms it.',
    scope: 'catalog:write',
    query: z.object({ expectedRevision }),
    body,
    response: catalogDiff,
    idempotency: 'natural',
  }),
  preview: endpoint({
    method: 'POST',
    path: '/v1/catalog/preview',
    summary: 'See what a catalog would change, and who is affected',
    scope: 'catalog:read',
    query: z.object({ expectedRevision }),
    body,
    response: catalogDiff,
    idempotency: 'natural',
  }),
}

const feature = z.object({
  object: z.literal('feature'),
  id: callerId,
  livemode: z.boolean(),
  kind: described.kind,
  name: z.string(),
  unit: z.string(),
  scale: z.number(),
  valueType: z.enum(['boolean', 'string', 'number']).nullable().describe('Settings only'),
  thresholds: z.array(z.number()),
  failPolicy: z.enum(['open', 'closed']),
  costs: z.record(callerId, z.number()),
  latenessDays: z.number(),
  archived: z.boolean(),
})

export const features = {
  list: endpoint({
    method: 'GET',
    path: '/v1/features',
    summary: 'List all features of the catalog',
    scope: 'catalog:read',
    publishable: true,
    response: z.object({
      object: z.literal('list'),
      data: z.array(feature),
      hasMore: z.boolean(),
      nextCursor: z.string().nullable(),
    }),
    idempotency: 'natural',
  }),
}
