/**
 * Puts the demo into an empty test environment.
 *
 * Owns: the order of the calls. Does not own: what they say (`catalog.ts`, `requests.ts`).
 * Invariant: never touches an environment that has a catalog of its own; a start that was broken off goes on where it
 * was, because every request has its effect once.
 */
import type { FastifyInstance } from 'fastify'
import { type Instant, parseInstant } from '../domain/time/instant.ts'
import { demoCatalog } from './catalog.ts'
import { type DemoRequest, demoRequests } from './requests.ts'

/** The last request's customer: once its use is there, everything is. */
const LAST = '/v1/customers/dunder/usage'

type Call = (method: DemoRequest['method'] | 'GET', path: string, body?: object) => Promise<Answer>
interface Answer {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of our own API, checked by its tests
  body: any
}

/** @returns whether all of it is there now, and was not before; `stopping` breaks it off between two requests */
export async function loadDemo(
  app: FastifyInstance,
  secretKey: string,
  stopping?: AbortSignal,
): Promise<boolean> {
  const call = caller(app, secretKey)
  const before = await call('GET', '/v1/catalog')
  if (before.status === 200 && !isDemo(before.body.catalog)) return false
  const last = await call('GET', LAST)
  if (last.status === 200 && last.body.data.some((row: { used: number }) => row.used > 0)) return false
  await call('PUT', '/v1/catalog', demoCatalog)
  const catalog = await call('GET', '/v1/catalog')
  // the moment of the catalog, also when a broken-off start goes on: a key with another body would be refused
  const now = parseInstant(catalog.body.updatedAt) as Instant
  for (const { method, path, body } of demoRequests(now)) {
    if (stopping?.aborted === true) return false
    const answer = await call(method, path, body)
    if (answer.status >= 400)
      throw new Error(`The demo: ${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  return true
}

const caller =
  (app: FastifyInstance, secretKey: string): Call =>
  async (method, url, body) => {
    const headers = { authorization: `Bearer ${secretKey}` }
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }

const isDemo = (catalog: { plans?: object }): boolean =>
  Object.keys(catalog.plans ?? {}).join() === Object.keys(demoCatalog.plans).join()
