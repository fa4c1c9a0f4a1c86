import { describe, expect, test, vi } from 'vitest'
import { createClientOn } from '../src/client.ts'
import type { ClientOptions } from '../src/client.ts'
import type { ResponseNote } from '../src/connection.ts'
import { isCode, TollkeeperError } from '../src/errors.ts'
import { webRuntime } from '../src/runtime.ts'
import { testRuntime } from './support/runtime.ts'
import { cutInHalf, hangUp, json, problem, scriptedServer, silence } from './support/scripted-server.ts'
import type { Step } from './support/scripted-server.ts'

const clock = { object: 'testClock', id: 'clock_test_1' }
const body = { now: '2026-01-01T00:00:00Z' }

async function withServer(steps: Step[], options: Partial<ClientOptions> = {}) {
  const server = await scriptedServer(...steps)
  const runtime = testRuntime()
  const client = createClientOn(runtime, { url: server.url, key: 'sk_test_1', ...options })
  return { server, runtime, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const failure = (promise: PromiseLike<unknown>): Promise<TollkeeperError> =>
  Promise.resolve(promise).then(
    () => expect.fail('the call should have failed'),
    (error: unknown) => error as TollkeeperError,
  )

describe('what is sent', () => {
  test('the path, the key, the language, the body and an idempotency key', async () => {
    await using at = await withServer([json(clock, 201)], { language: 'fr' })
    expect(await at.client.testClocks.create(body)).toEqual(clock)
    const [seen] = at.server.seen
    expect(seen).toMatchObject({ method: 'POST', url: '/v1/test-clocks', body: JSON.stringify(body) })
    expect(seen!.headers).toMatchObject({
      authorization: 'Bearer sk_test_1',
      'accept-language': 'fr',
      'content-type': 'application/json',
      'idempotency-key': 'key-1',
    })
  })

  test('each POST has a key of its own, and GET has none', async () => {
    await using at = await withServer([json(clock)])
    await at.client.testClocks.create(body)
    await at.client.testClocks.create(body)
    await at.client.testClocks.get('clock_test_1')
    expect(at.server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'key-1',
      'key-2',
      undefined,
    ])
  })

  test('a key in the options or in the body is the one that is sent', async () => {
    await using at = await withServer([json({})])
    await at.client.testClocks.create(body, { idempotencyKey: 'order-7' })
    await at.client.keys.create({ kind: 'secret', name: 'CI', idempotencyKey: 'order-8' })
    expect(at.server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-8'])
  })

  test('an address with a path keeps it', async () => {
    await using at = await withServer([json(clock)])
    const client = createClientOn(testRuntime(), { url: `${at.server.url}/billing/`, key: 'sk_test_1' })
    await client.testClocks.get('a/b c')
    expect(at.server.seen[0]!.url).toBe('/billing/v1/test-clocks/a%2Fb%20c')
  })

  test.each(['', '.', '..', undefined])('the id %j is refused before anything is sent', async (id) => {
    await using at = await withServer([json(clock)])
    expect(await failure(at.client.testClocks.get(id as string))).toMatchObject({
      code: 'invalid_request',
      param: 'id',
    })
    expect(at.server.seen).toEqual([])
  })

  test('queries leave out what is undefined, and write times and lists as the API reads them', async () => {
    await using at = await withServer([json({ object: 'list', data: [], hasMore: false, nextCursor: null })])
    await at.client.events.list({ limit: 5, customer: undefined, type: ['customer.created', 'plan.created'] })
    expect(at.server.seen[0]!.url).toBe('/v1/events?limit=5&type=customer.created%2Cplan.created')
  })

  test('a key given as a function is asked for at every call', async () => {
    let number = 0
    await using at = await withServer([json(clock)], { key: async () => `pt_${(number += 1)}` })
    await at.client.testClocks.get('c')
    await at.client.testClocks.get('c')
    expect(at.server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer pt_1', 'Bearer pt_2'])
  })
})

describe('trying again', () => {
  const passing: [string, Step][] = [
    ['a closed socket', hangUp],
    ['an answer cut in half', cutInHalf(clock)],
    ['408', problem(408, 'timeout')],
    ['500', problem(500, 'internal_error')],
    [
      '502 from a proxy',
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad</h1>'),
    ],
    ['our own earlier attempt still in flight', problem(409, 'idempotency_key_in_flight')],
  ]
  test.each(passing)('after %s, with the same key and the same body', async (_, step) => {
    await using at = await withServer([step, step, json(clock)])
    expect(await at.client.testClocks.create(body)).toEqual(clock)
    expect(at.server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'key-1',
      'key-1',
      'key-1',
    ])
    expect(new Set(at.server.seen.map((seen) => seen.body)).size).toBe(1)
    expect(at.runtime.waits).toEqual([200, 400])
  })

  test.each([429, 503])('after %d not before its Retry-After', async (status) => {
    await using at = await withServer([problem(status, 'overloaded', { 'retry-after': '2' }), json(clock)])
    await at.client.testClocks.create(body)
    expect(at.runtime.waits).toEqual([2200])
  })

  test('reads a Retry-After date by the clock of the server', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT'
    const headers = { date, 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' }
    await using at = await withServer([problem(503, 'overloaded', headers), json(clock)])
    await at.client.testClocks.get('c')
    expect(at.runtime.waits).toEqual([3200])
  })

  test('gives up at once when the server asks for more than is left until the deadline', async () => {
    await using at = await withServer([problem(503, 'unavailable', { 'retry-after': '60' })])
    expect(await failure(at.client.testClocks.get('c'))).toMatchObject({
      code: 'unavailable',
      retryAfterMs: 60_000,
    })
    expect(at.server.seen.length).toBe(1)
  })

  test('gives up after maxRetries, with the last error', async () => {
    await using at = await withServer([hangUp])
    const error = await failure(at.client.testClocks.get('c', { maxRetries: 2 }))
    expect(error).toMatchObject({ name: 'TollkeeperError', code: 'network_error', status: 0 })
    expect(error.cause).toBeInstanceOf(Error)
    expect(at.server.seen.length).toBe(3)
  })

  test.each([400, 401, 403, 404, 409, 422])('not after %d: it would be refused again', async (status) => {
    await using at = await withServer([problem(status, 'invalid_request')])
    await failure(at.client.testClocks.get('c'))
    expect(at.server.seen.length).toBe(1)
  })
})

describe('time limits', () => {
  test('an attempt that is never answered is given up and made again', async () => {
    const runtime = testRuntime()
    await using server = await scriptedServer(silence(runtime.expire), json(clock))
    const client = createClientOn(runtime, { url: server.url, key: 'sk_test_1' })
    expect(await client.testClocks.create(body)).toEqual(clock)
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-1'])
  })

  test('the deadline ends a call however many attempts are left', async () => {
    const runtime = testRuntime()
    await using server = await scriptedServer(silence(runtime.expire))
    const client = createClientOn(runtime, {
      url: server.url,
      key: 'sk_test_1',
      maxRetries: 100,
      deadlineMs: 19_500,
    })
    expect(await failure(client.testClocks.get('c'))).toMatchObject({ code: 'timeout', status: 0 })
    expect(server.seen.length).toBe(2)
    expect(runtime.elapsedMs()).toBeLessThanOrEqual(19_500)
  })

  test("the caller's signal ends the call with its own reason", async () => {
    const controller = new AbortController()
    const reason = new Error('the user went away')
    await using at = await withServer([silence(() => controller.abort(reason))])
    expect(await failure(at.client.testClocks.get('c', { signal: controller.signal }))).toBe(reason)
    expect(at.server.seen.length).toBe(1)
  })

  test('a signal that is aborted already sends nothing', async () => {
    await using at = await withServer([json(clock)])
    const error = await failure(at.client.testClocks.get('c', { signal: AbortSignal.abort() }))
    expect(error.name).toBe('AbortError')
    expect(at.server.seen).toEqual([])
  })
})

describe('errors', () => {
  test('carry what the problem document says', async () => {
    const document = {
      code: 'catalog_invalid',
      status: 422,
      title: 'The catalog has mistakes',
      detail: 'Two of them.',
      param: 'plans',
      errors: [{ param: 'plans.a', message: 'no price' }],
    }
    await using at = await withServer([json(document, 422, { 'x-request-id': 'req_77' })])
    const error = await failure(at.client.testClocks.get('c'))
    expect(error).toBeInstanceOf(TollkeeperError)
    expect(error).toMatchObject({ ...document, message: 'Two of them.', requestId: 'req_77' })
    expect(isCode(error, 'catalog_invalid')).toBe(true)
    expect(isCode(error, 'quota_exceeded', 'not_found')).toBe(false)
  })

  test('CM-1 carry both figures of an amount that is another one', async () => {
    const document = {
      code: 'total_mismatch',
      title: 'The total is another one',
      expected: { totalMinor: 1_900 },
      actual: { currency: 'USD', subtotalMinor: 1_900, discountMinor: 0, taxMinor: 380, totalMinor: 2_280 },
    }
    await using at = await withServer([json(document, 409)])
    expect(await failure(at.client.testClocks.get('c'))).toMatchObject(document)
  })

  test("a proxy's page is not taken for an answer", async () => {
    await using at = await withServer([(response) => response.end('<html>')])
    expect(await failure(at.client.testClocks.get('c'))).toMatchObject({
      code: 'invalid_response',
      status: 200,
    })
    expect(at.server.seen.length).toBe(1)
  })

  test('a redirect is not followed, so the key goes nowhere else', async () => {
    await using elsewhere = await scriptedServer(json(clock))
    await using at = await withServer([
      (response) => response.writeHead(308, { location: `${elsewhere.url}/v1/test-clocks` }).end(),
    ])
    const error = await failure(at.client.testClocks.create(body))
    expect(error).toMatchObject({ code: 'invalid_response', status: 308 })
    expect(error.detail).toContain(elsewhere.url)
    expect(elsewhere.seen).toEqual([])
  })

  test('never hold the key', async () => {
    await using at = await withServer([hangUp], { key: 'sk_test_secret', maxRetries: 0 })
    const error = await failure(at.client.testClocks.get('c'))
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.stack)).not.toContain(
      'sk_test_secret',
    )
  })
})

