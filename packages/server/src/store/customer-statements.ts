/**
 * Statements about customers, in the form in which those of several travel as one (`database/gather.ts`).
 *
 * Owns: how whom they ask about, and the rows they write, become parameters. Does not own: their text.
 */
import { binaryArray } from './database/binary-array.ts'
import type { CustomerStatement } from './database/pool.ts'

/** Asks or changes what belongs to customers: $1 is the environment, $2 the customers, as `bigint[]`. */
export function ofCustomers(
  environment: number,
  customers: number | readonly number[],
  { name, text }: { name: string; text: string },
): CustomerStatement {
  const items =
    typeof customers === 'number' ? [{ customer: customers }] : customers.map((customer) => ({ customer }))
  return {
    name,
    text,
    items,
    values: (all) => [environment, binaryArray.int8(all.map(({ customer }) => customer))],
  }
}

/** One with more to say of each customer: $1 is the environment, $2 the items, as `json`. */
export function ofItems<Item extends { customer: number }>(
  environment: number,
  items: readonly Item[],
  { name, text }: { name: string; text: string },
): CustomerStatement {
  return { name, text, items, values: (all) => [environment, JSON.stringify(all)] }
}

/** A row of a table: column → value, all that are written, in the same order each time. Times are text. */
export type Row = { customer: number } & Record<string, unknown>

/** Inserts rows of one shape. @param returning what the answer says of each, its customer too */
export function insert(table: string, rows: readonly Row[], returning = ''): CustomerStatement {
  return write(`insert-${table}`, table, rows, returning)
}

/**
 * Writes rows whole: inserts them, or brings the columns that may change up to date.
 *
 * @param key columns of the primary key
 * @param fixed further columns that never change once written
 */
export function upsert(
  table: string,
  rows: readonly Row[],
  key: readonly string[],
  fixed: readonly string[] = [],
): CustomerStatement {
  const changing = Object.keys(rows[0] ?? {}).filter(
    (column) => !key.includes(column) && !fixed.includes(column),
  )
  const action =
    changing.length === 0
      ? 'nothing'
      : `update set ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}`
  return write(`upsert-${table}`, table, rows, `on conflict (${key.join(', ')}) do ${action}`)
}

/** The table's own columns say of which types the values are. */
function write(name: string, table: string, rows: readonly Row[], more: string): CustomerStatement {
  const columns = Object.keys(rows[0] ?? {}).join(', ')
  return {
    name,
    text: `insert into ${table} (${columns}) overriding system value
           select ${columns} from json_populate_recordset(null::${table}, $1::json) ${more}`,
    items: rows,
    values: (all) => [JSON.stringify(all)],
  }
}
