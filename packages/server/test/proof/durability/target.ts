/**
 * What is killed: `tollkeeper serve` on its embedded database, with everything that makes an answer durable left on.
 *
 * Owns: the processes and the data directory. Does not own: what is asked of them.
 * Invariant: every start is the product's own; nothing here repairs anything. `stop` leaves no process behind.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findRunningEmbedded } from '../../../src/store/database/embedded.ts'
import { type Database, openPool } from '../../../src/store/database/pool.ts'

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
  const logFile = join(home, 'server.log')
  const { DATABASE_URL: _, ...inherited } = process.env
  const environment = {
    ...inherited,
    ...unlimited,
    NODE_OPTIONS: '',
    PORT: '0',
    TOLLKEEPER_DATA_DIR: dataDirectory,
    TOLLKEEPER_LOG: 'warn',
  }
  let child: ChildProcess | undefined
  let ended: Promise<unknown[]> = Promise.resolve([])
  let url = ''
  let secretKey = ''
  let kills = 0
  const cluster = join(dataDirectory, 'postgres')
  const isServing = () => child !== undefined && child.exitCode === null && child.signalCode === null

  async function start(until?: Promise<void>): Promise<void> {
    const log = openSync(logFile, 'a')
    child = spawn(process.execPath, [main, 'serve'], { env: environment, stdio: ['ignore', 'pipe', log] })
    closeSync(log)
    ended = once(child, 'exit')
    const address = addressOf(child)
    const gone = ended.then(([code]) => {
      throw new Error(`The server ended with ${code} before it listened`)
    })
    gone.catch(() => {})
    const found = await Promise.race([address, gone, ...(until === undefined ? [] : [until])])
    if (found !== undefined) url = found
  }

  async function kill(victim: Victim, choose: (count: number) => number): Promise<void> {
    kills += 1
    const postgres = processesOf(cluster)
    const dead =
      victim === 'one process of the database'
        ? postgres.slice(0).splice(choose(postgres.length), 1)
        : postgres
    const killServer = () => child?.kill('SIGKILL')
    const killDatabase = () => dead.forEach(killProcess)
    if (victim === 'server') killServer()
    else if (victim !== 'both') killDatabase()
    else for (const each of choose(2) === 0 ? [killServer, killDatabase] : [killDatabase, killServer]) each()
    if (victim === 'server' || victim === 'both') await ended
  }

  async function end(): Promise<number | null> {
    child?.kill('SIGTERM')
    return (await ended)[0] as number | null
  }

  const endAll = () => {
    child?.kill('SIGKILL')
    processesOf(cluster).forEach(killProcess)
  }
  process.once('exit', endAll)
  await start()
  const made = execFileSync(process.execPath, [main, 'keys', 'create', '--json', '--name', 'witness'], {
    env: environment,
    encoding: 'utf8',
  })
  secretKey = (JSON.parse(made) as { secret: string }).secret
  return {
    home,
    secretKey,
    get url() {
      return url
    },
    get isServing() {
      return isServing()
    },
    get kills() {
      return kills
    },
    kill,
    start,
    end,
    async openDatabase() {
      const connection = await findRunningEmbedded(dataDirectory)
      if (connection === undefined) throw new Error('Nobody runs the embedded database')
      return openPool({ ...connection, max: 2 })
    },
    logs: () => [logFile, join(dataDirectory, 'postgres.log')].map(lastLines).join('\n'),
    async stop() {
      if (isServing()) await end()
      endAll()
      process.off('exit', endAll)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const address = /https?:\/\/[^\s"]+/.exec(line)?.[0]
      if (address !== undefined) resolve(address)
    })
  })
}

/** The postmaster first, then its children as they are now. None when it doesn't run. */
function processesOf(cluster: string): number[] {
  const postmaster = postmasterOf(cluster)
  if (postmaster === undefined) return []
  const all = process.platform === 'linux' ? parentsFromProc() : parentsFromPs()
  return [postmaster, ...all.filter(([, parent]) => parent === postmaster).map(([pid]) => pid)]
}

function postmasterOf(cluster: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0])
    return worksIn(pid, realpathSync(cluster)) ? pid : undefined
  } catch {
    return undefined
  }
}

/** The number in a file that a killed server left behind may by now be a stranger's, who is not ours to kill. */
function worksIn(pid: number, cluster: string): boolean {
  if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === cluster
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster)
}

/** [process, its parent]; the dead that nobody has collected are left out. */
function parentsFromProc(): [number, number][] {
  return readdirSync('/proc').flatMap((entry): [number, number][] => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === 'Z' ? [] : [[Number(entry), Number(parent)]]
    } catch {
      // it ended meanwhile
      return []
    }
  })
}

function parentsFromPs(): [number, number][] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function lastLines(file: string): string {
  try {
    return `${file}\n${readFileSync(file, 'utf8').split('\n').slice(-25).join('\n')}`
  } catch {
    return `${file} can't be read`
  }
}
