/**
 * How a figure is taken: our work and a limit in turns, in one run, on one machine; the ratio of each pair, and of
 * all pairs the median with its spread.
 *
 * Owns: pairs, the median, the table, the file of results. Does not own: what is measured (`p*.ts`) or prepared
 * (`room.ts`).
 * Invariant: no figure stands alone. A result always says what it was held against, in the same run.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import type { Room } from './room.ts'

export interface Benchmark {
  id: string
  /** Our work, in a few words. */
  ours: string
  /** What it is held against. */
  limit: string
  unit: string
  /** `ratio` is ours / limit; `difference` is ours − limit. */
  compare: 'ratio' | 'difference'
  better: 'higher' | 'lower'
  floor: number
  goal: number
  open(room: Room): Promise<Pair>
}

/** Both sides, warmed up, each measured as often as it is asked. */
export interface Pair {
  measureOurs(): Promise<number>
  measureLimit(): Promise<number>
  /** More figures of the last pairs, for people: percentiles, batch sizes. */
  remark?(): string
  close(): Promise<void>
}

export interface Result {
  /** Median over the pairs; for `difference` in the unit. */
  ratio: number
  min: number
  max: number
  pairs: number
  /** Medians of the sides. */
  ours: number
  limit: number
  unit: string
  compare: Benchmark['compare']
  mark: Mark
  cores: number
  quick: boolean
  remark?: string
}

export type Mark = 'goal' | 'floor' | 'short'

export async function takeFigure(benchmark: Benchmark, room: Room): Promise<Result> {
  const pair = await benchmark.open(room)
  try {
    const ours: number[] = []
    const limits: number[] = []
    const compared: number[] = []
    for (let number = 1; number <= room.pairs; number += 1) {
      const [our, limit] = await measureBoth(pair, number % 2 === 1)
      ours.push(our)
      limits.push(limit)
      compared.push(benchmark.compare === 'ratio' ? our / limit : our - limit)
      room.say(
        `  pair ${number}: ${round(our)} against ${round(limit)} ${benchmark.unit}: ${round(compared.at(-1) as number)}`,
      )
    }
    const ratio = median(compared)
    return {
      ratio: round(ratio),
      min: round(Math.min(...compared)),
      max: round(Math.max(...compared)),
      pairs: room.pairs,
      ours: round(median(ours)),
      limit: round(median(limits)),
      unit: benchmark.unit,
      compare: benchmark.compare,
      mark: markOf(benchmark, ratio),
      cores: availableParallelism(),
      quick: room.quick,
      ...(pair.remark === undefined ? {} : { remark: pair.remark() }),
    }
  } finally {
    await pair.close()
  }
}

/** Who goes first changes from pair to pair, so that what one leaves behind weighs on both. */
async function measureBoth(pair: Pair, oursFirst: boolean): Promise<[number, number]> {
  if (oursFirst) {
    const our = await pair.measureOurs()
    return [our, await pair.measureLimit()]
  }
  const limit = await pair.measureLimit()
  return [await pair.measureOurs(), limit]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] as number
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** The value that `share` of all are at or below. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** Three significant digits, whole numbers above that. */
export function round(value: number): number {
  if (!Number.isFinite(value)) return value
  if (Math.abs(value) >= 1000) return Math.round(value)
  return Number(value.toPrecision(3))
}

function markOf({ better, floor, goal }: Benchmark, ratio: number): Mark {
  const reaches = (mark: number) => (better === 'higher' ? ratio >= mark : ratio <= mark)
  if (reaches(goal)) return 'goal'
  return reaches(floor) ? 'floor' : 'short'
}

// The file ------------------------------------------------------------------------------------------------

const resultsFile = join(dirname(import.meta.dirname), 'results', 'latest.json')

/** Adds a result to what earlier runs have left. */
export function keepResult(id: string, result: Result): void {
  const all = { ...readResults(), [id]: result }
  const sorted = Object.fromEntries(
    Object.entries(all).sort(([left], [right]) => numberOf(left) - numberOf(right)),
  )
  mkdirSync(dirname(resultsFile), { recursive: true })
  writeFileSync(resultsFile, `${JSON.stringify(sorted, null, 2)}\n`)
}

function readResults(): Record<string, Result> {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as Record<string, Result>
  } catch {
    // none yet, or cut off by a power failure: there is nothing to merge with
    return {}
  }
}

const numberOf = (id: string): number => Number(id.slice(2))

// The table -----------------------------------------------------------------------------------------------

export function tableOf(rows: { benchmark: Benchmark; result: Result }[]): string {
  const header = ['', 'ours', 'limit', 'unit', 'ratio', 'spread', 'floor', 'goal', '']
  const lines = rows.map(({ benchmark, result }) => {
    const sign = benchmark.better === 'higher' ? '≥' : '≤'
    const suffix = benchmark.compare === 'ratio' ? ' ×' : ` ${benchmark.unit}`
    return [
      benchmark.id,
      String(result.ours),
      String(result.limit),
      result.unit,
      `${result.compare === 'difference' && result.ratio > 0 ? '+' : ''}${result.ratio}${suffix}`,
      `${result.min} … ${result.max}`,
      `${sign} ${benchmark.floor}`,
      `${sign} ${benchmark.goal}`,
      { goal: 'goal reached', floor: 'floor reached', short: 'below the floor' }[result.mark],
    ]
  })
  const all = [header, ...lines]
  const widths = header.map((_, column) => Math.max(...all.map((line) => (line[column] as string).length)))
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
