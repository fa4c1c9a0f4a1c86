import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CatalogDefinition } from '@tollkeeper/contract'
import { type Answered, queueCatalog } from '../support/catalog.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer

beforeEach(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
})
afterEach(async () => {
  await server.stop()
  await database.close()
})

const put = (catalog: unknown, query = '') => server.request('PUT', `/v1/catalog${query}`, { body: catalog })
const changesOf = (body: Answered) =>
  body.changes.map((change: Answered) => `${change.noun} ${change.id} ${change.action}`)

/** A deep copy to change. */
const queue = (): CatalogDefinition => structuredClone(queueCatalog)

async function subscribe(customer: string, plan: string) {
  await server.request('PUT', `/v1/customers/${customer}`, { body: {} })
  const answer = await server.request('POST', '/v1/subscriptions', {
    body: { customer, plan, interval: 'month', currency: 'XOF' },
  })
  expect(answer.status).toBeLessThan(300)
}

describe('PUT /v1/catalog', () => {
  it('QE-1 seeds the plans of the table; seeding twice changes nothing', async () => {
    const first = await put(queueCatalog)
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ object: 'catalog_diff', applied: true, changed: true, revision: 1 })
    expect(changesOf(first.body)).toContain('plan essential added')

    const second = await put(queueCatalog)
    expect(second.body).toMatchObject({ applied: false, changed: false, revision: 1, changes: [] })

    const { body } = await server.request('GET', '/v1/plans')
    const table = body.data.map((plan: Answered) => [
      plan.id,
      ...['sites', 'agents', 'queues', 'tickets'].map(
        (id) => plan.allowances.find((a: Answered) => a.feature === id).limit,
      ),
      ...['month', 'year'].map((name) => plan.prices.find((p: Answered) => p.interval === name).amountMinor),
      plan.version,
    ])
    expect(table).toEqual([
      ['enterprise', 999, 999, 999, 999_999, 120_000, 1_200_000, 1],
      ['professional', 3, 20, 10, 2_000, 45_000, 450_000, 1],
      ['essential', 1, 5, 3, 500, 15_000, 150_000, 1],
    ])
    const essential = body.data[2]
    expect(essential.allowances.find((a: Answered) => a.feature === 'tickets').window).toBe('month')
    expect(essential.allowances.find((a: Answered) => a.feature === 'sites').window).toBeNull()
  })

  it('GT-1 gives a changed plan a new version and leaves its subscribers on theirs', async () => {
    await put(queueCatalog)
    await subscribe('bank-a', 'essential')
    await subscribe('bank-b', 'essential')
    const changed = queue()
    changed.plans.essential!.allowances!.agents = 8

    const preview = await server.request('POST', '/v1/catalog/preview', { body: changed })
    const change = { noun: 'plan', id: 'essential', action: 'changed', previousVersion: 1, version: 2 }
    const fields = [{ path: 'allowances.agents.limit', before: 5, after: 8 }]
    const stays = {
      noun: 'plan',
      id: 'essential',
      version: 1,
      effect: 'stays',
      customers: 2,
      sample: ['bank-a', 'bank-b'],
    }
    expect(preview.body).toMatchObject({
      applied: false,
      changed: true,
      revision: 1,
      changes: [{ ...change, fields }],
    })
    expect(preview.body.affected).toEqual([stays])
    expect((await server.request('GET', '/v1/plans/essential')).body.version).toBe(1)

    const applied = await put(changed)
    expect(applied.body).toMatchObject({ applied: true, revision: 2, changes: [{ ...change, fields }] })
    const { body: now } = await server.request('GET', '/v1/plans/essential')
    expect(now).toMatchObject({ version: 2, currentVersion: 2 })
    const { body: before } = await server.request('GET', '/v1/plans/essential?version=1')
    expect(before).toMatchObject({ version: 1, currentVersion: 2 })

    const limitOf = async (customer: string) => {
      const { body } = await server.request('GET', `/v1/customers/${customer}/entitlements`)
      return body.features.find((feature: Answered) => feature.feature === 'agents').limit
    }
    await subscribe('bank-c', 'essential')
    expect([await limitOf('bank-a'), await limitOf('bank-c')]).toEqual([5, 8])
  })

  it('GT-1 archives a dropped plan that was used, deletes one that never was, and sells an archived one again', async () => {
    await put(queueCatalog)
    await subscribe('bank-a', 'essential')
    const smaller = queue()
    delete smaller.plans.essential
    delete smaller.plans.enterprise
    const { body } = await put(smaller)
    expect(changesOf(body)).toEqual(['plan essential archived', 'plan enterprise deleted'])
    expect((await server.request('GET', '/v1/plans/enterprise')).status).toBe(404)
    expect((await server.request('GET', '/v1/plans/essential')).body.archived).toBe(true)
    expect(
      (await server.request('GET', '/v1/plans?archived=true')).body.data.map((p: Answered) => p.id),
    ).toEqual(['essential'])
    const { body: entitlements } = await server.request('GET', '/v1/customers/bank-a/entitlements')
    expect(entitlements.features.find((f: Answered) => f.feature === 'agents').limit).toBe(5)

    expect((await put(smaller)).body.changed).toBe(false)
    expect(changesOf((await put(queueCatalog)).body)).toEqual([
      'plan essential restored',
      'plan enterprise added',
    ])
  })

  it('archives a dropped bundle that a customer has', async () => {
    await put({
      ...queue(),
      addOns: { reports: { kind: 'recurring', prices: { XOF: { month: 100 } } } },
      bundles: { both: { addOns: ['reports'], prices: { XOF: { month: 90 } } } },
    })
    await server.request('PUT', '/v1/customers/bank-b', { body: {} })
    await server.request('POST', '/v1/subscriptions', {
      body: { customer: 'bank-b', plan: 'essential', currency: 'XOF', trialDays: 0, bundles: ['both'] },
    })
    const { status, body } = await put(queue())
    expect([status, changesOf(body).sort()]).toEqual([
      200,
      ['add_on reports deleted', 'bundle both archived'],
    ])
  })

  it('keeps archived features for those who have them, and refuses another kind under the same key', async () => {
    await put(queueCatalog)
    const without = queue()
    delete without.features.queues
    for (const plan of Object.values(without.plans)) delete plan.allowances!.queues
    expect(changesOf((await put(without)).body)).toContain('feature queues archived')
    const { body } = await server.request('GET', '/v1/features')
    expect(body.data.map((f: Answered) => [f.id, f.archived])).toEqual([
      ['sites', false],
      ['agents', false],
      ['tickets', false],
      ['queues', true],
    ])
    const other = queue()
    other.features.queues = { kind: 'meter' }
    const refused = await put(other)
    expect(refused.status).toBe(422)
    expect(refused.body.errors).toEqual([
      {
        param: 'features.queues.kind',
        message: expect.stringContaining('Declare a new feature under another key'),
      },
    ])
    expect(changesOf((await put(queueCatalog)).body)).toContain('feature queues restored')
  })

  it('lists all mistakes at once, each with its path and remedy, and changes nothing', async () => {
    await put(queueCatalog)
    const bad: Answered = queue()
    bad.features.tickets.thresholds = [90, 80]
    bad.features.chat = { kind: 'boolean' }
    bad.plans.essential.allowances.agent = 5
    bad.plans.essential.allowances.chat = true
    bad.plans.professional.allowances.sites = true
    bad.plans.professional.prices.XOF.month = 45_000.5
    bad.fallbackPlan = 'enterprise'
    const { status, body } = await put(bad)
    expect(status).toBe(422)
    expect(body.code).toBe('catalog_invalid')
    const errors = Object.fromEntries(body.errors.map((error: Answered) => [error.param, error.message]))
    expect(Object.keys(errors).sort()).toEqual([
      'fallbackPlan',
      'features.chat.kind',
      'features.tickets.thresholds',
      'plans.essential.allowances.agent',
      'plans.professional.allowances.sites',
      'plans.professional.prices.XOF.month',
    ])
    expect(errors['features.chat.kind']).toContain('Use "flag", "setting"')
    expect(errors['plans.essential.allowances.agent']).toContain('Declare it under features')
    expect(errors['plans.professional.prices.XOF.month']).toContain('whole number of minor units')
    expect(errors.fallbackPlan).toContain('Name a plan without prices')
    expect((await server.request('GET', '/v1/catalog')).body.revision).toBe(1)
  })

  it.each([
    ['a list', []],
    ['nothing', {}],
    ['text', '"plans"'],
    ['wrong sections', { features: [], plans: 4 }],
  ])('refuses %s as a catalog', async (_name, body) => {
    const answer = await put(body)
    expect(answer.status).toBe(422)
    expect(answer.body.errors.length).toBeGreaterThan(0)
  })

  it('compares a given revision and refuses another', async () => {
    expect((await put(queueCatalog, '?expectedRevision=3')).body).toMatchObject({
      status: 409,
      code: 'catalog_revision',
    })
    expect((await put(queueCatalog, '?expectedRevision=0')).body.revision).toBe(1)
  })

  it('leaves nobody without a plan by mistake: an empty catalog names the revision', async () => {
    await put(queueCatalog)
    const nothing = { features: {}, plans: {} }
    await server.request('PUT', '/v1/customers/kept', { body: {} })
    const subscription = { customer: 'kept', plan: 'essential', trialDays: 0 }
    expect((await server.request('POST', '/v1/subscriptions', { body: subscription })).status).toBeLessThan(
      300,
    )
    const refused = await put(nothing)
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'catalog_unconfirmed',
      param: 'expectedRevision',
    })
    expect((await server.request('GET', '/v1/catalog')).body.catalog).toEqual(queueCatalog)
    const confirmed = await put(nothing, '?expectedRevision=1')
    expect(confirmed.body).toMatchObject({ applied: true, revision: 2 })
    const { data } = (await server.request('GET', '/v1/subscriptions?customer=kept')).body
    expect(data).toMatchObject([{ plan: 'essential', status: 'active' }])
  })

  it('serialises puts that meet: each change is there, no version is lost', async () => {
    await put(queueCatalog)
    const amounts = [11, 12, 13, 14, 15, 16]
    const answers = await Promise.all(
      amounts.map((agents) =>
        server.request('PATCH', '/v1/plans/essential', { body: { allowances: { agents } } }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(amounts.map(() => 200))
    expect(answers.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5, 6, 7])
    expect((await server.request('GET', '/v1/catalog')).body.revision).toBe(7)
  })

  it('answers the catalog as it was written, and says what happened as events', async () => {
    expect((await server.request('GET', '/v1/catalog')).body).toMatchObject({
      status: 409,
      code: 'catalog_missing',
    })
    await put(queueCatalog)
    expect((await server.request('GET', '/v1/catalog')).body.catalog).toEqual(queueCatalog)
    const { rows } = await database.db.query(
      "select type, subject from event where type ~ '^(catalog|plan)' order by id",
    )
    expect(rows.map((row: Answered) => `${row.type} ${row.subject}`.trim())).toEqual([
      'catalog.updated',
      'plan.created essential',
      'plan.created professional',
      'plan.created enterprise',
    ])
  })

  it('I-5 keeps the environments apart', async () => {
    await put(queueCatalog)
    const { secret } = await server.createKey({ mode: 'live' })
    expect((await server.request('GET', '/v1/plans', { key: secret })).body.data).toEqual([])
    expect((await server.request('GET', '/v1/plans/essential', { key: secret })).status).toBe(404)
    const live = await server.request('PUT', '/v1/catalog', { key: secret, body: queueCatalog })
    expect(live.body).toMatchObject({ livemode: true, revision: 1 })
  })
})
