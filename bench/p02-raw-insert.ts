import type { Benchmark } from './harness.ts'
import { anyCustomer, meetEveryone, openEngine } from './engine-side.ts'
import { rawInsert, readSurrogates } from './limit-statements.ts'
import { callsPerSecond } from './loops.ts'
import { defaultLimits } from '#server/operations/usage/writer'

const CUSTOMERS = 100_000
const CALLERS = 1_024

/** As many callers as fill the writer's lanes, so that both sides write batches of the same size. */
export const consumeAgainstInsert: Benchmark = {
  id: 'P-2',
  ours: 'consume, engine API, full batches, 100,000 customers',
  limit:
    'raw multi-row insert of the same key and event rows, same batch size and number of batches in flight',
  unit: 'rows/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.45,
  goal: 0.7,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const engine = await openEngine(database)
    const { lanes, batchSize } = defaultLimits
    const db = database.open(lanes)
    const surrogates = await readSurrogates(db)
    const ours = (milliseconds: number) =>
      callsPerSecond(CALLERS, milliseconds, () => engine.consume(anyCustomer(CUSTOMERS)))
    const insertBatch = () => {
      const customers = Array.from({ length: batchSize }, () => anyCustomer(CUSTOMERS))
      return db.query(rawInsert(surrogates, customers, 'consume'))
    }
    const limit = async (milliseconds: number) =>
      (await callsPerSecond(lanes, milliseconds, insertBatch)) * batchSize
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
