import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

const clock = fixedClock(Date.UTC(2026, 2, 1, 9, 0, 10))
let database: TestDatabase
let one: TestServer
let other: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  one = await startTestServer({ db: database.db, clock, jobs: false })
  other = await startTestServer({ db: database.db, clock, jobs: false, rateLimits: { read: 300 } })
})
afterAll(async () => {
  await one.stop()
  await other.stop()
  await database.close()
})

const askBoth = async (key: string, times: number): Promise<number[]> => {
  const answers = await Promise.all(
    Array.from({ length: times }, (_, index) =>
      (index % 2 === 0 ? one : other).request('GET', '/v1/environment', { key }),
    ),
  )
  return answers.map(({ status }) => status)
}
const countOf = (statuses: number[], status: number): number =>
  statuses.filter((each) => each === status).length

describe('rate limits', () => {
  test('QE-18 a small limit is exact over two servers, and ends with its minute', async () => {
    const { secret } = await one.createKey({ rateLimits: { read: 30 } })
    const statuses = await askBoth(secret, 80)
    expect(countOf(statuses, 200)).toBe(30)
    expect(countOf(statuses, 429)).toBe(50)
    const refused = await one.request('GET', '/v1/environment', { key: secret })
    expect(refused.body).toMatchObject({ code: 'rate_limited' })
    expect(refused.headers.get('retry-after')).toBe('50')
    clock.advance(50_000)
    expect((await one.request('GET', '/v1/environment', { key: secret })).status).toBe(200)
  })

  test('a large limit is never passed, and refused at most two blocks early', async () => {
    const { secret } = await one.createKey({ rateLimits: { read: 400 } })
    const statuses = await askBoth(secret, 500)
    expect(countOf(statuses, 200)).toBeLessThanOrEqual(400)
    expect(countOf(statuses, 200)).toBeGreaterThanOrEqual(400 - 2 * 6)
    expect(countOf(statuses, 200) + countOf(statuses, 429)).toBe(500)
  })

  test('the answer tells what is left, by class', async () => {
    const { secret: key } = await one.createKey({ rateLimits: { read: 10 } })
    const first = await one.request('GET', '/v1/environment', { key })
    expect(first.headers.get('ratelimit')).toBe('"read";r=9;t=60')
    expect(first.headers.get('ratelimit-policy')).toBe('"read";q=10;w=60')
    const write = await one.request('POST', '/v1/keys', { key, body: { kind: 'secret', name: 'x' } })
    expect(write.headers.get('ratelimit-policy')).toBe('"write";q=120000;w=60')
    const quota = await one.request('GET', '/v1/customers/nobody/usage', { key })
    expect(quota.headers.get('ratelimit-policy') ?? '"quota"').toMatch(/^"(quota|read)"/)
    const installation = await other.request('GET', '/v1/environment')
    expect(installation.headers.get('ratelimit-policy')).toBe('"read";q=300;w=60')
  })

  test('one key’s requests do not count for another', async () => {
    const small = await one.createKey({ rateLimits: { read: 1 } })
    const ask = (key: string) => one.request('GET', '/v1/environment', { key })
    await ask(small.secret)
    expect((await ask(small.secret)).status).toBe(429)
    expect((await ask((await one.createKey({ rateLimits: { read: 1 } })).secret)).status).toBe(200)
  })
})
