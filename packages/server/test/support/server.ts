/**
 * Real servers for tests: in this process, or in one of their own.
 *
 * Owns: starting and ending them, a secret key to ask with. Does not own: the database (`database.ts`).
 * Invariant: what is started here ends with `stop`; a spawned process never outlives the test run.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { createEngine } from '../../src/engine.ts'
import type { Engine, EngineOptions } from '../../src/engine.ts'
import { silentLogger } from '../../src/logger.ts'
import { createKey } from '../../src/operations/keys/create.ts'
import type { NewKey } from '../../src/operations/keys/create.ts'
import type { Database } from '../../src/store/database/pool.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { loadEnvironment } from '../../src/store/installation.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
export type Answer<Body = any> = {
  status: number
  headers: Headers
  body: Body
  text: string
  /** Of a file. */
  bytes: Uint8Array
}

export type Call = {
  key?: string
  body?: unknown
  headers?: Record<string, string>
}

export type TestServer = {
  readonly url: string
  /** A secret key of the test environment. */
  readonly secretKey: string
  readonly engine: Engine
  /** `request('POST', '/v1/keys', { body })`, with `secretKey` unless told. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  request<Body = any>(method: string, path: string, call?: Call): Promise<Answer<Body>>
  /** Another key. */
  createKey(key: Partial<NewKey> & { mode?: 'test' | 'live' }): Promise<{ id: string; secret: string }>
  stop(): Promise<void>
}

/**
 * The whole engine in this process, on a database of `createTestDatabase()`. Answers are checked against the contract.
 *
 * @example
 * const database = await createTestDatabase()
 * const server = await startTestServer({ db: database.db })
 * const { status, body } = await server.request('PUT', '/v1/customers/acme', { body: {} })
 * await server.stop()
 * await database.close()
 */
export async function startTestServer(
  options: EngineOptions & ({ db: Database } | { databaseUrl: string }),
): Promise<TestServer> {
  const engine = await createEngine({ logger: silentLogger, checkAnswers: true, ...options })
  const url = await engine.start({ port: 0 })
  const make = (key: Parameters<TestServer['createKey']>[0]) => createTestKey(engine, key)
  const { secret: secretKey } = await make({})
  return {
    url,
    secretKey,
    engine,
    request: requester(url, secretKey),
    createKey: make,
    stop: () => engine.stop(),
  }
}

async function createTestKey(
  { context }: Engine,
  { mode = 'test', ...given }: Partial<NewKey> & { mode?: 'test' | 'live' },
): Promise<{ id: string; secret: string }> {
  return transaction(context.db, async (tx) => {
    const environment = await loadEnvironment(tx, mode === 'test' ? 1 : 2)
    const ctx = { ...context, tx, environment, actor: 'test' }
    const command = {
      kind: 'secret' as const,
      name: 'test',
      scopes: [],
      expiresAt: Infinity,
      rateLimits: {},
      ...given,
    }
    const { key, secret } = await createKey(ctx, null, command)
    return { id: key.id, secret }
  })
}

/** Sends requests; a string or Buffer goes out as it is, anything else as JSON. */
export function requester(url: string, secretKey: string): TestServer['request'] {
  return async (method, path, { key = secretKey, body, headers = {} } = {}) => {
    const all: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` }
    if (body !== undefined) all['content-type'] = 'application/json'
    const response = await fetch(url + path, {
      method,
      headers: { ...all, ...headers },
      body:
        body === undefined || typeof body === 'string' ? (body as string | undefined) : JSON.stringify(body),
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    const text = new TextDecoder().decode(bytes)
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      bytes,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }
}

export type SpawnedServer = {
  readonly url: string
  readonly secretKey: string
  readonly process: ChildProcess
  request: TestServer['request']
  /** SIGKILL: no time to finish anything. Resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM, and waits for its clean end. Answers the exit code. */
  stop(): Promise<number | null>
}

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/**
 * `tollkeeper serve` in a process of its own (the built code: run `tsc -b packages/server` after a change).
 *
 * @example const server = await spawnServer({ databaseUrl: database.url })
 */
export async function spawnServer(options: {
  databaseUrl: string
  port?: number
  environment?: Record<string, string>
  /** One that is made already: making one takes a process of its own. */
  secretKey?: string | undefined
}): Promise<SpawnedServer> {
  const settings = {
    ...process.env,
    NODE_OPTIONS: '',
    DATABASE_URL: options.databaseUrl,
    PORT: String(options.port ?? 0),
    TOLLKEEPER_LOG: 'error',
    ...options.environment,
  }
  const secretKey = options.secretKey ?? (await makeKey(settings))
  const child = spawn(process.execPath, [main, 'serve'], {
    env: settings,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit') as Promise<[number | null]>
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  ended.then(() => process.off('exit', end)).catch(() => {})
  const url = await addressOf(child, ended)
  return {
    url,
    secretKey,
    process: child,
    request: requester(url, secretKey),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      return (await ended)[0]
    },
  }
}

async function addressOf(child: ChildProcess, ended: Promise<[number | null]>): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const found = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const address = /https?:\/\/[^\s"]+/.exec(line)?.[0]
      if (address !== undefined) resolve(address)
    })
  })
  const early = ended.then(([code]) => {
    throw new Error(`The server ended with code ${code} before it listened`)
  })
  early.catch(() => {})
  return Promise.race([found, early])
}

async function makeKey(settings: Record<string, string | undefined>): Promise<string> {
  const made = await run(['keys', 'create', '--json', '--name', 'test'], settings)
  return (JSON.parse(made) as { secret: string }).secret
}

async function run(args: string[], environment: Record<string, string | undefined>): Promise<string> {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`tollkeeper ${args.join(' ')} ended with code ${code}`)
  return output
}
