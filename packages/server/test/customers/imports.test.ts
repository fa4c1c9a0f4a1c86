import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CustomerBench, type Json, START, startBench } from './support.ts'

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.stop())
beforeEach(() => bench.moveTo(START))

const post = (customers: unknown[], more: Record<string, unknown> = {}) =>
  bench.ok('POST', '/v1/imports', { customers, ...more })
const check = (customer: string, feature: string) => bench.ok('POST', '/v1/check', { customer, feature })

describe('POST /v1/imports', () => {
  it('QE-11 gives the plan and a 14-day trial to each one without a subscription, and counts what it holds', async () => {
    const { id: known } = await bench.subscribe('has-one', 'professional', { trialDays: 0 })
    await bench.ok('PUT', '/v1/customers/has-none', { name: 'Kept' })
    const customers = [
      {
        id: 'bank',
        name: 'Bank',
        timeZone: 'Africa/Abidjan',
        plan: 'essential',
        held: { sites: 2, agents: 3 },
        used: { tickets: 120 },
      },
      { id: 'has-none', name: 'Not taken', plan: 'enterprise' },
      { id: 'has-one', plan: 'essential', held: { sites: 9 } },
    ]
    const answer = await post(customers)
    expect(answer).toMatchObject({ imported: 2, unchanged: 1, failed: 0 })
    expect(
      answer.results.map((each: Json) => [each.index, each.customer, each.status, each.created]),
    ).toEqual([
      [0, 'bank', 'imported', true],
      [1, 'has-none', 'imported', false],
      [2, 'has-one', 'unchanged', false],
    ])
    expect(await bench.ok('GET', `/v1/subscriptions/${answer.results[0].subscription}`)).toMatchObject({
      plan: 'essential',
      status: 'trialing',
      trialEndAt: '2026-03-25T00:00:00.000Z',
    })
    // enterprise has no trial of its own
    expect(await bench.ok('GET', `/v1/subscriptions/${answer.results[1].subscription}`)).toMatchObject({
      plan: 'enterprise',
      status: 'trialing',
    })
    expect((await bench.ok('GET', '/v1/customers/has-none')).name).toBe('Kept')
    expect(
      (await bench.ok('GET', '/v1/subscriptions?customer=has-one')).data.map((each: Json) => each.id),
    ).toEqual([known])
    expect(await check('has-one', 'sites')).toMatchObject({ used: 0 })
  })

  it('QE-11 a tenant above its new limit keeps what it has and may not add', async () => {
    await post([
      { id: 'above', plan: 'essential', held: { sites: 2, agents: 7, queues: 1 }, used: { tickets: 600 } },
    ])
    const take = (feature: string) => bench.ok('POST', '/v1/consume', { customer: 'above', feature })
    expect(await take('sites')).toMatchObject({
      allowed: false,
      code: 'quota_exceeded',
      used: 2,
      limit: 1,
      remaining: 0,
    })
    expect(await take('agents')).toMatchObject({ allowed: false, used: 7, limit: 5 })
    expect(await take('tickets')).toMatchObject({ allowed: false, used: 600, limit: 500 })
    expect(await take('queues')).toMatchObject({ allowed: true, used: 2 })
    await bench.ok('POST', '/v1/release', { customer: 'above', feature: 'sites', amount: 2 })
    expect(await take('sites')).toMatchObject({ allowed: true, used: 1 })
  })

  it('QE-11 running it again changes nothing, also when the trial is over', async () => {
    const customers = [{ id: 'twice', plan: 'essential', held: { agents: 3 }, members: [{ id: 'ann' }] }]
    await post(customers)
    await bench.ok('POST', '/v1/consume', { customer: 'twice', feature: 'agents' })
    const before = await bench.ok('GET', '/v1/customers/twice/entitlements')
    expect(await post(customers)).toMatchObject({ imported: 0, unchanged: 1 })
    expect(await bench.ok('GET', '/v1/customers/twice/entitlements')).toEqual(before)
    expect(await check('twice', 'agents')).toMatchObject({ used: 4 })
    bench.moveTo('2026-05-01T00:00:00Z')
    expect(await post(customers)).toMatchObject({ imported: 0, unchanged: 1 })
    expect((await bench.ok('GET', '/v1/customers/twice')).access.reason).toBe('trial_expired')
  })

  it('tells for each what was wrong with it, and writes nothing of that one', async () => {
    const customers = [
      { id: 'no-plan', plan: 'platinum', members: [{ id: 'ann' }] },
      { id: 'no-zone', plan: 'essential', timeZone: 'Mars/Base' },
      { id: 'no-feature', plan: 'essential', held: { rooms: 1 } },
      { id: 'no-gauge', plan: 'essential', held: { tickets: 1 } },
      { id: 'fine', plan: 'essential' },
    ]
    const answer = await bench.server.request('POST', '/v1/imports', {
      body: { customers },
      headers: { 'accept-language': 'fr' },
    })
    expect(answer.body).toMatchObject({ imported: 1, failed: 4 })
    expect(answer.body.results.map((each: Json) => each.error?.code ?? each.status)).toEqual([
      'plan_not_found',
      'time_zone_unknown',
      'feature_not_found',
      'feature_kind',
      'imported',
    ])
    expect(answer.body.results[0].error.title).toMatch(/plan|formule|offre/i)
    for (const id of ['no-plan', 'no-zone', 'no-feature', 'no-gauge']) {
      expect(await bench.refused('GET', `/v1/customers/${id}`)).toBe('404 customer_not_found')
    }
  })

  it('takes 500 in one call, and two that run at once make each one once', { timeout: 600_000 }, async () => {
    const customers = Array.from({ length: 500 }, (_, index) => ({
      id: `many-${(index * 7) % 500}`,
      plan: 'essential',
      held: { agents: 1 },
    }))
    const again = [...customers].reverse().slice(0, 150)
    const [one, two] = await Promise.all([post(customers), post(again)])
    expect(one.imported + two.imported).toBe(500)
    expect(one.failed + two.failed).toBe(0)
    const { rows } = await bench.database.db.query(
      `select count(*)::int as live from subscription s join customer c on c.id = s.customer where c.key like 'many-%'`,
    )
    expect(rows[0]?.live).toBe(500)
    expect(
      await bench.refused('POST', '/v1/imports', {
        customers: [...customers, { id: 'x', plan: 'essential' }],
      }),
    ).toBe('400 invalid_request')
  })
})
