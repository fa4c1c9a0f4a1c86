/**
 * Removing what has outlived its purpose, in bounded batches. Several processes may do it at once: rows that another
 * one is removing are skipped.
 */
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

/** Row addresses are unique within one partition only, so each is asked by itself. */
const KEY_PARTITIONS = Array.from({ length: 8 }, (_, index) => `usage_key_${index}`)

interface Tidied {
  names: string[]
  /** What makes it old. */
  column: string
  /** Of these alone. */
  only?: string
}

const tables = {
  usageKeys: { names: KEY_PARTITIONS, column: 'recorded_at' },
  answers: { names: ['idempotent_answer'], column: 'created_at' },
  rateWindows: { names: ['rate_window'], column: 'window_start' },
  // whoever could not be told while nobody was at work is told all the same
  deliveries: { names: ['delivery'], column: 'created_at', only: "status in ('delivered', 'abandoned')" },
  mailbox: { names: ['mailbox_letter'], column: 'sent_at' },
  refusals: { names: ['usage_refusal'], column: 'recorded_at' },
} satisfies Record<string, Tidied>

/** Removes up to `limit` rows per table (and partition) that are older, and answers how many went. */
export async function removeOld(
  db: Queryable,
  what: keyof typeof tables,
  olderThan: Instant,
  limit: number,
): Promise<number> {
  const { names, column, only = 'true' }: Tidied = tables[what]
  let removed = 0
  for (const name of names) {
    const { rowCount } = await db.query({
      name: `tidy-${name}`,
      text: `delete from ${name} where ctid = any(array(
        select ctid from ${name} where ${column} < $1 and ${only} limit $2 for update skip locked))`,
      values: [timestampParameter(olderThan), limit],
    })
    removed += rowCount ?? 0
  }
  return removed
}
