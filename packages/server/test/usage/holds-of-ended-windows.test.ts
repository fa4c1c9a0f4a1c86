/** A window ends while something is held: what is held stays that window's, and the next one begins without it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const catalog = {
  features: { prompts: { kind: 'meter' } },
  plans: { daily: { allowances: { prompts: { limit: 200, window: 'day' } } } },
  fallbackPlan: 'daily',
}

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  await ask('PUT', '/v1/catalog', catalog)
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

async function ask(method: string, path: string, body?: object) {
  const answer = await server.request(method, path, { body })
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
  return answer.body
}

/** Shortly before midnight a part is used and another held; then it is past midnight. */
async function holdOverMidnight(customer: string, given: number, held: number) {
  const clock = await ask('POST', '/v1/test-clocks', { now: '2026-03-10T23:40:00Z' })
  await ask('PUT', `/v1/customers/${customer}`, { testClock: clock.id })
  const own = { customer, feature: 'prompts' }
  if (given > 0) await ask('POST', `/v1/customers/${customer}/grants`, { feature: 'prompts', amount: given })
  await ask('POST', '/v1/consume', { ...own, amount: 2 })
  const { id } = await ask('POST', '/v1/reservations', { ...own, amount: held, ttlSeconds: 3_600 })
  await ask('POST', `/v1/test-clocks/${clock.id}/advance`, { to: '2026-03-11T00:10:00Z' })
  return { id, own }
}

const findings = async () => (await ask('GET', '/v1/doctor')).findings
const remaining = async (own: { customer: string; feature: string }) =>
  (await ask('POST', '/v1/check', { ...own, amount: 1 })).remaining

describe('I-4 a hold of a window that has ended', () => {
  it('keeps its part of the ended allowance, which the new one does not have', async () => {
    const { id, own } = await holdOverMidnight('tiers', 0, 8)
    expect(await remaining(own)).toBe(200)
    expect(await findings()).toEqual([])
    await ask('POST', `/v1/reservations/${id}/settle`, { amount: 3 })
    expect(await remaining(own)).toBe(200)
    expect(await findings()).toEqual([])
  })

  it('keeps its part of a grant that lives on, until it is settled for less', async () => {
    const { id, own } = await holdOverMidnight('given', 50, 230)
    // of the 50, 2 + 230 − 200 are used or bound
    expect(await remaining(own)).toBe(218)
    expect(await findings()).toEqual([])
    await ask('POST', `/v1/reservations/${id}/settle`, { amount: 200 })
    expect(await remaining(own)).toBe(248)
    expect(await findings()).toEqual([])
  })
})
