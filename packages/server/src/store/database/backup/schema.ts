import type pg from 'pg'

/** What the database consists of beyond the rows, as far as migrations alone don't bring it back. */
export type SchemaContents = {
  /** Every table comes after the ones it refers to (deferrable references aside, which may go in circles). */
  tables: { name: string; columns: string[] }[]
  sequences: { name: string; lastValue: string }[]
  /** Partitions are made as time goes on; each comes after the one it is a part of. */
  partitions: { name: string; parent: string; bound: string; key: string | null }[]
}

/** Reads the catalog of the current schema. Names come back quoted, ready for SQL. */
export async function readSchema(client: pg.ClientBase): Promise<SchemaContents> {
  const { rows: tables } = await client.query<{ name: string; columns: string[] | null }>(`
    select quote_ident(c.relname) as name,
           (select array_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
      from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.relname collate "C"`)
  const { rows: references } = await client.query<{ from: string; to: string }>(`
    select quote_ident(f.relname) as from, quote_ident(t.relname) as to
      from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
     where k.contype = 'f' and k.connamespace = current_schema()::regnamespace and k.conrelid <> k.confrelid
       and not k.condeferrable`)
  const { rows: sequences } = await client.query<{ name: string; lastValue: string }>(`
    select quote_ident(sequencename) as name, last_value::text as "lastValue"
      from pg_sequences where schemaname = current_schema() and last_value is not null order by 1`)
  const { rows: partitions } = await client.query<SchemaContents['partitions'][number]>(`
    with recursive part as (
      select i.inhrelid, i.inhparent, 1 as depth from pg_inherits i join pg_class c on c.oid = i.inhparent
       where c.relkind = 'p' and not c.relispartition and c.relnamespace = current_schema()::regnamespace
      union all
      select i.inhrelid, i.inhparent, part.depth + 1 from pg_inherits i join part on part.inhrelid = i.inhparent)
    select quote_ident(c.relname) as name, quote_ident(p.relname) as parent,
           pg_get_expr(c.relpartbound, c.oid) as bound, pg_get_partkeydef(c.oid) as key
      from part join pg_class c on c.oid = part.inhrelid join pg_class p on p.oid = part.inhparent
     order by part.depth, c.relname collate "C"`)
  const withColumns = tables.map(({ name, columns }) => ({ name, columns: columns ?? [] }))
  return { tables: sortByReferences(withColumns, references), sequences, partitions }
}

function sortByReferences<T extends { name: string }>(
  tables: T[],
  references: { from: string; to: string }[],
): T[] {
  const sorted: T[] = []
  const visited = new Set<string>()
  const byName = new Map(tables.map((table) => [table.name, table]))
  const visit = (table: T): void => {
    if (visited.has(table.name)) return
    visited.add(table.name)
    for (const { from, to } of references) {
      const target = from === table.name ? byName.get(to) : undefined
      if (target !== undefined) visit(target)
    }
    sorted.push(table)
  }
  for (const table of tables) visit(table)
  return sorted
}
