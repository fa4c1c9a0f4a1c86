import type { Benchmark } from './harness.ts'
import { percentile } from './harness.ts'
import { anyCustomer, meetEveryone, openEngine } from './engine-side.ts'
import { readSurrogates } from './limit-statements.ts'
import { callAtRate, callsPerSecond } from './loops.ts'
import { customerKey, environment } from './seed.ts'
import type { Database } from '#server/store/database/pool'
import { transaction } from '#server/store/database/transaction'

const CUSTOMERS = 100_000
/** One call in so many is for the customer whose rows are held. */
const SHARE = 20
const HELD_FOR_MS = 200
const EVERY_MS = 500

export const heldCustomer: Benchmark = {
  id: 'P-15',
  ours: 'p99 of the other customers while the rows of one, who has a twentieth of the calls, are held 200 ms twice a second',
  limit: 'the same with nobody held',
  unit: 'ms',
  compare: 'ratio',
  better: 'lower',
  floor: 3,
  goal: 1.5,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const engine = await openEngine(database)
    const db = database.open(1)
    const held = customerKey(CUSTOMERS / 2)
    const { customers } = await readSurrogates(db)
    await meetEveryone(engine, CUSTOMERS)
    const capacity = await callsPerSecond(128, room.milliseconds, () =>
      engine.consume(anyCustomer(CUSTOMERS)),
    )
    const rate = capacity / 3
    async function others(): Promise<number> {
      const times: number[] = []
      await callAtRate(
        rate,
        room.milliseconds,
        (number) =>
          number % SHARE === 0
            ? { kind: 'held', answer: engine.consume(held) }
            : { kind: 'other', answer: engine.consume(anyCustomer(CUSTOMERS)) },
        (kind, time) => void (kind === 'other' && times.push(time)),
      )
      return percentile(times, 0.99)
    }
    return {
      async measureOurs() {
        const holder = holdRepeatedly(db, customers.get(held) as number)
        try {
          return await others()
        } finally {
          await holder.stop()
        }
      },
      measureLimit: others,
      remark: () => `at ${Math.round(rate)} consumes/s`,
      async close() {
        await db.close()
        await engine.close()
      },
    }
  },
}

/** What a long command on the customer would do: it has the head and then the balances, and commits late. */
function holdRepeatedly(db: Database, customer: number): { stop(): Promise<void> } {
  let stopping = false
  const values = [environment.id, customer]
  const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
  async function run(): Promise<void> {
    while (!stopping) {
      await transaction(db, async (tx) => {
        const table = (name: string) =>
          tx.query({
            text: `select from ${name} where environment = $1 and customer = $2 for update`,
            values,
          })
        await table('customer_head')
        await table('balance')
        await wait(HELD_FOR_MS)
      })
      await wait(EVERY_MS - HELD_FOR_MS)
    }
  }
  const running = run()
  return {
    stop() {
      stopping = true
      return running
    },
  }
}
