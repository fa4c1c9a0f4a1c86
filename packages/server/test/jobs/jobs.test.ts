import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import type { AdjustableClock } from '../../src/clock.ts'
import type { Context } from '../../src/context.ts'
import { DAY_MS, HOUR_MS } from '../../src/domain/time/instant.ts'
import { startJobs, staleJobs } from '../../src/jobs/index.ts'
import type { JobHealth } from '../../src/jobs/index.ts'
import { createSweep } from '../../src/operations/sweeps/due-customers.ts'
import { KEYS_KEPT_MS, tidy } from '../../src/operations/upkeep/tidy.ts'
import type { CustomerSweeps } from '../../src/operations/sweeps/customer.ts'
import { openPool } from '../../src/store/database/pool.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { timestampParameter } from '../../src/store/database/type-parsers.ts'
import { loadJobRuns } from '../../src/store/job-runs.ts'
import { ensureUsagePartitions } from '../../src/store/partitions.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import {
  contextOf,
  insertCustomer,
  insertEnvironments,
  inTransaction,
  lockHead,
  START,
} from '../events/support.ts'
import { dailySweeps, readSteps, setDue } from '../test-clocks/daily-sweeps.ts'
import { createTestClock } from '../../src/operations/test-clocks/create.ts'

let database: TestDatabase
let clock: AdjustableClock
let ctx: Context

beforeAll(async () => {
  database = await createTestDatabase({ max: 20 })
  await insertEnvironments(database.db)
})
beforeEach(async () => {
  // what earlier tests left must not be due in later ones
  await database.db.query(`update customer_head set due_at = 'infinity'`)
  clock = fixedClock(START)
  ctx = contextOf(database.db, clock)
})
afterAll(async () => {
  await database.close()
})

let made = 0
async function customerDue(at: number, testClock?: string): Promise<number> {
  made += 1
  const customer = await insertCustomer(
    database.db,
    `due-${made}`,
    testClock === undefined ? {} : { testClock },
  )
  await setDue(database.db, customer, at)
  return customer
}

const timesDone = async (customer: number) => (await readSteps(database.db, customer)).length

