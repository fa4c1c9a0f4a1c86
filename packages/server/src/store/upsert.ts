import type { Statement } from './database/pool.ts'

/**
 * Writes a row whole: inserts it, or brings the columns that may change up to date.
 *
 * @param row column → value, all of them, in the same order each time
 * @param key columns of the primary key
 * @param fixed further columns that never change once written
 */
export function upsert(
  table: string,
  row: Record<string, unknown>,
  key: readonly string[],
  fixed: readonly string[] = [],
): Statement {
  const columns = Object.keys(row)
  const changing = columns.filter((column) => !key.includes(column) && !fixed.includes(column))
  const action =
    changing.length === 0
      ? 'nothing'
      : `update set ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}`
  return {
    name: `upsert-${table}`,
    text: `insert into ${table} (${columns.join(', ')})
           values (${columns.map((_, index) => `$${String(index + 1)}`).join(', ')})
           on conflict (${key.join(', ')}) do ${action}`,
    values: Object.values(row),
  }
}
