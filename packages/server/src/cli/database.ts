import { systemClock } from '../clock.ts'
import { backUpDatabase, migrateDatabase, restoreDatabase } from '../operations/database/look-after.ts'
import { say } from './say.ts'
import { readSettings } from './settings.ts'

export async function migrateCommand(): Promise<void> {
  const { applied, version } = await migrateDatabase(readSettings(), systemClock)
  for (const name of applied) say(`applied ${name}`)
  say(`The database is at version ${version}.`)
}

export async function backupCommand(file: string): Promise<void> {
  const { tables, rows } = await backUpDatabase(readSettings(), systemClock, file)
  say(
    `Wrote ${rows} rows of ${tables} tables to ${file}. It holds secrets: keep it as you keep the database.`,
  )
}

export async function restoreCommand(file: string): Promise<void> {
  const { tables, rows } = await restoreDatabase(readSettings(), systemClock, file)
  say(`Read ${rows} rows of ${tables} tables from ${file}.`)
}
