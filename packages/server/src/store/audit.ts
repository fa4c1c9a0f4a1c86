/**
 * The audit log: entries go in, in the transaction of what they tell, and stay.
 *
 * Owns: the table audit_entry. Does not own: what is told (`domain/audit`).
 */
import sql, { empty } from 'sql-template-tag'
import type { AuditEntry, Told } from '../domain/audit/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { insert } from './customer-statements.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** @param customer surrogate; 0 for what is the environment's */
export async function insertAuditEntry(
  tx: Transaction,
  environment: number,
  customer: number,
  entry: AuditEntry,
): Promise<void> {
  const row = {
    environment,
    customer,
    id: entry.id,
    actor: entry.actor,
    action: entry.action,
    request: entry.request,
    reason: entry.reason,
    before: entry.before,
    after: entry.after,
    occurred_at: timestampParameter(entry.occurredAt),
    recorded_at: timestampParameter(entry.recordedAt),
  }
  await tx.query(insert('audit_entry', [row]))
}

export interface AuditFilter {
  /** The caller's id. */
  customer?: string | undefined
  actor?: string | undefined
  /** By the system's clock. */
  since?: Instant | undefined
}

export type ListedEntry = AuditEntry & { customer: string | null }

interface Row extends Told {
  id: string
  customer: string | null
  actor: string
  action: string
  request: string | null
  reason: string
  occurred_at: Instant
  recorded_at: Instant
}

/** Newest first, from after the id `before`. */
export async function loadAuditEntries(
  db: Queryable,
  environment: number,
  { customer, actor, since, before, limit }: AuditFilter & { before: string | undefined; limit: number },
): Promise<ListedEntry[]> {
  const { rows } = await db.query<Row>(sql`
    select a.id, c.key as customer, a.actor, a.action, a.request, a.reason, a.before, a.after, a.occurred_at, a.recorded_at
    from audit_entry a left join customer c on c.environment = a.environment and c.id = a.customer
    where a.environment = ${environment}
    ${customer === undefined ? empty : sql`and a.customer = coalesce((select id from customer where environment = ${environment} and key = ${customer}), -1)`}
    ${actor === undefined ? empty : sql`and a.actor = ${actor}`}
    ${since === undefined ? empty : sql`and a.recorded_at >= ${timestampParameter(since)}::timestamptz`}
    ${before === undefined ? empty : sql`and a.id < ${before}`}
    order by a.id desc limit ${limit}`)
  return rows.map(({ occurred_at, recorded_at, ...row }) => ({
    ...row,
    occurredAt: occurred_at,
    recordedAt: recorded_at,
  }))
}
