import type { PoolClient, QueryResult, QueryResultRow } from 'pg'
import { DatabaseUnavailable, sqlStateOf } from './errors.ts'
import { ClientUnusable, send } from './pool.ts'
import type { Database, Statement, Transaction } from './pool.ts'

export type TransactionOptions = {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readOnly?: boolean
  /** How often the whole is tried when it deadlocks or can't be serialized. Default 8. */
  attempts?: number
  /** Waits between attempts; injected so that tests need not wait. */
  sleep?: (milliseconds: number) => Promise<void>
}

/** Deadlock and failed serialization: nothing happened, and trying again is the documented answer. */
const retriedStates = new Set(['40P01', '40001'])

/** A month got a partition of its own between the choice of the default one and the lock on it: another try finds it. */
const isMisrouted = (error: unknown): boolean =>
  sqlStateOf(error) === '23514' && (error as { constraint?: string }).constraint === undefined

/**
 * Runs `work` in one transaction: commits when it returns, rolls back when it throws.
 * On a deadlock (40P01), a failed serialization (40001) or a partition that came meanwhile **the whole of `work` runs
 * again**, so it must have no effect outside of the transaction. BEGIN and the first statements travel together, so an empty BEGIN costs no wait.
 *
 * @throws DatabaseUnavailable when the connection is lost; `outcomeUnknown` is true only if COMMIT was under way.
 * @example
 * const total = await transaction(db, async (tx) => {
 *   const [, events] = await Promise.all([tx.query(lockHeads), tx.query(readEvents)])
 *   return events.rowCount
 * })
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const attempts = options.attempts ?? 8
  const sleep = options.sleep ?? immediately
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.withClient((client) => attemptOnce(client, work, options))
    } catch (error) {
      const isRetried = retriedStates.has(sqlStateOf(error) ?? '') || isMisrouted(error)
      if (attempt >= attempts || !isRetried) throw error
    }
    await sleep(Math.min(2 ** attempt, 100))
  }
}

function immediately(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function beginText(options: TransactionOptions): string {
  const isolation = options.isolation === undefined ? '' : ` isolation level ${options.isolation}`
  return `begin${isolation}${options.readOnly === true ? ' read only' : ''}`
}

async function attemptOnce<T>(
  client: PoolClient,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const begun = send(client, beginText(options))
  begun.catch(() => {})
  let open = true
  const tx: Transaction = {
    inTransaction: true,
    query: <Row extends QueryResultRow>(statement: Statement): Promise<QueryResult<Row>> => {
      if (!open) return Promise.reject(new Error('A statement was sent to a transaction that has ended'))
      return send<Row>(client, statement)
    },
  }
  let result: T
  try {
    result = await work(tx)
    await begun
  } catch (error) {
    open = false
    await rollBack(client, error)
    throw error instanceof DatabaseUnavailable ? new DatabaseUnavailable(false, error.cause) : error
  }
  open = false
  await commit(client)
  return result
}

async function rollBack(client: PoolClient, reason: unknown): Promise<void> {
  if (reason instanceof DatabaseUnavailable) return
  try {
    await send(client, 'rollback')
  } catch {
    // the transaction ends with its connection, and the reason of the rollback is what the caller must see
    throw new ClientUnusable(reason)
  }
}

async function commit(client: PoolClient): Promise<void> {
  const { command } = await send(client, 'commit')
  // PostgreSQL answers COMMIT with ROLLBACK if a statement failed, and says nothing else
  if (command === 'ROLLBACK') {
    throw new Error('Nothing was committed: a statement of the transaction failed and its error was ignored')
  }
}

/**
 * Sends statements as one transaction in a single round trip. Nothing is applied unless all succeed.
 * For the hot path; deadlocks are the caller's to retry (`transaction` retries by itself).
 */
export function sendBatch(db: Database, statements: readonly Statement[]): Promise<QueryResult[]> {
  return db.withClient(async (client) => {
    const sent = ['begin', ...statements, 'commit'].map((statement) => send(client, statement))
    const settled = await Promise.allSettled(sent)
    const failed = settled.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return settled.slice(1, -1).map((outcome) => (outcome as PromiseFulfilledResult<QueryResult>).value)
  })
}
