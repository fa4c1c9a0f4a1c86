/** A window ends while something is held: what is held stays that window's, and its grants have back what is not used of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const catalog = {
  features: { prompts: { kind: 'meter' } },
  plans: { daily: { allowances: { prompts: { limit: 200, window: 'day' } } } },
  fallbackPlan: 'daily',
}

/** Of those who live by the engine's time. */
let now = Date.UTC(2026, 2, 10, 12)
let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, clock: { now: () => now }, jobs: false })
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

const own = (customer: string) => ({ customer, feature: 'prompts' })
/** But for what leaves by jobs, of which none runs. */
const findings = async () =>
  (await ask('GET', '/v1/doctor')).findings.filter(({ check }: { check: string }) => check !== 'deliveries')
const remaining = async (customer: string) =>
  (await ask('POST', '/v1/check', { ...own(customer), amount: 1 })).remaining

/** Of 200 a day and perhaps more that was given, 2 are used and some held. */
async function useAndHold(customer: string, given: number, held: number): Promise<string> {
  if (given > 0) await ask('POST', `/v1/customers/${customer}/grants`, { feature: 'prompts', amount: given })
  await ask('POST', '/v1/consume', { ...own(customer), amount: 2 })
  const body = { ...own(customer), amount: held, ttlSeconds: 3_600 }
  return (await ask('POST', '/v1/reservations', body)).id
}

/** What is held shortly before midnight is held after it. */
async function holdOverMidnight(customer: string, given: number, held: number): Promise<string> {
  const clock = await ask('POST', '/v1/test-clocks', { now: '2026-03-10T23:40:00Z' })
  await ask('PUT', `/v1/customers/${customer}`, { testClock: clock.id })
  const id = await useAndHold(customer, given, held)
  await ask('POST', `/v1/test-clocks/${clock.id}/advance`, { to: '2026-03-11T00:10:00Z' })
  return id
}

describe('I-4 a hold of a window that has ended', () => {
  it('keeps its part of the ended allowance, which the new one does not have', async () => {
    const id = await holdOverMidnight('tiers', 0, 8)
    expect(await remaining('tiers')).toBe(200)
    expect(await findings()).toEqual([])
    await ask('POST', `/v1/reservations/${id}/settle`, { amount: 3 })
    expect(await remaining('tiers')).toBe(200)
    expect(await findings()).toEqual([])
  })

  it('keeps its part of a grant that lives on, until it is settled for less', async () => {
    const id = await holdOverMidnight('given', 50, 230)
    // of the 50, 2 + 230 − 200 are used or bound
    expect(await remaining('given')).toBe(218)
    expect(await findings()).toEqual([])
    await ask('POST', `/v1/reservations/${id}/settle`, { amount: 200 })
    expect(await remaining('given')).toBe(248)
    expect(await findings()).toEqual([])
  })
})

describe('I-4 whoever closes a hold is the first to come after midnight', () => {
  it.each([
    ['settles it', 'first-settles', (path: string) => ask('POST', `${path}/settle`, { amount: 200 }), 248],
    ['takes it back', 'first-cancels', (path: string) => ask('DELETE', path), 250],
  ])('and %s: its grants have the rest again', async (_, customer, close, left) => {
    now += 86_400_000
    const midnight = Math.ceil(now / 86_400_000) * 86_400_000
    await ask('PUT', `/v1/customers/${customer}`, {})
    now = midnight - 600_000
    const id = await useAndHold(customer, 50, 230)
    now = midnight + 600_000
    await close(`/v1/reservations/${id}`)
    expect(await remaining(customer)).toBe(left)
    expect(await findings()).toEqual([])
  })
})
