/**
 * Seeded worlds: customers of all five products, months of their time, crashes, killed processes, faults, several engines
 * at once; after every step the invariants.
 *
 * `npm run simulate -- --seeds 20` tries larger ones that nobody has tried, `npm run simulate -- --seed 7` replays one;
 * `--customers 500` and `--months 36` make them larger still.
 */
import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runSeed } from './run.ts'
import type { Progress } from './run.ts'
import { isSample } from '../proof/support/random.ts'

const {
  TOLLKEEPER_SIMULATION_SEEDS: many,
  TOLLKEEPER_SIMULATION_SEED: only,
  TOLLKEEPER_SIMULATION_CUSTOMERS: customers,
  TOLLKEEPER_SIMULATION_MONTHS: months,
  CI,
} = process.env
const isLong = many !== undefined || only !== undefined

function seeds(): number[] {
  if (only !== undefined) return [Number(only)]
  if (many === undefined) return CI === undefined ? [1] : [1, 2]
  return Array.from({ length: Number(many) }, () => randomInt(2 ** 31))
}

const size = {
  customers: Number(customers ?? (isLong ? 200 : isSample ? 7 : 10)),
  months: Number(months ?? (isLong ? 24 : 2)),
}
/** The size decides the rest, so that the command which tells the size replays all of it. */
const world = {
  ...size,
  workers: 2,
  processes: size.customers > 10 ? 2 : 1,
  // the short ones to get somewhere, the long ones to get to their end
  mostDays: size.months > 2 && size.months < 24 ? 20 : 40,
}

const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`

function tell(seed: number, { step, months: lived, customers: all, turns, cuts, kills, ...took }: Progress) {
  const { workedMs, examinedMs } = took
  process.stderr.write(
    `seed ${seed}, step ${step}: ${lived.toFixed(1)} of ${world.months} months, ${all} customers, ${turns} turns, ` +
      `${cuts} cuts, ${kills} kills (${seconds(workedMs)}, and ${seconds(examinedMs)} to examine it)\n`,
  )
}

describe('a simulated world', () => {
  it.each(seeds())(
    'holds what must hold, after every step (seed %i)',
    async (seed) => {
      const onStep = isLong ? (progress: Progress) => tell(seed, progress) : undefined
      const onDocuments = isLong
        ? (done: number, all: number) =>
            void process.stderr.write(`seed ${seed}: ${done} of ${all} documents read\n`)
        : undefined
      const lived = await runSeed({ seed, ...world, onStep, onDocuments }).catch((error: Error) => {
        // at once: others may take hours, and a run that is stopped meanwhile would never tell
        process.stderr.write(`${error.message}\n`)
        throw error
      })
      expect(lived.months).toBeGreaterThanOrEqual(world.months)
    },
    isLong ? 24 * 3_600_000 : 600_000,
  )
})
