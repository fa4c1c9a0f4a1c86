// A process of its own: node event-process.mjs write <url> <customer>… | follow <url>
// Writers hold their transactions open for a while and tell what was committed; followers give positions and tell
// what they see. Neither ever sends a hint. They go on until they are killed, or told to end.
import { silentLogger } from '../../dist/logger.js'
import { createEventFeed } from '../../dist/operations/events/feed.js'
import { sequenceEvents } from '../../dist/operations/events/sequence.js'
import { startLoop } from '../../dist/loop.js'
import { openPool } from '../../dist/store/database/pool.js'
import { transaction } from '../../dist/store/database/transaction.js'
import { appendEvents } from '../../dist/store/events.js'

const [mode, connectionString, ...customers] = process.argv.slice(2)
const db = openPool({ connectionString, max: 4 })
let ended = false
process.on('message', () => {
  ended = true
})

async function write(customer, round) {
  const subject = `${process.pid}-${customer}-${round}`
  await transaction(db, async (tx) => {
    await tx.query({
      text: 'select 1 from customer_head where environment = 1 and customer = $1 for update',
      values: [customer],
    })
    const event = { type: 'entitlements.changed', subject, payload: { version: round }, occurredAt: 0 }
    // the clock of each process is off by as much as its process id says
    await appendEvents(tx, 1, customer, [event], 1_800_000_000_000 + (process.pid % 7) * 1_000 + round)
    await new Promise((resolve) => setTimeout(resolve, (round * 7 + customer) % 23))
  })
  process.send({ committed: subject })
}

if (mode === 'write') {
  const lane = async (customer) => {
    for (let round = 0; !ended; round += 1) await write(customer, round)
  }
  await Promise.all(customers.map((customer) => lane(Number(customer))))
} else {
  const feed = createEventFeed({ db, logger: silentLogger }, { pollMs: 20, idleMs: 50 })
  const sequencer = startLoop({
    everyMs: 10,
    work: async () => {
      if ((await sequenceEvents({ db }, 10)) > 0) feed.wake()
    },
    onError: () => {},
  })
  for await (const { events } of feed.follow(1, { after: 0 })) {
    for (const { position, subject } of events) process.send({ position, subject })
    if (ended) break
  }
  await sequencer.stop()
  await feed.close()
}
await db.close()
process.disconnect()
