import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { openStream } from './stream-reader.ts'
import { eventually } from '../support/eventually.ts'

let database: TestDatabase
let server: TestServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  for (const id of ['one', 'two', 'three']) await server.request('PUT', `/v1/customers/${id}`, { body: {} })
  await eventually('the events have positions', async () => {
    const { body } = await server.request('GET', '/v1/events?limit=100')
    const created = body.data.filter((event: { type: string }) => event.type === 'customer.created')
    return created.length === 3 ? true : undefined
  })
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

const list = async (query: string) => (await server.request('GET', `/v1/events${query}`)).body
const positions = (body: { data: { position: number }[] }) => body.data.map((event) => event.position)

describe('GET /v1/events', () => {
  it('is newest first, and page after page', async () => {
    const all = positions(await list('?limit=100'))
    expect(all).toEqual(all.toSorted((a, b) => b - a))
    const first = await list('?limit=2')
    expect(first).toMatchObject({ object: 'list', hasMore: true })
    const second = await list(`?limit=2&cursor=${first.nextCursor}`)
    expect([...positions(first), ...positions(second)]).toEqual(all.slice(0, 4))
  })

  it('with after is the feed, oldest first and without gaps', async () => {
    const all = positions(await list('?after=0&limit=100'))
    expect(all).toEqual(all.map((_, index) => index + 1))
    const page = await list('?after=1&limit=2')
    expect(positions(page)).toEqual([2, 3])
    expect(positions(await list(`?after=1&limit=2&cursor=${page.nextCursor}`))).toEqual([4, 5])
    expect(await list(`?after=${all.at(-1)}`)).toMatchObject({ data: [], hasMore: false, nextCursor: null })
  })

  it('admits by customer and by types', async () => {
    const own = await list('?customer=two&after=0')
    expect(new Set(own.data.map((event: { customer: string }) => event.customer))).toEqual(new Set(['two']))
    const created = await list('?type=customer.created,test_clock.created')
    expect(created.data.map((event: { customer: string }) => event.customer)).toEqual(['three', 'two', 'one'])
    expect((await list('?customer=nobody')).data).toEqual([])
  })

  it('I-5 shows nothing of another environment', async () => {
    const live = await server.createKey({ mode: 'live' })
    const { body } = await server.request('GET', '/v1/events?after=0', { key: live.secret })
    expect(body.data).toEqual([])
  })

  it('I-9 refuses what is not a cursor or a position', async () => {
    for (const query of ['?cursor=x', '?cursor=0', '?after=-1', '?after=1.5', '?limit=0']) {
      expect((await server.request('GET', `/v1/events${query}`)).status, query).toBe(400)
    }
  })
})

describe('GET /v1/events/stream', () => {
  it('starts after a position, goes on live, and again after Last-Event-ID', async () => {
    const stream = await openStream(server.url, server.secretKey, { query: '?after=1&type=customer.created' })
    await eventually('the old ones', () => (stream.events.length >= 2 ? true : undefined))
    await server.request('PUT', '/v1/customers/four', { body: {} })
    await eventually('the new one', () => stream.events.find((event) => event.customer === 'four'))
    stream.close()
    await server.request('PUT', '/v1/customers/five', { body: {} })
    const again = await openStream(server.url, server.secretKey, {
      query: '?type=customer.created',
      lastEventId: stream.lastEventId ?? '',
    })
    await eventually('what was missed', () => again.events.find((event) => event.customer === 'five'))
    expect(again.events).toHaveLength(1)
    again.close()
    await Promise.all([stream.ended, again.ended])
  })

  it('refuses a Last-Event-ID that is no position', async () => {
    const answer = await server.request('GET', '/v1/events/stream', { headers: { 'last-event-id': 'evt_1' } })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor', param: 'Last-Event-ID' } })
  })
})

describe('GET /v1/jobs', () => {
  it('shows the heartbeats', async () => {
    const data = await eventually('all have run', async () => {
      const { body } = await server.request('GET', '/v1/jobs')
      return body.data.length >= 6 ? body.data : undefined
    })
    expect(data[0]).toMatchObject({ object: 'job', name: 'advance-clocks', failing: 0, failure: null })
  })
})

describe('a server that stops', () => {
  it('ends its streams', async () => {
    const other = await startTestServer({ db: database.db })
    const stream = await openStream(other.url, other.secretKey)
    await other.stop()
    await stream.ended
  })
})
