/**
 * The embedded database: a real PostgreSQL from npm, started and supervised in the product's data directory.
 *
 * Owns: its files, its process, its private socket, the lock of the data directory. Does not own: the schema
 * (`migrate.ts`), connections (`pool.ts`), a PostgreSQL of the user's own (`external.ts`).
 * Invariant: at most one Tollkeeper has a data directory open, and what was acknowledged survives the end of this
 * process, of the server, or of both, at any moment.
 */
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { findBinaries } from './embedded/binaries.ts'
import { initializeCluster, superuser } from './embedded/initialize.ts'
import { findHolderConnection, takeInstanceLock } from './embedded/instance-lock.ts'
import { stopLeftover } from './embedded/leftover.ts'
import { chooseUser } from './embedded/operating-system-user.ts'
import {
  checkMajorVersion,
  checkOwner,
  makeSocketFolder,
  openPlace,
  removeSocketFolder,
} from './embedded/place.ts'
import type { Place } from './embedded/place.ts'
import { serverArguments } from './embedded/settings.ts'
import type { ListenAddress, ServerSettings } from './embedded/settings.ts'
import { supervise } from './embedded/supervisor.ts'
import type { SupervisorLogger } from './embedded/supervisor.ts'
import { openClient } from './pool.ts'
import type { ConnectionSettings } from './pool.ts'

export type EmbeddedOptions = {
  /** The folder for everything of this database. Made if absent. */
  dataDirectory: string
  logger?: SupervisorLogger
  /** Settings of PostgreSQL on top of ours, e.g. `{ shared_buffers: '1GB' }`. */
  settings?: ServerSettings
  /** Write a new cluster through to the disk before using it. Default true; only a throwaway one may say false. */
  syncOnInitialize?: boolean
}

export type EmbeddedConnection = Exclude<ConnectionSettings, { connectionString: string }>

export type EmbeddedDatabase = {
  readonly connection: EmbeddedConnection
  /** The server's process id now; 0 while it is being started again. */
  pid(): number
  /** Shuts the server down cleanly and gives the data directory free. Close the pools first. */
  stop(): Promise<void>
}

const databaseName = 'tollkeeper'
const socketPort = 5432
const quiet: SupervisorLogger = { info() {}, error() {} }

/**
 * Starts the embedded database; makes a new cluster in an empty data directory.
 *
 * @throws DatabaseProblem with a code and a remedy, e.g. `directory-in-use`, `disk-full`, `major-version-differs`.
 * @example
 * const embedded = await startEmbedded({ dataDirectory: '.tollkeeper' })
 * const db = openPool(embedded.connection)
 * await db.close()
 * await embedded.stop()
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const place = openPlace(resolve(options.dataDirectory))
  checkOwner(place.cluster)
  const lock = await takeInstanceLock(place.lockFile)
  try {
    const { connection, supervisor, address } = await openCluster(place, options)
    lock.publish(connection)
    return {
      connection,
      pid: supervisor.pid,
      async stop() {
        await supervisor.stop()
        if ('socketFolder' in address) removeSocketFolder(address.socketFolder)
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The connection of the Tollkeeper that runs on this data directory now; `undefined` if none does. */
export function findRunningEmbedded(dataDirectory: string): Promise<ConnectionSettings | undefined> {
  return findHolderConnection(openPlace(resolve(dataDirectory)).lockFile)
}

/** Whether a data directory holds a database. It is looked at only: nothing is made. */
export const hasEmbedded = (dataDirectory: string): boolean =>
  existsSync(join(resolve(dataDirectory), 'postgres', 'PG_VERSION'))

async function openCluster(place: Place, options: EmbeddedOptions) {
  const user = chooseUser(place.cluster)
  const binaries = findBinaries(user)
  if (existsSync(place.cluster)) checkMajorVersion(place.cluster, binaries.majorVersion)
  else await initializeCluster(place, binaries, user, options.syncOnInitialize ?? true)
  await stopLeftover(place.cluster)
  chmodSync(place.cluster, 0o700)
  const address: ListenAddress =
    process.platform === 'win32'
      ? { loopbackPort: await findFreePort() }
      : { socketFolder: makeSocketFolder(user, socketPort), port: socketPort }
  try {
    const settings = serverArguments(address, options.settings)
    const supervisor = await supervise(
      { place, binaries, user, arguments: settings },
      options.logger ?? quiet,
    )
    const connection = connectionTo(address, place)
    await makeDatabase(connection)
    return { connection, supervisor, address }
  } catch (error) {
    if ('socketFolder' in address) removeSocketFolder(address.socketFolder)
    throw error
  }
}

function connectionTo(address: ListenAddress, place: Place): EmbeddedConnection {
  if ('socketFolder' in address) {
    return { host: address.socketFolder, port: address.port, user: superuser, database: databaseName }
  }
  const password = readFileSync(place.passwordFile, 'utf8').trim()
  return { host: '127.0.0.1', port: address.loopbackPort, user: superuser, password, database: databaseName }
}

async function makeDatabase(connection: EmbeddedConnection): Promise<void> {
  const client = await openClient({ ...connection, database: 'postgres' })
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolvePort(port))
    })
  })
}
