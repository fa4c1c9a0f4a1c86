/**
 * The pool: how the product talks to PostgreSQL.
 *
 * Owns: connections, how values are read (times are epoch milliseconds, int8 is an exact number), the loss of a
 * connection as `DatabaseUnavailable`. Does not own: transactions (`transaction.ts`), where the database comes from
 * (`embedded.ts`, `external.ts`), and any statement.
 * Invariant: a client never goes back into the pool with a broken connection or inside a transaction, and no
 * connection error is ever thrown at the process.
 */
import pg from 'pg'
import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import { DatabaseUnavailable, isConnectionLoss, isShortage } from './errors.ts'
import { typeParsers } from './type-parsers.ts'

/** Where a database is: a URL, or a host (a folder for a Unix socket) with the rest. */
export type ConnectionSettings =
  | { connectionString: string }
  | { host: string; port: number; user: string; password?: string; database: string }

export type PoolOptions = ConnectionSettings & {
  /** Most connections at once. Default 10. */
  max?: number
  /** Send statements without waiting for the answers of earlier ones. Default true. COPY and cursors need false. */
  pipeline?: boolean
  /** How long to wait for a connection, in milliseconds. Default 10 000. */
  connectionTimeoutMillis?: number
  /** Told of each connection lost while nobody was using it. */
  onConnectionLost?: (error: Error) => void
}

/**
 * A statement about customers that is the same text for one as for many, so that those of several customers can be sent
 * as one (`gather.ts`). Its parameters are made from the items of all of them.
 */
export type CustomerStatement<Item extends { customer: number } = { customer: number }> = {
  readonly name: string
  readonly text: string
  /** Whom or what it is about. Rows of the answer name their `customer`. None: the answer is the same for everybody. */
  readonly items: readonly Item[]
  values(items: readonly Item[]): readonly unknown[]
  readonly rowMode?: undefined
}

/** A `sql` template, a named statement, one about customers, or plain text without parameters. */
export type Statement =
  | string
  | CustomerStatement
  | {
      readonly text: string
      readonly values?: readonly unknown[]
      readonly name?: string
      readonly rowMode?: 'array'
    }

/** Anything statements can be sent to: the pool (each statement alone) or a transaction. */
export type Queryable = {
  query<Row extends QueryResultRow = QueryResultRow>(statement: Statement): Promise<QueryResult<Row>>
}

/** An open transaction; see `transaction`. Statements go out in the order they are given, without waiting for each other. */
export type Transaction = Queryable & { readonly inTransaction: true }

export type Database = Queryable & {
  /** Takes a client out of the pool for `use`, and puts it back (or destroys it, if its connection broke). */
  withClient<T>(use: (client: PoolClient) => Promise<T>): Promise<T>
  /** `shortages` only grows: how often the database could serve nobody (`isShortage`). */
  counts(): { total: number; idle: number; waiting: number; shortages: number }
  readonly connection: ConnectionSettings
  /** Another pool to the same database, for those who must not wait behind the users of this one. It is theirs to close. */
  another(max: number): Database
  /** Waits for what is under way, then closes all connections. */
  close(): Promise<void>
}

const sessionOptions = '-c TimeZone=UTC -c DateStyle=ISO'

/** The driver's settings for our connections; also for a single client (LISTEN, COPY). */
function clientConfig(connection: ConnectionSettings): pg.ClientConfig {
  return {
    ...addressOf(connection),
    application_name: 'tollkeeper',
    options: sessionOptions,
    keepAlive: true,
    types: typeParsers as unknown as pg.CustomTypesConfig,
  }
}

function addressOf(connection: ConnectionSettings): pg.ClientConfig {
  if ('connectionString' in connection)
    return { connectionString: withSessionOptions(connection.connectionString) }
  const { host, port, user, password, database } = connection
  // without a password the driver would look into ~/.pgpass and complain
  return { host, port, user, password: password ?? 'none', database, ssl: false }
}

/** Options in a URL replace the ones given beside it, so ours are added to them. */
function withSessionOptions(connectionString: string): string {
  if (!/[?&]options=/.test(connectionString) || !URL.canParse(connectionString)) return connectionString
  const url = new URL(connectionString)
  url.searchParams.set('options', `${url.searchParams.get('options')} ${sessionOptions}`)
  return url.href
}

function connectionOf(options: PoolOptions): ConnectionSettings {
  if ('connectionString' in options) return { connectionString: options.connectionString }
  const { host, port, user, password, database } = options
  return { host, port, user, password, database }
}

/**
 * Opens a pool. Nothing is connected until the first statement.
 *
 * @example
 * const db = openPool({ connectionString: 'postgres://localhost/tollkeeper', max: 20 })
 * const { rows } = await db.query(sql`select id from customers where environment = ${environment}`)
 * await db.close()
 */
export function openPool(options: PoolOptions): Database {
  const connection = connectionOf(options)
  const pool = new pg.Pool({
    ...clientConfig(connection),
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectionTimeoutMillis ?? 10_000,
    idleTimeoutMillis: 30_000,
    ...({ pipeline: options.pipeline ?? true } as object),
  })
  // a client that is in use has no listener of the pool's own: without this one a lost connection ends the process
  const broken = new WeakSet<PoolClient>()
  pool.on('connect', (client) => client.on('error', () => broken.add(client)))
  // closing has sent each server process its end and doesn't wait for it: one that is cut off meanwhile is no news
  let closing = false
  pool.on('error', (error) => {
    if (!closing) options.onConnectionLost?.(error)
  })

  let shortages = 0
  async function withClient<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      throw isConnectionLoss(error) ? new DatabaseUnavailable(false, error) : error
    })
    let lost = true
    try {
      const result = await use(client)
      lost = false
      return result
    } catch (error) {
      lost = isLoss(error) || error instanceof ClientUnusable
      if (error instanceof DatabaseUnavailable && isShortage(error.cause)) shortages += 1
      throw error instanceof ClientUnusable ? error.cause : error
    } finally {
      client.release(lost || broken.has(client))
    }
  }

  return {
    connection,
    withClient,
    query: (statement) => withClient((client) => send(client, statement)),
    another: (max) => openPool({ ...connection, max }),
    counts: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      shortages,
    }),
    close() {
      closing = true
      return pool.end()
    },
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || isConnectionLoss(error)
}

/** Thrown inside `withClient` to have the client destroyed; the caller gets `cause`. */
export class ClientUnusable extends Error {
  constructor(cause: unknown) {
    super('The connection cannot be used again', { cause })
  }
}

/** Sends one statement to one client. The loss of the connection, or a shortage, becomes `DatabaseUnavailable`. */
export async function send<Row extends QueryResultRow>(
  client: pg.ClientBase,
  statement: Statement,
): Promise<QueryResult<Row>> {
  try {
    // a template's `text` and `values` are getters of its class, which the driver copies by spreading: read them here
    return await client.query<Row>(typeof statement === 'string' ? statement : configOf(statement))
  } catch (error) {
    if (isConnectionLoss(error)) throw new DatabaseUnavailable(true, error)
    throw isShortage(error) ? new DatabaseUnavailable(false, error) : error
  }
}

function configOf(statement: Exclude<Statement, string>): QueryConfig {
  const { text, name, rowMode } = statement
  const values = 'items' in statement ? statement.values(statement.items) : statement.values
  return { text, values: values as unknown[] | undefined, name, rowMode } as QueryConfig
}

/** Opens one connection outside of any pool, for LISTEN or COPY. The caller ends it. */
export async function openClient(connection: ConnectionSettings): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(connection))
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    throw isConnectionLoss(error) ? new DatabaseUnavailable(false, error) : error
  }
}
