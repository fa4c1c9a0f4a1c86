/** Terms change from an allowance for each member to one for all, and back: each balance keeps its own uses. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const tokens = (scope: 'member' | 'customer') => ({ tokens: { limit: 100, window: 'month' as const, scope } })
const catalog = {
  features: { tokens: { kind: 'meter' } },
  plans: { each: { allowances: tokens('member') }, all: { allowances: tokens('customer') } },
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

describe('CP-6 the scope of an allowance changes', () => {
  it('and nothing that was used is counted for somebody else', async () => {
    await ask('PUT', '/v1/customers/site', {})
    await ask('PUT', '/v1/customers/site/members/ada', {})
    const { id } = await ask('POST', '/v1/subscriptions', { customer: 'site', plan: 'each' })
    const use = async (amount: number) =>
      (await ask('POST', '/v1/consume', { customer: 'site', feature: 'tokens', amount, member: 'ada' })).used
    const moveTo = (plan: string) => ask('POST', `/v1/subscriptions/${id}/change`, { plan, when: 'now' })
    const findings = async () => (await ask('GET', '/v1/doctor')).findings

    expect(await use(5)).toBe(5)
    await moveTo('all')
    expect(await use(7)).toBe(7)
    expect(await findings()).toEqual([])
    await moveTo('each')
    expect(await use(11)).toBe(16)
    expect(await findings()).toEqual([])
  })

  it('nor is what members used of their own to be had again by all', async () => {
    await ask('PUT', '/v1/customers/cycler', {})
    await ask('PUT', '/v1/customers/cycler/members/ada', {})
    const { id } = await ask('POST', '/v1/subscriptions', { customer: 'cycler', plan: 'each' })
    const take = (amount: number) =>
      ask('POST', '/v1/consume', { customer: 'cycler', feature: 'tokens', amount, member: 'ada' })
    const moveTo = (plan: string) => ask('POST', `/v1/subscriptions/${id}/change`, { plan, when: 'now' })
    expect(await take(90)).toMatchObject({ allowed: true })
    await moveTo('all')
    expect(await take(11)).toMatchObject({ allowed: false, limit: 10, remaining: 10 })
    expect(await take(10)).toMatchObject({ allowed: true })
    await moveTo('each')
    expect(await take(11)).toMatchObject({ allowed: false, remaining: 10 })
    expect(await take(10)).toMatchObject({ allowed: true, used: 100 })
    await moveTo('all')
    expect(await take(1)).toMatchObject({ allowed: false })
    expect((await ask('GET', '/v1/doctor')).findings).toEqual([])
  })
})
