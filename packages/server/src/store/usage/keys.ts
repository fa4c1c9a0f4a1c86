/** Keys of usage calls: one key, one effect. */
import type { Instant } from '../../domain/time/instant.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import type { Queryable } from '../database/pool.ts'

export interface UsageKey {
  customer: number
  verb: number
  /** 32 hexadecimal digits. */
  hash: string
  bodyHash: string
  event: string
  recordedAt: Instant
  /** JSON of what its replay says; null when the event says it. */
  decision: unknown
}

const hex = (uuid: string): string => uuid.replaceAll('-', '')

/** Those of the keys that had their effect. Read after the lock, so that a twin's commit is seen. */
export async function loadUsageKeys(
  db: Queryable,
  environment: number,
  keys: { customer: number; verb: number; hash: string }[],
): Promise<UsageKey[]> {
  if (keys.length === 0) return []
  const { rows } = await db.query({
    name: 'usage-keys-load',
    text: `select k.customer, k.verb, k.key_hash, k.body_hash, k.event, k.recorded_at, k.decision
      from unnest($2::bigint[], $3::smallint[], $4::uuid[]) as w (customer, verb, key_hash)
      join usage_key k on k.environment = $1 and k.customer = w.customer and k.verb = w.verb and k.key_hash = w.key_hash`,
    values: [
      environment,
      keys.map((key) => key.customer),
      keys.map((key) => key.verb),
      keys.map((key) => key.hash),
    ],
  })
  return rows.map((row) => ({
    customer: row.customer,
    verb: row.verb,
    hash: hex(row.key_hash),
    bodyHash: hex(row.body_hash),
    event: row.event,
    recordedAt: row.recorded_at,
    decision: row.decision,
  }))
}

/** Inserts sorted, so that two processes never wait for each other in a circle. @returns how many were new */
export async function insertUsageKeys(tx: Queryable, environment: number, keys: UsageKey[]): Promise<number> {
  if (keys.length === 0) return 0
  const { rowCount } = await tx.query({
    name: 'usage-keys-insert',
    text: `insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at, decision)
      select $1, * from unnest($2::bigint[], $3::smallint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::jsonb[])
        as k (customer, verb, key_hash, body_hash, event, recorded_at, decision)
      order by customer, key_hash
      on conflict do nothing`,
    values: [
      environment,
      keys.map((key) => key.customer),
      keys.map((key) => key.verb),
      keys.map((key) => key.hash),
      keys.map((key) => key.bodyHash),
      keys.map((key) => key.event),
      keys.map((key) => timestampParameter(key.recordedAt)),
      keys.map((key) => (key.decision === null ? null : JSON.stringify(key.decision))),
    ],
  })
  return rowCount ?? 0
}
