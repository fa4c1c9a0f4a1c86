/**
 * An engine to try things on: the one that TOLLKEEPER_URL and TOLLKEEPER_KEY name, or one of the example's own.
 *
 * Owns: starting it in a temporary directory, and leaving nothing behind. Invariant: it ends with this process.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface OpenEngine {
  url: string
  secretKey: string
  /** What to tell the reader about where this runs. */
  where: string
  close(): Promise<void>
}

/** @throws Error when only one of the two settings is there, or the engine doesn't start */
export async function openEngine(environment: NodeJS.ProcessEnv = process.env): Promise<OpenEngine> {
  const { TOLLKEEPER_URL: url, TOLLKEEPER_KEY: secretKey } = environment
  if (url && secretKey) return { url, secretKey, where: `on the engine at ${url}`, close: async () => {} }
  if (url || secretKey) throw new Error('Set both TOLLKEEPER_URL and TOLLKEEPER_KEY, or neither.')
  return startOwnEngine(environment)
}

async function startOwnEngine(environment: NodeJS.ProcessEnv): Promise<OpenEngine> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tollkeeper-example-'))
  const main = fileURLToPath(new URL('cli/main.js', import.meta.resolve('tollkeeper')))
  const child = spawn(process.execPath, [main, 'dev'], {
    env: {
      ...environment,
      PORT: '0',
      TOLLKEEPER_DATA_DIR: dataDirectory,
      TOLLKEEPER_DEMO: 'off',
      DATABASE_URL: '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = () => void child.kill('SIGTERM')
  process.once('exit', end)
  const close = async () => {
    process.off('exit', end)
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    await rm(dataDirectory, { recursive: true, force: true })
  }
  try {
    await untilItTellsItsKey(child)
    const text = await readFile(join(dataDirectory, 'credentials.json'), 'utf8')
    const { url, secretKey } = JSON.parse(text) as { url: string; secretKey: string }
    return { url, secretKey, where: 'on an engine of its own, in a temporary directory', close }
  } catch (error) {
    await close()
    throw error
  }
}

/** By then it listens, and the credentials are written down. */
function untilItTellsItsKey(child: ChildProcess): Promise<void> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('Test key')) resolve()
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The engine ended with code ${code} before it listened.`)))
  })
}
