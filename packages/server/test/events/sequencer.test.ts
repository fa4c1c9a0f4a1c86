import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sequenceEvents } from '../../src/operations/events/sequence.ts'
import { openClient, openPool, send } from '../../src/store/database/pool.ts'
import type { Statement } from '../../src/store/database/pool.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { lockFeed } from '../../src/store/event-feed.ts'
import { appendEvents } from '../../src/store/events.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { insertCustomer, insertEnvironments, lockHead, readFeed, someEvent, START } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ max: 20 })
  await insertEnvironments(database.db)
})
afterAll(() => database.close())

const append = (customer: number, subjects: string[], at: number, environment = 1) =>
  transaction(database.db, async (tx) => {
    await tx.query(lockHead(environment, customer))
    await appendEvents(
      tx,
      environment,
      customer,
      subjects.map((subject) => someEvent(subject)),
      at,
    )
  })

/** Resolves when nothing was committed since the last look: a transaction that waits for one held open never ends. */
async function expectWholeFeed(environment: number): Promise<void> {
  await sequenceEvents(database)
  const feed = await readFeed(database.db, environment, 7)
  expect(feed.map((event) => event.position)).toEqual(feed.map((_, index) => index + 1))
  const sequences = new Map<string, number>()
  for (const event of feed) {
    if (event.customer === null) continue
    expect(event.sequence).toBe((sequences.get(event.customer) ?? 0) + 1)
    sequences.set(event.customer, event.sequence)
  }
}

describe('the outbox', () => {
  it('numbers a customer’s events from 1 and gives them ids of their environment’s mode', async () => {
    const live = await insertCustomer(database.db, 'live-one', { environment: 2 })
    await append(live, ['a', 'b'], START, 2)
    await append(live, ['c'], START, 2)
    await sequenceEvents(database)
    const feed = await readFeed(database.db, 2)
    expect(feed.map(({ subject, sequence, customer }) => [subject, sequence, customer])).toEqual([
      ['a', 1, 'live-one'],
      ['b', 2, 'live-one'],
      ['c', 3, 'live-one'],
    ])
    for (const event of feed) expect(event.id).toMatch(/^evt_live_[0-9a-z]{26}$/)
  })

  it('refuses a customer without a head', async () => {
    await expect(append(999_999, ['a'], START)).rejects.toThrow('no head')
  })

  it('takes events of the environment itself', async () => {
    await transaction(database.db, (tx) =>
      appendEvents(
        tx,
        1,
        0,
        [someEvent('one', 'catalog.updated'), someEvent('two', 'catalog.updated')],
        START,
      ),
    )
    await expectWholeFeed(1)
    const own = (await readFeed(database.db, 1)).filter((event) => event.customer === null)
    expect(own.map((event) => event.subject)).toEqual(['one', 'two'])
  })
})

describe('positions', () => {
  it('are given only after the commit, so that a late one is not skipped', async () => {
    const [early, late] = [
      await insertCustomer(database.db, 'early'),
      await insertCustomer(database.db, 'late'),
    ]
    const client = await openClient(database.connection)
    try {
      await client.query('begin')
      await client.query(lockHead(1, late))
      await appendEvents(asTransaction(client), 1, late, [someEvent('late')], START - 1_000)
      await append(early, ['early'], START)
      await sequenceEvents(database)
      const seen = (await readFeed(database.db, 1)).at(-1)
      expect(seen?.subject).toBe('early')
      await client.query('commit')
      await sequenceEvents(database)
      const after = await readFeed(database.db, 1)
      expect(
        after.filter((event) => event.position > (seen?.position ?? 0)).map((event) => event.subject),
      ).toEqual(['late'])
    } finally {
      await client.end()
    }
    await expectWholeFeed(1)
  })

  it('follow a customer’s sequences although the clocks of its processes differ, also across batches', async () => {
    const customer = await insertCustomer(database.db, 'skewed')
    for (let index = 0; index < 12; index += 1)
      await append(customer, [`s${index}`], START + 60_000 - index * 1_000)
    await sequenceEvents(database, 2)
    const own = (await readFeed(database.db, 1)).filter((event) => event.customer === 'skewed')
    expect(own.map((event) => event.subject)).toEqual(Array.from({ length: 12 }, (_, index) => `s${index}`))
    await expectWholeFeed(1)
  })

  it('are given once when several processes give them at the same time', async () => {
    const customers = await Promise.all(
      ['p1', 'p2', 'p3', 'p4'].map((key) => insertCustomer(database.db, key)),
    )
    const pools = [1, 2, 3].map(() => openPool({ ...database.connection, max: 4 }))
    try {
      let writing = true
      const writers = customers.map(async (customer, at) => {
        for (let round = 0; round < 40; round += 1)
          await append(customer, [`${at}-${round}`, 'x'], START + round)
      })
      const sequencers = pools.map(async (db) => {
        while (writing) await sequenceEvents({ db }, 5)
      })
      await Promise.all(writers)
      writing = false
      await Promise.all(sequencers)
    } finally {
      await Promise.all(pools.map((db) => db.close()))
    }
    await expectWholeFeed(1)
    const own = (await readFeed(database.db, 1)).filter((event) => event.customer?.startsWith('p'))
    expect(own).toHaveLength(4 * 40 * 2)
  })
})

describe('a process that is stopped while it gives positions', () => {
  it('does not keep the others from giving them', async () => {
    const customer = await insertCustomer(database.db, 'waits')
    await append(customer, ['waiting'], START)
    const stopped = await openClient(database.connection)
    try {
      await stopped.query('begin')
      for (const statement of lockFeed(1)) await stopped.query(statement as string)
      await sequenceEvents(database)
      expect((await readFeed(database.db, 1)).at(-1)?.subject).toBe('waiting')
      await expect(stopped.query('commit')).rejects.toThrow()
    } finally {
      await stopped.end().catch(() => {})
    }
  })
})

function asTransaction(client: Awaited<ReturnType<typeof openClient>>) {
  return {
    inTransaction: true as const,
    query: (statement: Statement) => send(client, statement) as never,
  }
}
