/**
 * The composition root: builds what the process has, and nothing runs before `start`.
 *
 * Owns: the order of building, starting and stopping. Does not own: what any part does.
 * Invariant: `stop` leaves nothing behind: requests under way are answered, streams end, jobs finish what they have
 * begun, then the database is let go.
 */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { webhookPath } from './api/payment-webhooks.ts'
import { createApp } from './api/server.ts'
import { openOutgoing } from './operations/deliveries/open.ts'
import type { DeliverySettings } from './operations/deliveries/open.ts'
import type { RateLimits } from './operations/rate-limits/limiter.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Context } from './context.ts'
import { startDecisions } from './jobs/decisions.ts'
import { staleJobs, startJobs } from './jobs/index.ts'
import type { Jobs } from './jobs/index.ts'
import { createLogger } from './logger.ts'
import type { Logger } from './logger.ts'
import type { Loop } from './loop.ts'
import { createMetrics } from './metrics.ts'
import type { Metrics } from './metrics.ts'
import { watchFigures } from './operations/analytics/watch-figures.ts'
import { createEventFeed } from './operations/events/feed.ts'
import { createRefusals } from './operations/usage/refusals.ts'
import { listEnvironments } from './operations/environment/list.ts'
import { createUsage } from './operations/usage/usage.ts'
import { DECLARED_RATES, type TaxProvider } from './domain/taxes/model.ts'
import { createPayments } from './providers/payments/index.ts'
import type { PaymentsOptions } from './providers/payments/index.ts'
import { createAskSite } from './providers/sites/ask-site.ts'
import { createCatalogCache } from './store/catalog-cache.ts'
import { findRunningEmbedded, startEmbedded } from './store/database/embedded.ts'
import { openExternal } from './store/database/external.ts'
import { migrate } from './store/database/migrate.ts'
import { openPool } from './store/database/pool.ts'
import type { Database } from './store/database/pool.ts'
import { ensureInstallation } from './store/installation.ts'

export { openApiDocument } from './api/openapi.ts'
export { DatabaseProblem } from './store/database/errors.ts'

export interface EngineOptions {
  /** A PostgreSQL of your own. Without it, and without `db`, the embedded one in `dataDirectory` is started. */
  databaseUrl?: string
  /** Where the embedded database lives. Default `.tollkeeper`. */
  dataDirectory?: string
  /** Beside a process that runs the embedded database of this directory: use the one it runs. */
  besideRunning?: boolean
  /** A pool that is open already; it is yours to close. */
  db?: Database
  /** Connections of the pool. Default 20. */
  connections?: number
  clock?: Clock
  logger?: Logger
  /** Requests a minute and key, by class. */
  rateLimits?: Partial<RateLimits>
  /** How money is moved. */
  payments?: PaymentsOptions
  /** Whoever knows the rates of taxes. Default: the catalog declares them. */
  taxes?: TaxProvider
  /** How webhooks and letters leave. */
  deliveries?: DeliverySettings
  /** How long a customer's own site may take to answer. Default 10 seconds. */
  siteTimeoutMs?: number
  /** Show the letters that are kept instead of sent at `/mailbox`, to everybody who can reach the server. */
  mailboxPage?: boolean
  /** Run the jobs in this process. Default true; some process must. */
  jobs?: boolean
  /** Check each answer against the contract; for tests. */
  checkAnswers?: boolean
}

const SITE_TIMEOUT_MS = 10_000
/** Connections that wait to be accepted: who comes with thousands at once is answered, be it with 503. The system may cap it. */
const BACKLOG = 16_384

export interface Engine {
  context: Context
  metrics: Metrics
  app: FastifyInstance
  /** Starts the jobs and listens. `port` 0 takes a free one. Answers the address, e.g. `http://127.0.0.1:4000`. */
  start(listen?: { host?: string; port?: number }): Promise<string>
  stop(): Promise<void>
}

interface OpenDatabase {
  db: Database
  close(): Promise<void>
}