describe('sweeps of live customers', () => {
  it('do what is due and nothing else', async () => {
    const [due, later] = [await customerDue(START - HOUR_MS), await customerDue(START + HOUR_MS)]
    const job = createSweep('sweep', 'lifecycle', dailySweeps)
    expect(await job.run(ctx)).toEqual({ handled: 1, failing: 0, more: true })
    expect([await timesDone(due), await timesDone(later)]).toEqual([1, 0])
    expect(await job.run(ctx)).toMatchObject({ handled: 0, more: false })
  })

  it('catch up on what was missed, instant by instant', async () => {
    const customer = await customerDue(START - 3 * DAY_MS)
    await createSweep('sweep', 'lifecycle', dailySweeps).run(ctx)
    const dues = (await readSteps(database.db, customer)).map((step) => (step.due - START) / DAY_MS)
    expect(dues).toEqual([-3, -2, -1, 0])
  })

  it('leave customers of test clocks to their clock', async () => {
    const testClock = await inTransaction(ctx, (own) =>
      createTestClock(own, { now: START - 9 * DAY_MS, name: '' }),
    )
    const customer = await customerDue(START - 8 * DAY_MS, testClock.id)
    await createSweep('sweep', 'lifecycle', dailySweeps).run(ctx)
    expect(await timesDone(customer)).toBe(0)
  })

  it('go on with the others when one fails, and try that one again later and later', async () => {
    const customers = [
      await customerDue(START - 3),
      await customerDue(START - 2),
      await customerDue(START - 1),
    ]
    const broken = customers[1] as number
    let attempts = 0
    const sweeps: CustomerSweeps = {
      ...dailySweeps,
      async advance(own, customer) {
        if (customer !== broken) return dailySweeps.advance(own, customer)
        attempts += 1
        await own.tx.query(`update customer set name = 'half done' where id = ${customer}`)
        throw new Error('bad data')
      },
    }
    const job = createSweep('sweep', 'lifecycle', sweeps)
    expect(await job.run(ctx)).toEqual({ handled: 2, failing: 1, more: true })
    expect(await Promise.all(customers.map(timesDone))).toEqual([1, 0, 1])
    await job.run(ctx)
    expect(attempts).toBe(1)
    for (const [waited, tried] of [
      [1_000, 2],
      [1_000, 2],
      [1_000, 3],
    ] as const) {
      clock.advance(waited)
      await job.run(ctx)
      expect(attempts).toBe(tried)
    }
    const { rows } = await database.db.query(`select name from customer where id = ${broken}`)
    expect(rows).toEqual([{ name: '' }])
  })

  it('find the one whose statement fails when it travels with those of others', async () => {
    const customers = await Promise.all([5, 4, 3, 2, 1].map((before) => customerDue(START - before)))
    const broken = customers[3] as number
    const sweeps: CustomerSweeps = {
      ...dailySweeps,
      async advance(own, customer) {
        const row = { id: customer, customer, name: customer === broken ? null : 'done' }
        await own.tx.query({
          name: 'rename',
          text: `update customer set name = new.name from json_populate_recordset(null::customer, $1::json) new
                 where customer.id = new.id`,
          items: [row],
          values: (rows) => [JSON.stringify(rows)],
        })
        return dailySweeps.advance(own, customer)
      },
    }
    expect(await createSweep('sweep', 'lifecycle', sweeps).run(ctx)).toEqual({
      handled: 4,
      failing: 1,
      more: true,
    })
    expect(await Promise.all(customers.map(timesDone))).toEqual([1, 1, 1, 0, 1])
  })

  it('skip a customer that somebody else is working on', async () => {
    const customer = await customerDue(START - 1)
    const job = createSweep('sweep', 'lifecycle', dailySweeps)
    await transaction(database.db, async (tx) => {
      await tx.query(lockHead(1, customer))
      expect(await job.run(ctx)).toMatchObject({ handled: 0, failing: 0 })
    })
    expect(await job.run(ctx)).toMatchObject({ handled: 1 })
  })

  it('work in several processes at once, each customer once', async () => {
    const customers = await Promise.all(Array.from({ length: 40 }, () => customerDue(START - 1)))
    const pools = [1, 2, 3].map(() => openPool({ ...database.connection, max: 4 }))
    try {
      const runs = pools.map(async (db) => {
        const job = createSweep('sweep', 'lifecycle', dailySweeps, 7)
        const own = { ...ctx, db }
        let result = await job.run(own)
        while (result.more === true) result = await job.run(own)
      })
      await Promise.all(runs)
    } finally {
      await Promise.all(pools.map((db) => db.close()))
    }
    await createSweep('sweep', 'lifecycle', dailySweeps).run(ctx)
    expect(new Set(await Promise.all(customers.map(timesDone)))).toEqual(new Set([1]))
  })
})

