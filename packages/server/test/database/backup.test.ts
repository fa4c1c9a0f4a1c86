import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { backup, restore, verifyBackup } from '../../src/store/database/backup.ts'
import { openExternal } from '../../src/store/database/external.ts'
import { migrate } from '../../src/store/database/migrate.ts'
import type { Database } from '../../src/store/database/pool.ts'
import { openPool } from '../../src/store/database/pool.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { createTestDatabase, urlOf } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { otherPostgres, startOtherPostgres } from '../support/other-postgres.ts'

const now = Date.UTC(2026, 7, 1)
const schema = `
  create table account (id int generated always as identity primary key, balance numeric not null, favorite int);
  create table entry (
    id bigint generated always as identity primary key, account int not null references account, amount numeric not null,
    doubled numeric generated always as (amount * 2) stored);
  alter table account add foreign key (favorite) references entry deferrable initially deferred;
  create table happening (at timestamptz(3) not null, note text) partition by range (at);
  create table happening_default partition of happening default;
  create table "Odd name" ("Odd column" text, bytes bytea, document jsonb, list text[], number float8, until timestamptz);
  create sequence invoice_number start 100;
  create table zone (id int primary key);
  create function refuse() returns trigger language plpgsql as $$ begin raise 'closed'; end $$;
  create trigger closed before insert on zone for each row when (new.id > 10) execute function refuse();
  insert into zone values (1);`
const content = `
  truncate zone;
  insert into zone values (2);
  insert into account (balance) select 0 from generate_series(1, 20);
  create table happening_2026 partition of happening for values from ('2026-01-01Z') to ('2027-01-01Z');
  insert into happening values ('2026-05-05Z', 'in its partition'), ('2031-01-01Z', 'in the default one');
  insert into "Odd name" values
    (E'tab\\t newline\\n backslash \\\\ \\\\.', '\\x00ff0a', '{"a": [1, null, "\\u00e9"]}', array['x', null, 'NULL', ''], 0.1, 'infinity'),
    (null, null, null, null, 'NaN', '-infinity'), ('', '', 'null', '{}', -0.0, '0001-01-01 BC');
  insert into "Odd name" ("Odd column") select repeat(md5(n::text), 40) from generate_series(1, 4000) n;
  select nextval('invoice_number'), nextval('invoice_number');`

let home: string
let folder: string
let source: TestDatabase
let target: TestDatabase
let file: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tollkeeper-backup-'))
  folder = join(home, 'migrations')
  file = join(home, 'test.backup')
  mkdirSync(folder)
  writeFileSync(join(folder, '0001_all.sql'), schema)
  source = await createTestDatabase({ empty: true })
  await migrate(source.db, { now, folder })
  await source.db.query(content)
})
afterAll(async () => {
  rmSync(home, { recursive: true })
  await source.close()
})

async function withTarget(use: () => Promise<void>): Promise<void> {
  target = await createTestDatabase({ empty: true })
  try {
    await use()
  } finally {
    await target.close()
  }
}

/** Everything in it, in a form that can be compared. */
async function contentOf(db: Database): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  for (const table of [
    'account',
    'entry',
    'happening',
    'happening_2026',
    '"Odd name"',
    'zone',
    'tollkeeper_migration',
  ]) {
    const { rows } = await db.query(
      `select md5(string_agg(t::text, '|' order by t::text collate "C")) as sum, count(*) from ${table} t`,
    )
    all[table] = rows[0]
  }
  const { rows } = await db.query('select sequencename, last_value from pg_sequences order by sequencename')
  return { ...all, sequences: rows }
}

