import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

const environmentOf = async (key: string) => (await server.request('GET', '/v1/environment', { key })).body

describe('who asks', () => {
  test.each([
    ['no header', '', undefined, 'key_missing'],
    ['another scheme', '', 'Basic abc', 'key_missing'],
    ['no key after the scheme', '', 'Bearer', 'key_missing'],
    ['something that is no key', '', 'Bearer hello', 'key_invalid'],
    ['a key of the right form that nobody made', '', `Bearer sk_test_${'a'.repeat(43)}`, 'key_invalid'],
  ])('%s is refused', async (_name, key, authorization, code) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const answer = await server.request('GET', '/v1/keys', { key, headers })
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ code, status: 401 })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  test('I-5 a key decides the environment, and sees nothing of another', async () => {
    const live = await server.createKey({ mode: 'live' })
    expect(await environmentOf(server.secretKey)).toMatchObject({ id: 'test', livemode: false })
    expect(await environmentOf(live.secret)).toMatchObject({ id: 'live', livemode: true })
    const { body } = await server.request('GET', '/v1/keys', { key: live.secret })
    expect(body.data.map((key: { id: string }) => key.id)).toEqual([live.id])
    const foreign = await server.createKey({})
    const revoked = await server.request('DELETE', `/v1/keys/${foreign.id}`, { key: live.secret })
    expect(revoked.body).toMatchObject({ code: 'api_key_not_found' })
    expect((await server.request('GET', '/v1/environment', { key: foreign.secret })).status).toBe(200)
  })

  test('calls for test environments are refused to a live key', async () => {
    const live = await server.createKey({ mode: 'live' })
    const answer = await server.request('POST', '/v1/test-clocks', { key: live.secret, body: {} })
    expect(answer).toMatchObject({ status: 403, body: { code: 'test_only' } })
  })
})

