/**
 * What others try with somebody's request: without a fit key, with ids of another customer, from another environment.
 *
 * Owns: which attempts there are, made from the contract. Does not own: the requests (`fixtures.ts`).
 */
import { type KeyScope, scopes } from '@tollkeeper/contract'
import type { Answer } from '../../support/server.ts'
import { type Call, leavesOf, replaced, type Sent } from './calls.ts'
import { hiddenCatalog, type Mode, type World } from './world.ts'

export interface Attempt {
  what: string
  headers: Record<string, string>
  status: 401 | 403
}

export interface Keys {
  revoked: string
  expired: string
  publishable: string
  /** Every scope but this one. */
  without: Record<string, string>
  /** This scope alone. */
  only: Record<string, string>
}

const NOBODYS = 'A'.repeat(43)

export async function makeKeys(world: World): Promise<Keys> {
  const revoked = await world.makeKey({})
  await world.server.request('DELETE', `/v1/keys/${revoked.id}`)
  const expired = await world.makeKey({ expiresAt: world.clock.now() + 1_000 })
  world.clock.advance(1_000)
  const publishable = await world.makeKey({ kind: 'publishable' })
  const without: Record<string, string> = {}
  const only: Record<string, string> = {}
  for (const scope of scopes) {
    const others: KeyScope[] = scopes.filter((each) => each !== scope)
    without[scope] = (await world.makeKey({ kind: 'restricted', scopes: others })).secret
    only[scope] = (await world.makeKey({ kind: 'restricted', scopes: [scope] })).secret
  }
  return { revoked: revoked.secret, expired: expired.secret, publishable: publishable.secret, without, only }
}

/** Everybody who may not make a call at all. */
export function strangers({ endpoint }: Call, world: World, keys: Keys): Attempt[] {
  const { test, live } = world.keys
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  const swapped = test.replace('sk_test_', 'sk_live_')
  const attempts: Attempt[] = [
    { what: 'no key', headers: {}, status: 401 },
    { what: 'an empty key', headers: bearer(''), status: 401 },
    { what: 'another scheme', headers: { authorization: `Basic ${test}` }, status: 401 },
    { what: 'nonsense', headers: bearer('hello'), status: 401 },
    { what: 'SQL', headers: bearer("sk_test_' or '1'='1"), status: 401 },
    { what: 'a key nobody made', headers: bearer(`sk_test_${NOBODYS}`), status: 401 },
    { what: 'a cut key', headers: bearer(test.slice(0, -1)), status: 401 },
    { what: 'a key with more behind it', headers: bearer(`${test}a`), status: 401 },
    { what: 'a test key that calls itself live', headers: bearer(swapped), status: 401 },
    { what: 'a very long key', headers: bearer('a'.repeat(8_000)), status: 401 },
    { what: 'a revoked key', headers: bearer(keys.revoked), status: 401 },
    { what: 'an expired key', headers: bearer(keys.expired), status: 401 },
    { what: 'a key without the scope', headers: bearer(keys.without[endpoint.scope] ?? ''), status: 403 },
  ]
  const publishable = bearer(keys.publishable)
  if (endpoint.publishable === true) {
    const headers = { ...publishable, origin: 'https://elsewhere.example' }
    attempts.push({ what: 'a page of another origin', headers, status: 403 })
  } else attempts.push({ what: 'a publishable key', headers: publishable, status: 403 })
  if (endpoint.testOnly === true)
    attempts.push({ what: 'a live key in a test call', headers: bearer(live), status: 403 })
  return attempts
}

/** A request of one customer with some places from that of another. */
export interface Mixture {
  sent: Sent
  places: string[]
  /** The customer whose request it is at heart. */
  isOthers: boolean
}

/** Every mixture of two customers' requests. */
export function mixturesOf(mine: Sent, others: Sent): Mixture[] {
  const ofOthers = leavesOf(others)
  const differing = [...leavesOf(mine)]
    .filter(([path, value]) => ofOthers.has(path) && ofOthers.get(path) !== value)
    .map(([path]) => path)
  const mixtures: Mixture[] = []
  for (let choice = 1; choice < 2 ** differing.length - 1; choice += 1) {
    const places = differing.filter((_path, index) => (choice & (1 << index)) !== 0)
    const sent = places.reduce((made, path) => replaced(made, path, ofOthers.get(path)), mine)
    const isOthers = places.some((path) => path === 'params.id' || path.endsWith('customer'))
    mixtures.push({ sent, places, isOthers })
  }
  return mixtures
}

/** Was nothing done, and nothing said? */
export function isRefused({ status, body }: Answer, sent: Sent): boolean {
  if (status === 403 || status === 404) return true
  if (status !== 200) return false
  if (body?.object === 'list') return body.data.length === 0
  if (body?.object === 'import') return body.imported === 0 && body.failed === body.results.length
  const events = (sent.body as { events?: unknown[] } | undefined)?.events
  return events !== undefined && body?.accepted === 0 && body.rejected.length === events.length
}

/** The hidden texts of an answer that its reader may not see, without those that the reader sent. */
export function leaks(
  world: World,
  { text }: Answer,
  reader: { mode: Mode; hidden?: string },
  sent: Sent = {},
): string[] {
  const known = JSON.stringify(sent).toLowerCase()
  const other: Mode = reader.mode === 'test' ? 'live' : 'test'
  const { alpha, beta, liveAlpha } = world.tenants
  const foreign = [alpha, beta, liveAlpha].filter(({ mode, hidden }) =>
    reader.hidden === undefined ? mode === other : hidden !== reader.hidden,
  )
  const all = [`_${other}_`, hiddenCatalog(other), ...foreign.map(({ hidden }) => hidden)]
  return all.filter((hidden) => text.toLowerCase().includes(hidden) && !known.includes(hidden))
}
