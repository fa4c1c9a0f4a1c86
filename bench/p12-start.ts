import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startEmbedded } from '#server/store/database/embedded'
import { openClient } from '#server/store/database/pool'
import type { Benchmark } from './harness.ts'
import { dataDirectory } from './room.ts'

const repository = join(import.meta.dirname, '..', '..')
const directory = join(dataDirectory, 'prepared')
const customer = 'customer-1'

export const start: Benchmark = {
  id: 'P-12',
  ours: '`npm start` on a prepared directory to the first answered check',
  limit: 'starting PostgreSQL alone on it, to the first answered query',
  unit: 's',
  compare: 'difference',
  better: 'lower',
  floor: 4,
  goal: 1.5,
  async open() {
    rmSync(directory, { recursive: true, force: true })
    const prepared = await startProduct()
    const feature = await prepare(prepared)
    await prepared.stop()
    return {
      async measureOurs() {
        const begin = performance.now()
        const product = await startProduct()
        await product.ask('POST', '/v1/check', { customer, feature })
        const seconds = (performance.now() - begin) / 1000
        await product.stop()
        return seconds
      },
      measureLimit: startDatabaseAlone,
      close: async () => {},
    }
  },
}

async function startDatabaseAlone(): Promise<number> {
  const begin = performance.now()
  const database = await startEmbedded({ dataDirectory: directory })
  const client = await openClient(database.connection)
  await client.query('select count(*) from customer')
  const seconds = (performance.now() - begin) / 1000
  await client.end()
  await database.stop()
  return seconds
}

interface Product {
  ask(method: string, path: string, body: unknown): Promise<void>
  stop(): Promise<void>
}

/** Through npm, as a person does, until it takes connections. */
async function startProduct(): Promise<Product> {
  const port = await freePort()
  const child = spawn('npm', ['start'], {
    cwd: repository,
    env: { ...process.env, PORT: String(port), TOLLKEEPER_DATA_DIR: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
    // a group of its own, so that npm and what it started can be told to stop together
    detached: true,
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const stop = async () => {
    signalGroup(child, 'SIGTERM')
    // npm ends before what it started does
    while (signalGroup(child, 0)) await wait(20)
  }
  const url = `http://127.0.0.1:${port}`
  await untilAnswered(`${url}/healthz`, () => {
    if (child.exitCode !== null)
      throw new Error(`npm start ended with code ${child.exitCode}:\n${complaints}`)
  })
  // the very first start writes its keys down after it listens
  while (!existsSync(credentials)) await wait(10)
  return {
    async ask(method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${secretKey()}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    },
    stop,
  }
}

/** A catalog with one meter, and a customer who may use it. */
async function prepare({ ask }: Product): Promise<string> {
  const feature = 'calls'
  const features = { [feature]: { kind: 'meter' } }
  const plans = { free: { allowances: { [feature]: 1_000 } } }
  await ask('PUT', '/v1/catalog', { features, plans, fallbackPlan: 'free' })
  await ask('PUT', `/v1/customers/${customer}`, {})
  await ask('POST', '/v1/check', { customer, feature })
  return feature
}

const credentials = join(directory, 'credentials.json')
const secretKey = (): string =>
  (JSON.parse(readFileSync(credentials, 'utf8')) as { secretKey: string }).secretKey

/** @returns whether anybody of the group is still there */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-(child.pid as number), signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function untilAnswered(url: string, check: () => void): Promise<void> {
  for (;;) {
    check()
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    await wait(10)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
