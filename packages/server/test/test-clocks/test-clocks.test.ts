import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context, OperationContext, UsageContext } from '../../src/context.ts'
import { DAY_MS, HOUR_MS } from '../../src/domain/time/instant.ts'
import { sequenceEvents } from '../../src/operations/events/sequence.ts'
import type { CustomerSweeps } from '../../src/operations/sweeps/customer.ts'
import { advanceTestClock, FARTHEST_MS, startAdvancing } from '../../src/operations/test-clocks/advance.ts'
import { createTestClock } from '../../src/operations/test-clocks/create.ts'
import { deleteTestClock } from '../../src/operations/test-clocks/delete.ts'
import { getTestClock, listTestClocks } from '../../src/operations/test-clocks/get.ts'
import { stepTestClock } from '../../src/operations/test-clocks/step.ts'
import { DatabaseUnavailable } from '../../src/store/database/errors.ts'
import { timestampParameter } from '../../src/store/database/type-parsers.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import {
  contextOf,
  insertCustomer,
  insertEnvironments,
  inTransaction,
  readFeed,
  START,
  testEnvironment,
} from '../events/support.ts'
import { dailySweeps, readSteps, setDue } from './daily-sweeps.ts'

let database: TestDatabase
let ctx: Context
let usage: UsageContext
const tools = { sweeps: dailySweeps }

beforeAll(async () => {
  database = await createTestDatabase()
  await insertEnvironments(database.db)
  ctx = contextOf(database.db)
  usage = { ...ctx, environment: testEnvironment, actor: 'test', language: 'en' }
})
afterAll(async () => {
  await ctx.feed.close()
  await database.close()
})

const create = () => inTransaction(ctx, (own) => createTestClock(own, { now: START, name: 'a clock' }))
const noSweeps: CustomerSweeps = {
  advance: () => Promise.reject(new Error('not expected')),
  refresh: () => Promise.reject(new Error('not expected')),
  collect: () => Promise.reject(new Error('not expected')),
  earn: () => Promise.reject(new Error('not expected')),
  expireHolds: () => Promise.reject(new Error('not expected')),
}