describe('keys', () => {
  test('a key is shown once, and only its hash is kept', async () => {
    const made = await server.request('POST', '/v1/keys', { body: { kind: 'secret', name: 'shop' } })
    expect(made.status).toBe(201)
    const { secret, hint, id } = made.body
    expect(secret).toMatch(/^sk_test_[0-9A-Za-z]{43}$/)
    expect(hint).not.toBe(secret)
    const list = await server.request('GET', '/v1/keys?limit=100')
    expect(list.text).not.toContain(secret)
    expect(list.body.data.map((key: { id: string }) => key.id)).toContain(id)
    const { rows } = await database.db.query(
      "select k::text || ' ' || encode(hash, 'escape') as row from api_key k",
    )
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  test('the stored answer of a creation is sealed, and replayed with its secret', async () => {
    const call = { body: { kind: 'secret', name: 'sealed' }, headers: { 'idempotency-key': 'seal-1' } }
    const first = await server.request('POST', '/v1/keys', call)
    const { rows } = await database.db.query("select encode(body, 'escape') as body from idempotent_answer")
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(first.body.secret)
    const again = await server.request('POST', '/v1/keys', call)
    expect(again.text).toBe(first.text)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })

  test('a restricted key does what its scopes say', async () => {
    const reader = await server.createKey({ kind: 'restricted', scopes: ['customers:read'] })
    const refused = await server.request('GET', '/v1/keys', { key: reader.secret })
    expect(refused).toMatchObject({ status: 403, body: { code: 'key_not_permitted' } })
    expect(refused.body.detail).toContain('keys:write')
    const found = await server.request('GET', '/v1/customers', { key: reader.secret })
    expect(found.status).toBe(200)
  })

  test('no key makes one that may do more than itself', async () => {
    const { secret: key } = await server.createKey({
      kind: 'restricted',
      scopes: ['keys:write', 'customers:read'],
    })
    const make = (body: unknown) => server.request('POST', '/v1/keys', { key, body })
    expect(await make({ kind: 'secret', name: 'more' })).toMatchObject({ status: 403 })
    expect(await make({ kind: 'publishable', name: 'other' })).toMatchObject({ status: 403 })
    const scopes = ['customers:read', 'catalog:write']
    expect(await make({ kind: 'restricted', name: 'more', scopes })).toMatchObject({ status: 403 })
    const less = await make({ kind: 'restricted', name: 'less', scopes: ['customers:read'] })
    expect(less.status).toBe(201)
    const strong = await server.createKey({})
    expect(await server.request('POST', `/v1/keys/${strong.id}/roll`, { key, body: {} })).toMatchObject({
      status: 403,
    })
    expect(await server.request('DELETE', `/v1/keys/${strong.id}`, { key })).toMatchObject({ status: 403 })
  })

  test('a restricted key needs scopes, and only it has them', async () => {
    const none = await server.request('POST', '/v1/keys', { body: { kind: 'restricted', name: 'none' } })
    expect(none).toMatchObject({ status: 400, body: { param: 'scopes' } })
    const body = { kind: 'secret', name: 'some', scopes: ['keys:write'] }
    expect(await server.request('POST', '/v1/keys', { body })).toMatchObject({
      status: 400,
      body: { param: 'scopes' },
    })
  })

  test('a publishable key reaches only what is meant for pages', async () => {
    const { secret: key } = await server.createKey({ kind: 'publishable' })
    expect(await server.request('GET', '/v1/keys', { key })).toMatchObject({ status: 403 })
    expect(await server.request('PUT', '/v1/customers/acme', { key, body: {} })).toMatchObject({
      status: 403,
    })
    // known or not: who asks with it can't even learn that
    await server.request('PUT', '/v1/customers/acme', { body: {} })
    for (const customer of ['acme', 'nobody'])
      expect(await server.request('GET', `/v1/customers/${customer}/entitlements`, { key })).toMatchObject({
        status: 403,
        body: { code: 'key_not_permitted' },
      })
  })

  test('a revoked key stops working, in other processes too, within a second', async () => {
    const other = await startTestServer({ db: database.db, jobs: false })
    try {
      const { id, secret: key } = await server.createKey({})
      const ask = () => other.request('GET', '/v1/environment', { key })
      expect((await ask()).status).toBe(200)
      const started = performance.now()
      expect((await server.request('DELETE', `/v1/keys/${id}`)).body.revokedAt).not.toBeNull()
      let answer = await ask()
      while (answer.status === 200 && performance.now() - started < 1_000) answer = await ask()
      expect(answer).toMatchObject({ status: 401, body: { code: 'key_revoked' } })
      const again = await server.request('DELETE', `/v1/keys/${id}`)
      expect(again.status).toBe(200)
    } finally {
      await other.stop()
    }
  })

  test('a rolled key goes on for the overlap, its successor has the same rights', async () => {
    const old = await server.createKey({ kind: 'restricted', scopes: ['keys:write'] })
    const rolled = await server.request('POST', `/v1/keys/${old.id}/roll`, { body: { overlapHours: 2 } })
    expect(rolled.body).toMatchObject({ kind: 'restricted', scopes: ['keys:write'] })
    expect((await server.request('GET', '/v1/keys', { key: old.secret })).status).toBe(200)
    const { body } = await server.request('GET', '/v1/keys', { key: rolled.body.secret })
    const shown = body.data.find((key: { id: string }) => key.id === old.id)
    expect(shown).toMatchObject({ rolledTo: rolled.body.id })
    expect(Date.parse(shown.expiresAt)).toBeGreaterThan(Date.parse(rolled.body.createdAt))
    const twice = await server.request('POST', `/v1/keys/${old.id}/roll`, { body: {} })
    expect(twice).toMatchObject({ status: 409, body: { code: 'api_key_ended' } })
  })

  test('lists go newest first, page by page', async () => {
    const first = await server.request('GET', '/v1/keys?limit=2')
    expect(first.body).toMatchObject({ object: 'list', hasMore: true })
    const second = await server.request('GET', `/v1/keys?limit=2&cursor=${first.body.nextCursor}`)
    const ids = [...first.body.data, ...second.body.data].map((key: { id: string }) => key.id)
    expect(ids).toEqual([...new Set(ids)].sort().reverse())
    const nonsense = await server.request('GET', '/v1/keys?cursor=nonsense')
    expect(nonsense).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } })
  })
})
