/**
 * The client: one object with the contract's nouns and calls, and the few calls that are friendlier than the wire.
 *
 * Owns: options and their defaults; making the calls out of the generated table. Does not own: how one is sent
 * (request.ts). Invariant: a call that isn't in the table can't be made, so the client never knows more than the API.
 */
import { calls } from './api.gen.ts'
import type { Api } from './api.gen.ts'
import { fillPath } from './connection.ts'
import type { Call, Connection, Fetch, ResponseNote } from './connection.ts'
import { convenience } from './convenience.ts'
import type { Convenience } from './convenience.ts'
import { eventStream } from './event-stream.ts'
import type { EventStreamOptions } from './event-stream.ts'
import { pagesOf } from './pages.ts'
import type { Page } from './pages.ts'
import { request } from './request.ts'
import type { RequestOptions } from './request.ts'
import { webRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'

export interface ClientOptions {
  /** Where the API is, for example `https://billing.example.com`. */
  url: string
  /**
   * An API key. A function is asked once per call, for keys that are renewed.
   * The key decides the environment.
   */
  key: string | (() => string | Promise<string>)
  /** Default: the runtime's own. */
  fetch?: Fetch
  /** For each attempt. Default 10,000. */
  timeoutMs?: number
  /** For a call with all its attempts and the waiting between them. Default 30,000. */
  deadlineMs?: number
  /** Attempts after the first. Default 3. */
  maxRetries?: number
  /** The language of messages and errors, as in `Accept-Language`: `fr`, `en-GB, en`. Default: the server's. */
  language?: string
  /** Told of each answer, retried ones too: for logs and metrics. */
  onResponse?: (note: ResponseNote) => void
  /** A secret key in a web page is a leaked key, so it's refused there. `true` allows it, for pages that nobody else can open. */
  allowSecretKeyInBrowser?: boolean
}

export interface Client extends Api, Convenience {}

/**
 * A client for one environment. It holds no connection and needs no closing.
 *
 * @throws TypeError when the address or the key can't be used.
 * @example
 * const client = createClient({ url: 'https://billing.example.com', key: process.env.TOLLKEEPER_KEY })
 * const decision = await client.consume({ customer: 'acme', feature: 'tickets' })
 * if (!decision.allowed) return respond(403, decision.message)
 */
export function createClient(options: ClientOptions): Client {
  return createClientOn(webRuntime, options)
}

/** As `createClient`, with a given timer, clock and randomness. */
export function createClientOn(runtime: Runtime, options: ClientOptions): Client {
  const connection = connectionOf(runtime, options)
  const nouns = Object.entries(calls).map(([noun, rows]) => [
    noun,
    Object.fromEntries(
      Object.entries(rows).map(([name, row]) => [name, callOf(connection, row as CallRow)] as const),
    ),
  ])
  const api = Object.fromEntries(nouns) as Api
  return { ...api, ...convenience(api, runtime) }
}

function connectionOf(runtime: Runtime, options: ClientOptions): Connection {
  refuseLeakedKey(options)
  if (!options.key) throw new TypeError('createClient needs a `key`: an API key.')
  return {
    url: addressOf(options.url),
    key: options.key,
    // Asked for at each call, and never as a method: browsers refuse `fetch` with another `this`.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    language: options.language,
    timeoutMs: options.timeoutMs ?? 10_000,
    deadlineMs: options.deadlineMs ?? 30_000,
    maxRetries: options.maxRetries ?? 3,
    onResponse: options.onResponse,
    runtime,
  }
}

function addressOf(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (!address || !/^https?:$/.test(address.protocol) || address.search || address.hash || address.username) {
    throw new TypeError('createClient needs the `url` of the API, such as https://billing.example.com')
  }
  return `${address.origin}${address.pathname.replace(/\/+$/, '')}`
}

function refuseLeakedKey({ key, allowSecretKeyInBrowser }: ClientOptions): void {
  const isSecret = typeof key === 'string' && /^(sk|rk)_/.test(key)
  const isBrowser = 'document' in globalThis && 'window' in globalThis
  if (isSecret && isBrowser && !allowSecretKeyInBrowser) {
    throw new TypeError('A secret key must not reach a browser: use a publishable key there.')
  }
}

interface CallRow {
  method: string
  path: string
  idempotent: boolean
  body?: true
  query?: true
  answers?: 'pages' | 'stream' | 'file'
}

/** The function behind one row of the table: ids of the path, then the body, then the query, then options. */
function callOf(connection: Connection, row: CallRow) {
  const idCount = row.path.split('{').length - 1
  return (...given: unknown[]) => {
    const ids = given.slice(0, idCount) as string[]
    const rest = given.slice(idCount)
    const body = row.body ? (rest.shift() ?? {}) : undefined
    const query = row.query ? (rest.shift() as Record<string, unknown> | undefined) : undefined
    const options = rest[0] as (RequestOptions & EventStreamOptions) | undefined
    const prepare = (cursor?: string): Call => ({
      method: row.method,
      path: fillPath(row.path, ids),
      query: cursor === undefined ? query : { ...query, cursor },
      body,
      idempotent: row.idempotent,
      answersFile: row.answers === 'file',
    })
    if (row.answers === 'stream') return eventStream(connection, prepare(), options)
    if (row.answers === 'pages') {
      return pagesOf(async (cursor) => (await request(connection, prepare(cursor), options)) as Page<unknown>)
    }
    return (async () => request(connection, prepare(), options))()
  }
}
