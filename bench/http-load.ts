/**
 * Starting what HTTP figures need, each in a process of its own: servers of ours, the limit's server, the generator
 * of the load.
 *
 * Invariant: what is started here ends with `close`, and with this process.
 */
import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SeededDatabase } from './room.ts'
import { environment } from './seed.ts'

export interface Load {
  kind: 'consume' | 'check' | 'events'
  /** Connections are spread evenly over them. */
  servers: string[]
  secretKey: string
  connections: number
  milliseconds: number
  customers: number
  /** Part of all calls that is for one customer. */
  hotShare: number
  /** Each server is asked for each customer once, instead of for random ones for a time. */
  everyone?: boolean
}

export interface LoadReport {
  usesPerSecond: number
  p99: number
}

export interface RunningServer {
  url: string
  close(): Promise<void>
}

const commandLine = join(import.meta.dirname, '..', '..', 'packages', 'server', 'dist', 'cli', 'main.js')

export function openGenerator(): { run(load: Load): Promise<LoadReport>; close(): Promise<void> } {
  const child = fork(join(import.meta.dirname, 'load-generator.js'))
  endWithUs(child)
  return {
    async run(load) {
      child.send(load)
      const [message] = (await once(child, 'message')) as [{ report: LoadReport } | { failure: string }]
      if ('failure' in message) throw new Error(message.failure)
      return message.report
    },
    close: () => end(child),
  }
}

/** Our server, as `tollkeeper serve` starts it. */
export function startServer(database: SeededDatabase): Promise<RunningServer> {
  const child = spawn(process.execPath, [commandLine, 'serve'], {
    env: settingsFor(database),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return addressOf(child)
}

/** The limit's: the same authentication, validation and serialisation, and nothing behind them. */
export function startLimitServer(database: SeededDatabase): Promise<RunningServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'limit-server.js')], {
    env: settingsFor(database),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return addressOf(child)
}

export async function createSecretKey(database: SeededDatabase): Promise<string> {
  const words = ['keys', 'create', '--json', '--environment', environment.name, '--name', 'bench']
  const child = spawn(process.execPath, [commandLine, ...words], {
    env: settingsFor(database),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await once(child, 'close')
  return (JSON.parse(output) as { secret: string }).secret
}

const settingsFor = (database: SeededDatabase) => ({
  ...process.env,
  DATABASE_URL: database.url,
  PORT: '0',
  NODE_ENV: 'production',
  TOLLKEEPER_LOG: 'error',
})

async function addressOf(child: ChildProcess): Promise<RunningServer> {
  endWithUs(child)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  for await (const line of lines) {
    const url = /https?:\/\/[^\s"]+/.exec(line)?.[0]
    if (url === undefined) continue
    child.stdout?.resume()
    return { url, close: () => end(child) }
  }
  throw new Error(`A server ended with code ${child.exitCode} before it listened.`)
}

function endWithUs(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
