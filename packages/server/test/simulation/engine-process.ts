/**
 * An engine in a process of its own, that can be killed at any moment and started again.
 *
 * Owns: the process, and its copy of the time. Does not own: what is asked of it.
 * Invariant: what is started here is gone after `stop`.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { requester } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import type { SimulatedClock } from './simulated-clock.ts'

const file = fileURLToPath(new URL('engine-process.mjs', import.meta.url))

export interface EngineProcess {
  readonly url: string
  request: TestServer['request']
  /** Resolves when it lives by the simulation's time as it is now. */
  synchronise(): Promise<void>
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM, and waits for its clean end. */
  stop(): Promise<void>
}

export interface EngineProcessOptions {
  databaseUrl: string
  secretKey: string
  clock: SimulatedClock
  settings: Record<string, string>
  /** A line of its log. */
  onLog(line: string): void
}

export async function startEngineProcess(options: EngineProcessOptions): Promise<EngineProcess> {
  const { databaseUrl, clock, settings, onLog, secretKey } = options
  const child = fork(file, {
    execArgv: [],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      ...settings,
      DATABASE_URL: databaseUrl,
      OFFSET_MS: String(clock.offsetMs),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(child, 'exit')
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', onLog)
  const url = await told(child, (message) => message.url)
  const synchronise = async () => {
    while (child.connected) {
      const { offsetMs } = clock
      child.send({ offsetMs }, () => {})
      await told(child, (message) => (message.offsetMs === offsetMs ? 'yes' : undefined)).catch(() => {})
      if (offsetMs === clock.offsetMs) return
    }
  }
  const endLeaps = clock.onLeap(() => {
    if (child.connected) child.send({ offsetMs: clock.offsetMs }, () => {})
  })
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    endLeaps()
    child.kill(signal)
    await ended
  }
  await synchronise()
  return {
    url,
    request: requester(url, secretKey),
    synchronise,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

interface Told {
  url?: string
  offsetMs?: number
}

/** The first message that says it. @throws Error when the process ends before */
function told(child: ChildProcess, read: (message: Told) => string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const listen = (message: unknown) => {
      const found = read(message as Told)
      if (found === undefined) return
      child.off('message', listen)
      child.off('exit', fail)
      resolve(found)
    }
    const fail = (code: number | null) => reject(new Error(`An engine's process ended with ${String(code)}`))
    child.on('message', listen)
    child.once('exit', fail)
  })
}
