import type { Benchmark } from './harness.ts'
import { anyCustomer } from './engine-side.ts'
import { createSecretKey, openGenerator, startServer } from './http-load.ts'
import type { Load } from './http-load.ts'
import { rawInsert, readSurrogates } from './limit-statements.ts'
import { callsPerSecond } from './loops.ts'

const CUSTOMERS = 100_000
const EVENTS = 1_000
/** Requests in flight, and inserts in flight: more made neither side faster. */
const REQUESTS = 4
const INSERTS = 2

export const manyEvents: Benchmark = {
  id: 'P-7',
  ours: 'POST /v1/events, 1,000 events a request, deduplicated and counted',
  limit: 'raw multi-row insert of the same rows, 1,000 a statement',
  unit: 'events/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.4,
  goal: 0.6,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const [server, secretKey] = await Promise.all([startServer(database), createSecretKey(database)])
    const generator = openGenerator()
    const db = database.open(INSERTS)
    const surrogates = await readSurrogates(db)
    const load: Omit<Load, 'milliseconds'> = {
      kind: 'events',
      servers: [server.url],
      secretKey,
      connections: REQUESTS,
      customers: CUSTOMERS,
      hotShare: 0,
    }
    const ours = async (milliseconds: number) =>
      (await generator.run({ ...load, milliseconds })).usesPerSecond
    const insertBatch = () => {
      const customers = Array.from({ length: EVENTS }, () => anyCustomer(CUSTOMERS))
      return db.query(rawInsert(surrogates, customers, 'track'))
    }
    const limit = async (milliseconds: number) =>
      (await callsPerSecond(INSERTS, milliseconds, insertBatch)) * EVENTS
    // A server that has run for a while knows its customers: let it know them from the start, as in P-2 and P-14.
    await generator.run({ ...load, kind: 'check', connections: 64, milliseconds: 0, everyone: true })
    await ours(room.milliseconds)
    await limit(room.milliseconds)
    return {
      measureOurs: () => ours(room.milliseconds),
      measureLimit: () => limit(room.milliseconds),
      async close() {
        await generator.close()
        await server.close()
        await db.close()
      },
    }
  },
}
