/**
 * What the database holds, as one sum for each table, environment and customer: of where each row version lies and who wrote
 * it, which no write leaves as it was, be it of the same values.
 *
 * Owns: which tables count, and whose a row is. Does not own: what may change.
 * Invariant: a table that is added later counts by itself, unless it is named here with a reason.
 */
import type { Database } from '../../../src/store/database/pool.ts'

/** Tables that every call may write, each with its reason. */
const operational: Record<string, string> = {
  rate_window: 'counts requests, refused ones as well',
  job_run: 'jobs tell when they ran',
  quota_decision: 'a process adds up what it has counted whenever it is time to',
}

/** Tables that say in another way than by a column `environment` where they belong. */
const environmentColumns: Record<string, string> = {
  environment: 't.id::text',
  catalog_item_version: '(select i.environment::text from catalog_item i where i.id = t.item)',
}

/** `table environment customer` → how many rows, and the sum of their versions. An environment or customer of `-` is none. */
export type Snapshot = ReadonlyMap<string, string>

export interface Snapshots {
  take(): Promise<Snapshot>
}

export async function createSnapshots(db: Database): Promise<Snapshots> {
  const { rows } = await db.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     group by c.relname order by c.relname`)
  const version = `count(*) || ' ' || sum(hashtid(t.ctid)::bigint * 31 + t.xmin::text::bigint)`
  const tables = rows.filter(({ name }) => operational[name] === undefined)
  const places = new Map(
    tables.map(({ name, columns }) => {
      const of = (column: string) => (columns.includes(column) ? `t.${column}::text` : `'-'`)
      const customer = name === 'customer' ? 't.id::text' : of('customer')
      const environment = environmentColumns[name] ?? of('environment')
      return [
        name,
        `select '${name}' as name, '${name}' || ' ' || ${environment} || ' ' || ${customer} as place, ${version} as hash
           from ${name} t group by 2`,
      ]
    }),
  )
  const wholes = tables.map(({ name }) => `select '${name}' as name, ${version} as hash from ${name} t`)
  const ofAll = { name: 'snapshot', text: wholes.join('\nunion all\n') }
  /** What each table was when it was read last, and what it held. */
  const known = new Map<string, { hash: string; held: [string, string][] }>()
  return {
    async take() {
      const { rows: now } = await db.query<{ name: string; hash: string }>(ofAll)
      const changed = now.filter(({ name, hash }) => known.get(name)?.hash !== hash)
      for (const { name, hash } of changed) known.set(name, { hash, held: [] })
      const { rows: found } = await db.query<{ name: string; place: string; hash: string }>(
        changed.map(({ name }) => places.get(name)).join('\nunion all\n') || 'select where false',
      )
      for (const { name, place, hash } of found) known.get(name)?.held.push([place, hash])
      return new Map([...known.values()].flatMap(({ held }) => held))
    },
  }
}

/** Whose rows may differ. */
export interface Mine {
  environment: number
  /** Left out: all of the environment. */
  customer?: number
  /** And what is nobody's. */
  nobodys?: boolean
}

/** The places that differ, without those of `mine`. */
export function changes(before: Snapshot, after: Snapshot, mine?: Mine): string[] {
  const places = new Set([...before.keys(), ...after.keys()])
  return [...places].filter((place) => before.get(place) !== after.get(place) && !belongs(place, mine))
}

function belongs(place: string, mine: Mine | undefined): boolean {
  if (mine === undefined) return false
  const [table, environment, customer] = place.split(' ')
  if (environment !== String(mine.environment)) return false
  // an answer that is kept under a key has no column for its customer
  if (mine.customer === undefined || table === 'idempotent_answer') return true
  if (mine.nobodys === true && (customer === '-' || customer === '0')) return true
  return customer === String(mine.customer)
}