describe('a test clock', () => {
  it('moves, and says so', async () => {
    const clock = await create()
    expect(clock).toMatchObject({ currentAt: START, status: 'ready', targetAt: null })
    const moved = await advanceTestClock(usage, { id: clock.id, to: START + DAY_MS }, { sweeps: noSweeps })
    expect(moved).toMatchObject({ currentAt: START + DAY_MS, status: 'ready', targetAt: null })
    await sequenceEvents(database)
    const types = (await readFeed(database.db, 1))
      .filter((event) => event.subject === clock.id)
      .map((event) => event.type)
    expect(types).toEqual(['test_clock.created', 'test_clock.advanced'])
  })

  it('stops at each due instant of all its customers, in order, and shows each of them its own time', async () => {
    const clock = await create()
    const one = await insertCustomer(database.db, 'stops-one', { testClock: clock.id })
    const two = await insertCustomer(database.db, 'stops-two', { testClock: clock.id })
    await setDue(database.db, one, START + 5 * HOUR_MS)
    await setDue(database.db, two, START + 2 * HOUR_MS)
    await advanceTestClock(usage, { id: clock.id, to: START + 2 * DAY_MS }, tools)
    const steps = [...(await readSteps(database.db, one)), ...(await readSteps(database.db, two))]
    // the clock shows the very instant that is due
    for (const step of steps) expect(step.now).toBe(step.due)
    expect(steps.map((step) => (step.due - START) / HOUR_MS)).toEqual([5, 29, 2, 26])
    const order = steps
      .toSorted((a, b) => a.position - b.position)
      .map((step) => (step.due - START) / HOUR_MS)
    expect(order).toEqual([2, 5, 26, 29])
  })

  it('leaves customers of other clocks and live ones alone', async () => {
    const [clock, other] = [await create(), await create()]
    const elsewhere = await insertCustomer(database.db, 'elsewhere', { testClock: other.id })
    const live = await insertCustomer(database.db, 'by-system-time')
    for (const customer of [elsewhere, live]) await setDue(database.db, customer, START + HOUR_MS)
    await advanceTestClock(usage, { id: clock.id, to: START + DAY_MS }, { sweeps: noSweeps })
    expect(await readSteps(database.db, elsewhere)).toEqual([])
  })

  it('sweeps many customers that are due at the same instant in several transactions', async () => {
    const clock = await create()
    const customers: number[] = []
    for (let index = 0; index < 7; index += 1) {
      const customer = await insertCustomer(database.db, `crowd-${index}`, { testClock: clock.id })
      await setDue(database.db, customer, START + HOUR_MS)
      customers.push(customer)
    }
    await advanceTestClock(usage, { id: clock.id, to: START + 2 * HOUR_MS }, { ...tools, customersAStep: 3 })
    for (const customer of customers) {
      expect((await readSteps(database.db, customer)).map((step) => step.now)).toEqual([START + HOUR_MS])
    }
  })

  it('stops at the ends of windows and of holds, the lease a margin later', async () => {
    const clock = await create()
    const customer = await insertCustomer(database.db, 'windows', { testClock: clock.id })
    await insertBalanceAndHolds(customer, START + 3 * HOUR_MS, START + HOUR_MS)
    const seen: [string, number][] = []
    const note =
      (what: string, id = '') =>
      async () => {
        const { rows } = await database.db.query({ text: 'select 1' })
        expect(rows).toHaveLength(1)
        seen.push([`${what}${id}`, 0])
      }
    const sweeps: CustomerSweeps = {
      advance: note('lifecycle'),
      async refresh(own) {
        const now = (await getTestClock(own, clock.id)).currentAt
        seen.push(['window', now - START])
        await own.tx.query(`update balance set valid_until = 'infinity' where customer = ${customer}`)
      },
      collect: () => Promise.reject(new Error('not expected')),
      earn: () => Promise.reject(new Error('not expected')),
      async expireHolds(own, _customer, ids) {
        const now = (await getTestClock(own, clock.id)).currentAt
        seen.push([ids.join(), now - START])
        await own.tx.query({ text: `update hold set status = 'expired' where id = any($1)`, values: [ids] })
      },
    }
    const moved = await advanceTestClock(usage, { id: clock.id, to: START + DAY_MS }, { sweeps })
    expect(moved.status).toBe('ready')
    expect(seen).toEqual([
      ['res_1', HOUR_MS],
      ['lse_1', HOUR_MS + 5_000],
      ['window', 3 * HOUR_MS],
    ])
  })

  async function insertBalanceAndHolds(customer: number, windowEnd: number, holdEnd: number): Promise<void> {
    const at = timestampParameter
    const { rows } = await database.db.query<{ id: number }>({
      text: `insert into feature (environment, key, document, created_at) values (1, 'f', '{}', $1) returning id`,
      values: [at(START)],
    })
    const feature = rows[0]?.id
    await database.db.query({
      text: 'insert into balance (environment, customer, feature, valid_until) values (1, $1, $2, $3)',
      values: [customer, feature, at(windowEnd)],
    })
    for (const [id, kind] of [
      ['res_1', 'reservation'],
      ['lse_1', 'lease'],
    ]) {
      await database.db.query({
        text: `insert into hold (environment, customer, id, kind, feature, takes, amount, status, window_start, created_at, expires_at)
          values (1, $1, $2, $3, $4, 'customer', 1, 'open', $5, $5, $6)`,
        values: [customer, id, kind, feature, at(START), at(holdEnd)],
      })
    }
  }
})

describe('refusals of a test clock', () => {
  const refused = (code: string) => expect.objectContaining({ code })

  it('never runs backwards, nor farther than five years at once', async () => {
    const { id } = await create()
    const move = (to: number) => advanceTestClock(usage, { id, to }, tools)
    await expect(move(START - 1)).rejects.toEqual(refused('test_clock_backwards'))
    await expect(move(START + FARTHEST_MS + 1)).rejects.toEqual(refused('test_clock_too_far'))
    expect((await move(START)).status).toBe('ready')
    expect((await move(START + FARTHEST_MS)).currentAt).toBe(START + FARTHEST_MS)
  })

  it('is moved by one at a time', async () => {
    const { id } = await create()
    await startAdvancing(usage, { id, to: START + DAY_MS })
    await expect(advanceTestClock(usage, { id, to: START + DAY_MS }, tools)).rejects.toEqual(
      refused('test_clock_busy'),
    )
    await expect(inTransaction(ctx, (own) => deleteTestClock(own, id))).rejects.toEqual(
      refused('test_clock_busy'),
    )
  })

  it('exists in test environments only, and in its own', async () => {
    const live = { ...usage, environment: { id: 2, name: 'live', mode: 'live' as const } }
    const { id } = await create()
    await expect(advanceTestClock(live, { id, to: START }, tools)).rejects.toEqual(refused('test_only'))
    const other = { ...usage, environment: { ...testEnvironment, id: 2 } }
    await expect(advanceTestClock(other, { id, to: START }, tools)).rejects.toEqual(
      refused('test_clock_not_found'),
    )
  })

  it('can be deleted once nobody lives by it', async () => {
    const { id } = await create()
    const customer = await insertCustomer(database.db, 'last-one', { testClock: id })
    const remove = () => inTransaction(ctx, (own) => deleteTestClock(own, id))
    await expect(remove()).rejects.toEqual(refused('test_clock_in_use'))
    await database.db.query(`update customer set deleted_at = updated_at where id = ${customer}`)
    await remove()
    await expect(inTransaction(ctx, (own) => getTestClock(own, id))).rejects.toEqual(
      refused('test_clock_not_found'),
    )
  })

  it('is listed newest first', async () => {
    const made = [await create(), await create(), await create()].map((clock) => clock.id).toReversed()
    const first = await inTransaction(ctx, (own) => listTestClocks(own, { limit: 2 }))
    expect(first.clocks.map((clock) => clock.id)).toEqual(made.slice(0, 2))
    const next = await inTransaction(ctx, (own) =>
      listTestClocks(own, { limit: 1, cursor: first.nextCursor ?? '' }),
    )
    expect(next.clocks.map((clock) => clock.id)).toEqual(made.slice(2))
    await expect(inTransaction(ctx, (own) => listTestClocks(own, { limit: 1, cursor: 'x' }))).rejects.toEqual(
      refused('invalid_cursor'),
    )
  })
})

