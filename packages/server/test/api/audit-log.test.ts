import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog, openMoneyWorld, type MoneyWorld } from '../money/support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
  await world.ask('PUT', '/v1/catalog', { ...catalog, coupons: { WELCOME: { percentOff: 20 } } })
})
afterAll(() => world?.close())

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Json = any
const entriesOf = async (query: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/audit-log?${query}`)).data

describe('the audit log', () => {
  it('ST-12 says who changed what, by which call and why', async () => {
    const moveTo = await world.customerOn('2026-03-01T00:00:00Z', 'watched')
    const { id } = await world.ask('POST', '/v1/subscriptions', {
      customer: 'watched',
      plan: 'essential',
      currency: 'EUR',
    })
    await world.ask('PUT', '/v1/customers/watched/suspension', { reason: 'fraud', note: 'Zora called' })
    const [suspended, subscribed] = await entriesOf('customer=watched')
    expect(suspended).toMatchObject({
      object: 'audit_entry',
      customer: 'watched',
      action: 'access.suspend',
      reason: 'fraud',
      before: {},
      after: { suspension: { author: expect.stringMatching(/^key_test_/) } },
      actor: expect.stringMatching(/^key_test_/),
      requestId: expect.stringMatching(/^req_/),
      occurredAt: '2026-03-01T00:00:00.000Z',
    })
    expect(subscribed).toMatchObject({
      action: 'subscriptions.create',
      after: { [`subscription ${id}`]: { status: 'active', plan: 'essential@1', interval: 'month' } },
    })
    await moveTo('2026-04-02T00:00:00Z')
    const renewals = (await entriesOf('customer=watched')).filter(
      ({ actor }: { actor: string }) => actor === 'job:advance-clocks',
    )
    expect(renewals).toContainEqual(
      expect.objectContaining({
        before: expect.objectContaining({
          [`subscription ${id}`]: { periodEnd: '2026-04-01T00:00:00.000Z' },
        }),
      }),
    )
  })

  it('ST-12 says why, wherever somebody said it', async () => {
    const { ask } = world
    await world.customerOn('2026-03-01T00:00:00Z', 'explained')
    const grant = { feature: 'tickets', amount: 500, reason: 'goodwill for the outage' }
    await ask('POST', '/v1/customers/explained/grants', grant)
    const lines = [{ description: 'Setting up', unitMinor: 5_000 }]
    const body = { customer: 'explained', currency: 'EUR', collection: 'send', lines }
    const { id } = await ask('POST', '/v1/invoices', body)
    const note = { amountMinor: 1_000, reason: 'wrong price' }
    await ask('POST', `/v1/invoices/${id}/credit-notes`, note)
    const told = (await entriesOf('customer=explained')).map(
      ({ action, reason }: { action: string; reason: string }) => [action, reason],
    )
    expect(told).toContainEqual(['grants.create', 'goodwill for the outage'])
    expect(told).toContainEqual(['invoices.credit', 'wrong price'])
    expect(told).toContainEqual(['invoices.create', ''])
  })

  it('ST-12 says what was before, of a paid invoice and of a discount too', async () => {
    const { ask } = world
    await world.customerOn('2026-03-01T00:00:00Z', 'settled')
    const lines = [{ description: 'Setting up', unitMinor: 5_000 }]
    const own = { customer: 'settled', currency: 'EUR' }
    const { id } = await ask('POST', '/v1/invoices', { ...own, collection: 'send', lines })
    const money = { ...own, amountMinor: 5_000, transaction: 'bank-1', invoice: id }
    const { id: payment } = await ask('POST', '/v1/payments', money)
    const refund = await ask('POST', `/v1/payments/${payment}/refunds`, { amountMinor: 1_000 })
    await ask('POST', `/v1/refunds/${refund.id}/settle`, { status: 'succeeded' })
    const { id: discount } = await ask('POST', '/v1/customers/settled/discounts', { coupon: 'WELCOME' })
    await ask('DELETE', `/v1/customers/settled/discounts/${discount}`)
    const entries = await entriesOf('customer=settled')
    const changesOf = (what: string) =>
      entries
        .toReversed()
        .filter(({ before, after }: Json) => what in before || what in after)
        .map(({ before, after }: Json) => [before[what] ?? null, after[what] ?? null])
        .slice(1)
    expect(changesOf(`refund ${refund.id}`)).toContainEqual([
      { status: expect.any(String) },
      { status: 'succeeded' },
    ])
    expect(changesOf(`invoice ${id}`)).toContainEqual([{ refundedMinor: 0 }, { refundedMinor: 1_000 }])
    const [ended, redeemed] = entries
    expect(redeemed).toMatchObject({
      action: 'discounts.create',
      before: {},
      after: { [`discount ${discount}`]: { coupon: 'WELCOME' } },
    })
    expect(ended).toMatchObject({
      action: 'discounts.delete',
      before: { [`discount ${discount}`]: {} },
      after: { [`discount ${discount}`]: { periodsLeft: 0 } },
    })
  })

  it('ST-12 says where a customer’s seats are asked for, but not the address', async () => {
    const { ask } = world
    const path = '/v1/customers/seated/site'
    await world.customerOn('2026-03-01T00:00:00Z', 'seated')
    const site = { url: 'https://seated.example/seats', quantity: 'seats', hour: 3 }
    await ask('PUT', path, site)
    await ask('PUT', path, site)
    await ask('PUT', path, { ...site, url: 'https://seated.example/count', hour: 4 })
    await ask('POST', `${path}/roll-secret`, { overlapHours: 1 })
    await ask('DELETE', path)
    await ask('PUT', '/v1/customers/seated/members/m-1', { name: 'Zora' })
    await ask('PUT', '/v1/customers/seated/members/m-1', { name: 'Zora Quist' })
    const entries = (await entriesOf('customer=seated')).toReversed()
    const url = '(personal)'
    expect(
      entries.slice(-6).map(({ action, before, after }: Record<string, unknown>) => [action, before, after]),
    ).toEqual([
      ['sites.put', {}, { site: { url, quantity: 'seats', hour: 3 } }],
      ['sites.put', { site: { url, hour: 3 } }, { site: { url, hour: 4 } }],
      ['sites.rollSecret', {}, { site: { earlierSecretsEndAt: expect.any(String) } }],
      ['sites.delete', { site: { url, quantity: 'seats', hour: 4 } }, {}],
      ['members.put', {}, { 'member m-1': { created: true } }],
      ['members.put', {}, { 'member m-1': { profile: url } }],
    ])
    expect(JSON.stringify(entries)).not.toMatch(/seated\.example|Zora/)
  })

  it('ST-12 tells of what is personal only that it changed', async () => {
    await world.ask('PUT', '/v1/customers/private', { name: 'Zora Quist', email: 'zora@quist.example' })
    await world.ask('PUT', '/v1/customers/private', {
      name: 'Zora Quist-Berg',
      timeZone: 'Europe/Oslo',
      billing: { address: { line1: '12 Fjordgata', city: 'Bergen', country: 'NO' } },
    })
    const [changed] = await entriesOf('customer=private')
    expect(changed).toMatchObject({
      action: 'customers.put',
      before: { customer: { timeZone: 'UTC', name: '(personal)', billing: '(personal)' } },
      after: { customer: { timeZone: 'Europe/Oslo', name: '(personal)', billing: '(personal)' } },
    })
    const { rows } = await world.database.db.query('select audit_entry::text as row from audit_entry')
    for (const { row } of rows) expect(row).not.toMatch(/Quist|quist|Fjordgata|Zora/)
  })

  it('holds changes of the catalog, of keys and of endpoints, by actor and since when', async () => {
    const key = await world.server.createKey({ name: 'second' })
    const asSecond = { key: key.secret }
    const { request } = world.server
    await request('PATCH', '/v1/environment', {
      ...asSecond,
      body: { allowedOrigins: ['https://app.example'] },
    })
    await request('PATCH', '/v1/plans/large', { ...asSecond, body: { name: 'Larger' } })
    const since = (await entriesOf('limit=1'))[0].recordedAt
    await request('POST', '/v1/webhook-endpoints', {
      ...asSecond,
      body: { url: 'https://hooks.example/secret-path', format: 'standard' },
    })
    const { body: made } = await request('POST', '/v1/keys', {
      ...asSecond,
      body: { kind: 'restricted', name: 'third', scopes: ['audit:read'] },
    })
    await request('DELETE', `/v1/keys/${made.id}`, asSecond)
    const entries = await entriesOf(`actor=${key.id}`)
    const told = entries.map(({ action, customer }: { action: string; customer: null }) => [action, customer])
    expect(told).toEqual([
      ['keys.revoke', null],
      ['keys.create', null],
      ['webhookEndpoints.create', null],
      ['plans.update', null],
      ['environment.update', null],
    ])
    expect(entries[3]).toMatchObject({ after: { 'plan large': { action: 'changed', name: 'Larger' } } })
    expect(JSON.stringify(entries)).not.toContain('secret-path')
    const later = await entriesOf(`actor=${key.id}&since=${since}`)
    expect(later.length).toBeGreaterThanOrEqual(3)
    const page = await world.ask('GET', `/v1/audit-log?actor=${key.id}&limit=2`)
    const next = await world.ask('GET', `/v1/audit-log?actor=${key.id}&limit=2&cursor=${page.nextCursor}`)
    expect([...page.data, ...next.data]).toEqual(entries.slice(0, 4))
  })

  it('is not changed by anybody, and taking is not in it', async () => {
    const { db } = world.database
    const count = async () =>
      (await db.query<{ n: number }>('select count(*) as n from audit_entry')).rows[0]?.n
    await world.customerOn('2026-03-01T00:00:00Z', 'taker')
    await world.ask('POST', '/v1/subscriptions', { customer: 'taker', plan: 'essential', currency: 'EUR' })
    const before = await count()
    for (let use = 0; use < 3; use += 1) {
      await world.ask('POST', '/v1/consume', { customer: 'taker', feature: 'tickets', amount: 200 })
    }
    expect(await count()).toBe(before)
    for (const statement of ['delete from audit_entry', `update audit_entry set actor = 'nobody'`]) {
      await expect(db.query(statement)).rejects.toThrow('only added to')
    }
  })
})
