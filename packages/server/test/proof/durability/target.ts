/**
 * What is killed: `tollkeeper serve` on its embedded database, with everything that makes an answer durable left on.
 *
 * Owns: the processes and the data directory. Does not own: what is asked of them.
 * Invariant: every start is the product's own; nothing here repairs anything. `stop` leaves no process behind.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findRunningEmbedded } from '../../../src/store/database/embedded.ts'
import { type Database, openPool } from '../../../src/store/database/pool.ts'
import { killProcess, processesOf } from './processes.ts'

export type Victim = 'server' | 'database' | 'one process of the database' | 'both'
export const victims: Victim[] = ['server', 'database', 'both', 'one process of the database']

export interface Target {
  readonly home: string
  /** Of the server that runs now. */
  readonly url: string
  readonly secretKey: string
  readonly isServing: boolean
  /** How many times something was killed. */
  readonly kills: number
  /** SIGKILL. `choose` picks among the processes of the database and says whether it goes first. */
  kill(victim: Victim, choose: (count: number) => number): Promise<void>
  /** Starts the server. `until` ends the attempt early, before the server listens. */
  start(until?: Promise<void>): Promise<void>
  /** SIGTERM and its exit code. */
  end(): Promise<number | null>
  /** Straight into the tables. The caller closes it. */
  openDatabase(): Promise<Database>
  /** The end of what the server and the database logged. */
  logs(): string
  stop(): Promise<void>
}

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const unlimited = Object.fromEntries(
  ['USAGE', 'QUOTA', 'READ', 'WRITE'].map((name) => [`TOLLKEEPER_RATE_LIMIT_${name}`, '100000000']),
)

export async function startTarget(): Promise<Target> {
  const home = mkdtempSync(join(tmpdir(), 'tollkeeper-durability-'))
  const dataDirectory = join(home, 'data')
  const cluster = join(dataDirectory, 'postgres')
  const environment = environmentFor(dataDirectory)
  const server = createServer(environment, join(home, 'server.log'))
  let kills = 0

  async function kill(victim: Victim, choose: (count: number) => number): Promise<void> {
    kills += 1
    const postgres = processesOf(cluster)
    const one = postgres.slice(choose(postgres.length)).slice(0, 1)
    const killDatabase = () =>
      (victim === 'one process of the database' ? one : postgres).forEach(killProcess)
    if (victim === 'both' && choose(2) === 0) killDatabase()
    if (victim === 'server' || victim === 'both') server.kill()
    if (victim !== 'server') killDatabase()
    if (victim === 'server' || victim === 'both') await server.end('SIGKILL')
  }

  const killAll = () => {
    server.kill()
    processesOf(cluster).forEach(killProcess)
  }
  process.once('exit', killAll)
  await server.start()
  return {
    home,
    secretKey: makeKey(environment),
    get url() {
      return server.url
    },
    get isServing() {
      return server.isServing
    },
    get kills() {
      return kills
    },
    kill,
    start: (until) => server.start(until),
    end: () => server.end('SIGTERM'),
    async openDatabase() {
      const connection = await findRunningEmbedded(dataDirectory)
      if (connection === undefined) throw new Error('Nobody runs the embedded database')
      return openPool({ ...connection, max: 2 })
    },
    logs: () => [join(home, 'server.log'), join(dataDirectory, 'postgres.log')].map(lastLines).join('\n'),
    async stop() {
      if (server.isServing) await server.end('SIGTERM')
      killAll()
      process.off('exit', killAll)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function environmentFor(dataDirectory: string): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...inherited } = process.env
  const own = { NODE_OPTIONS: '', PORT: '0', TOLLKEEPER_DATA_DIR: dataDirectory, TOLLKEEPER_LOG: 'warn' }
  return { ...inherited, ...unlimited, ...own }
}

function makeKey(environment: NodeJS.ProcessEnv): string {
  const made = execFileSync(process.execPath, [main, 'keys', 'create', '--json', '--name', 'witness'], {
    env: environment,
    encoding: 'utf8',
  })
  return (JSON.parse(made) as { secret: string }).secret
}

function createServer(environment: NodeJS.ProcessEnv, logFile: string) {
  let child: ChildProcess | undefined
  let ended: Promise<unknown[]> = Promise.resolve([null])
  let url = ''
  return {
    get url() {
      return url
    },
    get isServing() {
      return child !== undefined && child.exitCode === null && child.signalCode === null
    },
    async start(until?: Promise<void>): Promise<void> {
      const log = openSync(logFile, 'a')
      child = spawn(process.execPath, [main, 'serve'], { env: environment, stdio: ['ignore', 'pipe', log] })
      closeSync(log)
      // not `exit`: its last lines are read then
      ended = once(child, 'close')
      const gone = ended.then(([code]) => {
        throw new Error(`The server ended with ${String(code)} before it listened`)
      })
      gone.catch(() => {})
      const found = await Promise.race([
        addressOf(child, logFile),
        gone,
        ...(until === undefined ? [] : [until]),
      ])
      if (found !== undefined) url = found
    },
    kill: () => void child?.kill('SIGKILL'),
    async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
      child?.kill(signal)
      return (await ended)[0] as number | null
    },
  }
}

/** The server logs to its standard output, where it also says where it listens. */
function addressOf(child: ChildProcess, logFile: string): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      appendFileSync(logFile, `${line}\n`)
      const address = /listens on (http\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}

function lastLines(file: string): string {
  try {
    return `${file}\n${readFileSync(file, 'utf8').split('\n').slice(-25).join('\n')}`
  } catch {
    return `${file} can't be read`
  }
}
