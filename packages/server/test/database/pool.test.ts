import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseUnavailable, sqlStateOf } from '../../src/store/database/errors.ts'
import { openPool } from '../../src/store/database/pool.ts'
import { sendBatch, transaction } from '../../src/store/database/transaction.ts'
import { timestampParameter } from '../../src/store/database/type-parsers.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  await database.db.query('create table item (id int primary key, amount int8 not null check (amount >= 0))')
})
afterAll(() => database.close())

async function valueOf(expression: string): Promise<unknown> {
  const { rows } = await database.db.query(`select ${expression} as value`)
  return rows[0]?.value
}

describe('reading values', () => {
  it.each([
    ['9007199254740991::int8', 9007199254740991],
    ['array[1, null, -3]::int8[]', [1, null, -3]],
    ["'2024-02-29 23:59:59.123Z'::timestamptz(3)", Date.UTC(2024, 1, 29, 23, 59, 59, 123)],
    ["'2024-03-31 02:30+02'::timestamptz", Date.UTC(2024, 2, 31, 0, 30)],
    ["'2024-01-01 00:00:00.5Z'::timestamptz", Date.UTC(2024, 0, 1, 0, 0, 0, 500)],
    ["'2024-01-01 00:00:00.001999Z'::timestamptz", Date.UTC(2024, 0, 1, 0, 0, 0, 1)],
    ["'0099-12-31Z'::timestamptz", Date.parse('0099-12-31T00:00:00Z')],
    ["'20240-01-01Z'::timestamptz", Date.parse('+020240-01-01T00:00:00Z')],
    ["'0002-01-01 00:00:00+00 BC'::timestamptz", Date.parse('-000001-01-01T00:00:00Z')],
    ["'infinity'::timestamptz", Number.POSITIVE_INFINITY],
    ["'-infinity'::timestamptz", Number.NEGATIVE_INFINITY],
    ["array['infinity', '1970-01-01Z', null]::timestamptz[]", [Number.POSITIVE_INFINITY, 0, null]],
    ['1.10::numeric', '1.10'],
    ["'2024-01-31'::date", '2024-01-31'],
    ['array[]::int8[]', []],
  ])('%s', async (expression, expected) => {
    expect(await valueOf(expression)).toEqual(expected)
  })

  it('refuses an integer that a number cannot hold, and stays usable', async () => {
    await expect(valueOf('9007199254740992::int8')).rejects.toThrow(RangeError)
    expect(await valueOf('1::int8')).toBe(1)
  })

  it('writes times the way it reads them', async () => {
    for (const instant of [
      0,
      1_700_000_000_123,
      Date.UTC(12024, 0, 1),
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]) {
      const { rows } = await database.db.query(
        sql`select ${timestampParameter(instant)}::timestamptz as value`,
      )
      expect(rows[0]?.value).toBe(instant)
    }
  })

  it('has its session in UTC under our name', async () => {
    expect(await valueOf("current_setting('TimeZone') || ' ' || current_setting('application_name')")).toBe(
      'UTC tollkeeper',
    )
  })
})

