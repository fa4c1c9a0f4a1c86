import type { Database } from '../../src/store/database/pool.ts'

/** Every row of every table that has one of the words, in clear or in bytes. */
export async function rowsThatSay(db: Database, words: readonly string[]): Promise<string[]> {
  const { rows: tables } = await db.query<{ name: string }>(`select c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind = 'r'`)
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await db.query<{ row: string }>({ text: `select t::text as row from "${name}" t` })
    for (const { row } of rows) {
      const hits = words.filter(
        (word) => row.includes(word) || row.includes(Buffer.from(word).toString('hex')),
      )
      if (hits.length > 0) found.push(`${name}: ${hits.join(', ')}`)
    }
  }
  return found
}
