/**
 * Backup and restore: the whole content as one file of our own, since no pg_dump comes with the embedded PostgreSQL.
 *
 * Owns: the file and its checks. Does not own: the schema, which migrations bring back, so that a backup also goes
 * into another major version of PostgreSQL, or from the embedded one into one of the user's own.
 * Invariant: a backup is one snapshot, whatever is written meanwhile; a restore brings back all of it or nothing.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type pg from 'pg'
import { copyIn, copyOut } from './backup/copy.ts'
import { damaged, readFrames, writeFrames } from './backup/format.ts'
import type { BackupHeader, Frame, TableEnd, Trailer } from './backup/format.ts'
import { readSchema } from './backup/schema.ts'
import { DatabaseProblem, sqlStateOf } from './errors.ts'
import { migrate, migrationsFolder, readApplied, readMigrations } from './migrate.ts'
import { openClient } from './pool.ts'
import type { Database } from './pool.ts'

export type BackupProgress = { table: string; rows: number; tablesDone: number; tablesTotal: number }
export type BackupOptions = {
  /** When this happens, in epoch milliseconds. */
  now: number
  onProgress?: (progress: BackupProgress) => void
}
export type RestoreOptions = BackupOptions & {
  /** The folder with the migrations; the product's own by default. */
  folder?: string
}
export type BackupSummary = { tables: number; rows: number; version: number }

/** Forms that could differ between servers are set, so that the bytes don't. */
const fixedForms = `set local bytea_output = 'hex'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1;
  set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0`

/**
 * Writes everything into one file. The database stays in use meanwhile.
 *
 * @example await backup(db, 'tollkeeper.backup', { now: clock.now() })
 */
export async function backup(db: Database, file: string, options: BackupOptions): Promise<BackupSummary> {
  const client = await openClient(db.connection)
  const summary: BackupSummary = { tables: 0, rows: 0, version: 0 }
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(fixedForms)
    await writeFrames(file, framesOf(client, options, summary))
    await client.query('commit')
    return summary
  } finally {
    await client.end()
  }
}

async function* framesOf(
  client: pg.Client,
  options: BackupOptions,
  summary: BackupSummary,
): AsyncGenerator<Frame> {
  // the snapshot is taken by the first statement, and sequences, which have none, are read after it
  const applied = await readApplied({ query: (statement) => client.query(statement as string) })
  const schema = await readSchema(client)
  const { rows: settings } = await client.query("select current_setting('server_version') as version")
  const header: BackupHeader = {
    format: 'tollkeeper-backup',
    formatVersion: 1,
    createdAt: options.now,
    serverVersion: settings[0].version as string,
    migrations: applied.map(({ number, name, checksum }) => ({ number, name, checksum })),
    ...schema,
  }
  yield { kind: 'header', value: header }
  const all = createHash('sha256')
  for (const { name, columns } of schema.tables) {
    yield { kind: 'table', value: { name } }
    const hash = createHash('sha256')
    let rows = 0
    const text = `copy (select ${columns.join(', ')} from ${name}) to stdout`
    for await (const data of copyOut(client, text, () => (rows += 1))) {
      hash.update(data)
      yield { kind: 'data', value: data }
    }
    const end: TableEnd = { rows, sha256: hash.digest('hex') }
    all.update(end.sha256)
    summary.tables += 1
    summary.rows += rows
    yield { kind: 'table end', value: end }
    options.onProgress?.({ table: name, rows, tablesDone: summary.tables, tablesTotal: schema.tables.length })
  }
  summary.version = applied.length
  const trailer: Trailer = { tables: summary.tables, rows: summary.rows, sha256: all.digest('hex') }
  yield { kind: 'trailer', value: trailer }
}

/** @throws DatabaseProblem `backup-exists` */
export function refuseExisting(file: string): void {
  if (!existsSync(file)) return
  throw new DatabaseProblem(
    'backup-exists',
    `There is a file ${file} already, and a backup never overwrites one.`,
    'Choose another name, or move the file away.',
  )
}

/** Could this version restore the file? @throws DatabaseProblem as `restore` does */
export async function checkBackup(file: string, folder = migrationsFolder): Promise<BackupHeader> {
  const header = await verifyBackup(file)
  checkMigrations(header, folder)
  return header
}

/**
 * Brings a backup into an empty database: reads the whole file and checks it first, applies the migrations the backup
 * was made with, then loads all rows in one transaction. Migrating on to the newest is the caller's next step.
 *
 * @throws DatabaseProblem `backup-unreadable`, `backup-damaged`, `restore-target-not-empty`, `database-newer`,
 *   `migration-changed`.
 */
export async function restore(file: string, db: Database, options: RestoreOptions): Promise<BackupSummary> {
  const folder = options.folder ?? migrationsFolder
  const header = await checkBackup(file, folder)
  const client = await openClient(db.connection)
  try {
    await checkEmpty(client)
    const version = header.migrations.length
    if (version > 0) await migrate(db, { now: options.now, folder, through: version })
    await client.query('begin')
    await client.query(fixedForms)
    await prepareTarget(client, header)
    const { tables, rows } = await loadRows(client, file, header, options)
    await finishTarget(client, header)
    await client.query('commit')
    return { tables, rows, version }
  } finally {
    // an open transaction ends with its connection: nothing of it stays
    await client.end()
  }
}

