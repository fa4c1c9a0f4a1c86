import sql, { empty } from 'sql-template-tag'
import type { PlanVersion } from '../domain/catalog/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable } from './database/pool.ts'

/** A version of a plan with what its rows tell beside it. */
export interface StoredPlan {
  plan: PlanVersion
  currentVersion: number
  archived: boolean
  createdAt: Instant
  versionCreatedAt: Instant
}

interface Row {
  item: number
  version: number
  current_version: number
  archived: boolean
  document: Omit<PlanVersion, 'item' | 'version'>
  created_at: Instant
  version_created_at: Instant
}

const columns = sql`i.id as item, v.version, i.current_version, i.archived_at is not null as archived, v.document,
  i.created_at, v.created_at as version_created_at`

const planOf = (row: Row): StoredPlan => ({
  plan: { ...row.document, item: row.item, version: row.version },
  currentVersion: row.current_version,
  archived: row.archived,
  createdAt: row.created_at,
  versionCreatedAt: row.version_created_at,
})

/** The current version unless told; null when there is no such plan or version. */
export async function loadPlan(
  db: Queryable,
  environment: number,
  key: string,
  version?: number,
): Promise<StoredPlan | null> {
  const { rows } = await db.query<Row>(sql`
    select ${columns} from catalog_item i
    join catalog_item_version v on v.item = i.id and v.version = ${version === undefined ? sql`i.current_version` : sql`${version}`}
    where i.environment = ${environment} and i.kind = 'plan' and i.key = ${key}`)
  return rows[0] === undefined ? null : planOf(rows[0])
}

/** Newest first, from after the plan `before`; one more than `limit` when there are more. */
export async function loadPlans(
  db: Queryable,
  environment: number,
  page: { archived: boolean; limit: number; before?: number | undefined },
): Promise<StoredPlan[]> {
  const { rows } = await db.query<Row>(sql`
    select ${columns} from catalog_item i
    join catalog_item_version v on v.item = i.id and v.version = i.current_version
    where i.environment = ${environment} and i.kind = 'plan' and (i.archived_at is not null) = ${page.archived}
      ${page.before === undefined ? empty : sql`and i.id < ${page.before}`}
    order by i.id desc limit ${page.limit + 1}`)
  return rows.map(planOf)
}
