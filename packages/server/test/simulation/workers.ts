/**
 * The engines that share one database, and calls to them.
 *
 * Owns: starting them, crashing them on order, asking again after a crash under the same key, as a client does.
 * Does not own: what is asked. Invariant: a call answers what became of it; an answer of 500 fails the run.
 */
import type { Clock } from '../../src/clock.ts'
import { createLogger } from '../../src/logger.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { Answer, TestServer } from '../support/server.ts'
import { openPool } from '../../src/store/database/pool.ts'
import { openFaultyDatabase } from './faulty-database.ts'
import type { Cut, FaultyDatabase } from './faulty-database.ts'

export interface Worker {
  server: TestServer
  faults: FaultyDatabase
}

export interface Workers {
  readonly count: number
  call(request: Request): Promise<Answer>
  crash(worker: number, cut: Cut): void
  calm(): void
  cuts(): number
  /** Errors in the log of which no cut connection is the cause. */
  readonly errors: string[]
  stop(): Promise<void>
}

export interface Request {
  worker: number
  method: string
  path: string
  body?: object | undefined
  /** Idempotency-Key. */
  key?: string | undefined
}

export interface WorkersOptions {
  database: TestDatabase
  count: number
  clock: Clock
  simulator: { url: string; key: string }
  rewrite?: ((text: string) => string) | undefined
}

/** A bug answers 500; a crash 503, and is asked again. */
export class WorkerFailure extends Error {}

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const workers: Worker[] = []
  const errors: string[] = []
  const pools: { close(): Promise<void> }[] = []
  for (let index = 0; index < options.count; index += 1) {
    const pool = openPool({ ...options.database.connection, max: 8 })
    pools.push(pool)
    workers.push(await startWorker(pool, options, errors))
  }
  const key = (workers[0] as Worker).server.secretKey
  return {
    count: workers.length,
    errors,
    call: (request) => ask(workers, key, request),
    crash: (worker, cut) => workerAt(workers, worker).faults.order(cut),
    calm() {
      for (const { faults } of workers) faults.calm()
    },
    cuts: () => workers.reduce((sum, { faults }) => sum + faults.cuts, 0),
    async stop() {
      for (const { faults } of workers) faults.calm()
      await Promise.all(workers.map(({ server }) => server.stop()))
      await Promise.all(pools.map((pool) => pool.close()))
    },
  }
}

async function startWorker(
  pool: ReturnType<typeof openPool>,
  options: WorkersOptions,
  errors: string[],
): Promise<Worker> {
  const faults = openFaultyDatabase(pool, options.rewrite)
  const { url, key } = options.simulator
  const settings = { TOLLKEEPER_SIMULATOR_URL: url, TOLLKEEPER_SIMULATOR_KEY: key }
  const server = await startTestServer({
    db: faults.db,
    clock: options.clock,
    logger: createLogger({ level: 'error', destination: { write: (line) => note(line, errors) } }),
    payments: { settings },
    checkAnswers: true,
  })
  return { server, faults }
}

function note(line: string, errors: string[]): void {
  const { msg, err } = JSON.parse(line) as { msg: string; err?: { type: string; stack: string } }
  if (err?.type !== 'DatabaseUnavailable') errors.push(`${msg}: ${err?.stack ?? line}`)
}

const workerAt = (workers: readonly Worker[], index: number) => workers[index % workers.length] as Worker

const MOST_ATTEMPTS = 60

async function ask(
  workers: readonly Worker[],
  secret: string,
  { worker, method, path, body, key }: Request,
): Promise<Answer> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  for (let attempt = 1; ; attempt += 1) {
    // whoever was cut off asks another one
    const { server } = workerAt(workers, worker + attempt - 1)
    const answer = await server.request(method, path, { key: secret, body, headers })
    const again =
      answer.status === 503 || (answer.status === 409 && answer.body?.code === 'idempotency_key_in_flight')
    if (!again) {
      if (answer.status >= 500)
        throw new WorkerFailure(`${method} ${path} ${JSON.stringify(body)}: ${answer.text}`)
      return answer
    }
    if (attempt >= MOST_ATTEMPTS)
      throw new WorkerFailure(`${method} ${path} is still refused: ${answer.text}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