describe('a sweep that fails', () => {
  it('stops the clock before its instant, with the reason, and can be tried again', async () => {
    const clock = await create()
    const customer = await insertCustomer(database.db, 'fails', { testClock: clock.id })
    await setDue(database.db, customer, START + HOUR_MS)
    const failing = { ...dailySweeps, advance: () => Promise.reject(new Error('out of paper')) }
    const stuck = await advanceTestClock(
      usage,
      { id: clock.id, to: START + 2 * HOUR_MS },
      { sweeps: failing },
    )
    expect(stuck).toMatchObject({ status: 'failed', failure: 'out of paper', currentAt: START })
    const moved = await advanceTestClock(usage, { id: clock.id, to: START + 2 * HOUR_MS }, tools)
    expect(moved).toMatchObject({ status: 'ready', failure: null, currentAt: START + 2 * HOUR_MS })
    expect(await readSteps(database.db, customer)).toHaveLength(1)
  })

  it('does not turn for ever when it leaves its customer due', async () => {
    const clock = await create()
    const customer = await insertCustomer(database.db, 'stays-due', { testClock: clock.id })
    await setDue(database.db, customer, START + HOUR_MS)
    const idle = { ...dailySweeps, advance: () => Promise.resolve() }
    const stuck = await advanceTestClock(usage, { id: clock.id, to: START + DAY_MS }, { sweeps: idle })
    expect(stuck.failure).toContain('stays due')
  })
})

describe('a clock whose process has gone', () => {
  it('is moved on by whoever finds it, also by several at once, and nothing is done twice', async () => {
    const clock = await create()
    const customers = [
      await insertCustomer(database.db, 'twice-one', { testClock: clock.id }),
      await insertCustomer(database.db, 'twice-two', { testClock: clock.id }),
    ]
    for (const customer of customers) await setDue(database.db, customer, START + HOUR_MS)
    await startAdvancing(usage, { id: clock.id, to: START + 20 * DAY_MS })
    const drive = async () => {
      for (;;) {
        const outcome = await stepTestClock(ctx, testEnvironment, clock.id, tools)
        if (outcome === 'arrived' || outcome === 'idle') return
      }
    }
    await Promise.all([drive(), drive(), drive()])
    for (const customer of customers) {
      const dues = (await readSteps(database.db, customer)).map(
        (step) => (step.due - START - HOUR_MS) / DAY_MS,
      )
      expect(dues).toEqual(Array.from({ length: 20 }, (_, day) => day))
    }
  })

  it('has done each step whole or not at all, whenever its process dies', async () => {
    const clock = await create()
    const customer = await insertCustomer(database.db, 'dies', { testClock: clock.id })
    await setDue(database.db, customer, START + HOUR_MS)
    let calls = 0
    const dying: CustomerSweeps = {
      ...dailySweeps,
      async advance(own, id) {
        calls += 1
        const moment = calls % 4
        if (moment === 1) await endConnection(own)
        await dailySweeps.advance(own, id)
        if (moment === 2) await endConnection(own)
      },
    }
    await startAdvancing(usage, { id: clock.id, to: START + 10 * DAY_MS })
    let deaths = 0
    for (let outcome = ''; outcome !== 'arrived'; ) {
      try {
        outcome = await stepTestClock(ctx, testEnvironment, clock.id, { sweeps: dying })
      } catch (error) {
        expect(error).toBeInstanceOf(DatabaseUnavailable)
        deaths += 1
        const { status } = await inTransaction(ctx, (own) => getTestClock(own, clock.id))
        expect(status).toBe('advancing')
      }
    }
    expect(deaths).toBeGreaterThan(5)
    const dues = (await readSteps(database.db, customer)).map((step) => (step.due - START - HOUR_MS) / DAY_MS)
    expect(dues).toEqual(Array.from({ length: 10 }, (_, day) => day))
  })

  const endConnection = (own: OperationContext) =>
    own.tx.query('select pg_terminate_backend(pg_backend_pid())')
})
