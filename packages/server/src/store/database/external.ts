import { DatabaseProblem, DatabaseUnavailable, sqlStateOf } from './errors.ts'
import { openPool } from './pool.ts'
import type { Database, PoolOptions } from './pool.ts'

const oldestVersion = 14

export type ExternalOptions = { connectionString: string } & Pick<PoolOptions, 'max' | 'onConnectionLost'>

/**
 * Opens a PostgreSQL of the user's own (`DATABASE_URL`) and checks that the product can live in it.
 *
 * @throws DatabaseProblem `connection-settings-invalid`, `connection-refused`, `server-too-old`.
 */
export async function openExternal(options: ExternalOptions): Promise<Database> {
  checkUrl(options.connectionString)
  const db = openPool(options)
  try {
    const { rows } = await db.query<ServerFacts>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
              current_setting('TimeZone') as time_zone, pg_is_in_recovery() as recovering`,
    )
    checkServer(rows[0] as ServerFacts)
    return db
  } catch (error) {
    await db.close()
    throw error instanceof DatabaseProblem ? error : connectionProblem(error, options.connectionString)
  }
}

function checkUrl(connectionString: string): void {
  // a folder of a Unix socket makes it a URL only for PostgreSQL
  if (/^postgres(ql)?:\/\//.test(connectionString)) return
  throw new DatabaseProblem(
    'connection-settings-invalid',
    'DATABASE_URL is not the URL of a PostgreSQL.',
    'It looks like postgres://user:password@host:5432/database',
  )
}

type ServerFacts = { version: number; encoding: string; time_zone: string; recovering: boolean }

function checkServer(server: ServerFacts): void {
  const major = Math.trunc(server.version / 10_000)
  if (major < oldestVersion) {
    throw new DatabaseProblem(
      'server-too-old',
      `The PostgreSQL at DATABASE_URL is version ${major}, and Tollkeeper needs ${oldestVersion} or newer.`,
      'Upgrade it, or point DATABASE_URL at a newer one.',
    )
  }
  if (server.encoding !== 'UTF8') {
    throw new DatabaseProblem(
      'connection-settings-invalid',
      `The database at DATABASE_URL has the encoding ${server.encoding}, and Tollkeeper needs UTF8.`,
      "Make it anew: create database tollkeeper encoding 'UTF8' template template0",
    )
  }
  if (server.time_zone !== 'UTC') {
    throw new DatabaseProblem(
      'connection-settings-invalid',
      `A pooler before the database keeps the session setting TimeZone at ${server.time_zone}.`,
      'Set it for the role: alter role … set timezone to UTC. Or connect to the database directly.',
    )
  }
  if (server.recovering) {
    throw new DatabaseProblem(
      'connection-refused',
      'The PostgreSQL at DATABASE_URL is a read-only standby.',
      'Point DATABASE_URL at the primary.',
    )
  }
}

/** Which sentence fits the way the connection failed. The URL is shown without its password. */
function connectionProblem(error: unknown, connectionString: string): DatabaseProblem {
  const place = withoutPassword(connectionString)
  const cause = (error instanceof DatabaseUnavailable ? error.cause : error) as Error
  const { message } = cause
  const state = sqlStateOf(cause)
  const remedies: Record<string, string> = {
    '28P01': 'Check the user and the password in DATABASE_URL.',
    '28000': "Check the user in DATABASE_URL, and the server's pg_hba.conf.",
    '3D000': 'Make the database first (create database …), or correct its name in DATABASE_URL.',
    '42501': 'Give the user the right to connect to this database.',
    '53300': 'Raise max_connections on the server, or close other connections.',
  }
  const remedy =
    remedies[state ?? ''] ?? 'Check that the server runs and that host and port are right and reachable.'
  return new DatabaseProblem('connection-refused', `No connection to ${place}: ${message}`, remedy, error)
}

function withoutPassword(connectionString: string): string {
  return connectionString.replace(/(:\/\/[^:@/]*):[^@]*@/, '$1:…@').replace(/([?&]password=)[^&]*/, '$1…')
}
