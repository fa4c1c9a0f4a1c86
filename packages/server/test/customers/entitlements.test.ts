import type { CatalogDefinition } from '@tollkeeper/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { queueCatalog } from '../support/catalog.ts'
import { type CustomerBench, type Json, START, startBench } from './support.ts'

const catalog = {
  ...queueCatalog,
  features: {
    ...queueCatalog.features,
    tokens: { kind: 'credits', name: 'Tokens' },
    export: { kind: 'flag', name: 'Export' },
    providers: { kind: 'setting', type: 'number', name: 'Providers' },
    messages: { kind: 'meter', name: 'Messages' },
  },
  plans: {
    ...queueCatalog.plans,
    group: {
      prices: { XOF: { month: 10_000 } },
      allowances: {
        messages: { limit: 10, scope: 'member' },
        tokens: 100,
        export: true,
        providers: 2,
      },
    },
  },
} satisfies CatalogDefinition

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench(catalog)
})
afterAll(() => bench.stop())
beforeEach(() => bench.moveTo(START))

const access = async (customer: string) => (await bench.ok('GET', `/v1/customers/${customer}/access`)) as Json
const levelAndReason = ({ level, reason }: Json) => `${level} ${reason}`

describe('GET /v1/customers/{id}/entitlements', () => {
  it('CP-8 answers plan, status, period, seats, entitlements and their version in one call', async () => {
    const { id } = await bench.subscribe('site', 'group')
    const body = await bench.ok('GET', '/v1/customers/site/entitlements')
    expect(body).toMatchObject({
      object: 'entitlements',
      customer: 'site',
      plan: { id: 'group', version: 1 },
      subscription: {
        id,
        status: 'active',
        periodStart: '2026-03-10T10:15:00.000Z',
        periodEnd: '2026-04-10T10:15:00.000Z',
        quantities: {},
      },
      access: { level: 'full', reason: 'ok' },
      validUntil: '2026-04-10T10:15:00.000Z',
    })
    const feature = (key: string) => body.features.find((each: Json) => each.feature === key)
    expect(feature('tokens')).toMatchObject({ kind: 'credits', included: true, limit: 100 })
    expect(feature('messages')).toMatchObject({ scope: 'member', limit: 10, window: 'month' })
    expect(feature('export')).toMatchObject({ value: true, limit: null })
    expect(feature('providers')).toMatchObject({ value: 2 })
    expect(feature('sites')).toMatchObject({ included: false, limit: 0 })
  })

  it('CP-8 tells that nothing has moved, and moves its version with every change', async () => {
    const { id } = await bench.subscribe('cached', 'essential', { trialDays: 0 })
    const read = (query = '') => bench.ok('GET', `/v1/customers/cached/entitlements${query}`)
    const { version } = await read()
    expect(await read(`?version=${version}`)).toMatchObject({ version, unchanged: true })
    await bench.ok('PUT', '/v1/customers/cached', { name: 'A new name changes no right' })
    expect(await read(`?version=${version}`)).toMatchObject({ unchanged: true })

    const versions = [version]
    const moves = async (method: string, path: string, body?: unknown) => {
      await bench.ok(method, path, body)
      const next = await read(`?version=${versions.at(-1)}`)
      expect(next.unchanged, path).toBeUndefined()
      versions.push(next.version)
    }
    await moves('POST', `/v1/subscriptions/${id}/change`, { plan: 'professional' })
    await moves('PUT', '/v1/customers/cached/overrides/sites', { limit: 9, reason: 'a favour' })
    await moves('POST', '/v1/customers/cached/grants', { feature: 'tickets', amount: 5 })
    await moves('PUT', '/v1/customers/cached/suspension', { reason: 'abuse' })
    await moves('DELETE', '/v1/customers/cached/suspension')
    await moves('POST', `/v1/subscriptions/${id}/cancel`, {})
    expect([...versions].sort((left, right) => left - right)).toEqual(versions)
  })

  it('CP-8 a moment that nobody has written yet has the version that writing it gives', async () => {
    await bench.subscribe('unswept', 'essential')
    bench.moveTo('2026-03-25T00:00:00Z')
    const read = () => bench.ok('GET', '/v1/customers/unswept/entitlements')
    const before = await read()
    await bench.ok('PUT', '/v1/customers/unswept', { name: 'a command writes what was due' })
    expect(await read()).toEqual(before)
  })
})

