/**
 * Rows that are there, as statements that insert them again: the least that writing them can cost.
 *
 * Invariant: the same columns, values and types; nothing is read, computed or checked but what the tables demand.
 */
import type { Database, Statement } from '#server/store/database/pool'

export interface RawInsert {
  table: string
  rows: number
  /** One statement for the rows of the customers from `from` to before `to`, counted from 0. */
  statement(from: number, to: number): Statement
}

/** Of the rows that `which` tells every customer has equally many. */
export async function readInserts(
  db: Database,
  { table, which, customers }: { table: string; which: string; customers: number },
): Promise<RawInsert> {
  const { rows: columns } = await db.query<{ name: string; type: string; is_array: boolean }>({
    text: `select attname as name, format_type(atttypid, null) as type, atttypid::regtype::text like '%[]' as is_array
      from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        and attidentity = '' order by attnum`,
    values: [table],
  })
  const names = columns.map(({ name }) => name).join(', ')
  const { rows } = await db.query<Record<string, string | null>>(
    `select ${columns.map(({ name }) => `${name}::text as ${name}`).join(', ')} from ${table} where ${which} order by customer`,
  )
  // an array of arrays can't be taken apart by rows: those travel as text
  const sources = columns.map(({ type, is_array }, index) => `$${index + 1}::${is_array ? 'text' : type}[]`)
  const picked = columns.map(({ type, is_array }, index) => (is_array ? `c${index}::${type}` : `c${index}`))
  const text = `insert into ${table} (${names}) select ${picked.join(', ')}
    from unnest(${sources.join(', ')}) as raw (${columns.map((_, index) => `c${index}`).join(', ')})`
  const each = rows.length / customers
  return {
    table,
    rows: rows.length,
    statement(from, to) {
      const batch = rows.slice(from * each, to * each)
      return {
        name: `raw-${table}`,
        text,
        values: columns.map(({ name }) => batch.map((row) => row[name])),
      }
    },
  }
}
