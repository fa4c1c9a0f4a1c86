/**
 * The months of `usage_event`. A partition is made before its month begins, so that nothing ever lands in the
 * default one; if something has (the process was not running), it is moved.
 */
import { boundary, toIso } from '../domain/time/index.ts'
import type { Instant, Interval } from '../domain/time/index.ts'
import { windowAt } from '../domain/time/index.ts'
import type { Database, Transaction } from './database/pool.ts'
import { transaction } from './database/transaction.ts'

const MONTH: Interval = { unit: 'month', count: 1 }
/** Any number that no other lock of the product uses. */
const LOCK = 7_221_001

/**
 * Makes the partitions of this month and the next ones that don't exist, and answers their names.
 *
 * @throws when a long transaction keeps the table busy; try again later, the months ahead leave time for that.
 */
export async function ensureUsagePartitions(db: Database, now: Instant, monthsAhead = 2): Promise<string[]> {
  const first = windowAt('month', now, { timeZone: 'UTC' }).start
  const made: string[] = []
  for (let month = 0; month <= monthsAhead; month += 1) {
    const from = toIso(boundary(first, month, MONTH, 'UTC'))
    const to = toIso(boundary(first, month + 1, MONTH, 'UTC'))
    const name = `usage_event_${from.slice(0, 4)}_${from.slice(5, 7)}`
    if (await partitionExists(db, name)) continue
    if (await transaction(db, (tx) => makePartition(tx, name, from, to))) made.push(name)
  }
  return made
}

async function partitionExists(db: Pick<Database, 'query'>, name: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>({
    // not to_regclass: it answers from a cache that may not have heard of what another process has just made
    text: `select exists (select from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = 'usage_event'::regclass and relname = $1) as found`,
    values: [name],
  })
  return rows[0]?.found === true
}

async function makePartition(tx: Transaction, name: string, from: string, to: string): Promise<boolean> {
  // who waits for the table makes everybody behind it wait too: better not now
  await tx.query("set local lock_timeout = '2s'")
  await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [LOCK] })
  if (await partitionExists(tx, name)) return false
  await tx.query('lock table usage_event_default in access exclusive mode')
  await tx.query(`create table ${name} (like usage_event including defaults)`)
  await tx.query({
    text: `with moved as (delete from usage_event_default where recorded_at >= $1 and recorded_at < $2 returning *)
      insert into ${name} select * from moved`,
    values: [from, to],
  })
  await tx.query(`alter table usage_event attach partition ${name} for values from ('${from}') to ('${to}')`)
  return true
}