describe('access', () => {
  it('QE-8 ends at the very moment the trial does, with no job run', async () => {
    const { trialEndAt, id } = await bench.subscribe('trial', 'essential')
    bench.moveTo('2026-03-24T23:59:59.999Z')
    expect(levelAndReason(await access('trial'))).toBe('full ok')
    bench.moveTo(trialEndAt)
    expect(levelAndReason(await access('trial'))).toBe('blocked trial_expired')
    expect(await bench.ok('GET', '/v1/customers/trial')).toMatchObject({
      access: { reason: 'trial_expired' },
    })
    expect(await bench.ok('GET', `/v1/subscriptions/${id}`)).toMatchObject({
      status: 'expired',
      endedAt: trialEndAt,
      endReason: 'trial_ended',
    })
    expect(await bench.limitOf('trial', 'sites')).toBeUndefined()
    const use = { customer: 'trial', feature: 'tickets' }
    expect(await bench.ok('POST', '/v1/check', use)).toMatchObject({ allowed: false, code: 'trial_expired' })
    expect(await bench.ok('POST', '/v1/consume', use)).toMatchObject({
      allowed: false,
      code: 'trial_expired',
    })
  })

  it('is kept as stretches that follow each other', async () => {
    await bench.ok('PUT', '/v1/customers/history', {})
    bench.moveTo('2026-03-11T00:00:00Z')
    const { id } = await bench.subscribe('history', 'essential', { trialDays: 0 })
    bench.moveTo('2026-03-12T00:00:00Z')
    await bench.ok('PUT', '/v1/customers/history/suspension', {
      reason: 'abuse',
      note: 'spam',
      author: 'mia',
    })
    bench.moveTo('2026-03-13T00:00:00Z')
    await bench.ok('DELETE', '/v1/customers/history/suspension')
    await bench.ok('POST', `/v1/subscriptions/${id}/cancel`, {})
    bench.moveTo('2026-05-01T00:00:00Z')
    const { history } = await access('history')
    expect(history.map((each: Json) => [each.from, each.to, `${each.level} ${each.reason}`])).toEqual([
      ['2026-04-11T00:00:00.000Z', null, 'blocked subscription_cancelled'],
      ['2026-03-13T00:00:00.000Z', '2026-04-11T00:00:00.000Z', 'full ok'],
      ['2026-03-12T00:00:00.000Z', '2026-03-13T00:00:00.000Z', 'blocked tenant_suspended'],
      ['2026-03-11T00:00:00.000Z', '2026-03-12T00:00:00.000Z', 'full ok'],
      ['2026-03-10T10:15:00.000Z', '2026-03-11T00:00:00.000Z', 'blocked no_subscription'],
    ])
  })

  it('QE-4 is suspended by the operator with reason, note and author', async () => {
    await bench.subscribe('bad', 'enterprise')
    expect(
      await bench.ok('PUT', '/v1/customers/bad/suspension', { reason: 'abuse', note: 'spam' }),
    ).toMatchObject({
      level: 'blocked',
      reason: 'tenant_suspended',
      suspension: { reason: 'abuse', note: 'spam', createdAt: '2026-03-10T10:15:00.000Z' },
    })
    const use = { customer: 'bad', feature: 'tickets' }
    expect(await bench.ok('POST', '/v1/consume', use)).toMatchObject({
      allowed: false,
      code: 'tenant_suspended',
    })
    expect(await bench.ok('DELETE', '/v1/customers/bad/suspension')).toMatchObject({
      level: 'full',
      suspension: null,
    })
    expect(await bench.ok('POST', '/v1/consume', use)).toMatchObject({ allowed: true })
    expect(await bench.refused('DELETE', '/v1/customers/bad/suspension')).toBe('404 suspension_not_found')
  })
})

