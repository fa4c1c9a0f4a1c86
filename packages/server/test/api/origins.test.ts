import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

const page = 'https://shop.example.com'
let database: TestDatabase
let server: TestServer
let other: TestServer
let key: string
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
  const changed = await server.request('PATCH', '/v1/environment', {
    body: { allowedOrigins: [page, 'http://localhost:*'] },
  })
  expect(changed.body.allowedOrigins).toEqual([page, 'http://localhost:*'])
  // read after the change
  other = await startTestServer({ db: database.db, jobs: false })
  key = (await server.createKey({ kind: 'publishable' })).secret
})
afterAll(async () => {
  await server.stop()
  await other.stop()
  await database.close()
})

const preflight = (origin: string) =>
  other.request('OPTIONS', '/v1/check', {
    key: '',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  })
const code = async (headers: Record<string, string>, secret = key) =>
  (await other.request('GET', '/v1/keys', { key: secret, headers })).body.code

describe('pages of other origins', () => {
  test.each([
    [page, page],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['https://evil.example.com', null],
    ['https://shop.example.com.evil.com', null],
    ['http://shop.example.com', null],
    ['http://localhost.evil.com:80', null],
    ['null', null],
  ])('a preflight from %s', async (origin, allowed) => {
    const answer = await preflight(origin)
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(answer.headers.get('vary')).toMatch(/Origin/i)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('a publishable key is refused from elsewhere, before anything else is', async () => {
    expect(await code({ origin: 'https://evil.example.com' })).toBe('origin_not_allowed')
    expect(await code({ origin: page })).toBe('key_not_permitted')
    expect(await code({ origin: other.url })).toBe('key_not_permitted')
    expect(await code({})).toBe('key_not_permitted')
  })

  test('I-5 an origin of one environment is not one of another', async () => {
    const live = await server.createKey({ kind: 'publishable', mode: 'live' })
    expect(await code({ origin: page }, live.secret)).toBe('origin_not_allowed')
  })

  test('a page may read the headers it needs', async () => {
    const answer = await other.request('GET', '/v1/environment', { headers: { origin: page } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/RateLimit/)
  })

  test('what is no origin can not be allowed', async () => {
    for (const origin of ['*', 'https://*', 'shop.example.com', 'https://shop.example.com/', 'https://a b']) {
      const answer = await server.request('PATCH', '/v1/environment', { body: { allowedOrigins: [origin] } })
      expect(answer.status, origin).toBe(400)
    }
  })
})
