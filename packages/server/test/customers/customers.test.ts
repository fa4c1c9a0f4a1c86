import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CustomerBench, type Json, START, startBench } from './support.ts'
import { moveClock } from '../support/move-clock.ts'

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.stop())

describe('customers', () => {
  it('are made and changed by the same call; what is left out stays', async () => {
    const made = await bench.ok('PUT', '/v1/customers/acme', {
      name: 'Acme',
      email: 'ops@acme.test',
      timeZone: 'Africa/Abidjan',
      locale: 'fr-CI',
      currency: 'XOF',
      metadata: { tier: 'gold' },
    })
    expect(made).toMatchObject({
      object: 'customer',
      id: 'acme',
      livemode: false,
      timeZone: 'Africa/Abidjan',
      access: { level: 'blocked', reason: 'no_subscription' },
    })
    const changed = await bench.ok('PUT', '/v1/customers/acme', { name: 'Acme Ltd' })
    const billing = { ...made.billing, name: 'Acme Ltd' }
    expect(changed).toEqual({ ...made, name: 'Acme Ltd', billing })
    await bench.ok('PUT', '/v1/customers/acme', { name: 'Acme Ltd' })
    expect(await bench.happened('acme')).toEqual([
      'customer.created',
      'entitlements.changed',
      'customer.updated',
    ])
    expect(await bench.ok('GET', '/v1/customers/acme')).toEqual(changed)
  })

  it('refuse what is not so', async () => {
    expect(await bench.refused('GET', '/v1/customers/nobody')).toBe('404 customer_not_found')
    const put = (body: unknown) => bench.refused('PUT', '/v1/customers/wrong', body)
    expect(await put({ timeZone: 'Mars/Base' })).toBe('422 time_zone_unknown')
    expect(await put({ timeZone: '+02:00' })).toBe('422 time_zone_unknown')
    expect(await put({ locale: 'not a tag' })).toBe('400 invalid_request')
    expect(await put({ currency: 'francs' })).toBe('400 invalid_request')
    expect(await put({ colour: 'red' })).toBe('400 invalid_request')
    expect(await put({ testClock: 'clock_test_0' })).toBe('404 test_clock_not_found')
    expect(await bench.refused('GET', '/v1/customers/wrong')).toBe('404 customer_not_found')
  })

  it('are listed newest first, by the start of id or name and by status', async () => {
    for (const id of ['list-1', 'list-2', 'list-3'])
      await bench.ok('PUT', `/v1/customers/${id}`, { name: `Zoo ${id}` })
    await bench.subscribe('list-2', 'enterprise')
    const ids = async (query: string) =>
      (await bench.ok('GET', `/v1/customers?${query}`)).data.map((each: Json) => each.id)
    expect(await ids('search=LIST-')).toEqual(['list-3', 'list-2', 'list-1'])
    expect(await ids('search=zoo')).toEqual(['list-3', 'list-2', 'list-1'])
    expect(await ids('search=zo%25')).toEqual([])
    expect(await ids('search=list-&status=active')).toEqual(['list-2'])
    expect(await ids('search=list-&status=none')).toEqual(['list-3', 'list-1'])
    const first = await bench.ok('GET', '/v1/customers?search=list-&limit=2')
    expect(first).toMatchObject({ hasMore: true, nextCursor: 'list-2' })
    expect(await ids(`search=list-&limit=2&cursor=${first.nextCursor}`)).toEqual(['list-1'])
    expect(await bench.refused('GET', '/v1/customers?cursor=nonsense')).toBe('400 invalid_cursor')
  })

  it('that are deleted end their subscription, lose what is personal, and keep their id for ever', async () => {
    await bench.ok('PUT', '/v1/customers/gone', {
      name: 'Jane Roe',
      email: 'jane@roe.test',
      metadata: { a: 1 },
    })
    const { id } = await bench.subscribe('gone', 'essential', { trialDays: 0 })
    await bench.ok('PUT', '/v1/customers/gone/members/jane', { name: 'Jane', email: 'jane@roe.test' })
    expect(await bench.ok('DELETE', '/v1/customers/gone')).toMatchObject({ id: 'gone', deleted: true })
    for (const [method, path, body] of [
      ['GET', '/v1/customers/gone', undefined],
      ['PUT', '/v1/customers/gone', { name: 'Again' }],
      ['DELETE', '/v1/customers/gone', undefined],
      [
        'POST',
        '/v1/subscriptions',
        { customer: 'gone', plan: 'essential', interval: 'month', currency: 'XOF' },
      ],
      ['GET', '/v1/customers/gone/entitlements', undefined],
    ] as const) {
      expect(await bench.refused(method, path, body), path).toBe('409 customer_deleted')
    }
    expect(await bench.ok('GET', `/v1/subscriptions/${id}`)).toMatchObject({
      status: 'canceled',
      endReason: 'customer_deleted',
    })
    const events = await bench.happened('gone')
    expect(events).toContain('entitlements.changed')
    expect(events.at(-1)).toBe('customer.deleted')
    const { rows } = await bench.database.db.query(
      `select (select count(*)::int from customer where name ilike '%roe%' or email ilike '%roe%')
            + (select count(*)::int from member where email ilike '%roe%') as left_over,
         (select count(*)::int from balance b join customer c on c.id = b.customer where c.key = 'gone') as balances`,
    )
    expect(rows[0]?.left_over).toBe(0)
    expect(rows[0]?.balances).toBeGreaterThan(0)
  })

  it('join a test clock at their creation, and live by it', async () => {
    const { id: testClock } = await bench.ok('POST', '/v1/test-clocks', { now: '2030-01-31T08:00:00Z' })
    await bench.ok('PUT', '/v1/customers/timely', { testClock })
    expect(await bench.refused('PUT', '/v1/customers/acme', { testClock })).toBe('400 invalid_request')
    const { id, periodEnd } = await bench.subscribe('timely', 'essential', { trialDays: 0 })
    expect(periodEnd).toBe('2030-02-28T08:00:00.000Z')
    const live = await bench.server.createKey({ mode: 'live' })
    const answer = await bench.server.request('PUT', '/v1/customers/timely', {
      key: live.secret,
      body: { testClock },
    })
    expect(`${answer.status} ${answer.body.code}`).toBe('403 test_only')
    await moveClock(bench.ok, testClock, '2030-04-01T00:00:00Z')
    expect(await bench.ok('GET', `/v1/subscriptions/${id}`)).toMatchObject({
      periodStart: '2030-03-31T08:00:00.000Z',
      periodEnd: '2030-04-30T08:00:00.000Z',
    })
    expect(START < '2030').toBe(true)
  })

  it('of another environment do not exist', async () => {
    const live = await bench.server.createKey({ mode: 'live' })
    const answer = await bench.server.request('GET', '/v1/customers/acme', { key: live.secret })
    expect(answer.body.code).toBe('customer_not_found')
  })
})

