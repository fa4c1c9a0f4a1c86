/**
 * The one database harness of the tests.
 *
 * Owns: a fresh, migrated database for each caller, and the check that nobody left a connection behind.
 * Does not own: the cluster (`global-setup.ts`), or any row.
 * Invariant: two test databases share nothing, so tests may run side by side and in any order.
 */
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type { EmbeddedConnection } from '../../src/store/database/embedded.ts'
import { openClient, openPool } from '../../src/store/database/pool.ts'
import type { Database } from '../../src/store/database/pool.ts'

export type TestDatabase = {
  readonly db: Database
  /** For a process of its own: pass it as DATABASE_URL. */
  readonly url: string
  readonly connection: EmbeddedConnection
  /** Drops the database. Fails if a client is still checked out, or if anybody else is still connected. */
  close(): Promise<void>
}

/**
 * A new database with the product's schema and no rows.
 *
 * @example
 * let database: TestDatabase
 * beforeAll(async () => { database = await createTestDatabase() })
 * afterAll(() => database.close())
 */
export async function createTestDatabase(
  options: { max?: number; empty?: boolean } = {},
): Promise<TestDatabase> {
  const server = inject('database')
  const name = `test_${randomBytes(8).toString('hex')}`
  const template = options.empty === true ? 'template0' : inject('templateDatabase')
  await onServer(server, `create database ${name} template ${template} strategy file_copy`)
  const connection = { ...server, database: name }
  const db = openPool({ ...connection, max: options.max ?? 10 })
  return { db, connection, url: urlOf(connection), close: () => closeTestDatabase(server, name, db) }
}

/** The URL of a connection, for DATABASE_URL. */
export function urlOf({ host, port, user, password, database }: EmbeddedConnection): string {
  const account = password === undefined ? user : `${user}:${password}`
  if (host.startsWith('/'))
    return `postgresql://${account}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
  return `postgresql://${account}@${host}:${port}/${database}`
}

/** Together five seconds. */
const [MOST_LOOKS, PAUSE_MS] = [250, 20]

async function closeTestDatabase(server: EmbeddedConnection, name: string, db: Database): Promise<void> {
  // what a server reads in passing (a key that it knows, a share of a limit) may be answered after it has stopped;
  // a pool of its own waits for that, one that it was given doesn't
  for (let looks = 0; looks < MOST_LOOKS && db.counts().total > db.counts().idle; looks += 1)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  const { total, idle, waiting } = db.counts()
  // closing would wait for ever for a client that nobody gives back
  if (total > idle) void db.close()
  else await db.close()
  const others = await connectionsLeft(server, name)
  await onServer(server, `drop database ${name} with (force)`)
  if (total > idle || waiting > 0) {
    throw new Error(
      `Leaked connection: ${total - idle} of the test's own pool are still in use, ${waiting} wait`,
    )
  }
  if (others.length > 0)
    throw new Error(`Leaked connection: others are still connected:\n${others.join('\n')}`)
}

/** A closed connection takes a moment to leave the list, so what must be empty is what stays in it. */
async function connectionsLeft(server: EmbeddedConnection, name: string): Promise<string[]> {
  const client = await openClient(server)
  try {
    for (let look = 1; ; look += 1) {
      const { rows } = await client.query<{ line: string }>(
        `select concat_ws(' ', 'process', pid, application_name, state, left(query, 200)) as line
           from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      )
      if (rows.length === 0 || look >= 50) return rows.map(({ line }) => line)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    await client.end()
  }
}

/** Runs one statement in the maintenance database. */
async function onServer(server: EmbeddedConnection, text: string): Promise<void> {
  const client = await openClient(server)
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
