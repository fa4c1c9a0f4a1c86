/**
 * Figures about the process for Prometheus.
 *
 * Owns: their names and units. Does not own: what figures about the business are (analytics).
 * Invariant: no label has a value that a caller chooses, so their number is bounded.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Database } from './store/database/pool.ts'

export interface Metrics {
  /** Of a request, in seconds, by method, route and status. */
  observeRequest(method: string, route: string, status: number, seconds: number): void
  /** A refusal or failure by its code. */
  countProblem(code: string): void
  /** A commit of the usage writer: how many commands were in it, and by which gear they went. */
  observeBatch(size: number, gear: 1 | 2): void
  /** Figures of the business are asked for when Prometheus reads; what they were is shown while they can't be read. */
  watch(read: () => Promise<readonly BusinessFigure[]>): void
  /** The text that Prometheus reads. */
  text(): Promise<string>
  contentType: string
}

/** A rate by its two parts. */
export interface BusinessFigure {
  figure: string
  mode: string
  numerator: number
  denominator: number
}

export function createMetrics(db: Database): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'tollkeeper_' })
  const requests = new Histogram({
    name: 'tollkeeper_http_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const problems = new Counter({
    name: 'tollkeeper_problems_total',
    help: 'Refusals and failures by code',
    labelNames: ['code'] as const,
    registers,
  })
  const batches = new Histogram({
    name: 'tollkeeper_usage_batch_size',
    help: 'Commands in one commit of the usage writer; gear 1 is guarded, gear 2 decided one by one',
    labelNames: ['gear'] as const,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers,
  })
  const byGear = { 1: batches.labels('1'), 2: batches.labels('2') }
  new Gauge({
    name: 'tollkeeper_database_connections',
    help: 'Connections of the pool by state; waiting counts callers without one',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const { total, idle, waiting } = db.counts()
      this.set({ state: 'busy' }, total - idle)
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'waiting' }, waiting)
    },
  })
  // looking a label set up costs more than adding to it
  const byLabels = new Map<string, { observe(value: number): void }>()
  return {
    observeRequest(method, route, status, seconds) {
      const name = `${method} ${route} ${status}`
      let histogram = byLabels.get(name)
      if (histogram === undefined) {
        histogram = requests.labels(method, route, String(status))
        byLabels.set(name, histogram)
      }
      histogram.observe(seconds)
    },
    countProblem: (code) => problems.inc({ code }),
    observeBatch: (size, gear) => byGear[gear].observe(size),
    watch: (read) => showFigures(registers, read),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/** A gauge for each part, so that a rate is a quotient of sums, over whatever range. */
function showFigures(registers: Registry[], read: () => Promise<readonly BusinessFigure[]>): void {
  for (const part of ['numerator', 'denominator'] as const) {
    new Gauge({
      name: `tollkeeper_figure_${part}`,
      help: `The ${part} of each watched rate in the running month`,
      labelNames: ['figure', 'mode'] as const,
      registers,
      async collect() {
        const figures = await read().catch(() => [])
        for (const { figure, mode, [part]: value } of figures) this.set({ figure, mode }, value)
      },
    })
  }
}