describe('what is kept', () => {
  it('removes old keys, answers and rate windows by the system’s time, in batches', async () => {
    const at = timestampParameter
    const [old, young] = [START - KEYS_KEPT_MS - 1, START - KEYS_KEPT_MS]
    for (const [recordedAt, name] of [
      [old, 'old'],
      [young, 'young'],
    ] as const) {
      await database.db.query({
        text: `insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
          select 1, 1, 1, md5($1 || n)::uuid, gen_random_uuid(), gen_random_uuid(), $2 from generate_series(1, 50) n`,
        values: [name, at(recordedAt)],
      })
    }
    await database.db.query({
      text: `insert into rate_window (bucket, window_start, taken) values ('old', $1, 1), ('young', $2, 1)`,
      values: [at(START - 3 * HOUR_MS), at(START)],
    })
    const { handled } = await tidy(ctx)
    expect(handled).toBe(51)
    const { rows } = await database.db.query(
      'select count(*) as keys, min(recorded_at) as oldest from usage_key',
    )
    expect(rows).toEqual([{ keys: 50, oldest: young }])
    const { rows: windows } = await database.db.query('select bucket from rate_window')
    expect(windows).toEqual([{ bucket: 'young' }])
    expect((await tidy(ctx)).handled).toBe(0)
  })

  it('removes no old delivery that is still to be made', async () => {
    await database.db.query({
      text: `insert into delivery (environment, id, event, event_type, position, channel, target, cause, status,
          next_attempt_at, created_at)
        select 1, 'dlv_' || status, 'evt', 'invoice.issued', 1, 'webhook', 'whe', status, status, $1, $1
        from unnest(array['pending', 'sending', 'failed', 'delivered', 'abandoned']) status`,
      values: [timestampParameter(START - 91 * DAY_MS)],
    })
    expect((await tidy(ctx)).handled).toBe(2)
    const { rows } = await database.db.query('delete from delivery returning status')
    expect(rows.map(({ status }) => status).toSorted()).toEqual(['failed', 'pending', 'sending'])
  })

  it('has a partition for this month and the two after it, and takes along what came before it was made', async () => {
    await database.db.query({
      text: `insert into usage_event (environment, customer, recorded_at, id, feature, verb, amount, occurred_at,
          window_start, window_end, used_after, limit_after, remaining_after, unlimited)
        values (1, 1, $1, gen_random_uuid(), 1, 1, 5, $1, $1, $1, 5, 10, 5, false)`,
      values: [timestampParameter(Date.UTC(2026, 11, 31, 23, 59))],
    })
    const december = Date.UTC(2026, 11, 15)
    const other = openPool({ ...database.connection, max: 2 })
    try {
      const both = await Promise.all([
        ensureUsagePartitions(database.db, december),
        ensureUsagePartitions(other, december),
      ])
      expect(both.flat().toSorted()).toEqual([
        'usage_event_2026_12',
        'usage_event_2027_01',
        'usage_event_2027_02',
      ])
    } finally {
      await other.close()
    }
    expect(await ensureUsagePartitions(database.db, december)).toEqual([])
    expect(await ensureUsagePartitions(database.db, Date.UTC(2027, 0, 1))).toEqual(['usage_event_2027_03'])
    const { rows } = await database.db.query('select amount from usage_event_2026_12')
    expect(rows).toEqual([{ amount: 5 }])
  })
})

describe('jobs', () => {
  it('run by themselves, leave heartbeats, move clocks whose request is gone, and stop', async () => {
    const live = await customerDue(START - 1)
    const testClock = await inTransaction(ctx, (own) => createTestClock(own, { now: START, name: '' }))
    const other = await customerDue(START + HOUR_MS, testClock.id)
    await database.db.query({
      text: `update test_clock set status = 'advancing', target_at = $2 where id = $1`,
      values: [testClock.id, timestampParameter(START + DAY_MS)],
    })
    const jobs = startJobs(ctx, { sweeps: dailySweeps })
    try {
      await eventually('both were swept', async () =>
        (await timesDone(live)) === 1 && (await timesDone(other)) === 1 ? true : undefined,
      )
      const runs = await eventually('all jobs have run', async () => {
        const found = await loadJobRuns(database.db)
        return found.length === jobs.health().length ? found : undefined
      })
      for (const run of runs) expect(run).toMatchObject({ finishedAt: START, failure: null, failing: 0 })
      expect(jobs.health().map((job) => job.name)).toEqual(
        expect.arrayContaining([
          'advance-customers',
          'close-windows',
          'expire-holds',
          'advance-clocks',
          'spread-catalog',
          'tidy',
          'partitions',
        ]),
      )
      expect(staleJobs(jobs.health(), START + 60_000)).toEqual([])
    } finally {
      await jobs.stop()
      await ctx.feed.close()
    }
  })

  it('shows which of them hang', () => {
    const health = (name: string, startedAt: number, finishedAt: number | null, everyMs = 250): JobHealth => {
      return { name, everyMs, startedAt, finishedAt, handled: 0, failing: 0, failure: null }
    }
    const all = [
      health('well', START, START),
      health('hangs', START, START - 90_000),
      health('hangs from the start', START - 90_000, null),
      health('rare', START - HOUR_MS, START - HOUR_MS, HOUR_MS),
    ]
    expect(staleJobs(all, START)).toEqual(['hangs', 'hangs from the start'])
  })
})