describe('overrides', () => {
  const path = '/v1/customers/special/overrides'
  beforeAll(() => bench.subscribe('special', 'essential', { trialDays: 0 }))

  it('QE-14 replace a limit with reason, author and end date, at once and until then', async () => {
    const override = { limit: 4, reason: 'pilot', author: 'mia', expiresAt: '2026-03-20T00:00:00Z' }
    expect(await bench.ok('PUT', `${path}/sites`, override)).toMatchObject({
      feature: 'sites',
      limit: 4,
      unlimited: false,
      reason: 'pilot',
      author: 'mia',
      expiresAt: '2026-03-20T00:00:00.000Z',
    })
    const take = () => bench.ok('POST', '/v1/consume', { customer: 'special', feature: 'sites', amount: 3 })
    expect(await take()).toMatchObject({ allowed: true, limit: 4, remaining: 1 })
    bench.moveTo('2026-03-20T00:00:00Z')
    expect(await bench.limitOf('special', 'sites')).toBe(1)
    expect(await bench.ok('POST', '/v1/check', { customer: 'special', feature: 'sites' })).toMatchObject({
      allowed: false,
      code: 'quota_exceeded',
      limit: 1,
      used: 3,
      remaining: 0,
    })
    expect(await bench.refused('GET', `${path}/sites`)).toBe('404 override_not_found')
    await bench.ok('PUT', '/v1/customers/special', { name: 'written' })
    expect(await bench.happened('special')).toContain('override.expired')
  })

  it('QE-14 may also lower, be unlimited, and be taken back', async () => {
    await bench.ok('PUT', `${path}/tickets`, { limit: 2, reason: 'abuse' })
    expect(await bench.limitOf('special', 'tickets')).toBe(2)
    const made = await bench.ok('PUT', `${path}/tickets`, { unlimited: true, reason: 'a friend' })
    expect(made).toMatchObject({ limit: null, unlimited: true, reason: 'a friend' })
    expect(made.author).toMatch(/^key_/)
    expect(await bench.limitOf('special', 'tickets')).toBeNull()
    expect((await bench.ok('GET', path)).data.map((each: Json) => each.feature)).toEqual(['tickets'])
    await bench.ok('DELETE', `${path}/tickets`)
    expect(await bench.limitOf('special', 'tickets')).toBe(500)
    expect(await bench.refused('DELETE', `${path}/tickets`)).toBe('404 override_not_found')
  })

  it('fit the kind of the feature', async () => {
    const put = (feature: string, body: Record<string, unknown>) =>
      bench.refused('PUT', `${path}/${feature}`, { reason: 'r', ...body })
    expect(await put('sites', { value: 3 })).toBe('422 override_kind')
    expect(await put('sites', {})).toBe('422 override_kind')
    expect(await put('sites', { limit: 1, unlimited: true })).toBe('422 override_kind')
    expect(await put('export', { limit: 1 })).toBe('422 override_kind')
    expect(await put('export', { value: 'yes' })).toBe('422 override_kind')
    expect(await put('providers', { value: 'three' })).toBe('422 override_kind')
    expect(await put('unknown', { limit: 1 })).toBe('404 feature_not_found')
    expect(await put('sites', { limit: 1, expiresAt: START })).toBe('400 invalid_request')
    await bench.ok('PUT', `${path}/export`, { value: true, reason: 'r' })
    await bench.ok('PUT', `${path}/providers`, { value: 9, reason: 'r' })
    const { features } = await bench.ok('GET', '/v1/customers/special/entitlements')
    expect(features.find((each: Json) => each.feature === 'export')).toMatchObject({
      value: true,
      overridden: true,
    })
    expect(features.find((each: Json) => each.feature === 'providers')).toMatchObject({ value: 9 })
  })
})

