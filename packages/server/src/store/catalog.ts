/**
 * The catalog's rows.
 *
 * Owns: catalog, feature, catalog_item, catalog_item_version. Does not own: what may change (`domain/catalog/diff.ts`).
 * Invariant: a version is inserted once and never updated; only the holder of the environment's catalog row
 * (`lockCatalog`) writes here, so that revisions follow one another.
 */
import sql from 'sql-template-tag'
import type { CatalogDefinition } from '@tollkeeper/contract'
import type { CatalogChange, FeatureChange, ItemChange, ItemKind } from '../domain/catalog/diff.ts'
import type { AddOnVersion, BundleVersion, Catalog, Feature, PlanVersion } from '../domain/catalog/model.ts'
import { normaliseSettings } from '../domain/catalog/normalise-settings.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** Payload: the environment's id. Only a hint: caches ask for the revision by themselves. */
const catalogChannel = 'tollkeeper_catalog'

/** Waits for other writers of this catalog. The next statements see what they have done. */
export async function lockCatalog(tx: Transaction, environment: number, now: Instant): Promise<void> {
  await tx.query(sql`
    insert into catalog (environment, revision, document, updated_at)
    values (${environment}, 0, '{}', ${timestampParameter(now)})
    on conflict (environment) do nothing`)
  await tx.query(sql`select revision from catalog where environment = ${environment} for update`)
}

/** 0 when no catalog was ever put. */
export async function loadCatalogRevision(db: Queryable, environment: number): Promise<number> {
  const { rows } = await db.query<{ revision: number }>({
    name: 'catalog-revision',
    text: 'select revision from catalog where environment = $1',
    items: [],
    values: () => [environment],
  })
  return rows[0]?.revision ?? 0
}

/** As it was written, for export and for changing one plan in it. */
export async function loadCatalogDocument(
  db: Queryable,
  environment: number,
): Promise<{ revision: number; document: CatalogDefinition; updatedAt: Instant } | null> {
  const { rows } = await db.query<{ revision: number; document: CatalogDefinition; updatedAt: Instant }>(sql`
    select revision, document, updated_at as "updatedAt" from catalog
    where environment = ${environment} and revision > 0`)
  return rows[0] ?? null
}

interface CatalogRow {
  revision: number
  document: Partial<CatalogDefinition>
  features: { id: number; archived: boolean; document: Omit<Feature, 'id'> }[]
  items: ItemRow[]
}

interface ItemRow {
  id: number
  kind: ItemKind
  version: number
  archived: boolean
  document: object
}

/** One statement, so that all of it is of one moment. */
export async function loadCatalog(db: Queryable, environment: number): Promise<Catalog> {
  const { rows } = await db.query<CatalogRow>(sql`
    select c.revision, c.document,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', f.id, 'archived', f.archived_at is not null, 'document', f.document)
          order by f.id)
        from feature f where f.environment = c.environment), '[]') as features,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', i.id, 'kind', i.kind, 'version', v.version,
            'archived', i.archived_at is not null, 'document', v.document) order by i.id)
        from catalog_item i
        join catalog_item_version v on v.item = i.id and v.version = i.current_version
        where i.environment = c.environment), '[]') as items
    from catalog c where c.environment = ${environment}`)
  return toCatalog(rows[0] ?? { revision: 0, document: {}, features: [], items: [] })
}

function toCatalog({ revision, document, features, items }: CatalogRow): Catalog {
  const ofKind = <Version>(kind: ItemKind, archived: boolean) =>
    items
      .filter((item) => item.kind === kind && item.archived === archived)
      .map((item) => ({ ...item.document, item: item.id, version: item.version }) as Version)
  return {
    revision,
    features: features.map((row) => ({ ...row.document, id: row.id })),
    plans: ofKind<PlanVersion>('plan', false),
    addOns: ofKind<AddOnVersion>('add_on', false),
    bundles: ofKind<BundleVersion>('bundle', false),
    archived: {
      features: features.filter((row) => row.archived).map((row) => row.document.key),
      plans: ofKind<PlanVersion>('plan', true),
      addOns: ofKind<AddOnVersion>('add_on', true),
      bundles: ofKind<BundleVersion>('bundle', true),
    },
    ...normaliseSettings(document),
  }
}

/** Null when there is none: the caller holds an id that no row of the product has. */
export async function loadItemVersion<Version extends PlanVersion | AddOnVersion | BundleVersion>(
  db: Queryable,
  item: number,
  version: number,
): Promise<Version | null> {
  const { rows } = await db.query<{ document: object }>({
    name: 'catalog-item-version',
    text: 'select document from catalog_item_version where item = $1 and version = $2',
    values: [item, version],
  })
  return rows[0] ? ({ ...rows[0].document, item, version } as Version) : null
}

/**
 * Keeps an item from being deleted until the transaction ends: for rows that name it without a foreign key.
 * False when it is gone already.
 */