describe('members', () => {
  beforeAll(() => bench.subscribe('team', 'essential'))

  it('are put, listed, deleted and brought back', async () => {
    await bench.ok('PUT', '/v1/customers/team/members/ann', { name: 'Ann', email: 'ann@team.test' })
    await bench.ok('PUT', '/v1/customers/team/members/bob', {})
    expect(
      await bench.ok('PUT', '/v1/customers/team/members/ann', { metadata: { role: 'lead' } }),
    ).toMatchObject({
      id: 'ann',
      customer: 'team',
      name: 'Ann',
      metadata: { role: 'lead' },
    })
    const list = await bench.ok('GET', '/v1/customers/team/members')
    expect(list.data.map((each: Json) => each.id)).toEqual(['bob', 'ann'])
    await bench.ok('DELETE', '/v1/customers/team/members/ann')
    expect(await bench.refused('GET', '/v1/customers/team/members/ann')).toBe('404 member_not_found')
    expect(await bench.refused('DELETE', '/v1/customers/team/members/ann')).toBe('404 member_not_found')
    expect(await bench.ok('PUT', '/v1/customers/team/members/ann', {})).toMatchObject({
      name: '',
      email: null,
    })
    const types = (await bench.happened('team')).filter((type) => type.startsWith('member.'))
    expect(types).toEqual([
      'member.created',
      'member.created',
      'member.updated',
      'member.deleted',
      'member.created',
    ])
  })
})
