import sql, { empty } from 'sql-template-tag'
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface TestClock {
  environment: number
  id: string
  name: string
  currentAt: Instant
  /** Where it is going, while it is not there. */
  targetAt: Instant | null
  status: 'ready' | 'advancing' | 'failed'
  failure: string | null
  createdAt: Instant
}

interface Row {
  environment: number
  id: string
  name: string
  current_at: Instant
  target_at: Instant | null
  status: TestClock['status']
  failure: string | null
  created_at: Instant
}

const columns = sql`select environment, id, name, current_at, target_at, status, failure, created_at from test_clock`

const fromRow = (row: Row): TestClock => ({
  environment: row.environment,
  id: row.id,
  name: row.name,
  currentAt: row.current_at,
  targetAt: row.target_at,
  status: row.status,
  failure: row.failure,
  createdAt: row.created_at,
})

export async function insertTestClock(tx: Transaction, clock: TestClock): Promise<void> {
  await tx.query(sql`insert into test_clock (environment, id, name, current_at, status, created_at)
    values (${clock.environment}, ${clock.id}, ${clock.name}, ${timestampParameter(clock.currentAt)}, ${clock.status},
      ${timestampParameter(clock.createdAt)})`)
}

export async function loadTestClock(
  db: Queryable,
  environment: number,
  id: string,
): Promise<TestClock | undefined> {
  const { rows } = await db.query<Row>(
    sql`${columns} where environment = ${environment} and id = ${id} and deleted_at is null`,
  )
  return rows[0] && fromRow(rows[0])
}

/** Newest first. */
export async function loadTestClocks(
  db: Queryable,
  environment: number,
  page: { limit: number; before?: string | undefined },
): Promise<TestClock[]> {
  const before = page.before === undefined ? empty : sql`and id < ${page.before} collate "C"`
  const { rows } =
    await db.query<Row>(sql`${columns} where environment = ${environment} and deleted_at is null
    ${before} order by id collate "C" desc limit ${page.limit}`)
  return rows.map(fromRow)
}

/**
 * Locks the clock. Not "for update": a customer that joins it must not wait.
 *
 * @param busy whether to wait for whoever has it, or to answer undefined
 */
export async function claimTestClock(
  tx: Transaction,
  environment: number,
  id: string,
  busy: 'wait' | 'skip',
): Promise<TestClock | undefined> {
  const { rows } = await tx.query<Row>(sql`${columns} where environment = ${environment} and id = ${id}
    and deleted_at is null for no key update ${busy === 'skip' ? sql`skip locked` : empty}`)
  return rows[0] && fromRow(rows[0])
}

/** A process that is stopped in the middle of a step keeps its locks no longer than this. */
export async function boundStep(tx: Transaction): Promise<void> {
  await tx.query("set local idle_in_transaction_session_timeout = '10s'")
}

/** Writes what a command or a step changes. */
export async function saveTestClock(tx: Transaction, clock: TestClock): Promise<void> {
  const target = clock.targetAt === null ? null : timestampParameter(clock.targetAt)
  await tx.query(sql`update test_clock set current_at = ${timestampParameter(clock.currentAt)}, target_at = ${target},
    status = ${clock.status}, failure = ${clock.failure}
    where environment = ${clock.environment} and id = ${clock.id}`)
}

export async function markTestClockDeleted(tx: Transaction, clock: TestClock, at: Instant): Promise<void> {
  await tx.query(sql`update test_clock set deleted_at = ${timestampParameter(at)}
    where environment = ${clock.environment} and id = ${clock.id}`)
}

/** Does a customer that isn't deleted live by it? */
export async function isTestClockInUse(tx: Queryable, clock: TestClock): Promise<boolean> {
  const { rowCount } = await tx.query(sql`select 1 from customer where environment = ${clock.environment}
    and test_clock = ${clock.id} and deleted_at is null limit 1`)
  return rowCount === 1
}

/** Clocks on their way, of all environments. */
export async function loadAdvancingClocks(
  db: Queryable,
): Promise<{ environment: Environment; id: string }[]> {
  const { rows } = await db.query<{ clock: string; id: number; name: string; mode: 'test' | 'live' }>({
    name: 'advancing-clocks',
    text: `select test_clock.id as clock, environment.id, environment.name, environment.mode
      from test_clock join environment on environment.id = test_clock.environment
      where test_clock.status = 'advancing' order by test_clock.environment, test_clock.id limit 100`,
  })
  return rows.map(({ clock, ...environment }) => ({ environment, id: clock }))
}
