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

const create = (name: string, headers: Record<string, string> = {}, more: object = {}) =>
  server.request('POST', '/v1/keys', { body: { kind: 'secret', name, ...more }, headers })
const countOf = async (name: string): Promise<number> => {
  const { rows } = await database.db.query({
    text: 'select count(*)::int as count from api_key where name = $1',
    values: [name],
  })
  return rows[0]?.count as number
}

describe('I-2 one key, one effect', () => {
  test('a repeated request gets the bytes of the first answer', async () => {
    const first = await create('replayed', { 'idempotency-key': 'k-replay' })
    const second = await create('replayed', { 'idempotency-key': 'k-replay' })
    expect(second.status).toBe(first.status)
    expect(second.text).toBe(first.text)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(await countOf('replayed')).toBe(1)
  })

  test('the header and the field are the same key', async () => {
    const first = await create('both', { 'idempotency-key': 'k-both' })
    const second = await create('both', {}, { idempotencyKey: 'k-both' })
    const third = await create('both', { 'idempotency-key': 'k-both' }, { idempotencyKey: 'k-both' })
    expect([second.text, third.text]).toEqual([first.text, first.text])
  })

  test('two different keys in one request are refused', async () => {
    const answer = await create('two', { 'idempotency-key': 'one' }, { idempotencyKey: 'two' })
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_conflict' } })
    expect(await countOf('two')).toBe(0)
  })

  test('another body under the same key is refused; the order of fields does not matter', async () => {
    const headers = { 'idempotency-key': 'k-body' }
    const first = await create('body', headers)
    const turned = await server.request('POST', '/v1/keys', {
      body: '{"name":"body","kind":"secret"}',
      headers,
    })
    expect(turned.text).toBe(first.text)
    const other = await create('another body', headers)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
    expect(await countOf('another body')).toBe(0)
  })

  test('a refused request keeps nothing: mended, it goes through under the same key', async () => {
    const headers = { 'idempotency-key': 'k-mended' }
    const refused = await create('mended', headers, { kind: 'restricted' })
    expect(refused.status).toBe(400)
    expect((await create('mended', headers)).status).toBe(201)
  })

  test('the key of one call means nothing to another', async () => {
    const headers = { 'idempotency-key': 'k-scope' }
    const { body } = await create('scope', headers)
    const rolled = await server.request('POST', `/v1/keys/${body.id}/roll`, { body: {}, headers })
    expect(rolled.status).toBe(201)
    expect(rolled.body.id).not.toBe(body.id)
    const live = await server.createKey({ mode: 'live' })
    const elsewhere = await server.request('POST', '/v1/keys', {
      key: live.secret,
      body: { kind: 'secret', name: 'scope' },
      headers,
    })
    expect(elsewhere.body).toMatchObject({ livemode: true })
  })

  test('two at the same moment: one effect, and the other waits or gets the same answer', async () => {
    const headers = { 'idempotency-key': 'k-race' }
    const answers = await Promise.all(Array.from({ length: 12 }, () => create('race', headers)))
    const done = answers.filter(({ status }) => status === 201)
    expect(done.length).toBeGreaterThan(0)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    for (const answer of answers) {
      if (answer.status === 201) continue
      expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } })
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    expect(await countOf('race')).toBe(1)
  })

  test('while the first is being worked on, the second is told so', async () => {
    const client = await server.engine.context.db.withClient(async (held) => {
      await held.query('begin')
      await held.query('lock table api_key in access exclusive mode')
      const headers = { 'idempotency-key': 'k-flight' }
      const first = create('flight', headers)
      // the first has the key when its own transaction waits for the table
      for (;;) {
        const { rows } = await held.query(
          "select count(*)::int as n from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())",
        )
        if (rows[0].n > 0) break
      }
      const second = await create('flight', headers)
      await held.query('rollback')
      return { first: await first, second }
    })
    expect(client.second).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } })
    expect(client.first.status).toBe(201)
    expect((await create('flight', { 'idempotency-key': 'k-flight' })).text).toBe(client.first.text)
  })

  test('a key of no length, or too long, is refused', async () => {
    expect((await create('long', { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400)
    expect((await create('long', { 'idempotency-key': 'x'.repeat(255) })).status).toBe(201)
  })
})
