/**
 * Migrations: numbered SQL files, applied once each, in order, never changed afterwards.
 *
 * Owns: the table `tollkeeper_migration` and the order of the files. Does not own: what is in the files.
 * Invariant: each file and its record are one transaction, and the same lock is held in each, so that any number of
 * processes may start at once; whoever comes second finds the work done.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatabaseProblem, DatabaseUnavailable } from './errors.ts'
import type { Database, Queryable } from './pool.ts'
import { transaction } from './transaction.ts'
import { timestampParameter } from './type-parsers.ts'

export type Migration = { number: number; name: string; checksum: string; text: string }
export type AppliedMigration = { number: number; name: string; checksum: string; appliedAt: number }

export type MigrateOptions = {
  /** When this happens, in epoch milliseconds. */
  now: number
  /** The folder with the files; the product's own by default. */
  folder?: string
  /** Stop after this number (restoring an older backup). Default: apply all. */
  through?: number
  /** Told before each file is applied. */
  onApply?: (migration: { number: number; name: string }) => void
}

/** The same folder from src and from dist. */
export const migrationsFolder = fileURLToPath(new URL('../../../src/store/migrations/', import.meta.url))

/** "tollkeep" as a number: the lock all processes of the product share. */
const lockKey = '8389754676633104752'

const createTable = `create table if not exists tollkeeper_migration (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz(3) not null
)`

/**
 * Brings the database up to the code. Safe to call from several processes at once.
 *
 * @returns the files this call applied, and the number the database now is at.
 * @throws DatabaseProblem `migration-changed`, `migration-gap`, `migration-failed`, `database-newer`, `migration-files-invalid`.
 * @example
 * const { applied, version } = await migrate(db, { now: clock.now() })
 */
export async function migrate(
  db: Database,
  options: MigrateOptions,
): Promise<{ applied: string[]; version: number }> {
  const migrations = readMigrations(options.folder ?? migrationsFolder)
  const last = options.through ?? migrations.length
  const applied: string[] = []
  for (;;) {
    const { name, version } = await applyNext(db, migrations, last, options)
    if (name === undefined) return { applied, version }
    applied.push(name)
  }
}

async function applyNext(db: Database, migrations: Migration[], last: number, options: MigrateOptions) {
  return transaction(db, async (tx) => {
    // given up with the transaction, also behind a pooler that gives each transaction another session
    await tx.query(`select pg_advisory_xact_lock(${lockKey})`)
    await tx.query(createTable)
    const done = await readApplied(tx)
    compare(done, migrations)
    const next = migrations[done.length]
    if (next === undefined || next.number > last) return { name: undefined, version: done.length }
    options.onApply?.(next)
    await runFile(tx, next)
    await tx.query({
      text: 'insert into tollkeeper_migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)',
      values: [next.number, next.name, next.checksum, timestampParameter(options.now)],
    })
    return { name: next.name, version: next.number }
  })
}

async function runFile(tx: Queryable, migration: Migration): Promise<void> {
  try {
    await tx.query(migration.text)
  } catch (cause) {
    if (cause instanceof DatabaseUnavailable) throw cause
    const { message, position } = cause as Error & { position?: string }
    const line =
      position === undefined ? '' : `, line ${migration.text.slice(0, Number(position)).split('\n').length}`
    throw new DatabaseProblem(
      'migration-failed',
      `The migration ${migration.name}${line} failed: ${message}`,
      'Nothing of it was applied. Mend what the message names (or go back to the version used until now) and start again.',
      cause,
    )
  }
}

/** What was applied to this database so far, by number; empty for a new one. */
export async function readApplied(db: Queryable): Promise<AppliedMigration[]> {
  const { rows: found } = await db.query("select to_regclass('tollkeeper_migration') is not null as found")
  if (found[0]?.found !== true) return []
  const { rows } = await db.query<AppliedMigration>(
    'select number, name, checksum, applied_at as "appliedAt" from tollkeeper_migration order by number',
  )
  return rows
}

/** Reads the folder. Files are named `NNNN_words.sql` and numbered from 1 without a gap. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return names.map((name, index) => {
    const number = Number(/^(\d{4})_[a-z0-9_-]+\.sql$/.exec(name)?.[1])
    if (number !== index + 1) {
      throw new DatabaseProblem(
        'migration-files-invalid',
        `The migration file ${name} should be number ${index + 1}, written with four digits.`,
        'Migrations are numbered from 0001 without gap or repetition. Install again if you did not change them.',
      )
    }
    // a checkout on Windows may have other line ends
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return { number, name, checksum: createHash('sha256').update(text).digest('hex'), text }
  })
}

function compare(done: AppliedMigration[], migrations: Migration[]): void {
  for (const [index, applied] of done.entries()) {
    if (applied.number !== index + 1) {
      throw new DatabaseProblem(
        'migration-gap',
        `The database has migration ${applied.number} but not ${index + 1}.`,
        'Its table tollkeeper_migration was changed by hand: restore a backup.',
      )
    }
    const known = migrations[index]
    if (known === undefined) throw newerDatabase(done.length, migrations.length)
    if (known.checksum !== applied.checksum) {
      throw new DatabaseProblem(
        'migration-changed',
        `The migration ${known.name} differs from the one this database was made with (${applied.name}).`,
        'An applied migration never changes: put the file back (install again) and make a new one for what is new.',
      )
    }
  }
}

function newerDatabase(found: number, known: number): DatabaseProblem {
  return new DatabaseProblem(
    'database-newer',
    `The database is at migration ${found}, and this version of Tollkeeper knows ${known}.`,
    'Start the version of Tollkeeper that this database was last used with, or a newer one.',
  )
}
