/**
 * The calls of the contract, sent as raw requests.
 *
 * Owns: building the address, reading the answer (of a stream: its first event), where a request names something.
 * Does not own: what the request says (`fixtures.ts`), or what must come back.
 */
import { type Endpoint, endpoints } from '@tollkeeper/contract'
import type { Answer } from '../../support/server.ts'
import type { World } from './world.ts'

export interface Call {
  /** `customers.put`. */
  name: string
  noun: string
  endpoint: Endpoint
}

/** All calls of the contract. */
export const calls: Call[] = Object.entries(endpoints as Record<string, Record<string, Endpoint>>).flatMap(
  ([noun, members]) =>
    Object.entries(members).map(([name, endpoint]) => ({ name: `${noun}.${name}`, noun, endpoint })),
)

export interface Sent {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
}

export interface How {
  key: string
  headers?: Record<string, string>
  /** Of a stream: wait for its first event. */
  awaitsEvent?: boolean
}

// half a character can't be percent-encoded
export const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

export function addressOf({ path }: Endpoint, { params = {}, query = {} }: Sent): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encoded(params[name] ?? ''))
  const pairs = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`
}

/** A body that is a string goes out as it is. */
export async function send(world: World, { endpoint }: Call, sent: Sent, how: How): Promise<Answer> {
  const abort = new AbortController()
  const headers: Record<string, string> = how.key === '' ? {} : { authorization: `Bearer ${how.key}` }
  const { body } = sent
  if (body !== undefined) headers['content-type'] = 'application/json'
  const response = await fetch(world.server.url + addressOf(endpoint, sent), {
    method: endpoint.method,
    headers: { ...headers, ...how.headers },
    body: body === undefined || typeof body === 'string' ? (body as undefined) : JSON.stringify(body),
    signal: abort.signal,
  })
  const type = response.headers.get('content-type') ?? ''
  const { status, headers: answered } = response
  if (type.startsWith('text/event-stream')) {
    const text = how.awaitsEvent === true ? await firstEvent(response) : ''
    abort.abort()
    const data = /^data: (.*)$/m.exec(text)?.[1]
    const told = data === undefined ? undefined : JSON.parse(data)
    return { status, headers: answered, text, body: told, bytes: Buffer.from(text) }
  }
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const isJson = /\bjson\b/.test(type) && text !== ''
  const isFile = endpoint.file !== undefined && type === endpoint.file
  const read = isJson ? JSON.parse(text) : isFile ? text : undefined
  return { status, headers: answered, text, bytes, body: read }
}

async function firstEvent(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const event = text.split('\n\n').find((part) => /^data: /m.test(part))
    if (event !== undefined) return event
  }
  throw new Error(`The stream ended without an event: ${text}`)
}

/** Where in a request a text stands: `body.customers.0.id`. */
export type Leaves = Map<string, string>

export function leavesOf(value: unknown, path = '', found: Leaves = new Map()): Leaves {
  if (typeof value === 'string') found.set(path, value)
  if (value === null || typeof value !== 'object') return found
  for (const [name, member] of Object.entries(value))
    leavesOf(member, path === '' ? name : `${path}.${name}`, found)
  return found
}

/** The request with one place changed. */
export function replaced(sent: Sent, path: string, value: unknown): Sent {
  const copy = structuredClone(sent)
  const names = path.split('.')
  const last = names.pop() as string
  const place = names.reduce<Record<string, unknown>>(
    (at, name) => at[name] as Record<string, unknown>,
    copy as never,
  )
  place[last] = value
  return copy
}

/** What a schema has at its top level. */
export const fieldsOf = (schema: unknown): string[] => {
  const inner = (schema as { def?: { innerType?: unknown } } | undefined)?.def?.innerType
  const shape = (schema as { shape?: object } | undefined)?.shape
  return shape === undefined ? (inner === undefined ? [] : fieldsOf(inner)) : Object.keys(shape)
}
