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
    const ofMany = newSide(many, 1)
    const ofFew = newSide(few, PERIODS_OF_FEW)
    const measure = async ({ database, periods, peaks, busy }: Side) => {
      const figures = await closeApart({
        warmUp: few.connection,
        connection: database.connection,
        periods,
      })
      const invoices = database.customers * periods
      peaks.push(figures.peakBytes / 2 ** 20)
      busy.push((figures.busySeconds * 1e6) / invoices)
      return (figures.seconds * 1e6) / invoices
    }
    return {
      measureOurs: () => measure(ofMany),
      measureLimit: () => measure(ofFew),
      remark: () =>
        `${compared('peak memory of the process', 'MiB', ofMany.peaks, ofFew.peaks)}; ${compared('its processor time', 'µs/invoice', ofMany.busy, ofFew.busy)}`,
      close: async () => {},
    }
  },
}

interface Side {
  database: SeededDatabase
  periods: number
  /** In MiB. */
  peaks: number[]
  /** In µs an invoice. */
  busy: number[]
}

const newSide = (database: SeededDatabase, periods: number): Side => ({
  database,
  periods,
  peaks: [],
  busy: [],
})

function compared(what: string, unit: string, many: readonly number[], few: readonly number[]): string {
  const [ours, limit] = [median(many), median(few)]
  return `${what}: ${round(ours)} against ${round(limit)} ${unit}, ${round(ours / limit)} ×`
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
