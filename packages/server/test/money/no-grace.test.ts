import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { moveClock } from '../support/move-clock.ts'

const catalog = {
  features: { inspections: { kind: 'credits' } },
  plans: {
    strict: {
      prices: { USD: { month: 9_900 } },
      allowances: { inspections: 30 },
      policies: { failure: { graceDays: 0, reason: 'subscription_inactive', cancelAfterDays: 0 } },
    },
  },
}

let database: TestDatabase
let server: TestServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

async function ask(method: string, path: string, body?: unknown) {
  const answer = await server.request(method, path, { body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}

describe('a plan without grace', () => {
  it('issues, blocks and cancels at one and the same moment, and time goes on', async () => {
    await ask('PUT', '/v1/catalog', catalog)
    const clock = await ask('POST', '/v1/test-clocks', { now: '2026-01-31T10:00:00Z' })
    await ask('PUT', '/v1/customers/penniless', { testClock: clock.id })
    await ask('POST', '/v1/subscriptions', { customer: 'penniless', plan: 'strict', currency: 'USD' })
    await moveClock(ask, clock.id, '2026-02-01T10:00:00Z')
    const { data } = await ask('GET', '/v1/subscriptions?customer=penniless')
    expect(data).toMatchObject([{ status: 'canceled', endedAt: '2026-01-31T10:00:00.000Z' }])
  })
})
