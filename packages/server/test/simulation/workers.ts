/**
 * The engines that share one database, and calls to them: some in this process, some in processes of their own.
 *
 * Owns: asking again after a crash under the same key, as a client does; the door for webhooks; what was logged.
 * Does not own: what is asked. Invariant: a call answers what became of it; an answer of 500 fails the run.
 */
import type { Context } from '../../src/context.ts'
import { listEnvironments } from '../../src/operations/environment/list.ts'
import type { TestDatabase } from '../support/database.ts'
import type { Answer } from '../support/server.ts'
import { startCuttableEngine } from './cuttable-engine.ts'
import type { CuttableEngine } from './cuttable-engine.ts'
import type { Cut } from './faulty-database.ts'
import { openKillableEngine } from './killable-engine.ts'
import type { Kill, KillableEngine } from './killable-engine.ts'
import type { SimulatedClock } from './simulated-clock.ts'

export interface Workers {
  /** Of both kinds; those in this process come first. */
  readonly count: number
  /** What those in this process work with. */
  readonly contexts: readonly Context[]
  /** Of one that is not killed, for whoever asks by itself. */
  readonly address: { url: string; secretKey: string }
  call(request: Request): Promise<Answer>
  /** To each engine in this process: a connection of its is cut at one of the next writes. */
  crash(order: (worker: number) => Cut | null): void
  /** To each process. */
  kill(order: (process: number) => Kill | null): void
  /** What was ordered and has not struck is called off. */
  calm(): void
  /** Whoever was killed is started again, and all live by the same time. */
  revive(): Promise<void>
  /** Jobs in this process look now. */
  wake(): void
  readonly cuts: number
  readonly kills: number
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
  clock: SimulatedClock
  /** In this process, and beside it. */
  count: number
  processes: number
  simulator: { url: string; key: string }
  rewrite?: ((text: string) => string) | undefined
}

/** A bug answers 500; a crash 503 or nothing, and is asked again. */
export class WorkerFailure extends Error {}

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { database, clock } = options
  const errors: string[] = []
  const given = { database, clock, settings: settingsOf(options), onLog: noter(errors) }
  const engines: CuttableEngine[] = []
  while (engines.length < options.count)
    engines.push(await startCuttableEngine({ ...given, rewrite: options.rewrite }))
  const { server } = engines[0] as CuttableEngine
  const { secretKey } = server
  const processes = Array.from({ length: options.processes }, () =>
    openKillableEngine({ ...given, databaseUrl: database.url, secretKey }),
  )
  const revive = async () => {
    await Promise.all(processes.map((each) => each.revive()))
    await announce(server.engine.context, server.url)
  }
  await revive()
  return {
    count: engines.length + processes.length,
    contexts: engines.map((each) => each.server.engine.context),
    address: { url: server.url, secretKey },
    errors,
    revive,
    call: (request) =>
      askUntilAnswered((worker) => send(engines, processes, secretKey, worker, request), request),
    crash: (order) => engines.forEach(({ faults }, index) => faults.order(order(index))),
    kill: (order) => processes.forEach((each, index) => each.order(order(index))),
    calm() {
      for (const { faults } of engines) faults.order(null)
      for (const each of processes) each.order(null)
    },
    wake() {
      for (const { jobs } of engines) jobs.wake()
    },
    get cuts() {
      return engines.reduce((sum, { faults }) => sum + faults.cuts, 0)
    },
    get kills() {
      return processes.reduce((sum, { kills }) => sum + kills, 0)
    },
    async stop() {
      for (const { faults } of engines) faults.order(null)
      await Promise.all(processes.map((each) => each.stop()))
      await Promise.all(engines.map((each) => each.stop()))
    },
  }
}

/** A provider that doesn't answer is given up soon: its key tells later what came of it. */
const settingsOf = ({ simulator: { url, key } }: WorkersOptions): Record<string, string> => ({
  TOLLKEEPER_SIMULATOR_URL: url,
  TOLLKEEPER_SIMULATOR_KEY: key,
  TOLLKEEPER_SIMULATOR_TIMEOUT_MS: '700',
})

/** Webhooks come to one that is not killed, as they come to a name behind which somebody always answers. */
async function announce(context: Context, url: string): Promise<void> {
  const environments = await listEnvironments(context)
  await context.payments.announce(environments, (provider, { name }) => `${url}/webhooks/${provider}/${name}`)
}

interface LogLine {
  msg: string
  err?: { type: string; stack: string }
  /** Of a finding of the doctor. */
  check?: string
}

/** A connection was cut; an event came before what it is about. */
const PASSING = ['DatabaseUnavailable', 'NotYet']

const noter =
  (errors: string[]) =>
  (line: string): void => {
    if (line.trim() === '') return
    const { msg, err, check }: LogLine = line.startsWith('{') ? JSON.parse(line) : { msg: line }
    // by night the doctor may look right after a leap, when no job has worked for days: it is asked again when they have
    if (check !== undefined || PASSING.includes(err?.type ?? '')) return
    // deleted while an event of theirs was applied: it is applied once more, and knows
    if (err?.type === 'Refusal' && err.stack.includes('customer_deleted')) return
    errors.push(`${msg}: ${err?.stack ?? line.trim()}`)
  }

async function send(
  engines: readonly CuttableEngine[],
  processes: readonly KillableEngine[],
  secretKey: string,
  worker: number,
  { method, path, body, key }: Request,
): Promise<Answer | null> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  const index = worker % (engines.length + processes.length)
  const call = { key: secretKey, body, headers }
  const engine = engines[index]
  if (engine !== undefined) return engine.server.request(method, path, call)
  return (processes[index - engines.length] as KillableEngine).request(method, path, call)
}

const MOST_ATTEMPTS = 400
const PAUSE_MS = 15

async function askUntilAnswered(
  sendTo: (worker: number) => Promise<Answer | null>,
  { worker, method, path, body }: Request,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    // whoever was cut off asks another one
    const answer = await sendTo(worker + attempt - 1)
    const again =
      answer === null ||
      answer.status === 503 ||
      (answer.status === 409 && answer.body?.code === 'idempotency_key_in_flight')
    if (!again) {
      if (answer.status >= 500)
        throw new WorkerFailure(`${method} ${path} ${JSON.stringify(body)}: ${answer.text}`)
      return answer
    }
    if (attempt >= MOST_ATTEMPTS)
      throw new WorkerFailure(`${method} ${path} is still refused: ${answer?.text ?? 'nobody answers'}`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