test('onResponse is told of every attempt', async () => {
  const notes: ResponseNote[] = []
  await using at = await withServer([hangUp, problem(503, 'overloaded'), json(clock)], {
    onResponse: (note) => notes.push(note),
  })
  await at.client.testClocks.get('c')
  expect(notes.map(({ attempt, status, requestId }) => [attempt, status, requestId])).toEqual([
    [1, 0, undefined],
    [2, 503, 'req_1'],
    [3, 200, 'req_1'],
  ])
  expect(notes[0]).toMatchObject({ method: 'GET', path: '/v1/test-clocks/c' })
})

test.each(['', 'billing.example.com', 'ftp://x', 'https://x?a=1', 'https://user@x'])(
  'the url %j is refused',
  (url) => {
    expect(() => createClientOn(testRuntime(), { url, key: 'sk_test_1' })).toThrow(TypeError)
  },
)

describe('in a browser', () => {
  const inBrowser = (act: () => void) => {
    vi.stubGlobal('window', {})
    vi.stubGlobal('document', {})
    try {
      act()
    } finally {
      vi.unstubAllGlobals()
    }
  }
  const create = (key: string, more = {}) =>
    createClientOn(testRuntime(), { url: 'https://x.test', key, ...more })

  test('a secret key is refused, unless it is said to be meant', () => {
    inBrowser(() => {
      expect(() => create('sk_live_1')).toThrow(TypeError)
      expect(() => create('rk_live_1')).toThrow(TypeError)
      create('pk_live_1')
      create('sk_live_1', { allowSecretKeyInBrowser: true })
    })
  })

  test('keys are drawn without randomUUID too, which pages without HTTPS lack', () => {
    const { getRandomValues } = crypto
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) })
    const ids = [webRuntime.uniqueId(), webRuntime.uniqueId()]
    vi.unstubAllGlobals()
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(ids[0]).not.toBe(ids[1])
  })
})

