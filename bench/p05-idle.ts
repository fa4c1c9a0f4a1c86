import type { Benchmark } from './harness.ts'
import { percentile } from './harness.ts'
import { anyCustomer, meetEveryone, openEngine } from './engine-side.ts'
import { guardedConsume, readSurrogates } from './limit-statements.ts'
import { timesOfOneCaller } from './loops.ts'

const CUSTOMERS = 100_000

export const idleConsume: Benchmark = {
  id: 'P-5',
  ours: 'p50 of consume with one caller, engine API',
  limit: 'p50 of one such transaction alone',
  unit: 'ms',
  compare: 'ratio',
  better: 'lower',
  floor: 2,
  goal: 1.3,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const engine = await openEngine(database)
    const db = database.open(1)
    const surrogates = await readSurrogates(db)
    const ours = async (milliseconds: number) =>
      percentile(await timesOfOneCaller(milliseconds, () => engine.consume(anyCustomer(CUSTOMERS))), 0.5)
    const limit = async (milliseconds: number) =>
      percentile(
        await timesOfOneCaller(milliseconds, () =>
          db.query(guardedConsume(surrogates, anyCustomer(CUSTOMERS))),
        ),
        0.5,
      )
    await meetEveryone(engine, CUSTOMERS)
    await ours(room.milliseconds / 2)
    await limit(room.milliseconds / 2)
    return {
      measureOurs: () => ours(room.milliseconds),
      measureLimit: () => limit(room.milliseconds),
      async close() {
        await db.close()
        await engine.close()
      },
    }
  },
}