export async function keepCatalogItem(tx: Transaction, item: number): Promise<boolean> {
  const { rowCount } = await tx.query(sql`select 1 from catalog_item where id = ${item} for key share`)
  return rowCount === 1
}

/** Waits for those who are about to name the items; ask `loadUsedItems` in a later statement. */
export async function lockItems(tx: Transaction, items: number[]): Promise<void> {
  await tx.query(sql`select id from catalog_item where id = any(${items}) order by id for update`)
}

/** Those of the items that something names or has named. */
export async function loadUsedItems(
  db: Queryable,
  environment: number,
  items: number[],
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>(sql`
    select given.id from unnest(${items}::integer[]) as given (id) join catalog_item i on i.id = given.id
    where exists (select from subscription s where s.plan = given.id)
      or exists (select from subscription_add_on a where a.environment = ${environment} and a.add_on = given.id)
      or exists (select from subscription_bundle b where b.environment = ${environment} and b.bundle = given.id)
      or exists (select from subscription s where s.environment = ${environment}
        and s.scheduled_change is not null and s.scheduled_change->>'plan' in (given.id::text, i.key))
      or exists (select from overage o where o.environment = ${environment} and o.plan = given.id)
      or exists (select from grant_ g where g.environment = ${environment} and g.source in ('add_on', 'top_up') and g.reference = i.key)
      -- what is ordered is given once it is paid
      or exists (select from invoice v join invoice_line l on l.environment = v.environment
          and l.customer = v.customer and l.invoice = v.id
        where v.environment = ${environment} and v.status in ('draft', 'open', 'uncollectible')
          and (i.kind <> 'plan' or v.collection = 'prepaid') and l.reference = i.key)`)
  return new Set(rows.map(({ id }) => id))
}

/** Carries the changes out, and answers the new revision; without changes only the text as written is kept. */
export async function saveCatalog(
  tx: Transaction,
  environment: number,
  document: CatalogDefinition,
  changes: CatalogChange[],
  now: Instant,
): Promise<number> {
  for (const change of changes) {
    if (change.noun === 'feature') await saveFeature(tx, environment, change, now)
    else if ('item' in change) await saveItem(tx, environment, change, now)
  }
  const step = changes.length > 0 ? 1 : 0
  const { rows } = await tx.query<{ revision: number }>(sql`
    update catalog set revision = greatest(revision + ${step}, 1), document = ${JSON.stringify(document)},
      updated_at = ${timestampParameter(now)}
    where environment = ${environment} and (${step} = 1 or revision = 0 or document <> ${JSON.stringify(document)}::jsonb)
    returning revision`)
  if (step === 1) await tx.query(sql`select pg_notify(${catalogChannel}, ${String(environment)})`)
  return rows[0]?.revision ?? loadCatalogRevision(tx, environment)
}

async function saveFeature(
  tx: Transaction,
  environment: number,
  change: FeatureChange,
  now: Instant,
): Promise<void> {
  const at = timestampParameter(now)
  if (change.content === null) {
    await tx.query(sql`
      update feature set archived_at = ${at} where environment = ${environment} and key = ${change.key}`)
    return
  }
  await tx.query(sql`
    insert into feature (environment, key, document, created_at)
    values (${environment}, ${change.key}, ${JSON.stringify(change.content)}, ${at})
    on conflict (environment, key) do update set document = excluded.document, archived_at = null`)
}

async function saveItem(
  tx: Transaction,
  environment: number,
  change: ItemChange,
  now: Instant,
): Promise<void> {
  const at = timestampParameter(now)
  const archivedAt = change.archived ? at : null
  if (change.action === 'deleted') {
    await tx.query(sql`delete from catalog_item_version where item = ${change.item}`)
    await tx.query(sql`delete from catalog_item where id = ${change.item}`)
    return
  }
  if (change.action === 'archived' || change.action === 'restored') {
    await tx.query(sql`update catalog_item set archived_at = ${archivedAt} where id = ${change.item}`)
    return
  }
  const id =
    change.action === 'added' ? await insertItem(tx, environment, change, archivedAt, at) : change.item
  await tx.query(sql`
    insert into catalog_item_version (item, version, document, created_at)
    values (${id}, ${change.version}, ${JSON.stringify(change.content)}, ${at})`)
  await tx.query(sql`update catalog_item set current_version = ${change.version} where id = ${id}`)
}

async function insertItem(
  tx: Transaction,
  environment: number,
  change: ItemChange,
  archivedAt: string | null,
  createdAt: string,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into catalog_item (environment, kind, key, current_version, archived_at, created_at)
    values (${environment}, ${change.noun}, ${change.key}, ${change.version}, ${archivedAt}, ${createdAt})
    returning id`)
  const row = rows[0]
  if (row === undefined) throw new Error('An inserted item has no id')
  return row.id
}
