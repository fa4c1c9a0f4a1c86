/**
 * A worker in this process: its connections are cut between two writes on order, and its jobs look when they are told.
 *
 * Owns: starting it on a faulty database. Does not own: the cuts (`faulty-database.ts`).
 */
import type { Clock } from '../../src/clock.ts'
import { startJobs } from '../../src/jobs/index.ts'
import type { Jobs } from '../../src/jobs/index.ts'
import { createLogger } from '../../src/logger.ts'
import { openOutgoing } from '../../src/operations/deliveries/open.ts'
import { openPool } from '../../src/store/database/pool.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { openFaultyDatabase } from './faulty-database.ts'
import type { FaultyDatabase } from './faulty-database.ts'

/** Many engines that look for work all the time keep each other from working; these are woken. */
const SLOWLY = { leastEveryMs: 1_000, sequencerEveryMs: 1_000 }

export interface CuttableEngine {
  server: TestServer
  faults: FaultyDatabase
  jobs: Jobs
  stop(): Promise<void>
}

export interface CuttableEngineOptions {
  database: TestDatabase
  clock: Clock
  settings: Record<string, string>
  rewrite?: ((text: string) => string) | undefined
  onLog(line: string): void
}

/** Whoever is asked or told lives on this machine, and is given up soon. */
const deliveries = { allowPrivateWebhooks: true, timeoutMs: 700 }
const siteTimeoutMs = 700

export async function startCuttableEngine(options: CuttableEngineOptions): Promise<CuttableEngine> {
  const { database, clock, settings, rewrite, onLog } = options
  const pool = openPool({ ...database.connection, max: 8 })
  const faults = openFaultyDatabase(pool, rewrite)
  const server = await startTestServer({
    db: faults.db,
    clock,
    logger: createLogger({ level: 'error', destination: { write: onLog } }),
    payments: { settings },
    deliveries,
    siteTimeoutMs,
    checkAnswers: true,
    // ours, so that they can be woken
    jobs: false,
  })
  const { context } = server.engine
  const jobs = startJobs(context, { outgoing: openOutgoing(context, deliveries), ...SLOWLY })
  return {
    server,
    faults,
    jobs,
    async stop() {
      await jobs.stop()
      await server.stop()
      await pool.close()
    },
  }
}
