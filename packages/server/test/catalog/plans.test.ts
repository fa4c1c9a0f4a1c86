import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answered, queueCatalog } from '../support/catalog.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer

beforeEach(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
  await server.request('PUT', '/v1/catalog', { body: queueCatalog })
})
afterEach(async () => {
  await server.stop()
  await database.close()
})

const ask = (method: string, path: string, body?: unknown) => server.request(method, path, { body })
const starter = {
  id: 'starter',
  name: 'Starter',
  prices: { XOF: { month: 5_000 } },
  allowances: { agents: { limit: 2, policy: { soft: { graceAmount: 1 } } }, tickets: 'unlimited' },
  metadata: { stripePrice: 'price_1' },
}

async function subscribe(customer: string, plan: string) {
  await ask('PUT', `/v1/customers/${customer}`, {})
  const { status } = await ask('POST', '/v1/subscriptions', {
    customer,
    plan,
    interval: 'month',
    currency: 'XOF',
  })
  expect(status).toBeLessThan(300)
}

describe('plans one by one', () => {
  it('GT-1 GT-9 creates a plan, and shows it as the catalog has it', async () => {
    const { status, body } = await ask('POST', '/v1/plans', starter)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      object: 'plan',
      id: 'starter',
      livemode: false,
      version: 1,
      archived: false,
      prices: [
        {
          currency: 'XOF',
          interval: 'month',
          amountMinor: 5_000,
          perUnit: {},
          components: [],
          minimumMinor: null,
        },
      ],
      trial: null,
      metadata: { stripePrice: 'price_1' },
    })
    expect(body.allowances[0]).toEqual({
      feature: 'agents',
      name: 'Agents',
      kind: 'gauge',
      unit: '',
      scale: 0,
      value: null,
      limit: 2,
      unlimited: false,
      perQuantity: null,
      window: null,
      scope: 'customer',
      memberLimit: null,
      policy: { type: 'soft', graceAmount: 1, graceDays: null },
      rollover: null,
      priority: 100,
    })
    expect(body.allowances[1]).toMatchObject({
      feature: 'tickets',
      limit: null,
      unlimited: true,
      window: 'month',
    })
    expect((await ask('GET', '/v1/plans/starter')).body).toEqual(body)
    const { id, ...definition } = starter
    expect((await ask('GET', '/v1/catalog')).body.catalog.plans[id]).toEqual(definition)
    expect((await ask('POST', '/v1/plans', starter)).body).toMatchObject({ status: 409, code: 'plan_exists' })
  })

  it('I-2 creates once under one idempotency key', async () => {
    const headers = { 'idempotency-key': 'once' }
    const answers = await Promise.all(
      [1, 2, 3].map(() => server.request('POST', '/v1/plans', { body: starter, headers })),
    )
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1)
    expect((await server.request('POST', '/v1/plans', { body: starter, headers })).status).toBe(201)
    expect((await ask('GET', '/v1/catalog')).body.revision).toBe(2)
  })

  it.each([
    [{ ...starter, id: 'two words' }, 'invalid_request', 'id'],
    [{ name: 'No id' }, 'invalid_request', 'id'],
    [{ ...starter, allowances: { agent: 5 } }, 'catalog_invalid', 'allowances.agent'],
    [{ ...starter, prices: { XOF: { month: -5 } } }, 'catalog_invalid', 'prices.XOF.month'],
    [[], 'catalog_invalid', ''],
  ])('I-9 refuses %j by its own fields', async (body, code, param) => {
    const answer = await ask('POST', '/v1/plans', body)
    expect(answer.body.code).toBe(code)
    expect(answer.body.errors[0].param).toBe(param)
    expect((await ask('GET', '/v1/catalog')).body.revision).toBe(1)
  })

  it('GT-1 versions a plan in use by a merge patch, and leaves the rest as it was', async () => {
    await subscribe('group-a', 'essential')
    const { status, body } = await ask('PATCH', '/v1/plans/essential', {
      allowances: { agents: 7, queues: null },
      trial: null,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ version: 2, name: 'Essential', trial: null })
    const limits = Object.fromEntries(body.allowances.map((a: Answered) => [a.feature, a.limit]))
    expect(limits).toEqual({ sites: 1, agents: 7, tickets: 500 })
    const before = await ask('GET', '/v1/plans/essential?version=1')
    expect(before.body.allowances.find((a: Answered) => a.feature === 'agents').limit).toBe(5)
    expect((await ask('PATCH', '/v1/plans/essential', {})).body.version).toBe(2)
    expect((await ask('PATCH', '/v1/plans/nobody', {})).body).toMatchObject({
      status: 404,
      code: 'plan_not_found',
    })
  })

  it('GT-1 archives a plan when it is no longer sold, and sells it again', async () => {
    await ask('PATCH', '/v1/plans/essential', { archived: true })
    const order = { customer: 'group-a', plan: 'essential', interval: 'month', currency: 'XOF' }
    await ask('PUT', '/v1/customers/group-a', {})
    expect((await ask('POST', '/v1/subscriptions', order)).body.code).toBe('plan_archived')
    await ask('PATCH', '/v1/plans/essential', { archived: null })
    expect((await ask('POST', '/v1/subscriptions', order)).status).toBeLessThan(300)
  })

  it('GT-1 deletes a plan only if it was never used', async () => {
    await subscribe('group-a', 'essential')
    expect((await ask('DELETE', '/v1/plans/essential')).body).toMatchObject({
      status: 409,
      code: 'plan_in_use',
    })
    expect((await ask('DELETE', '/v1/plans/professional')).body).toEqual({
      object: 'plan',
      id: 'professional',
      livemode: false,
      deleted: true,
    })
    expect((await ask('GET', '/v1/plans/professional')).status).toBe(404)
    expect((await ask('DELETE', '/v1/plans/professional')).status).toBe(404)
    expect((await ask('GET', '/v1/catalog')).body.catalog.plans).not.toHaveProperty('professional')
  })

  it('GT-9 lets anyone read plans and the operator write them', async () => {
    const { secret: key } = await server.createKey({ kind: 'publishable' })
    expect((await server.request('GET', '/v1/plans', { key })).body.data).toHaveLength(3)
    expect((await server.request('GET', '/v1/plans/essential', { key })).status).toBe(200)
    expect((await server.request('GET', '/v1/features', { key })).status).toBe(200)
    for (const [method, path] of [
      ['POST', '/v1/plans'],
      ['PATCH', '/v1/plans/essential'],
      ['DELETE', '/v1/plans/essential'],
      ['PUT', '/v1/catalog'],
      ['GET', '/v1/catalog'],
    ] as const) {
      const body = method === 'GET' ? undefined : {}
      expect((await server.request(method, path, { key, body })).body.code).toBe('key_not_permitted')
    }
  })

  it('lists page by page, newest first', async () => {
    const first = await ask('GET', '/v1/plans?limit=2')
    expect(first.body).toMatchObject({ object: 'list', hasMore: true })
    const second = await ask('GET', `/v1/plans?limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ hasMore: false, nextCursor: null })
    const ids = [...first.body.data, ...second.body.data].map((plan: Answered) => plan.id)
    expect(ids).toEqual(['enterprise', 'professional', 'essential'])
    expect((await ask('GET', '/v1/plans?cursor=plan_x')).body.code).toBe('invalid_cursor')
  })
})
