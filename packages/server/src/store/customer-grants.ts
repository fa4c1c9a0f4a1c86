/** Grants as a list to look at; those that decisions are made from are in `grants.ts`. */
import sql, { empty } from 'sql-template-tag'
import type { Grant } from '../domain/usage/model.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { grantOf } from './grants.ts'

export interface ListedGrant {
  grant: Grant
  memberKey: string | null
  reason: string
}

export interface GrantFilter {
  id?: string | null
  feature?: number | null
  open?: boolean | null
  /** The id of the last one of the page before. */
  before?: string | null
  limit?: number
}

/** Newest first: ids are in the order they were made. */
export async function loadListedGrants(
  db: Queryable,
  environment: number,
  customer: number,
  { id = null, feature = null, open = null, before = null, limit = 1 }: GrantFilter,
): Promise<ListedGrant[]> {
  const { rows } = await db.query(sql`
    select g.*, m.key as member_key from grant_ g
    left join member m on m.environment = g.environment and m.customer = g.customer and m.id = g.member
    where g.environment = ${environment} and g.customer = ${customer}
    ${id === null ? empty : sql`and g.id = ${id}`}
    ${feature === null ? empty : sql`and g.feature = ${feature}`}
    ${open === null ? empty : open ? sql`and g.closed_at is null` : sql`and g.closed_at is not null`}
    ${before === null ? empty : sql`and g.id collate "C" < ${before}`}
    order by g.id collate "C" desc limit ${limit}`)
  return rows.map((row) => ({
    grant: grantOf(row),
    memberKey: row.member_key,
    reason: typeof row.metadata?.reason === 'string' ? row.metadata.reason : '',
  }))
}

/** Why it was given, for whoever reads the list. */
export async function noteGrantReason(
  tx: Transaction,
  environment: number,
  id: string,
  reason: string,
): Promise<void> {
  await tx.query({
    name: 'note-grant-reason',
    text: `update grant_ set metadata = jsonb_build_object('reason', $3::text) where environment = $1 and id = $2`,
    values: [environment, id, reason],
  })
}