describe('a backup', () => {
  it('brings back everything, in an equal form, into an empty database', async () => {
    const seen: string[] = []
    const made = await backup(source.db, file, { now, onProgress: ({ table }) => seen.push(table) })
    expect(seen).toContain('"Odd name"')
    expect(readdirSync(home)).not.toContain('test.backup.part')
    await withTarget(async () => {
      expect(await restore(file, target.db, { now: now + 1, folder })).toEqual(made)
      expect(await contentOf(target.db)).toEqual(await contentOf(source.db))
      const { rows } = await target.db.query("select nextval('invoice_number') as next")
      expect(rows[0]?.next).toBe(102)
      await expect(target.db.query('insert into zone values (11)')).rejects.toThrow('closed')
      await expect(target.db.query('insert into entry (account, amount) values (999, 1)')).rejects.toThrow(
        'foreign key',
      )
    })
  })

  it('is one snapshot, whatever is written while it is made', async () => {
    const transfer = (from: number, to: number) =>
      transaction(source.db, async (tx) => {
        await tx.query(sql`update account set balance = balance - 1 where id = ${Math.min(from, to)}`)
        await tx.query(sql`update account set balance = balance + 1 where id = ${Math.max(from, to)}`)
        await tx.query(
          sql`insert into entry (account, amount) values (${Math.min(from, to)}, -1), (${Math.max(from, to)}, 1)`,
        )
      })
    for (let index = 0; index < 10; index += 1) await transfer(1, 2)
    const during = join(home, 'during.backup')
    // the last table is held back until much has been written after the snapshot
    let making: Promise<unknown> = Promise.resolve()
    await transaction(source.db, async (tx) => {
      await tx.query('lock table zone in access exclusive mode')
      making = backup(source.db, during, { now })
      await untilWaiting(source.db)
      for (let index = 0; index < 30; index += 1) await transfer(3 + (index % 5), 10 + (index % 7))
    })
    await making
    await withTarget(async () => {
      await restore(during, target.db, { now, folder })
      const { rows } = await target.db.query(`
        select (select sum(balance) from account) as total, (select count(*) from entry) as entries,
               (select count(*) from account a where balance <>
                 coalesce((select sum(amount) from entry e where e.account = a.id), 0)) as wrong`)
      expect(rows).toEqual([{ total: '0', entries: 20, wrong: 0 }])
    })
  })

  it('can be restored by a role that is no superuser', async () => {
    await backup(source.db, file, { now })
    await withTarget(async () => {
      const role = `role_${target.connection.database}`
      await target.db.query(`create role ${role} login; grant all on schema public to ${role}`)
      const modest = openPool({ ...target.connection, user: role })
      await restore(file, modest, { now, folder }).finally(() => modest.close())
      expect(await contentOf(target.db)).toEqual(await contentOf(source.db))
      const { rows } = await target.db.query(
        "select tgenabled::text as enabled from pg_trigger where tgname = 'closed'",
      )
      expect(rows).toEqual([{ enabled: 'O' }])
      await target.db.query(`drop owned by ${role}; drop role ${role}`)
    })
  })

  it.skipIf(otherPostgres === undefined)(
    'goes into another major version of PostgreSQL (skipped where none is installed below /usr/lib/postgresql)',
    async () => {
      await backup(source.db, file, { now })
      const other = startOtherPostgres()
      try {
        const db = await openExternal({ connectionString: urlOf(other.connection) })
        await restore(file, db, { now, folder })
        expect(await contentOf(db)).toEqual(await contentOf(source.db))
        const product = urlOf(other.connection).replace('/postgres?', '/product?')
        await db.query('create database product')
        const productDb = openPool({ connectionString: product })
        expect((await migrate(productDb, { now })).version).toBeGreaterThan(0)
        await productDb.close()
        await db.close()
      } finally {
        other.stop()
      }
    },
  )
})

describe('a restore refuses, and changes nothing,', () => {
  beforeEach(() => backup(source.db, file, { now }))

  async function expectRefusal(code: string, from = file, migrations = folder): Promise<void> {
    await withTarget(async () => {
      await expect(restore(from, target.db, { now, folder: migrations })).rejects.toMatchObject({ code })
      const { rows } = await target.db.query("select count(*) from pg_tables where schemaname = 'public'")
      expect(rows).toEqual([{ count: 0 }])
    })
  }

  it('a file that is not there', () => expectRefusal('backup-unreadable', join(home, 'absent')))

  it('a file that is no backup', () => {
    writeFileSync(file, 'something else')
    return expectRefusal('backup-damaged')
  })

  it('a file that was cut off', () => {
    truncateSync(file, readFileSync(file).length - 20)
    return expectRefusal('backup-damaged')
  })

  it('a file cut off between two of its parts', () => {
    const whole = gunzipSync(readFileSync(file))
    const trailer = whole.lastIndexOf(Buffer.from('{"tables"')) - 5
    writeFileSync(file, gzipSync(whole.subarray(0, trailer)))
    return expectRefusal('backup-damaged')
  })

  it('a file with one changed byte among the rows', () => {
    const whole = gunzipSync(readFileSync(file))
    const at = whole.indexOf('in its partition')
    whole.writeUInt8(73, at)
    writeFileSync(file, gzipSync(whole))
    return expectRefusal('backup-damaged')
  })

  it('a backup from a newer version, and one made with other migrations', async () => {
    const other = mkdtempSync(join(home, 'other-'))
    await expectRefusal('database-newer', file, other)
    writeFileSync(join(other, '0001_all.sql'), 'create table account ()')
    await expectRefusal('migration-changed', file, other)
  })

  it('a database that has rows', async () => {
    const before = await contentOf(source.db)
    await expect(restore(file, source.db, { now, folder })).rejects.toMatchObject({
      code: 'restore-target-not-empty',
    })
    expect(await contentOf(source.db)).toEqual(before)
  })

  it('and a whole file says what it is', async () => {
    const header = await verifyBackup(file)
    expect(header).toMatchObject({
      format: 'tollkeeper-backup',
      createdAt: now,
      migrations: [{ name: '0001_all.sql' }],
    })
  })
})

/** Until somebody waits for a lock in this database. */
async function untilWaiting(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await db.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (rows.length > 0) return
  }
}
