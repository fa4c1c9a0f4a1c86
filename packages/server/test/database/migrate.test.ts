import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, readApplied } from '../../src/store/database/migrate.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

const now = Date.UTC(2026, 4, 17, 12, 0, 0, 123)
let database: TestDatabase
let folder: string
beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  write('0001_things.sql', 'create table thing (id int primary key);\ninsert into thing values (1);')
  write('0002_more.sql', 'insert into thing values (2);')
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await database.close()
})

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const things = async () =>
  (await database.db.query('select id from thing order by id')).rows.map(({ id }) => id)

describe('migrations', () => {
  it('are applied once, in order, with the time given', async () => {
    expect(await migrate(database.db, { now, folder })).toEqual({
      applied: ['0001_things.sql', '0002_more.sql'],
      version: 2,
    })
    expect(await migrate(database.db, { now: now + 1, folder })).toEqual({ applied: [], version: 2 })
    write('0003_last.sql', 'insert into thing values (3)')
    expect(await migrate(database.db, { now: now + 2, folder })).toEqual({
      applied: ['0003_last.sql'],
      version: 3,
    })
    expect(await things()).toEqual([1, 2, 3])
    expect((await readApplied(database.db)).map(({ appliedAt }) => appliedAt)).toEqual([now, now, now + 2])
  })

  it('apply once when four processes start at the same moment', async () => {
    write('0003_slow.sql', 'select pg_sleep(0.2); insert into thing values (3);')
    const program = fileURLToPath(new URL('../support/migrate-process.mjs', import.meta.url))
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const child = fork(program, [database.url, folder, String(now)])
        const [message] = (await once(child, 'message')) as [{ applied: string[]; version: number }]
        await once(child, 'exit')
        return message
      }),
    )
    expect(outcomes.map(({ version }) => version)).toEqual([3, 3, 3, 3])
    expect(outcomes.flatMap(({ applied }) => applied).sort()).toEqual([
      '0001_things.sql',
      '0002_more.sql',
      '0003_slow.sql',
    ])
    expect(await things()).toEqual([1, 2, 3])
  })

  it('leave nothing of a file that fails, and name its line', async () => {
    write('0003_broken.sql', 'insert into thing values (3);\ninsert into nothing values (4);')
    await expect(migrate(database.db, { now, folder })).rejects.toMatchObject({
      code: 'migration-failed',
      message: expect.stringContaining('0003_broken.sql, line 2') as string,
    })
    expect(await things()).toEqual([1, 2])
  })

  it('refuse a file that was changed after it was applied', async () => {
    await migrate(database.db, { now, folder })
    write('0001_things.sql', 'create table thing (id bigint primary key)')
    await expect(migrate(database.db, { now, folder })).rejects.toMatchObject({ code: 'migration-changed' })
  })

  it('do not mind the line ends of another checkout', async () => {
    await migrate(database.db, { now, folder })
    write('0001_things.sql', 'create table thing (id int primary key);\r\ninsert into thing values (1);')
    expect(await migrate(database.db, { now, folder })).toEqual({ applied: [], version: 2 })
  })

  it('refuse a database from a newer version', async () => {
    await migrate(database.db, { now, folder })
    rmSync(join(folder, '0002_more.sql'))
    await expect(migrate(database.db, { now, folder })).rejects.toMatchObject({ code: 'database-newer' })
  })

  it('refuse a gap in the files and one in the database', async () => {
    await migrate(database.db, { now, folder })
    await database.db.query('delete from tollkeeper_migration where number = 1')
    await expect(migrate(database.db, { now, folder })).rejects.toMatchObject({ code: 'migration-gap' })
    rmSync(join(folder, '0001_things.sql'))
    await expect(migrate(database.db, { now, folder })).rejects.toMatchObject({
      code: 'migration-files-invalid',
    })
  })
})
