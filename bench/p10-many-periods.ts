import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ClosingFigures, ClosingOrder } from './closing-process.ts'
import { median, round, type Benchmark } from './harness.ts'
import type { SeededDatabase } from './room.ts'
import { subscribers } from './subscribers.ts'

const FEW = 1_000
/** Few are done in a moment: several of their periods, one after the other, make a measurement. */
const PERIODS_OF_FEW = 5

export const manyPeriods: Benchmark = {
  id: 'P-10',
  ours: 'closing 100,000 periods (10,000 with --quick): time for an invoice',
  limit: 'closing 1,000',
  unit: 'µs/invoice',
  compare: 'ratio',
  better: 'lower',
  floor: 1.3,
  goal: 1.1,
  async open(room) {
    const few = await room.database(FEW, subscribers)
    const many = await room.database(room.quick ? 10_000 : 100_000, subscribers)
    const peaks = { few: [] as number[], many: [] as number[] }
    const measure = async (database: SeededDatabase, periods: number, seen: number[]) => {
      const { seconds, peakBytes } = await closeApart({
        warmUp: few.connection,
        connection: database.connection,
        periods,
      })
      seen.push(peakBytes / 2 ** 20)
      return (seconds * 1e6) / (database.customers * periods)
    }
    return {
      measureOurs: () => measure(many, 1, peaks.many),
      measureLimit: () => measure(few, PERIODS_OF_FEW, peaks.few),
      remark() {
        const [most, least] = [median(peaks.many), median(peaks.few)]
        return `peak memory of the process: ${round(most)} MiB for ${many.customers}, ${round(least)} MiB for ${few.customers}: ${round(most / least)} ×`
      },
      close: async () => {},
    }
  },
}

/** In a new process: its peak memory is that of this closing alone. */
async function closeApart(order: ClosingOrder): Promise<ClosingFigures> {
  const child = fork(join(import.meta.dirname, 'closing-process.js'))
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The closing process ended with ${String(code)} and no figures`)
  })
  ended.catch(() => {})
  child.send(order)
  const [figures] = await Promise.race([once(child, 'message'), ended])
  return figures as ClosingFigures
}
