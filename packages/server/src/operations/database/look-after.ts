/**
 * The database as a thing to look after: bring it up to date, write it into a file, read it back.
 *
 * Owns: finding it (one's own, the embedded one, or the one that runs beside). Does not own: how it is done
 * (`store/database`).
 */
import type { Clock } from '../../clock.ts'
import { backup, checkBackup, refuseExisting, restore } from '../../store/database/backup.ts'
import type { BackupSummary } from '../../store/database/backup.ts'
import { findRunningEmbedded, hasEmbedded, startEmbedded } from '../../store/database/embedded.ts'
import { DatabaseProblem } from '../../store/database/errors.ts'
import { openExternal } from '../../store/database/external.ts'
import { migrate, readApplied } from '../../store/database/migrate.ts'
import { openPool } from '../../store/database/pool.ts'
import type { Database } from '../../store/database/pool.ts'

export interface DatabasePlace {
  databaseUrl?: string | undefined
  dataDirectory: string
}

export const migrateDatabase = (
  place: DatabasePlace,
  clock: Clock,
): Promise<{ applied: string[]; version: number }> =>
  withDatabase(place, (db) => migrate(db, { now: clock.now() }))

/** Into a file that isn't there yet: an earlier backup is never lost by mistake. */
export async function backUpDatabase(
  place: DatabasePlace,
  clock: Clock,
  file: string,
): Promise<BackupSummary> {
  refuseExisting(file)
  await requireInstallation(place)
  return withDatabase(place, (db) => backup(db, file, { now: clock.now() }))
}

/** Only into an empty database. A backup that can't be restored is found out before one is made for it. */
export async function restoreDatabase(
  place: DatabasePlace,
  clock: Clock,
  file: string,
): Promise<BackupSummary> {
  await checkBackup(file)
  return withDatabase(place, (db) => restore(file, db, { now: clock.now() }))
}

/**
 * For what only looks at a database: in a wrong directory it would make one, find it in perfect order, or write an empty
 * backup of it.
 *
 * @throws DatabaseProblem `database-absent`
 */
export async function requireInstallation({ databaseUrl, dataDirectory }: DatabasePlace): Promise<void> {
  if (databaseUrl === undefined) {
    if (hasEmbedded(dataDirectory)) return
    throw new DatabaseProblem(
      'database-absent',
      `There is no database in ${dataDirectory}.`,
      'Set TOLLKEEPER_DATA_DIR to the data directory of the server, or DATABASE_URL to its database.',
    )
  }
  const applied = await closing(await openExternal({ connectionString: databaseUrl, max: 1 }), readApplied)
  if (applied.length > 0) return
  throw new DatabaseProblem(
    'database-absent',
    'The database of DATABASE_URL holds nothing of Tollkeeper.',
    'Set DATABASE_URL to the database that the server uses.',
  )
}

/** The database as it is: nothing is migrated. */
async function withDatabase<T>(place: DatabasePlace, use: (db: Database) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDirectory } = place
  if (databaseUrl !== undefined)
    return closing(await openExternal({ connectionString: databaseUrl, max: 4 }), use)
  const running = await findRunningEmbedded(dataDirectory)
  if (running !== undefined) return closing(openPool({ ...running, max: 4 }), use)
  const embedded = await startEmbedded({ dataDirectory })
  try {
    return await closing(openPool({ ...embedded.connection, max: 4 }), use)
  } finally {
    await embedded.stop()
  }
}

async function closing<T>(db: Database, use: (db: Database) => Promise<T>): Promise<T> {
  try {
    return await use(db)
  } finally {
    await db.close()
  }
}
