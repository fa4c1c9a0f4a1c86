import type { Benchmark } from './harness.ts'
import { percentile } from './harness.ts'
import type { EngineSide } from './engine-side.ts'
import { anyCustomer, meetEveryone, openEngine } from './engine-side.ts'
import { callAtRate, callsPerSecond } from './loops.ts'
import type { Room } from './room.ts'

const MANY = 1_000_000
/** A short run is to show whether it runs. */
const MANY_WHEN_QUICK = 100_000
const FEW = 1_000

/**
 * check and consume in turns, at a quarter of what the machine can do with the many: p99 is of waiting in line otherwise.
 * Measured as a server finds it that has run for a while: it knows its customers, and no balance is written for the
 * first time since the last checkpoint, which would put its whole page into the log.
 */
export const manyCustomers: Benchmark = {
  id: 'P-9',
  ours: 'p99 of check and consume with 1,000,000 customers (the slower of the two)',
  limit: 'the same with 1,000 customers',
  unit: 'ms',
  compare: 'ratio',
  better: 'lower',
  floor: 2,
  goal: 1.3,
  async open(room) {
    const customers = room.quick ? MANY_WHEN_QUICK : MANY
    const many = await openSide(room, customers)
    const few = await openSide(room, FEW)
    await few.callsPerSecond(room.milliseconds)
    const rate = (await many.callsPerSecond(room.milliseconds * 2)) / 4
    return {
      measureOurs: () => many.slowest(rate),
      measureLimit: () => few.slowest(rate),
      remark: () => `${customers.toLocaleString('en')} customers, ${Math.round(rate)} calls/s on each side`,
      async close() {
        await many.engine.close()
        await few.engine.close()
      },
    }
  },
}

async function openSide(room: Room, customers: number) {
  const database = await room.database(customers)
  const db = database.open(1)
  await db.query('update balance set used = used')
  // now, and not by itself in the middle of a pair
  await db.query('vacuum (analyze) balance')
  await db.close()
  const engine = await openEngine(database)
  await meetEveryone(engine, customers)
  return {
    engine,
    callsPerSecond: (milliseconds: number) =>
      callsPerSecond(128, milliseconds, (caller) => callOf(engine, customers, caller).answer),
    async slowest(rate: number): Promise<number> {
      const times = { check: [] as number[], consume: [] as number[] }
      await callAtRate(
        rate,
        room.milliseconds,
        (number) => callOf(engine, customers, number),
        (kind, time) => void times[kind].push(time),
      )
      return Math.max(percentile(times.check, 0.99), percentile(times.consume, 0.99))
    },
  }
}

function callOf(engine: EngineSide, customers: number, number: number) {
  const kind = number % 2 === 0 ? ('check' as const) : ('consume' as const)
  return { kind, answer: engine[kind](anyCustomer(customers)) }
}
