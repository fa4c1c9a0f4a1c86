import type { Benchmark } from './harness.ts'
import { percentile } from './harness.ts'
import type { EngineSide } from './engine-side.ts'
import { anyCustomer, openEngine } from './engine-side.ts'
import { callAtRate, callsPerSecond } from './loops.ts'
import type { Room } from './room.ts'

const MANY = 1_000_000
const FEW = 1_000

/** check and consume in turns, at a third of what the machine can do: p99 is of waiting in line otherwise. */
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
    const many = await openSide(room, MANY)
    const few = await openSide(room, FEW)
    await many.calls(room.milliseconds * 2)
    await few.calls(room.milliseconds)
    const rate = (await few.calls(room.milliseconds)) / 3
    return {
      measureOurs: () => many.slowest(rate),
      measureLimit: () => few.slowest(rate),
      remark: () => `at ${Math.round(rate)} calls/s`,
      async close() {
        await many.engine.close()
        await few.engine.close()
      },
    }
  },
}

async function openSide(room: Room, customers: number) {
  const engine = await openEngine(await room.database(customers))
  return {
    engine,
    calls: (milliseconds: number) =>
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
