/**
 * Is the process alive, can it serve, and what are its figures.
 *
 * Owns: /healthz, /readyz, /metrics. Invariant: /healthz touches nothing; /readyz never waits long for the database.
 */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import type { Metrics } from '../metrics.ts'
import { createReadiness } from '../operations/readiness.ts'

export function registerHealth(
  app: FastifyInstance,
  options: { context: Context; metrics: Metrics; stopping: AbortSignal; stuckJobs: () => string[] },
): void {
  const { context, metrics, stopping, stuckJobs } = options
  const checkReadiness = createReadiness(context)
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const checks = await checkReadiness()
    const stuck = stuckJobs()
    const sound = Object.values(checks).every((check) => check === 'ok' || check === 'none')
    const ready = !stopping.aborted && stuck.length === 0 && sound
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks, stuckJobs: stuck })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}