/**
 * Opens the database, brings it up to date, and builds the engine on it.
 *
 * @throws DatabaseProblem with a remedy
 * @example
 * const engine = await createEngine({ dataDirectory: '.tollkeeper' })
 * const url = await engine.start({ port: 4000 })
 * await engine.stop()
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const logger = options.logger ?? createLogger()
  const clock = options.clock ?? systemClock
  const database = await openDatabase(options, logger)
  try {
    const { db } = database
    // given pools come migrated
    if (options.db === undefined) await migrate(db, { now: clock.now() })
    const { keyPepper } = await ensureInstallation(db, randomBytes(32), clock.now())
    const feed = createEventFeed({ db, logger })
    const payments = createPayments(options.payments ?? {}, {
      clock,
      seed: keyPepper,
      onError: (error) => logger.error({ err: error }, 'a payment provider in this process failed'),
    })
    const askSite = createAskSite({
      timeoutMs: options.siteTimeoutMs ?? SITE_TIMEOUT_MS,
      allowPrivate: options.deliveries?.allowPrivateWebhooks ?? false,
    })
    const { taxes = DECLARED_RATES } = options
    const catalogs = createCatalogCache(db)
    const parts = { db, clock, logger, catalogs, feed, payments, taxes, askSite, keyPepper }
    const served = { ...parts, refusals: createRefusals(parts) }
    const context: Context = { ...served, usage: createUsage(served) }
    const outgoing = openOutgoing(context, options.deliveries ?? {})
    const metrics = createMetrics(db)
    const { rateLimits, checkAnswers, mailboxPage } = options
    context.usage.onBatch(metrics.observeBatch)
    metrics.watch(watchFigures(context))
    let jobs: Jobs | undefined
    const stuckJobs = () => (jobs === undefined ? [] : staleJobs(jobs.health(), clock.now()))
    const { publicUrl } = outgoing
    const app = createApp({ context, metrics, rateLimits, checkAnswers, mailboxPage, stuckJobs, publicUrl })
    const beginJobs = () => {
      if (options.jobs ?? true) jobs = startJobs(context, { outgoing })
      return jobs
    }
    return assemble({ context, metrics, app, database, beginJobs })
  } catch (error) {
    await database.close()
    throw error
  }
}

function assemble(parts: {
  context: Context
  metrics: Metrics
  app: FastifyInstance
  database: OpenDatabase
  beginJobs: () => Jobs | undefined
}): Engine {
  const { context, metrics, app, database, beginJobs } = parts
  let jobs: Jobs | undefined
  let decisions: Loop | undefined
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await app.close()
    await context.usage.stop()
    await context.refusals.stop()
    await jobs?.stop()
    await decisions?.stop()
    await context.payments.stop()
    await context.feed.close()
    await database.close()
  }
  return {
    context,
    metrics,
    app,
    async start(listen = {}) {
      await context.payments.start()
      jobs = beginJobs()
      decisions = startDecisions(context)
      const { host = '127.0.0.1', port = 4000 } = listen
      const url = await app.listen({ host, port, backlog: BACKLOG })
      await announce(context, url)
      return url
    },
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

async function announce(context: Context, url: string): Promise<void> {
  await context.payments.announce(
    await listEnvironments(context),
    (provider, { name }) => url + webhookPath(provider, name),
  )
}

async function openDatabase(options: EngineOptions, logger: Logger): Promise<OpenDatabase> {
  const max = options.connections ?? 20
  const onConnectionLost = (error: Error) => logger.warn({ err: error }, 'a database connection was lost')
  if (options.db !== undefined) return { db: options.db, close: async () => {} }
  if (options.databaseUrl !== undefined) {
    const db = await openExternal({ connectionString: options.databaseUrl, max, onConnectionLost })
    return { db, close: () => db.close() }
  }
  const { dataDirectory = '.tollkeeper', besideRunning = false } = options
  const running = besideRunning ? await findRunningEmbedded(dataDirectory) : undefined
  if (running !== undefined) {
    const db = openPool({ ...running, max, onConnectionLost })
    return { db, close: () => db.close() }
  }
  const embedded = await startEmbedded({ dataDirectory, logger })
  const db = openPool({ ...embedded.connection, max, onConnectionLost })
  return {
    db,
    async close() {
      await db.close()
      await embedded.stop()
    },
  }
}
