import type { Context } from '../../context.ts'
import { MINUTE_MS, toIso } from '../../domain/time/index.ts'
import { loadEnvironments } from '../../store/installation.ts'
import { runOperation } from '../run.ts'
import { readFigures, type FourRates } from './read-rates.ts'

/** One figure of one environment in the running month of the operator. */
export interface WatchedFigure {
  mode: 'test' | 'live'
  figure: keyof FourRates
  numerator: number
  denominator: number
}

/** Read anew once a minute at most, however often it is asked. */
export function watchFigures(ctx: Context): () => Promise<WatchedFigure[]> {
  let readAt = Number.NEGATIVE_INFINITY
  let last: Promise<WatchedFigure[]> | undefined
  return () => {
    const now = ctx.clock.now()
    if (last !== undefined && now - readAt < MINUTE_MS) return last
    readAt = now
    const reading = readAll(ctx)
    last = reading
    // a failure is nothing to remember
    reading.catch(() => {
      last = undefined
    })
    return reading
  }
}

async function readAll(ctx: Context): Promise<WatchedFigure[]> {
  const figures: WatchedFigure[] = []
  for (const environment of await loadEnvironments(ctx.db)) {
    const request = { interval: 'month' as const, from: toIso(ctx.clock.now()) }
    const who = { environment, actor: 'job:metrics', readOnly: true }
    const { series } = await runOperation(ctx, who, (op) => readFigures(op, request))
    const rates = Object.entries(series[0]?.points[0] ?? {}) as [
      keyof FourRates,
      FourRates[keyof FourRates],
    ][]
    for (const [figure, { numerator, denominator }] of rates) {
      figures.push({ mode: environment.mode, figure, numerator, denominator })
    }
  }
  return figures
}
