/**
 * Is the process alive, can it serve, and what are its figures.
 *
 * Owns: /healthz, /readyz, /metrics. Invariant: /healthz touches nothing; /readyz never waits long for the database.
 */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import type { Metrics } from '../metrics.ts'
import { loadReadiness } from '../store/readiness.ts'

/** A heartbeat older than this means that no process runs the jobs. */
const HEARTBEAT_AGE_MS = 120_000
const ANSWER_WITHIN_MS = 3_000

export function registerHealth(
  app: FastifyInstance,
  options: { context: Context; metrics: Metrics; stopping: AbortSignal; stuckJobs: () => string[] },
): void {
  const { context, metrics, stopping, stuckJobs } = options
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const checks = await readiness(context)
    const stuck = stuckJobs()
    const sound = Object.values(checks).every((check) => check === 'ok' || check === 'none')
    const ready = !stopping.aborted && stuck.length === 0 && sound
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks, stuckJobs: stuck })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

type Check = 'ok' | 'none' | 'failing' | 'behind' | 'late'

/** `heartbeat: none` is a new installation whose jobs have not run yet. */
async function readiness(
  context: Context,
): Promise<{ database: Check; migrations: Check; heartbeat: Check }> {
  const found = await within(ANSWER_WITHIN_MS, loadReadiness(context.db)).catch(() => undefined)
  if (found === undefined) return { database: 'failing', migrations: 'failing', heartbeat: 'failing' }
  const { latestJobAt, migrated } = found
  const late = latestJobAt !== null && context.clock.now() - latestJobAt > HEARTBEAT_AGE_MS
  return {
    database: 'ok',
    migrations: migrated ? 'ok' : 'behind',
    heartbeat: latestJobAt === null ? 'none' : late ? 'late' : 'ok',
  }
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No answer in time')), milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
