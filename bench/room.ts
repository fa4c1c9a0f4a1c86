/**
 * What benchmarks share: one embedded PostgreSQL with the product's own settings, and in it databases with many
 * customers, kept between runs.
 *
 * Owns: the cluster in `bench/.tollkeeper`, its databases, lengths and numbers of measurements. Does not own: the
 * rows (`seed.ts`). Invariant: both sides of every pair use the same server, settings, tables, indexes and rows.
 */
import { join, dirname } from 'node:path'
import { startEmbedded } from '#server/store/database/embedded'
import type { EmbeddedConnection } from '#server/store/database/embedded'
import { openPool } from '#server/store/database/pool'
import type { Database } from '#server/store/database/pool'
import { seed, seedStamp } from './seed.ts'

export interface RoomOptions {
  quick: boolean
  pairs: number
  /** Of one side of one pair. */
  milliseconds: number
  /** Loads PostgreSQL's auto_explain with these settings; for looking into, not for figures. */
  explain: boolean
}

export interface SeededDatabase {
  connection: EmbeddedConnection
  url: string
  customers: number
  /** Opens a pool of its own; the caller closes it. */
  open(max: number): Database
}

export interface Room extends RoomOptions {
  say(line: string): void
  /** A database with so many customers, as it was left by the last benchmark, with no use recorded. */
  database(customers: number): Promise<SeededDatabase>
  close(): Promise<void>
}

export const dataDirectory = join(dirname(import.meta.dirname), '.tollkeeper')

const explainSettings = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.sample_rate': '0.01',
}

/** Starts the cluster. What the room says goes to stderr: stdout is the table's. */
export async function openRoom(options: RoomOptions): Promise<Room> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  let cluster: ReturnType<typeof startEmbedded> | undefined
  const start = () => {
    const settings = options.explain ? explainSettings : undefined
    cluster ??= startEmbedded({ dataDirectory: join(dataDirectory, 'cluster'), settings })
    return cluster
  }
  return {
    ...options,
    say,
    async database(customers) {
      const { connection } = await start()
      const seeded = { ...connection, database: `customers_${customers}` }
      await ensureSeeded(connection, seeded, customers, say)
      return {
        connection: seeded,
        url: urlOf(seeded),
        customers,
        open: (max) => openPool({ ...seeded, max }),
      }
    },
    async close() {
      await (await cluster)?.stop()
    },
  }
}

async function ensureSeeded(
  server: EmbeddedConnection,
  target: EmbeddedConnection,
  customers: number,
  say: (line: string) => void,
): Promise<void> {
  const main = openPool({ ...server, max: 1 })
  const name = target.database
  try {
    const { rows } = await main.query<{ stamp: string | null }>({
      text: `select shobj_description(oid, 'pg_database') as stamp from pg_database where datname = $1`,
      values: [name],
    })
    if (rows[0] !== undefined && rows[0].stamp === (await seedStamp()) && (await isFresh(target))) {
      return await forgetUse(target)
    }
    say(`  making a database with ${customers.toLocaleString('en')} customers (kept for the next run)`)
    await main.query(`drop database if exists ${name} with (force)`)
    await main.query(`create database ${name}`)
    const db = openPool({ ...target, max: 4 })
    try {
      await seed(db, customers)
    } finally {
      await db.close()
    }
    // said last: a database whose making was cut off has no stamp and is made again
    await main.query(`comment on database ${name} is '${await seedStamp()}'`)
  } finally {
    await main.close()
  }
}

/** Do all balances stay in their window for the next hours? Else a run would measure the turning of windows. */
async function isFresh(target: EmbeddedConnection): Promise<boolean> {
  const db = openPool({ ...target, max: 1 })
  try {
    const { rows } = await db.query<{ until: number }>('select min(valid_until) as until from balance')
    return (rows[0]?.until ?? 0) > Date.now() + 6 * 3_600_000
  } finally {
    await db.close()
  }
}

async function forgetUse(target: EmbeddedConnection): Promise<void> {
  const db = openPool({ ...target, max: 1 })
  try {
    await db.query('truncate usage_key, usage_event')
    await db.query('vacuum (analyze) balance')
    await db.query('checkpoint')
  } finally {
    await db.close()
  }
}

function urlOf({ host, port, user, password, database }: EmbeddedConnection): string {
  const account = password === undefined ? user : `${user}:${password}`
  if (!host.startsWith('/')) return `postgresql://${account}@${host}:${port}/${database}`
  return `postgresql://${account}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
}
