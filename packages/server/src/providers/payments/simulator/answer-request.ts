/**
 * One request: finds its route, reads it strictly, has its effect once, and then misbehaves if that was ordered.
 */
import { createHash } from 'node:crypto'
import { takeFault } from './faults.ts'
import { WireRefusal } from './routes.ts'
import type { Reply, Route } from './routes.ts'
import { begin } from './world.ts'
import type { Change, World } from './world.ts'

export interface WireRequest {
  method: string
  url: URL
  bearer: string | undefined
  body: string
}

/** `never`: the connection stays open and silent; `broken`: it is cut. */
export type WireAnswer = Reply | 'never' | 'broken'

const refusals: Record<string, Reply | undefined> = {
  rate_limited: { status: 429, body: { error: { code: 'rate_limited', message: 'Too many requests.' } } },
  unavailable: { status: 500, body: { error: { code: 'unavailable', message: 'Something broke.' } } },
}

export async function answerRequest(
  world: World,
  routes: readonly Route[],
  request: WireRequest,
): Promise<WireAnswer> {
  const { route, key } = findRoute(routes, request)
  if (request.bearer === undefined)
    throw new WireRefusal(401, 'key_missing', 'Send "Authorization: Bearer <key>".')
  const change = begin(world, request.bearer)
  const fault = route.kind === null ? undefined : takeFault(change, route.kind)?.fault
  if (fault === 'timeout' || refusals[fault ?? ''] !== undefined) {
    change.commit()
    return refusals[fault ?? ''] ?? 'never'
  }
  const body = readBody(route, request.body)
  const query = route.query === undefined ? emptyQuery(request.url) : readQuery(route, request.url)
  const answer = () => route.handle({ change, key, body, query })
  // from reading to committing nothing is waited for, so that no other request comes between
  const reply = route.method === 'PUT' ? onlyOnce(change, request.url.pathname, body, answer) : answer()
  change.commit()
  if (fault === 'unavailable_after_effect') return refusals.unavailable as Reply
  if (fault === 'timeout_after_effect' || reply.silent === true) return 'never'
  if (fault === 'lost_answer') return 'broken'
  return reply.afterwards === undefined ? reply : { ...reply, body: await reply.afterwards() }
}

function findRoute(routes: readonly Route[], { method, url }: WireRequest): { route: Route; key: string } {
  for (const route of routes.filter((one) => one.method === method)) {
    const pattern = new RegExp(`^${route.path.replace(':key', '([\\w.-]{1,200})')}$`)
    const match = pattern.exec(url.pathname)
    if (match !== null) return { route, key: match[1] ?? '' }
  }
  throw new WireRefusal(404, 'route_unknown', `There is no ${method} ${url.pathname}.`)
}

function readBody(route: Route, text: string): unknown {
  if (route.body === undefined) {
    if (text !== '') throw new WireRefusal(400, 'body_not_expected', 'Send no body.')
    return undefined
  }
  const parsed = route.body.safeParse(parse(text))
  if (parsed.success) return parsed.data
  throw new WireRefusal(400, 'body_invalid', parsed.error.message)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WireRefusal(400, 'json_invalid', 'The body is no JSON.')
  }
}

function readQuery(route: Route, url: URL): unknown {
  const parsed = route.query?.safeParse(Object.fromEntries(url.searchParams))
  if (parsed?.success === true) return parsed.data
  throw new WireRefusal(400, 'query_invalid', parsed?.error.message ?? '')
}

function emptyQuery(url: URL): undefined {
  if (url.search !== '') throw new WireRefusal(400, 'query_not_expected', 'Send no query.')
}

function onlyOnce(change: Change, path: string, body: unknown, answer: () => Reply): Reply {
  // the place where webhooks go may be changed as often as one likes
  if (path === '/endpoint') return answer()
  const request = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const known = change.get('answer', path)
  if (known === undefined) {
    const reply = answer()
    change.put('answer', path, { request, status: reply.status, body: reply.body })
    return reply
  }
  if (known.request !== request)
    throw new WireRefusal(409, 'key_reused', `Something else was asked by PUT ${path}.`)
  return known
}
