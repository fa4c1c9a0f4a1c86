import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sequenceEvents } from '../../src/operations/events/sequence.ts'
import { silentLogger } from '../../src/logger.ts'
import { createEventFeed } from '../../src/operations/events/feed.ts'
import type { EventFeed, FeedBatch, FeedOptions } from '../../src/operations/events/feed.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { appendEvents } from '../../src/store/events.ts'
import type { FeedEvent } from '../../src/store/event-feed.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { insertCustomer, insertEnvironments, lockHead, readFeed, someEvent, START } from './support.ts'

let database: TestDatabase
let customers: number[]
const feeds: EventFeed[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await insertEnvironments(database.db)
  customers = [await insertCustomer(database.db, 'north'), await insertCustomer(database.db, 'south')]
  await append(0, 30)
  await append(1, 5)
})
afterAll(async () => {
  await Promise.all(feeds.map((feed) => feed.close()))
  await database.close()
})

/** Polls only when woken, so that nothing happens by itself in these tests. */
function openFeed(options: FeedOptions = {}): EventFeed {
  const feed = createEventFeed({ db: database.db, logger: silentLogger }, { pollMs: 3_600_000, ...options })
  feeds.push(feed)
  return feed
}

async function append(which: number, count: number): Promise<void> {
  const customer = customers[which] as number
  await transaction(database.db, async (tx) => {
    await tx.query(lockHead(1, customer))
    const events = Array.from({ length: count }, (_, index) =>
      someEvent('', index % 2 === 0 ? 'access.changed' : 'entitlements.changed'),
    )
    await appendEvents(tx, 1, customer, events, START)
  })
  await sequenceEvents(database)
}

async function take(batches: AsyncGenerator<FeedBatch, void>, count: number): Promise<FeedEvent[]> {
  const events: FeedEvent[] = []
  while (events.length < count) {
    const { value, done } = await batches.next()
    if (done === true) break
    events.push(...value.events)
  }
  return events
}

const positions = (events: FeedEvent[]) => events.map((event) => event.position)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('following the feed', () => {
  it('starts after a position and goes on live', async () => {
    const feed = openFeed()
    const follower = feed.follow(1, { after: 10 })
    const newest = (await readFeed(database.db, 1)).length
    expect(positions(await take(follower, newest - 10))).toEqual(range(11, newest))
    await append(0, 3)
    feed.wake()
    expect(positions(await take(follower, 3))).toEqual(range(newest + 1, newest + 3))
    await follower.return()
    expect(feed.followers()).toBe(0)
  })

  it('without a position starts with what happens from now on', async () => {
    const feed = openFeed({ idleMs: 1 })
    const follower = feed.follow(1, {})
    const first = await follower.next()
    expect(first.value).toMatchObject({ events: [] })
    const newest = (await readFeed(database.db, 1)).length
    await append(1, 2)
    feed.wake()
    expect(positions(await take(follower, 2))).toEqual([newest + 1, newest + 2])
    await follower.return()
  })

  it('admits by type and customer, from memory as from the database', async () => {
    const feed = openFeed({ pageSize: 4 })
    const filter = { after: 0, types: ['access.changed'], customer: 'south' }
    const old = (await readFeed(database.db, 1)).filter(
      (event) => event.customer === 'south' && event.type === 'access.changed',
    )
    const follower = feed.follow(1, filter)
    expect(positions(await take(follower, old.length))).toEqual(positions(old))
    const next = follower.next()
    await append(0, 4)
    await append(1, 1)
    feed.wake()
    const { value } = await next
    expect((value as FeedBatch).events.map(({ customer, type }) => [customer, type])).toEqual([
      ['south', 'access.changed'],
    ])
    await follower.return()
  })

  it('a slow follower falls back to the database and misses nothing', async () => {
    const feed = openFeed({ kept: 3, pageSize: 2 })
    const newest = (await readFeed(database.db, 1)).length
    const slow = feed.follow(1, { after: newest - 1 })
    const quick = feed.follow(1, { after: newest })
    expect(positions(await take(slow, 1))).toEqual([newest])
    for (const count of [4, 1, 7]) {
      await append(0, count)
      feed.wake()
      await take(quick, count)
    }
    expect(positions(await take(slow, 12))).toEqual(range(newest + 1, newest + 12))
    await Promise.all([slow.return(), quick.return()])
  })

  it('ends when the signal is aborted, and when the feed closes', async () => {
    const feed = openFeed()
    const controller = new AbortController()
    const newest = (await readFeed(database.db, 1)).length
    const gone = feed.follow(1, { after: newest, signal: controller.signal })
    const staying = feed.follow(1, { after: newest })
    const ends = [gone.next(), staying.next()]
    controller.abort()
    expect(await ends[0]).toEqual({ done: true, value: undefined })
    await feed.close()
    expect(await ends[1]).toEqual({ done: true, value: undefined })
    expect(() => feed.follow(1, {})).toThrow(expect.objectContaining({ code: 'shutting_down' }))
    expect(feed.followers()).toBe(0)
  })

  it('takes no more followers than it can serve', async () => {
    const feed = openFeed({ maxFollowers: 1 })
    const follower = feed.follow(1, { after: 0 })
    await follower.next()
    expect(() => feed.follow(1, {})).toThrow(expect.objectContaining({ code: 'overloaded' }))
    await follower.return()
    const next = feed.follow(1, { after: 0 })
    expect((await next.next()).done).toBe(false)
    await next.return()
  })

  it('keeps environments apart', async () => {
    const feed = openFeed({ idleMs: 1 })
    const other = feed.follow(2, { after: 0 })
    expect((await other.next()).value).toEqual({ events: [], position: 0 })
    await other.return()
  })
})
