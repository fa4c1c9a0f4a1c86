/** Members: rows ⇄ domain. A member that was deleted keeps its row, because what it used refers to it. */
import sql, { empty } from 'sql-template-tag'
import type { Instant } from '../domain/time/index.ts'
import type { Member } from '../domain/customers/members.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

interface MemberRow {
  id: number
  key: string
  name: string
  email: string | null
  metadata: Record<string, unknown>
  created_at: Instant
  updated_at: Instant
  deleted_at: Instant | null
}

const columns = sql`id, key, name, email, metadata, created_at, updated_at, deleted_at`

function memberFromRow(row: MemberRow): Member {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    email: row.email,
    metadata: row.metadata,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  }
}

/** Also when it was deleted; null when there has never been one. */
export async function findMember(
  db: Queryable,
  environment: number,
  customer: number,
  key: string,
): Promise<Member | null> {
  const [member] = await findMembers(db, environment, customer, [key])
  return member ?? null
}

/** Those that there are or have been. */
export async function findMembers(
  db: Queryable,
  environment: number,
  customer: number,
  keys: readonly string[],
): Promise<Member[]> {
  const { rows } = await db.query<MemberRow>(
    sql`select ${columns} from member
        where environment = ${environment} and customer = ${customer} and key = any(${keys}::text[])`,
  )
  return rows.map(memberFromRow)
}

/** Newest first, without the deleted. */
export async function listMembers(
  db: Queryable,
  environment: number,
  customer: number,
  page: { before: number | null; limit: number },
): Promise<Member[]> {
  const { rows } = await db.query<MemberRow>(
    sql`select ${columns} from member
        where environment = ${environment} and customer = ${customer} and deleted_at is null
        ${page.before === null ? empty : sql`and id < ${page.before}`}
        order by id desc limit ${page.limit}`,
  )
  return rows.map(memberFromRow)
}

/** Writes members, new ones with the ids they were given. */
export async function saveMembers(
  tx: Transaction,
  environment: number,
  customer: number,
  members: readonly Member[],
): Promise<void> {
  await tx.query({
    name: 'save-members',
    text: `insert into member (environment, customer, id, key, name, email, metadata, created_at, updated_at, deleted_at)
           overriding system value
           select $1, $2, m.* from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
             $8::timestamptz[], $9::timestamptz[], $10::timestamptz[]) m
           on conflict (environment, customer, id) do update set
             name = excluded.name, email = excluded.email, metadata = excluded.metadata,
             updated_at = excluded.updated_at, deleted_at = excluded.deleted_at`,
    values: [
      environment,
      customer,
      members.map(({ id }) => id),
      members.map(({ key }) => key),
      members.map(({ name }) => name),
      members.map(({ email }) => email),
      members.map(({ metadata }) => JSON.stringify(metadata)),
      members.map(({ createdAt }) => timestampParameter(createdAt)),
      members.map(({ updatedAt }) => timestampParameter(updatedAt)),
      members.map(({ deletedAt }) => (deletedAt === null ? null : timestampParameter(deletedAt))),
    ],
  })
}

/** Of a customer that is deleted: nobody can be recognised by what is left. */
export async function eraseMembers(
  tx: Transaction,
  environment: number,
  customer: number,
  at: Instant,
): Promise<void> {
  await tx.query({
    name: 'erase-members',
    text: `update member set name = '', email = null, metadata = '{}', updated_at = $3,
             deleted_at = coalesce(deleted_at, $3)
           where environment = $1 and customer = $2`,
    values: [environment, customer, timestampParameter(at)],
  })
}
