import { describe, expect, test } from 'vitest'
import vectors from '../../../test/vectors/periods.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import {
  boundary,
  type Interval,
  localDateTime,
  parseInstant,
  periodContaining,
  periodsBetween,
  toIso,
} from './index.ts'

type Inputs = {
  timezone: string
  interval: string
  interval_count: number
  billing_day?: number
  [field: string]: unknown
}

function intervalOf({ interval, interval_count: count }: Inputs): Interval {
  if (interval === 'quarter') return { unit: 'month', count: 3 * count }
  return { unit: interval as Interval['unit'], count }
}

function instantOf(text: unknown): number {
  const iso = /^\d{4}-\d\d-\d\d$/.test(String(text)) ? `${text}T00:00:00Z` : String(text)
  const instant = parseInstant(iso)
  if (instant === null) throw new Error(`not an instant: ${text}`)
  return instant
}

function dateOf(instant: number, timeZone: string): string {
  const { hour, minute } = localDateTime(instant, timeZone)
  expect([hour, minute]).toEqual([0, 0])
  return toIso(instant).slice(0, 10)
}

function containing(inputs: Inputs, start: unknown, at: number) {
  return periodContaining(instantOf(start), intervalOf(inputs), at, inputs.timezone, inputs.billing_day)
}

const adapters: Record<string, (inputs: Inputs) => unknown> = {
  advance_period(inputs) {
    // A later period is given by its own start, which is then a boundary of the schedule.
    const { start, end } = containing(inputs, inputs.period_start, instantOf(inputs.period_start))
    return { start: dateOf(start, inputs.timezone), end: dateOf(end, inputs.timezone) }
  },
  arrear_period(inputs) {
    const at = instantOf(inputs.invoice_date)
    const { index } = containing(inputs, inputs.subscription_start, at)
    const nth = (n: number) =>
      boundary(
        instantOf(inputs.subscription_start),
        n,
        intervalOf(inputs),
        inputs.timezone,
        inputs.billing_day,
      )
    return { start: dateOf(nth(index - 1), inputs.timezone), end: dateOf(nth(index), inputs.timezone) }
  },
  elapsed_cycles: (inputs) => ({
    completed_cycles: containing(inputs, inputs.subscription_start, instantOf(inputs.at)).index,
  }),
  period_containing(inputs) {
    const { start, end } = containing(inputs, inputs.subscription_start, instantOf(inputs.at))
    return { start: dateOf(start, inputs.timezone), end: dateOf(end, inputs.timezone) }
  },
  boundaries(inputs) {
    const nth = (n: number) => boundary(instantOf(inputs.anchor), n, intervalOf(inputs), inputs.timezone)
    const first = Number(inputs.first_n)
    return (count: number) => ({
      boundaries: Array.from({ length: count }, (_, index) => dateOf(nth(first + index), inputs.timezone)),
    })
  },
  whole_periods_between: (inputs) => ({
    whole_periods: periodsBetween(
      instantOf(inputs.start),
      instantOf(inputs.end),
      intervalOf(inputs),
      inputs.timezone,
    ),
  }),
  cycle_end_after: (inputs) => ({
    cycle_end: toIso(containing(inputs, inputs.anchor, instantOf(inputs.now)).end).replace('.000Z', 'Z'),
  }),
  period_containing_instant(inputs) {
    const { start, end } = containing(inputs, inputs.anchor, instantOf(inputs.at))
    return { start: toIso(start).replace('.000Z', 'Z'), end: toIso(end).replace('.000Z', 'Z') }
  },
}

describe('period vectors', () => {
  const run = vectors.cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    const answer = adapter(inputs as Inputs)
    const given =
      typeof answer === 'function'
        ? answer((expected as unknown as { boundaries: string[] }).boundaries.length)
        : answer
    expect(given).toEqual(expected)
  })
})
