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
import { seedStamp, users } from './seed.ts'
import type { World } from './seed.ts'

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
  /** A database with so many customers, with nothing of what the last benchmark did. They are users unless told. */
  database(customers: number, world?: World): Promise<SeededDatabase>
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
    async database(customers, world = users) {
      const { connection } = await start()
      const seeded = { ...connection, database: `${world.name}_${customers}` }
      await ensureSeeded(connection, seeded, { world, customers, say })
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
  { world, customers, say }: { world: World; customers: number; say: (line: string) => void },
): Promise<void> {
  const main = openPool({ ...server, max: 1 })
  const name = target.database
  try {
    const { rows } = await main.query<{ stamp: string | null }>({
      text: `select shobj_description(oid, 'pg_database') as stamp from pg_database where datname = $1`,
      values: [name],
    })
    const isKept = rows[0] !== undefined && rows[0].stamp === (await seedStamp())
    if (isKept && (await within(target, (db) => world.isFresh(db)))) return await within(target, world.forget)
    say(`  making a database with ${customers.toLocaleString('en')} ${world.name} (kept for the next run)`)
    await main.query(`drop database if exists ${name} with (force)`)
    await main.query(`create database ${name}`)
    await within(target, (db) => world.seed(db, customers))
    // said last: a database whose making was cut off has no stamp and is made again
    await main.query(`comment on database ${name} is '${await seedStamp()}'`)
  } finally {
    await main.close()
  }
}

async function within<T>(target: EmbeddedConnection, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openPool({ ...target, max: 4 })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

function urlOf({ host, port, user, password, database }: EmbeddedConnection): string {
  const account = password === undefined ? user : `${user}:${password}`
  if (!host.startsWith('/')) return `postgresql://${account}@${host}:${port}/${database}`
  return `postgresql://${account}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
}
