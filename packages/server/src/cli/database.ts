import { systemClock } from '../clock.ts'
import { backup, restore } from '../store/database/backup.ts'
import { findRunningEmbedded, startEmbedded } from '../store/database/embedded.ts'
import { openExternal } from '../store/database/external.ts'
import { migrate } from '../store/database/migrate.ts'
import { openPool } from '../store/database/pool.ts'
import type { Database } from '../store/database/pool.ts'
import { say } from './serve.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'

export async function migrateCommand(): Promise<void> {
  const { applied, version } = await withDatabase(readSettings(), (db) =>
    migrate(db, { now: systemClock.now() }),
  )
  for (const name of applied) say(`applied ${name}`)
  say(`The database is at version ${version}.`)
}

export async function backupCommand(file: string): Promise<void> {
  const { tables, rows } = await withDatabase(readSettings(), (db) =>
    backup(db, file, { now: systemClock.now() }),
  )
  say(
    `Wrote ${rows} rows of ${tables} tables to ${file}. It holds secrets: keep it as you keep the database.`,
  )
}

/** Only into an empty database. */
export async function restoreCommand(file: string): Promise<void> {
  const { tables, rows } = await withDatabase(readSettings(), (db) =>
    restore(file, db, { now: systemClock.now() }),
  )
  say(`Read ${rows} rows of ${tables} tables from ${file}.`)
}

/** The database as it is: nothing is migrated. */
async function withDatabase<T>(settings: Settings, use: (db: Database) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDirectory } = settings
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
