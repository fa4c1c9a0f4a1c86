import { createClient } from '@tollkeeper/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApplication, problemOf } from '../../../../examples/queue-quotas/application.ts'
import { catalog } from '../../../../examples/queue-quotas/catalog.ts'
import { runQueueQuotas } from '../../../../examples/queue-quotas/scenario.ts'
import { tellTo } from '../../../../examples/story.ts'
import { fixedClock } from '../../src/clock.ts'
import { startTestServer } from '../support/server.ts'
import { happened, openWorld } from './world.ts'
import type { ScenarioWorld } from './world.ts'

const START = '2026-03-10T09:30:00Z'

let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld()
  await world.client.catalog.put(catalog)
})
afterAll(async () => {
  await world?.close()
})

const paying = (plan: string, timeZone = 'Africa/Abidjan') =>
  world.customerAt(START, { plan, trialDays: 0, timeZone })

describe('plans and limits', () => {
  test('QE-1 the three plans are sold at their prices with their limits, and seeding them twice changes nothing', async () => {
    const { client } = world
    const before = await client.catalog.get()
    const again = await client.catalog.put(catalog)
    expect(again).toMatchObject({ applied: false, changed: false, changes: [], revision: before.revision })
    const expected = {
      essential: [1, 5, 3, 500, 15_000, 150_000],
      professional: [3, 20, 10, 2_000, 45_000, 450_000],
      enterprise: [999, 999, 999, 999_999, 120_000, 1_200_000],
    }
    for (const [id, row] of Object.entries(expected)) {
      const plan = await client.plans.get(id)
      const limits = ['sites', 'agents', 'queues', 'tickets'].map(
        (key) => plan.allowances.find(({ feature }) => feature === key)?.limit,
      )
      const prices = ['month', 'year'].map(
        (name) =>
          plan.prices.find(({ interval, currency }) => interval === name && currency === 'XOF')?.amountMinor,
      )
      expect([...limits, ...prices], id).toEqual(row)
      expect(plan.version, id).toBe(1)
    }
  })

  test.each([
    ['sites', 1, 'Sites', 'professional'],
    ['agents', 5, 'Agents', 'professional'],
    ['queues', 3, 'Files d’attente', 'professional'],
    ['tickets', 500, 'Tickets', 'professional'],
  ])(
    'QE-2 %s: %i may be created, the next is refused with the limit, the plan and the plan that would allow it',
    async (feature, limit, name, upgrade) => {
      const { client } = world
      const { id: customer } = await paying('essential')
      expect((await client.consume({ customer, feature, amount: limit })).allowed).toBe(true)
      const refused = await client.consume({ customer, feature }, { language: 'fr' })
      expect(refused).toMatchObject({
        allowed: false,
        code: 'quota_exceeded',
        limit,
        used: limit,
        remaining: 0,
        message: `${name} : il reste 0 sur ${limit} avec l’offre Essentiel, pour une demande de 1.`,
        upgrade: { plan: upgrade, name: 'Professionnel' },
      })
      const english = await client.check({ customer, feature }, { language: 'en' })
      expect(english.message).toBe(`${name}: 1 asked, 0 of ${limit} left on plan Essentiel.`)
      const application = createApplication(client)
      const problem = await application
        .create(customer, feature as 'sites', 'one more')
        .then(() => null, problemOf)
      expect(problem).toMatchObject({ status: 403, code: 'quota_exceeded', plan: 'Professionnel' })
      expect(application.list(customer, feature as 'sites')).toEqual([])
    },
  )

  test('QE-2 nothing is suggested where no plan would allow it', async () => {
    const { id: customer } = await paying('enterprise')
    const refused = await world.client.consume({ customer, feature: 'sites', amount: 1_000 })
    expect(refused).toMatchObject({ allowed: false, code: 'quota_exceeded', upgrade: null })
  })

  test('QE-2 tickets start again with the calendar month of the tenant’s time zone', async () => {
    const { client } = world
    const tenant = await paying('essential', 'Asia/Tokyo')
    const ask = () => client.consume({ customer: tenant.id, feature: 'tickets', amount: 500 })
    expect(await ask()).toMatchObject({ allowed: true, resetsAt: '2026-03-31T15:00:00.000Z' })
    await tenant.moveTo('2026-03-31T14:59:59.999Z')
    expect((await ask()).allowed).toBe(false)
    await tenant.moveTo('2026-03-31T15:00:00Z')
    expect(await ask()).toMatchObject({ allowed: true, used: 500, resetsAt: '2026-04-30T15:00:00.000Z' })
  })

  test('QE-2 200 creations at once over two servers, with 3 left: 3 are created', async () => {
    const other = await startTestServer({ db: world.database.db, jobs: false })
    try {
      const { id: customer } = await paying('essential')
      const applications = [world.client, createClient({ url: other.url, key: other.secretKey })].map(
        (client) => createApplication(client),
      )
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          applications[index % 2]!.create(customer, 'queues', `${index}`).then(() => 'created', problemOf),
        ),
      )
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(3)
      expect(new Set(answers.map((answer) => (typeof answer === 'string' ? answer : answer.code)))).toEqual(
        new Set(['created', 'quota_exceeded']),
      )
      expect((await world.client.usageOf(customer)).queues).toMatchObject({ current: 3, available: 0 })
    } finally {
      await other.stop()
    }
  })

  test('QE-9 the administrator sees current, max, percentage and available of each resource', async () => {
    const { client } = world
    const { id: customer } = await paying('essential')
    await client.consume({ customer, feature: 'queues' })
    await client.consume({ customer, feature: 'tickets', amount: 123 })
    await client.set({ customer, feature: 'agents', amount: 8 })
    await client.overrides.put(customer, 'sites', { limit: 0, reason: 'none for now' })
    expect(await client.usageOf(customer)).toEqual({
      sites: { current: 0, max: 0, percentage: 100, available: 0 },
      agents: { current: 8, max: 5, percentage: 160, available: 0 },
      queues: { current: 1, max: 3, percentage: 33.33, available: 2 },
      tickets: { current: 123, max: 500, percentage: 24.6, available: 377 },
    })
    await client.overrides.put(customer, 'sites', { unlimited: true, reason: 'all they like' })
    const { sites } = await client.usageOf(customer)
    expect(sites).toEqual({ current: 0, max: null, percentage: null, available: null })
    const named = await client.usageOf(customer, {
      map: ({ used, limit }) => ({ utilise: used, plafond: limit }),
    })
    expect(named.queues).toEqual({ utilise: 1, plafond: 3 })
  })

  test('QE-17 changing or deleting at the limit, or above it, is never refused for quota', async () => {
    const { client } = world
    const { id: customer } = await paying('essential')
    const application = createApplication(client)
    const made = await Promise.all(
      ['a', 'b', 'c'].map((name) => application.create(customer, 'queues', name)),
    )
    expect((await client.check({ customer, feature: 'queues' })).allowed).toBe(false)
    expect(application.rename(made[0]!.id, 'z')).toMatchObject({ name: 'z' })
    expect(await client.set({ customer, feature: 'queues', amount: 3 })).toMatchObject({ used: 3 })
    await application.remove(made[1]!.id)
    expect((await client.usageOf(customer)).queues).toMatchObject({ current: 2, available: 1 })

    await client.set({ customer, feature: 'queues', amount: 9 })
    await client.overrides.put(customer, 'queues', { limit: 2, reason: 'less' })
    for (const left of [8, 7]) {
      expect(await client.release({ customer, feature: 'queues' })).toMatchObject({ used: left, limit: 2 })
    }
    // nor for a tenant that may do nothing else
    await client.access.suspend(customer, { reason: 'unpaid' })
    expect(await client.release({ customer, feature: 'queues' })).toMatchObject({ used: 6 })
  })
})

