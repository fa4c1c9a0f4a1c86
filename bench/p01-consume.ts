import type { Benchmark } from './harness.ts'
import { anyCustomer, meetEveryone, openEngine } from './engine-side.ts'
import { guardedConsume, readSurrogates } from './limit-statements.ts'
import { callsPerSecond } from './loops.ts'
import { send } from '#server/store/database/pool'

const CUSTOMERS = 100_000
const CALLERS = 512
const CONNECTIONS = 64

export const consumeOfMany: Benchmark = {
  id: 'P-1',
  ours: 'consume, engine API, 512 callers, 100,000 customers',
  limit: 'one guarded transaction per consume, 64 connections',
  unit: 'consumes/s',
  compare: 'ratio',
  better: 'higher',
  floor: 4,
  goal: 8,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const engine = await openEngine(database)
    const db = database.open(CONNECTIONS)
    const surrogates = await readSurrogates(db)
    const ours = (milliseconds: number) =>
      callsPerSecond(CALLERS, milliseconds, () => engine.consume(anyCustomer(CUSTOMERS)))
    // Each connection has a caller of its own, so that no statement waits for a free one.
    const limit = async (milliseconds: number) => {
      const rates = Array.from({ length: CONNECTIONS }, () =>
        db.withClient((client) =>
          callsPerSecond(1, milliseconds, () =>
            send(client, guardedConsume(surrogates, anyCustomer(CUSTOMERS))),
          ),
        ),
      )
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0)
    }
    await meetEveryone(engine, CUSTOMERS)
    await ours(room.milliseconds)
    await limit(room.milliseconds / 2)
    engine.batches()
    return {
      measureOurs: () => ours(room.milliseconds),
      measureLimit: () => limit(room.milliseconds),
      remark: () => engine.batches(),
      async close() {
        await db.close()
        await engine.close()
      },
    }
  },
}