describe('grants', () => {
  const path = '/v1/customers/rich/grants'
  const use = (amount: number) =>
    bench.ok('POST', '/v1/consume', { customer: 'rich', feature: 'tokens', amount })
  beforeAll(() => bench.subscribe('rich', 'group'))

  it('come on top of the plan at once; revoking one keeps what is burnt', async () => {
    expect(await use(90)).toMatchObject({ allowed: true, remaining: 10 })
    const given = await bench.ok('POST', path, {
      feature: 'tokens',
      amount: 50,
      reason: 'sorry',
      source: 'promotion',
    })
    expect(given).toMatchObject({
      amount: 50,
      remaining: 50,
      reason: 'sorry',
      source: 'promotion',
      expiresAt: null,
    })
    expect(await use(30)).toMatchObject({ allowed: true, remaining: 30 })
    const list = async () => (await bench.ok('GET', `${path}?feature=tokens`)).data
    expect((await list()).find((each: Json) => each.id === given.id)).toMatchObject({
      burnt: 20,
      remaining: 30,
    })
    expect(await bench.ok('DELETE', `${path}/${given.id}`)).toMatchObject({
      burnt: 20,
      expired: 30,
      remaining: 0,
    })
    expect(await use(1)).toMatchObject({ allowed: false, code: 'insufficient_credits' })
    expect(await bench.refused('DELETE', `${path}/${given.id}`)).toBe('404 grant_not_found')
    const books = await bench.database.db.query(
      'select count(*)::int as wrong from grant_ where burnt + held + expired > amount',
    )
    expect(books.rows[0]?.wrong).toBe(0)
  })

  it('are given once under one key', async () => {
    const body = { feature: 'tokens', amount: 7, idempotencyKey: 'gift' }
    const first = await bench.ok('POST', path, body)
    expect(await bench.ok('POST', path, body)).toEqual(first)
    const open = (await bench.ok('GET', `${path}?feature=tokens&open=true`)).data
    expect(open.filter((each: Json) => each.amount === 7)).toHaveLength(1)
  })

  it('start and end at their time', async () => {
    await bench.subscribe('later', 'group')
    const times = { startsAt: '2026-03-15T00:00:00Z', expiresAt: '2026-03-20T00:00:00Z' }
    await bench.ok('POST', '/v1/customers/later/grants', { feature: 'tokens', amount: 5, ...times })
    const limit = async () =>
      (await bench.ok('POST', '/v1/check', { customer: 'later', feature: 'tokens' })).limit
    expect(await limit()).toBe(100)
    bench.moveTo('2026-03-15T00:00:00Z')
    expect(await limit()).toBe(105)
    bench.moveTo('2026-03-20T00:00:00Z')
    expect(await limit()).toBe(100)
  })

  it('are refused where they make no sense', async () => {
    const post = (body: Record<string, unknown>) =>
      bench.refused('POST', path, { feature: 'tokens', amount: 1, ...body })
    expect(await post({ feature: 'export' })).toBe('422 grant_kind')
    expect(await post({ feature: 'unknown' })).toBe('404 feature_not_found')
    expect(await post({ member: 'nobody' })).toBe('404 member_not_found')
    expect(await post({ amount: 0 })).toBe('400 invalid_request')
    expect(await post({ expiresAt: '2026-03-01T00:00:00Z' })).toBe('400 invalid_request')
    const plan = (await bench.ok('GET', path)).data.find((each: Json) => each.source === 'plan')
    expect(await bench.refused('DELETE', `${path}/${plan.id}`)).toBe('400 invalid_request')
  })
})

describe('members', () => {
  it('have their own balance from the start, and keep it when they come back', async () => {
    await bench.subscribe('group', 'group')
    await bench.ok('PUT', '/v1/customers/group/members/ann', {})
    const say = (member: string, amount: number) =>
      bench.ok('POST', '/v1/consume', { customer: 'group', feature: 'messages', member, amount })
    expect(await say('ann', 8)).toMatchObject({ allowed: true, remaining: 2 })
    await bench.ok('PUT', '/v1/customers/group/members/bob', {})
    expect(await say('bob', 8)).toMatchObject({ allowed: true, remaining: 2 })
    await bench.ok('DELETE', '/v1/customers/group/members/ann')
    await bench.ok('PUT', '/v1/customers/group/members/ann', {})
    expect(await say('ann', 3)).toMatchObject({ allowed: false, code: 'quota_exceeded', used: 8 })
  })
})
