import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AdjustableClock, fixedClock } from '../../src/clock.ts'
import { spreadCatalog } from '../../src/operations/catalog/spread.ts'
import { type Answered, queueCatalog } from '../support/catalog.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer
let clock: AdjustableClock

beforeEach(async () => {
  database = await createTestDatabase()
  clock = fixedClock(Date.UTC(2026, 0, 10))
  server = await startTestServer({ db: database.db, clock, jobs: false })
})
afterEach(async () => {
  await server.stop()
  await database.close()
})

const ask = (method: string, path: string, body?: unknown) => server.request(method, path, { body })

function catalogWith(freeTickets: number | null, thresholds?: number[]) {
  const { features, plans } = structuredClone(queueCatalog)
  const free = { allowances: { tickets: freeTickets ?? 0 } }
  return {
    features: { ...features, tickets: { ...features.tickets, ...(thresholds ? { thresholds } : {}) } },
    plans: { ...plans, free },
    fallbackPlan: freeTickets === null ? null : 'free',
  }
}

async function consume(customer: string, amount = 1): Promise<{ allowed: boolean; code: string }> {
  const { body } = await ask('POST', '/v1/consume', { customer, feature: 'tickets', amount })
  return { allowed: body.allowed, code: body.code }
}

async function versionOf(customer: string): Promise<number> {
  return (await ask('GET', `/v1/customers/${customer}/entitlements`)).body.version
}

/** Runs the job until there is nothing more to do now. */
async function spread(): Promise<number> {
  let total = 0
  for (;;) {
    const { handled, more } = await spreadCatalog(server.engine.context)
    total += handled
    if (!more) return total
  }
}

describe('a change that reaches customers who command nothing', () => {
  it('GT-6 lowers and raises the fallback plan under those who live by it', async () => {
    await ask('PUT', '/v1/catalog', catalogWith(3))
    await ask('PUT', '/v1/customers/guest', {})
    await ask('PUT', '/v1/customers/bank', {})
    await ask('POST', '/v1/subscriptions', {
      customer: 'bank',
      plan: 'essential',
      interval: 'month',
      currency: 'XOF',
    })
    expect(await consume('guest', 2)).toEqual({ allowed: true, code: 'ok' })
    const before = await versionOf('bank')

    const lowered = await ask('PUT', '/v1/catalog', catalogWith(2))
    expect(lowered.body.affected).toEqual([
      { noun: 'fallback_plan', id: 'free', version: null, effect: 'moves', customers: 1, sample: ['guest'] },
    ])
    expect(await spread()).toBe(1)
    expect(await consume('guest')).toEqual({ allowed: false, code: 'quota_exceeded' })
    await ask('PUT', '/v1/catalog', catalogWith(10))
    await spread()
    expect(await consume('guest')).toEqual({ allowed: true, code: 'ok' })
    expect(await versionOf('bank')).toBe(before)
  })

  it('takes the fallback plan away, and gives one', async () => {
    await ask('PUT', '/v1/catalog', catalogWith(3))
    await ask('PUT', '/v1/customers/guest', {})
    const taken = await ask('PUT', '/v1/catalog', catalogWith(null))
    expect(taken.body.affected).toMatchObject([
      { noun: 'fallback_plan', id: 'free', effect: 'loses', customers: 1 },
    ])
    await spread()
    expect(await consume('guest')).toEqual({ allowed: false, code: 'no_subscription' })
    await ask('PUT', '/v1/catalog', catalogWith(3))
    await spread()
    expect(await consume('guest')).toEqual({ allowed: true, code: 'ok' })
  })

  it('tells everybody of other thresholds, and nobody of another price', async () => {
    await ask('PUT', '/v1/catalog', catalogWith(3))
    await ask('PUT', '/v1/customers/bank', {})
    await ask('POST', '/v1/subscriptions', {
      customer: 'bank',
      plan: 'essential',
      interval: 'month',
      currency: 'XOF',
    })
    await ask('PATCH', '/v1/plans/essential', { prices: { XOF: { month: 1 } } })
    expect(await spread()).toBe(0)
    const before = await versionOf('bank')
    await ask('PUT', '/v1/catalog', catalogWith(3, [50]))
    expect(await spread()).toBe(1)
    expect(await versionOf('bank')).toBe(before + 1)
    const { body } = await ask('GET', '/v1/customers/bank/entitlements')
    expect(body.features.find((each: Answered) => each.feature === 'tickets').thresholds).toEqual([50])
  })

  it('passes twice, batch by batch, and leaves the place of a process that died to another', async () => {
    await ask('PUT', '/v1/catalog', catalogWith(3))
    const names = Array.from({ length: 12 }, (_, index) => `guest-${index}`)
    for (const name of names) await ask('PUT', `/v1/customers/${name}`, {})
    await ask('PUT', '/v1/catalog', catalogWith(4))
    const few = { closed: 10, told: 5 }
    const some = () => spreadCatalog(server.engine.context, few)
    const [one, other] = await Promise.all([some(), some()])
    // side by side one of them finds it claimed, one after the other each has its batch: nobody is passed on to twice
    expect([10, 12]).toContain(one.handled + other.handled)
    const rest = await some()
    expect([one.handled + other.handled + rest.handled, rest.more]).toEqual([12, false])
    expect(await spread()).toBe(0)
    clock.advance(5_000)
    // a process that claimed the second pass and died
    await database.db.query("update catalog set spread_at = spread_at + interval '10 seconds'")
    expect(await spread()).toBe(0)
    clock.advance(10_000)
    expect(await some()).toEqual({ handled: 5, more: true })
    expect(await spread()).toBe(7)
    clock.advance(60_000)
    expect(await spread()).toBe(0)
  })

  it('ST-16 closes the guards at once: no process takes or answers by what it remembers', async () => {
    const other = await startTestServer({ databaseUrl: database.url, clock, jobs: false })
    const elsewhere = (path: string, amount: number) =>
      other.request('POST', path, { body: { customer: 'guest', feature: 'tickets', amount } })
    try {
      await ask('PUT', '/v1/catalog', catalogWith(50))
      await ask('PUT', '/v1/customers/guest', {})
      await consume('guest', 1)
      // the other process knows the customer, the catalog and what is in force
      for (const path of ['/v1/consume', '/v1/check'])
        expect((await elsewhere(path, 1)).body).toMatchObject({ allowed: true, limit: 50 })
      expect((await elsewhere('/v1/check', 49)).body).toMatchObject({ allowed: false, limit: 50 })
      const before = await versionOf('guest')

      await ask('PUT', '/v1/catalog', catalogWith(2))
      expect(await spreadCatalog(server.engine.context)).toEqual({ handled: 1, more: false })
      for (const path of ['/v1/check', '/v1/consume', '/v1/check'])
        expect((await elsewhere(path, 1)).body).toMatchObject({ allowed: false, limit: 2, used: 2 })
      expect(await consume('guest')).toEqual({ allowed: false, code: 'quota_exceeded' })
      const { rows } = await database.db.query<{ version: number }>(`
        select (payload->>'version')::int as version from event where type = 'entitlements.changed'
        order by sequence desc limit 1`)
      expect(rows[0]?.version).toBe(before + 1)
      expect(await versionOf('guest')).toBe(before + 1)
    } finally {
      await other.stop()
    }
  })
})