describe('lists', () => {
  const page = (ids: number[], nextCursor: string | null) =>
    json({ object: 'list', data: ids.map((id) => ({ id })), hasMore: nextCursor !== null, nextCursor })

  test('awaited: one page, asked for once', async () => {
    await using at = await withServer([page([1, 2], 'c2')])
    const pages = at.client.testClocks.list({ limit: 2 })
    expect((await pages).nextCursor).toBe('c2')
    expect((await pages).data).toEqual([{ id: 1 }, { id: 2 }])
    expect(at.server.seen.map(({ url }) => url)).toEqual(['/v1/test-clocks?limit=2'])
  })

  test('looped over: every item of every page, with the query kept', async () => {
    await using at = await withServer([page([1, 2], 'c2'), page([], 'c3'), page([3], null)])
    const ids: unknown[] = []
    for await (const { id } of at.client.testClocks.list({ limit: 2 })) ids.push(id)
    expect(ids).toEqual([1, 2, 3])
    expect(at.server.seen.map(({ url }) => url)).toEqual([
      '/v1/test-clocks?limit=2',
      '/v1/test-clocks?limit=2&cursor=c2',
      '/v1/test-clocks?limit=2&cursor=c3',
    ])
  })

  test('toArray stops at its limit, and asks for no page that it does not need', async () => {
    await using at = await withServer([page([1, 2], 'c2'), page([3, 4], 'c3')])
    expect(await at.client.testClocks.list().toArray({ max: 3 })).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(at.server.seen.length).toBe(2)
  })

  test('an unused list asks for nothing', async () => {
    await using at = await withServer([page([], null)])
    at.client.testClocks.list()
    expect(at.server.seen).toEqual([])
  })
})
