/** Traps of the feed: each answers what went wrong, and nothing where all is well. */
import { silentLogger } from '../../../src/logger.ts'
import { createEventFeed } from '../../../src/operations/events/feed.ts'
import { sequenceEvents } from '../../../src/operations/events/sequence.ts'
import type { Transaction } from '../../../src/store/database/pool.ts'
import { transaction } from '../../../src/store/database/transaction.ts'
import { loadFeed, loadFeedPosition } from '../../../src/store/event-feed.ts'
import { appendEvents } from '../../../src/store/events.ts'
import { lockHead, someEvent } from '../../events/support.ts'
import { comes, type Ground, newName } from './ground.ts'

/** An event of which nobody is told. @param pollMs how often the feed looks by itself */
export async function missedHint(ground: Ground, pollMs: number, patienceMs: number): Promise<string[]> {
  const { db } = ground.database
  const customer = newName('unheard')
  await ground.ok('PUT', `/v1/customers/${customer}`, {})
  const number = await ground.numberOf(customer)
  await sequenceEvents({ db })
  const feed = createEventFeed({ db, logger: silentLogger }, { pollMs })
  const follower = feed.follow(1, { after: await loadFeedPosition(db, 1), customer })
  const next = follower.next()
  next.catch(() => {})
  await transaction(db, async (tx) => {
    await tx.query(lockHead(1, number))
    await appendEvents(tx, 1, number, [someEvent()], ground.clock.now())
  })
  await sequenceEvents({ db })
  const came = await comes(next, patienceMs)
  await feed.close()
  return came ? [] : ['an event without a hint never came']
}

/** Rows that commit late and in another order than they were written, with somebody reading in between. */
export async function lateCommit(
  ground: Ground,
  positions: 'after the commit' | 'when written',
): Promise<string[]> {
  const { db } = ground.database
  const customers = [newName('slow'), newName('quick')]
  for (const customer of customers) await ground.ok('PUT', `/v1/customers/${customer}`, {})
  const [slow, quick] = await Promise.all(customers.map((customer) => ground.numberOf(customer)))
  await sequenceEvents({ db })
  const seen: string[] = []
  let after = await loadFeedPosition(db, 1)
  if (positions === 'when written')
    await db.query(
      `create sequence if not exists written_position; select setval('written_position', ${after + 1}, false)`,
    )
  const read = async () => {
    if (positions === 'after the commit') await sequenceEvents({ db })
    const page = await loadFeed(db, 1, { after, limit: 100 })
    after = page.at(-1)?.position ?? after
    seen.push(...page.map(({ customer }) => customer ?? ''))
  }
  const write = async (tx: Transaction, customer: number) => {
    await tx.query(lockHead(1, customer))
    await appendEvents(tx, 1, customer, [someEvent()], ground.clock.now())
    if (positions === 'when written')
      await tx.query({
        text: `update event set position = nextval('written_position') where customer = $1 and position is null`,
        values: [customer],
      })
  }
  await transaction(db, async (first) => {
    await write(first, slow as number)
    await transaction(db, (second) => write(second, quick as number))
    await read()
  })
  await read()
  if (positions === 'when written')
    await db.query(
      `update environment set feed_position = (select max(position) from event where environment = 1) where id = 1`,
    )
  return customers.filter((customer) => !seen.includes(customer)).map((customer) => `${customer} was skipped`)
}