describe('what time and agreements do', () => {
  test('QE-8 a trial ends at its very moment, with no job running anywhere', async () => {
    const clock = fixedClock(Date.parse(START))
    const still = await openWorld({ clock, jobs: false })
    try {
      const { client } = still
      await client.catalog.put(catalog)
      await client.customers.put('trying', { timeZone: 'Africa/Abidjan', currency: 'XOF' })
      const made = await client.subscriptions.create({ customer: 'trying', plan: 'essential' })
      expect(made).toMatchObject({ status: 'trialing', trialEndAt: '2026-03-25T00:00:00.000Z' })
      const ask = () => client.consume({ customer: 'trying', feature: 'tickets' }, { language: 'fr' })
      clock.set(Date.parse('2026-03-24T23:59:59.999Z'))
      expect((await ask()).allowed).toBe(true)
      clock.set(Date.parse('2026-03-25T00:00:00Z'))
      expect(await client.check({ customer: 'trying', feature: 'sites' })).toMatchObject({
        code: 'trial_expired',
      })
      const refused = { allowed: false, code: 'trial_expired', message: 'Période d’essai expirée' }
      expect(await ask()).toMatchObject(refused)
      expect(await client.reserve({ customer: 'trying', feature: 'tickets' })).toMatchObject({
        code: 'trial_expired',
      })
      expect(await client.customers.get('trying')).toMatchObject({
        access: { level: 'blocked', reason: 'trial_expired' },
      })
      // and after the hour at which a job would have come by
      clock.set(Date.parse('2026-03-25T03:00:01Z'))
      expect(await ask()).toMatchObject(refused)
    } finally {
      await still.close()
    }
  })

  test('QE-8 the same on a moved clock: the trial’s last day is included in the tenant’s time zone', async () => {
    const tenant = await world.customerAt(START, { plan: 'professional', timeZone: 'Pacific/Auckland' })
    const ask = async () => (await world.client.check({ customer: tenant.id, feature: 'tickets' })).code
    await tenant.moveTo('2026-03-24T10:59:59.999Z')
    expect(await ask()).toBe('ok')
    await tenant.moveTo('2026-03-24T11:00:00Z')
    expect(await ask()).toBe('trial_expired')
    const [ended] = await happened(world.client, tenant.id, 'subscription.expired')
    expect(ended).toMatchObject({ occurredAt: '2026-03-24T11:00:00.000Z' })
  })

  test('QE-11 an import gives plan and trial to those without a subscription, and counts what they hold', async () => {
    const { client } = world
    const { id: subscribed } = await paying('professional')
    await client.customers.put('without', { currency: 'XOF' })
    const clock = await client.testClocks.create({ now: START })
    const common = { plan: 'essential', currency: 'XOF', timeZone: 'Africa/Abidjan' }
    const customers = [
      { ...common, id: 'new', testClock: clock.id, held: { sites: 4, agents: 5 }, used: { tickets: 120 } },
      { ...common, id: 'without', held: { queues: 2 } },
      { ...common, id: subscribed, held: { sites: 3 } },
    ]
    const first = await client.imports.create({ customers })
    expect(first.results.map(({ status, created }) => [status, created])).toEqual([
      ['imported', true],
      ['imported', false],
      ['unchanged', false],
    ])
    const again = await client.imports.create({ customers })
    expect(again).toMatchObject({ imported: 0, unchanged: 3, failed: 0 })
    const [subscription] = await client.subscriptions.list({ customer: 'new' }).toArray({ max: 10 })
    expect(subscription).toMatchObject({
      plan: 'essential',
      status: 'trialing',
      trialEndAt: '2026-03-25T00:00:00.000Z',
    })
    expect(await client.subscriptions.list({ customer: subscribed }).toArray({ max: 10 })).toMatchObject([
      { plan: 'professional', status: 'active' },
    ])
    expect((await client.usageOf(subscribed)).sites?.current).toBe(0)

    expect(await client.usageOf('new')).toMatchObject({
      sites: { current: 4, max: 1, percentage: 400, available: 0 },
      agents: { current: 5, available: 0 },
      tickets: { current: 120, available: 380 },
    })
    const add = (feature: string) => client.consume({ customer: 'new', feature })
    expect(await add('sites')).toMatchObject({ allowed: false, code: 'quota_exceeded', used: 4, limit: 1 })
    await client.release({ customer: 'new', feature: 'sites', amount: 3 })
    expect((await add('sites')).allowed).toBe(false)
    await client.release({ customer: 'new', feature: 'sites' })
    expect((await add('sites')).allowed).toBe(true)
  })

  test('QE-14 an override replaces the limit of one tenant until its end, with reason and author', async () => {
    const { client } = world
    const [tenant, neighbour] = await Promise.all([paying('essential'), paying('essential')])
    const limitOf = async (customer: string) => (await client.check({ customer, feature: 'agents' })).limit
    const expiresAt = '2026-04-01T00:00:00.000Z'
    const terms = { limit: 8, reason: 'a new branch', author: 'direction@example.com', expiresAt }
    expect(await client.overrides.put(tenant.id, 'agents', terms)).toMatchObject(terms)
    expect(await client.overrides.list(tenant.id)).toMatchObject({ data: [{ feature: 'agents', ...terms }] })
    expect([await limitOf(tenant.id), await limitOf(neighbour.id)]).toEqual([8, 5])
    expect((await client.consume({ customer: tenant.id, feature: 'agents', amount: 8 })).allowed).toBe(true)
    await tenant.moveTo('2026-03-31T23:59:59.999Z')
    expect(await limitOf(tenant.id)).toBe(8)
    await tenant.moveTo(expiresAt)
    const after = await client.consume({ customer: tenant.id, feature: 'agents' })
    expect(after).toMatchObject({ allowed: false, limit: 5, used: 8, remaining: 0 })
    expect(await happened(client, tenant.id, 'override.expired')).toMatchObject([{ occurredAt: expiresAt }])
    // down too, and lifted by hand
    await client.overrides.put(tenant.id, 'tickets', { limit: 0, reason: 'stop' })
    expect((await client.check({ customer: tenant.id, feature: 'tickets' })).allowed).toBe(false)
    await client.overrides.delete(tenant.id, 'tickets')
    expect((await client.check({ customer: tenant.id, feature: 'tickets' })).allowed).toBe(true)
  })

  test('QE-15 a soft limit admits its grace amount, and its grace days from the first crossing', async () => {
    const { client } = world
    const tenant = await paying('essential_soft')
    const take = (amount: number) => client.consume({ customer: tenant.id, feature: 'tickets', amount })
    await take(500)
    await tenant.moveTo('2026-03-12T12:00:00Z')
    expect(await take(30)).toMatchObject({ allowed: true, used: 530, overage: 30, limit: 500 })
    expect(await take(21)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    await tenant.moveTo('2026-03-15T11:59:59.999Z')
    expect(await take(5)).toMatchObject({ allowed: true, overage: 35 })
    await tenant.moveTo('2026-03-15T12:00:00Z')
    expect(await take(1)).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    const rows = await client.usage.overages(tenant.id).toArray({ max: 10 })
    expect(rows.map(({ amount, priced, unitPrices }) => [amount, priced, unitPrices])).toEqual([
      [5, false, null],
      [30, false, null],
    ])
    await tenant.moveTo('2026-04-01T00:00:00Z')
    expect(await take(510)).toMatchObject({ allowed: true, used: 510, overage: 10 })
  })

  test('QE-15 pay per ticket: what lies above the allowance is kept as rows with its price', async () => {
    const { client } = world
    const tenant = await paying('essential_metered')
    const take = (amount: number, idempotencyKey?: string) =>
      client.consume({ customer: tenant.id, feature: 'tickets', amount, idempotencyKey })
    await take(499)
    const across = await take(3, 'across')
    expect(across).toMatchObject({ allowed: true, used: 502, overage: 2 })
    expect(await take(3, 'across')).toMatchObject({ replayed: true, used: 502 })
    await Promise.all(Array.from({ length: 20 }, () => take(1)))
    const rows = await client.usage.overages(tenant.id).toArray({ max: 100 })
    expect(rows.reduce((sum, { amount }) => sum + amount, 0)).toBe(22)
    expect(rows.every(({ priced, unitPrices }) => priced && unitPrices?.XOF === '35')).toBe(true)
    expect(rows.every(({ windowStart }) => windowStart === '2026-03-01T00:00:00.000Z')).toBe(true)
    expect(await client.usageOf(tenant.id)).toMatchObject({
      tickets: { current: 522, max: 500, available: 0 },
    })
  })
})

describe('who asks too often', () => {
  test('QE-18 quota endpoints are limited by key: 429 with Retry-After, and nothing is taken', async () => {
    const clock = fixedClock(Date.parse('2026-03-10T09:00:20Z'))
    const still = await openWorld({ clock, jobs: false })
    try {
      const { client, server } = still
      await client.catalog.put(catalog)
      await client.customers.put('asking', { currency: 'XOF' })
      await client.subscriptions.create({ customer: 'asking', plan: 'essential' })
      const { secret: key } = await server.createKey({ rateLimits: { usage: 4, quota: 2 } })
      const body = { customer: 'asking', feature: 'tickets' }
      for (const path of ['/v1/consume', '/v1/check', '/v1/consume', '/v1/reservations'])
        expect((await server.request('POST', path, { key, body })).status, path).toBe(200)
      for (const path of ['/v1/consume', '/v1/check', '/v1/reservations']) {
        const refused = await server.request('POST', path, { key, body })
        expect([refused.status, refused.body.code], path).toEqual([429, 'rate_limited'])
        expect(refused.headers.get('retry-after'), path).toBe('40')
      }
      const look = () => server.request('GET', '/v1/customers/asking/usage', { key })
      expect([(await look()).status, (await look()).status, (await look()).status]).toEqual([200, 200, 429])
      // another key goes on, and sees that nothing was taken
      const { tickets } = await client.usageOf('asking')
      expect(tickets).toMatchObject({ current: 2, available: 497 })
      clock.advance(40_000)
      expect((await server.request('POST', '/v1/consume', { key, body })).status).toBe(200)
    } finally {
      await still.close()
    }
  })
})

test('the example tells its story, and tells it again', async () => {
  const told: string[] = []
  for (const _ of [1, 2])
    await runQueueQuotas(
      world.client,
      tellTo((line) => told.push(line)),
    )
  expect(told.filter((line) => line.includes('✓')).length).toBeGreaterThan(40)
})
