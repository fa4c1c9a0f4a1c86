/**
 * One HTTP exchange: a call and a key go out, an answer or a TollkeeperError comes back.
 *
 * Owns: addresses, headers, the reading of answers. Does not own: trying again (request.ts).
 * Invariant: the key goes to the configured address alone; a redirect is never followed.
 */
import { TollkeeperError } from './errors.ts'
import type { ErrorDetails, FieldError } from './errors.ts'
import { parseRetryAfterMs } from './retry.ts'
import type { Runtime } from './runtime.ts'

export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** One answer, for logs and metrics. */
export interface ResponseNote {
  method: string
  /** Without the query. */
  path: string
  /** 0 when there was no answer. */
  status: number
  requestId: string | undefined
  /** 1 for the first. */
  attempt: number
  durationMs: number
}

export interface Connection {
  url: string
  key: string | (() => string | Promise<string>)
  fetch: Fetch
  language: string | undefined
  timeoutMs: number
  deadlineMs: number
  maxRetries: number
  onResponse: ((note: ResponseNote) => void) | undefined
  runtime: Runtime
}

export interface Call {
  method: string
  path: string
  query?: Record<string, unknown> | undefined
  body?: unknown
  idempotent: boolean
  /** Bytes, not JSON. */
  answersFile?: boolean
}

/** Puts the caller's ids into a path. The two ids that would change the path are refused here. */
export function fillPath(template: string, values: string[]): string {
  let next = 0
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[next++]
    if (typeof value === 'string' && value !== '' && value !== '.' && value !== '..') {
      return encodeURIComponent(value)
    }
    throw new TollkeeperError({
      code: 'invalid_request',
      status: 0,
      title: 'This id cannot be used',
      detail: `\`${name}\` must be an id, and is ${JSON.stringify(value) ?? 'undefined'}.`,
      param: name,
    })
  })
}

function fillQuery(query: Record<string, unknown> | undefined): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue
    parameters.set(name, value instanceof Date ? value.toISOString() : String(value)) // several: separated by commas
  }
  const text = parameters.toString()
  return text && `?${text}`
}

/** What goes with every attempt of a call. Made once, so that each attempt sends the same bytes. */
export interface Envelope {
  headers: Record<string, string>
  body: string | undefined
}

export async function envelopeOf(connection: Connection, call: Call, language?: string): Promise<Envelope> {
  const key = typeof connection.key === 'function' ? await connection.key() : connection.key
  const headers: Record<string, string> = {
    Accept: call.answersFile === true ? '*/*' : 'application/json',
    Authorization: `Bearer ${key}`,
  }
  const wanted = language ?? connection.language
  if (wanted) headers['Accept-Language'] = wanted
  if (call.body === undefined) return { headers, body: undefined }
  headers['Content-Type'] = 'application/json'
  return { headers, body: JSON.stringify(call.body) }
}

/** Sends a call once. Rejects with what `fetch` rejects with, or with a TollkeeperError if the answer isn't a success. */
export async function send(
  connection: Connection,
  call: Call,
  envelope: Envelope,
  signal: AbortSignal,
): Promise<Response> {
  // Nothing but these: some edge runtimes throw on `cache`, `credentials` and other options of a browser.
  const init: RequestInit = { method: call.method, headers: envelope.headers, signal, redirect: 'manual' }
  if (envelope.body !== undefined) init.body = envelope.body
  const response = await connection.fetch(connection.url + call.path + fillQuery(call.query), init)
  if (!response.ok) throw await errorOf(response)
  return response
}

/** The JSON of a successful answer; undefined if it has no body. */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidResponse(response, 'The answer is not JSON.', cause)
  }
}

/** The bytes of a successful answer. */
export async function readFile(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer())
}

function invalidResponse(response: Response, detail: string, cause?: unknown): TollkeeperError {
  return new TollkeeperError({
    code: 'invalid_response',
    status: response.status,
    title: 'This is not an answer of the API',
    detail,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterMs: retryAfterMsOf(response),
    cause,
  })
}

const retryAfterMsOf = ({ headers }: Response): number | undefined =>
  parseRetryAfterMs(headers.get('retry-after'), headers.get('date'))

async function errorOf(response: Response): Promise<TollkeeperError> {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    const location = response.headers.get('location')
    return invalidResponse(
      response,
      `The server redirects${location ? ` to ${location}` : ''}: give the client the final address as \`url\`.`,
    )
  }
  const problem = await readJson(response).catch(() => undefined)
  const error = errorOfProblem(problem, response)
  return (
    error ?? invalidResponse(response, `The answer has status ${response.status} and no problem document.`)
  )
}

/** The error that a problem document speaks of; undefined if it's something else. */
export function errorOfProblem(document: unknown, response?: Response): TollkeeperError | undefined {
  const problem = asObject(document)
  if (typeof problem?.code !== 'string') return undefined
  return new TollkeeperError({
    code: problem.code,
    status: response?.status ?? Number(problem.status),
    title: textOf(problem.title) ?? problem.code,
    detail: textOf(problem.detail),
    param: textOf(problem.param),
    requestId: response?.headers.get('x-request-id') ?? textOf(problem.requestId),
    errors: Array.isArray(problem.errors) ? (problem.errors as FieldError[]) : [],
    expected: problem.expected as ErrorDetails['expected'],
    actual: problem.actual as ErrorDetails['actual'],
    retryAfterMs: response && retryAfterMsOf(response),
  })
}

const asObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