describe('transactions', () => {
  it('commits what returns and rolls back what throws', async () => {
    await transaction(database.db, (tx) => tx.query(sql`insert into item values (1, ${10})`))
    const failing = transaction(database.db, async (tx) => {
      await tx.query(sql`insert into item values (2, ${20})`)
      throw new Error('not today')
    })
    await expect(failing).rejects.toThrow('not today')
    const { rows } = await database.db.query('select id, amount from item order by id')
    expect(rows).toEqual([{ id: 1, amount: 10 }])
  })

  it('says so when a failed statement was swallowed and nothing could be committed', async () => {
    const swallowing = transaction(database.db, async (tx) => {
      await tx.query('select 1/0').catch(() => {})
    })
    await expect(swallowing).rejects.toThrow('Nothing was committed')
  })

  it('refuses a statement after the end', async () => {
    const tx = await transaction(database.db, async (inner) => inner)
    await expect(tx.query('select 1')).rejects.toThrow('has ended')
  })

  it('runs the whole again after a deadlock', async () => {
    await database.db.query('insert into item values (11, 0), (12, 0)')
    let attempts = 0
    const bothHaveOne = barrier(2)
    const add = (first: number, second: number) =>
      transaction(database.db, async (tx) => {
        attempts += 1
        await tx.query(sql`update item set amount = amount + 1 where id = ${first}`)
        await bothHaveOne()
        await tx.query(sql`update item set amount = amount + 1 where id = ${second}`)
      })
    await Promise.all([add(11, 12), add(12, 11)])
    const { rows } = await database.db.query('select amount from item where id in (11, 12)')
    expect(rows).toEqual([{ amount: 2 }, { amount: 2 }])
    expect(attempts).toBe(3)
  })

  it('runs again what could not be serialized, and gives up in the end', async () => {
    await database.db.query('insert into item values (21, 0)')
    let attempts = 0
    const disturbed = transaction(
      database.db,
      async (tx) => {
        attempts += 1
        await tx.query('select amount from item where id = 21')
        await database.db.query('update item set amount = amount + 1 where id = 21')
        await tx.query('update item set amount = amount + 10 where id = 21')
      },
      { isolation: 'repeatable read', attempts: 3, sleep: async () => {} },
    )
    await expect(disturbed.catch((error: unknown) => sqlStateOf(error))).resolves.toBe('40001')
    expect(attempts).toBe(3)
  })

  it('sends a batch that applies whole or not at all', async () => {
    const [, selected] = await sendBatch(database.db, [
      sql`insert into item values (31, ${1})`,
      { name: 'item-by-id', text: 'select amount from item where id = $1', values: [31] },
    ])
    expect(selected?.rows).toEqual([{ amount: 1 }])
    const failing = sendBatch(database.db, [
      'insert into item values (32, 1)',
      'insert into item values (33, -1)',
    ])
    await expect(failing.catch((error: unknown) => sqlStateOf(error))).resolves.toBe('23514')
    expect(await valueOf('(select count(*) from item where id in (32, 33))')).toBe(0)
  })
})

describe('losing the connection', () => {
  it('is told apart, and the pool goes on', async () => {
    const pool = openPool({ ...database.connection, max: 1 })
    const cut = transaction(pool, async (tx) => {
      const { rows } = await tx.query('select pg_backend_pid() as pid')
      await database.db.query(sql`select pg_terminate_backend(${rows[0]?.pid})`)
      await tx.query('select 1')
    })
    const error = await cut.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DatabaseUnavailable)
    expect((error as DatabaseUnavailable).outcomeUnknown).toBe(false)
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.close()
  })

  it('of an idle client is no error for anybody', async () => {
    let lost = () => {}
    const noticed = new Promise<void>((resolve) => (lost = resolve))
    const pool = openPool({ ...database.connection, max: 1, onConnectionLost: () => lost() })
    const { rows } = await pool.query('select pg_backend_pid() as pid')
    await database.db.query(sql`select pg_terminate_backend(${rows[0]?.pid})`)
    await noticed
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.close()
  })

  it('or never having had one is the same error', async () => {
    const pool = openPool({ ...database.connection, host: '/nonexistent' })
    await expect(pool.query('select 1')).rejects.toBeInstanceOf(DatabaseUnavailable)
    await pool.close()
  })

  it('keeps a client whose statement merely failed', async () => {
    const pool = openPool({ ...database.connection, max: 1 })
    const { rows: before } = await pool.query('select pg_backend_pid() as pid')
    await expect(pool.query('select 1/0')).rejects.toThrow('division by zero')
    const { rows: after } = await pool.query('select pg_backend_pid() as pid')
    expect(after).toEqual(before)
    await pool.close()
  })
})

function barrier(count: number): () => Promise<void> {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived >= count) open()
    return opened
  }
}