/** Reads the whole file and checks every checksum; returns what it says about itself. */
export async function verifyBackup(file: string): Promise<BackupHeader> {
  let header: BackupHeader | undefined
  for await (const frame of readFrames(file)) {
    if (frame.kind !== 'header') continue
    header = frame.value
    if (header.format !== 'tollkeeper-backup') throw damaged(file, 'another kind of file')
    if (header.formatVersion !== 1) {
      throw new DatabaseProblem(
        'backup-unreadable',
        `The backup ${file} has format ${String(header.formatVersion)}, which this version of Tollkeeper can't read.`,
        'Restore it with the version of Tollkeeper that made it, or a newer one.',
      )
    }
  }
  return header as BackupHeader
}

function checkMigrations({ migrations }: BackupHeader, folder: string): void {
  const known = readMigrations(folder)
  if (migrations.length > known.length) {
    throw new DatabaseProblem(
      'database-newer',
      `The backup is at migration ${migrations.length}, and this version of Tollkeeper knows ${known.length}.`,
      'Restore it with the version of Tollkeeper that made it, or a newer one.',
    )
  }
  const changed = migrations.find(({ checksum }, index) => known[index]?.checksum !== checksum)
  if (changed === undefined) return
  throw new DatabaseProblem(
    'migration-changed',
    `The migration ${changed.name} differs from the one the backup was made with.`,
    'Restore it with the version of Tollkeeper that made it.',
  )
}

async function checkEmpty(client: pg.Client): Promise<void> {
  const { tables } = await readSchema(client)
  for (const { name } of tables) {
    if (name === 'tollkeeper_migration') continue
    const { rowCount } = await client.query(`select from ${name} limit 1`)
    if (rowCount === 0) continue
    throw new DatabaseProblem(
      'restore-target-not-empty',
      `The database already has rows (in ${name}), and a restore never overwrites.`,
      'Restore into a new data directory or a new database.',
    )
  }
}

/** Makes the partitions there were, and keeps triggers and references from acting on rows that are already right. */
async function prepareTarget(client: pg.Client, header: BackupHeader): Promise<void> {
  for (const { name, parent, bound, key } of header.partitions) {
    const subdivided = key === null ? '' : ` partition by ${key}`
    await client.query(`create table if not exists ${name} partition of ${parent} ${bound}${subdivided}`)
  }
  const names = header.tables.map(({ name }) => name)
  if (names.length > 0) await client.query(`truncate ${names.join(', ')}`)
  await client.query('savepoint role')
  try {
    await client.query('set local session_replication_role = replica')
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw error
    // only a superuser may do that; the owner may switch off triggers, and the order of the tables serves references
    await client.query('rollback to savepoint role')
    await client.query('set constraints all deferred')
    for (const name of names) await client.query(`alter table ${name} disable trigger user`)
  }
}

async function finishTarget(client: pg.Client, header: BackupHeader): Promise<void> {
  for (const { name, lastValue } of header.sequences) {
    await client.query('select setval($1::regclass, $2::bigint)', [name, lastValue])
  }
  const { rows } = await client.query("select current_setting('session_replication_role') as role")
  if (rows[0].role === 'replica') return
  // deferred checks still pending keep a table from being altered
  await client.query('set constraints all immediate')
  for (const { name } of header.tables) await client.query(`alter table ${name} enable trigger user`)
}

async function loadRows(client: pg.Client, file: string, header: BackupHeader, options: RestoreOptions) {
  const columnsOf = new Map(header.tables.map(({ name, columns }) => [name, columns]))
  const frames = readFrames(file)
  const done = { tables: 0, rows: 0 }
  for (let next = await frames.next(); next.done !== true; next = await frames.next()) {
    if (next.value.kind !== 'table') continue
    const { name } = next.value.value
    let end: TableEnd | undefined
    const text = `copy ${name} (${(columnsOf.get(name) ?? []).join(', ')}) from stdin`
    const rows = await copyIn(
      client,
      text,
      dataUntilEnd(frames, (found) => (end = found)),
    )
    if (rows !== (end as TableEnd | undefined)?.rows)
      throw damaged(file, `${name} has another number of rows`)
    done.tables += 1
    done.rows += rows
    options.onProgress?.({ table: name, rows, tablesDone: done.tables, tablesTotal: header.tables.length })
  }
  return done
}

async function* dataUntilEnd(
  frames: AsyncGenerator<Frame>,
  onEnd: (end: TableEnd) => void,
): AsyncGenerator<Buffer> {
  for (let next = await frames.next(); next.done !== true; next = await frames.next()) {
    if (next.value.kind === 'data') yield next.value.value
    if (next.value.kind === 'table end') return onEnd(next.value.value)
  }
}
