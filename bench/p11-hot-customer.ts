import type { Benchmark } from './harness.ts'
import { anyCustomer, meetEveryone, openEngine } from './engine-side.ts'
import { callsPerSecond } from './loops.ts'
import { customerKey } from './seed.ts'

const CUSTOMERS = 100_000
const CALLERS = 512

export const hotCustomer: Benchmark = {
  id: 'P-11',
  ours: 'consume of one customer, engine API, 512 callers',
  limit: 'the same spread over 100,000 customers',
  unit: 'consumes/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.6,
  goal: 1,
  async open(room) {
    const database = await room.database(CUSTOMERS)
    const engine = await openEngine(database)
    const hot = customerKey(CUSTOMERS / 2)
    const ours = (milliseconds: number) => callsPerSecond(CALLERS, milliseconds, () => engine.consume(hot))
    const limit = (milliseconds: number) =>
      callsPerSecond(CALLERS, milliseconds, () => engine.consume(anyCustomer(CUSTOMERS)))
    await meetEveryone(engine, CUSTOMERS)
    await limit(room.milliseconds)
    await ours(room.milliseconds / 2)
    return {
      measureOurs: () => ours(room.milliseconds),
      measureLimit: () => limit(room.milliseconds),
      close: () => engine.close(),
    }
  },
}
