import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRunningEmbedded, startEmbedded } from '../../src/store/database/embedded.ts'
import type { EmbeddedDatabase } from '../../src/store/database/embedded.ts'
import { DatabaseUnavailable } from '../../src/store/database/errors.ts'
import { openPool } from '../../src/store/database/pool.ts'
import type { Database } from '../../src/store/database/pool.ts'

// one cluster with real fsync, opened and killed again and again
let home: string
let dataDirectory: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tollkeeper-embedded-'))
  dataDirectory = join(home, 'data')
  await withDatabase((db) => db.query('create table acknowledged (id int generated always as identity)'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function withDatabase<T>(use: (db: Database, embedded: EmbeddedDatabase) => Promise<T>): Promise<T> {
  const embedded = await startEmbedded({ dataDirectory })
  const db = openPool({ ...embedded.connection, max: 2 })
  try {
    return await use(db, embedded)
  } finally {
    await db.close()
    await embedded.stop()
  }
}

const program = fileURLToPath(new URL('../support/embedded-process.mjs', import.meta.url))

/** Another Tollkeeper that writes; resolves when it has told of `count` committed rows. */
async function startWriter(
  count: number,
): Promise<{ child: ChildProcess; serverPid: number; acknowledged: number[] }> {
  const child = fork(program, [dataDirectory])
  const acknowledged: number[] = []
  let serverPid = 0
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: { pid?: number; acknowledged?: number; message?: string }) => {
      if (message.message !== undefined) reject(new Error(message.message))
      if (message.pid !== undefined) serverPid = message.pid
      if (message.acknowledged !== undefined) acknowledged.push(message.acknowledged)
      if (acknowledged.length >= count) resolve()
    })
  })
  return { child, serverPid, acknowledged }
}

async function expectAllThere(db: Database, acknowledged: number[]): Promise<void> {
  const { rows } = await db.query('select array_agg(id) as ids from acknowledged')
  const stored = new Set(rows[0]?.ids as number[])
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // where process 1 collects no orphans (many containers), the dead keep their number
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('after kill -9, every acknowledged row is there', () => {
  it('when Tollkeeper was killed and its server lives on', async () => {
    const { child, serverPid, acknowledged } = await startWriter(50)
    await kill(child)
    expect(isRunning(serverPid)).toBe(true)
    await withDatabase(async (db, embedded) => {
      expect(embedded.pid()).not.toBe(serverPid)
      expect(isRunning(serverPid)).toBe(false)
      await expectAllThere(db, acknowledged)
    })
  })

  it('when the server was killed: it is started again and the pool recovers', async () => {
    await withDatabase(async (db, embedded) => {
      const acknowledged: number[] = []
      const killed = embedded.pid()
      let failures = 0
      while (acknowledged.length < 100) {
        if (acknowledged.length === 50 && failures === 0) process.kill(embedded.pid() || killed, 'SIGKILL')
        try {
          const { rows } = await db.query('insert into acknowledged default values returning id')
          acknowledged.push(rows[0]?.id as number)
        } catch (error) {
          expect(error).toBeInstanceOf(DatabaseUnavailable)
          failures += 1
        }
      }
      expect(failures).toBeGreaterThan(0)
      expect(embedded.pid()).not.toBe(killed)
      await expectAllThere(db, acknowledged)
    })
  })

  it('when both were killed', async () => {
    const { child, serverPid, acknowledged } = await startWriter(50)
    process.kill(serverPid, 'SIGKILL')
    await kill(child)
    await withDatabase((db) => expectAllThere(db, acknowledged))
  })

  it('when both were killed and the number of the server now belongs to another process', async () => {
    const { child, serverPid, acknowledged } = await startWriter(10)
    process.kill(serverPid, 'SIGKILL')
    await kill(child)
    const file = join(dataDirectory, 'postgres', 'postmaster.pid')
    writeFileSync(file, readFileSync(file, 'utf8').replace(String(serverPid), String(process.pid)))
    await withDatabase((db) => expectAllThere(db, acknowledged))
  })
})

describe('a data directory', () => {
  it('refuses a second Tollkeeper, which can still find the connection of the first', async () => {
    await withDatabase(async (_db, embedded) => {
      await expect(startEmbedded({ dataDirectory })).rejects.toMatchObject({
        code: 'directory-in-use',
        message: expect.stringContaining(`process ${process.pid}`) as string,
        remedy: expect.stringContaining('DATABASE_URL') as string,
      })
      expect(await findRunningEmbedded(dataDirectory)).toEqual(embedded.connection)
    })
    expect(await findRunningEmbedded(dataDirectory)).toBeUndefined()
  })

  it('lets in one of several that start at once over a lock left by kill -9', async () => {
    const { child, acknowledged } = await startWriter(1)
    await kill(child)
    const children = [1, 2, 3].map(() => fork(program, [dataDirectory]))
    const first = await Promise.all(
      children.map(async (each) => (await once(each, 'message'))[0] as { pid?: number; code?: string }),
    )
    await Promise.all(children.filter((each) => each.exitCode === null).map(kill))
    expect(first.filter(({ pid }) => pid !== undefined)).toHaveLength(1)
    expect(first.filter(({ code }) => code === 'directory-in-use')).toHaveLength(2)
    await withDatabase((db) => expectAllThere(db, acknowledged))
  })

  it('is shut down cleanly and leaves no lock and no socket', async () => {
    const log = join(dataDirectory, 'postgres.log')
    const socketFolder = await withDatabase(async (_db, embedded) => embedded.connection.host)
    expect(existsSync(socketFolder)).toBe(false)
    expect(existsSync(join(dataDirectory, 'tollkeeper.lock'))).toBe(false)
    const before = readFileSync(log, 'utf8').length
    await withDatabase(async () => {})
    expect(readFileSync(log, 'utf8').slice(before)).toContain('database system was shut down at')
  })

  it('of another major version is refused with what to do', async () => {
    const versionFile = join(dataDirectory, 'postgres', 'PG_VERSION')
    const version = readFileSync(versionFile, 'utf8')
    writeFileSync(versionFile, '15\n')
    const refusal = await startEmbedded({ dataDirectory }).catch((error: unknown) => error)
    writeFileSync(versionFile, version)
    expect(refusal).toMatchObject({
      code: 'major-version-differs',
      message: expect.stringContaining('made by PostgreSQL 15') as string,
      remedy: expect.stringContaining('backup') as string,
    })
  })

  it('a folder that is no database is refused with what to do', async () => {
    const other = join(home, 'no-database')
    mkdirSync(join(other, 'postgres'), { recursive: true })
    writeFileSync(join(other, 'postgres', 'notes'), 'mine')
    await expect(startEmbedded({ dataDirectory: other })).rejects.toMatchObject({
      code: 'directory-unreachable',
      message: expect.stringContaining('PG_VERSION') as string,
    })
  })

  it('whose making was cut off is made anew', async () => {
    const unfinished = join(home, 'unfinished')
    mkdirSync(join(unfinished, 'postgres.new', 'base'), { recursive: true })
    writeFileSync(join(unfinished, 'postgres.new', 'PG_VERSION'), '18\n')
    const embedded = await startEmbedded({ dataDirectory: unfinished, syncOnInitialize: false })
    const db = openPool(embedded.connection)
    const { rows } = await db.query(
      `select current_setting('fsync') as fsync, current_setting('data_checksums') as checksums,
              current_setting('listen_addresses') as addresses,
              (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale`,
    )
    expect(rows).toEqual([{ fsync: 'on', checksums: 'on', addresses: '', locale: 'b C.UTF-8' }])
    await db.close()
    await embedded.stop()
  })
})
