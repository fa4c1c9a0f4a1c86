import { describe, expect, test } from 'vitest'
import { at, catalog, newCustomer, plan, subscribe } from '../../../test/support/customer-world.ts'
import vectors from '../../../test/vectors/mrr.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import type { Price } from '../catalog/model.ts'
import { advanceState } from '../customers/reconcile.ts'
import type { Subscription } from '../subscriptions/model.ts'
import { addLocalDays } from '../time/index.ts'
import type { RevenueShare } from './model.ts'
import { monthlyRevenueMinor } from './monthly-revenue.ts'
import { movementsOf, recordMovements } from './movements.ts'

type Unit = Price['interval']
interface Sold {
  price_minor: number
  interval: Unit | 'quarter'
  interval_count?: number
  start?: string
  ends_at?: string
  trial_end?: string
}
interface Inputs {
  subscriptions: Sold[]
  plans: Record<string, { month_minor: number; year_minor: number }>
  events: { n: number; event: string; plan: string; interval?: Unit; quantity?: number }[]
  change: string
  seats: number
  old: { flat_minor: number; seat_minor: number }
  new: { flat_minor: number; seat_minor: number }
}

const intervalOf = ({ interval, interval_count: count = 1 }: Sold): { unit: Unit; count: number } =>
  interval === 'quarter' ? { unit: 'month', count: 3 * count } : { unit: interval, count }

const price = (amountMinor: number, interval: { unit: Unit; count: number }, perUnit = {}): Price => ({
  currency: 'USD',
  interval: interval.unit,
  intervalCount: interval.count,
  amountMinor,
  perUnit,
  components: [],
  minimumMinor: null,
})
const MONTH = { unit: 'month' as const, count: 1 }
const nameOf = ({ unit, count }: { unit: Unit; count: number }) => (count === 1 ? unit : `${count} ${unit}s`)

/** A customer of its own with the subscription, as its lifecycle has it by the end of the month. */
function atEndOf(sold: Sold, month: string): Subscription | undefined {
  const last = addLocalDays(at(`${month}-01`), 31, 'UTC')
  const end = at(new Date(last).toISOString().slice(0, 7).concat('-01')) - 1
  const start = at(sold.start as string)
  if (start > end) return undefined
  const days = sold.trial_end === undefined ? 0 : (at(sold.trial_end) - start) / 86_400_000 - 1
  const interval = intervalOf(sold)
  const own = plan('sold', {
    prices: [price(sold.price_minor, interval)],
    trial: days > 0 ? { days, onEnd: 'activate' } : null,
  })
  let state = newCustomer(start, { catalog: catalog({ plans: [own] }) })
  state = subscribe(state, 'sold', { interval: nameOf(interval) })
  const made = state.subscriptions[0] as Subscription
  if (sold.ends_at !== undefined) {
    // called off for that day from the beginning, so that nobody takes it for lasting
    state = { ...state, subscriptions: [{ ...made, cancelAt: at(sold.ends_at), canceledAt: start }] }
  }
  return advanceState(state, end).subscriptions[0]
}

const revenue = (subscriptions: Subscription[]): number =>
  subscriptions.reduce((sum, each) => sum + monthlyRevenueMinor(each, []), 0)
const lasting = (each: Subscription): boolean => each.cancelAt === null
/** What trials would bring if they were over. */
const afterTrial = (each: Subscription): Subscription[] =>
  each.status === 'trialing' ? [{ ...each, status: 'active' }] : []

function withSeats({ seats, ...inputs }: Inputs, which: 'old' | 'new'): number {
  const { flat_minor: flat, seat_minor: seat } = inputs[which]
  const one = plan('one', { prices: [price(flat, MONTH, { seats: String(seat) })] })
  const state = newCustomer(at('2026-01-01'), { catalog: catalog({ plans: [one] }) })
  return revenue([subscribe(state, 'one', { quantities: { seats } }).subscriptions[0] as Subscription])
}

/** The delta and kind of each step of what a customer pays, as the record of it moves. */
function stepped(steps: RevenueShare[][]): { type: string; delta_minor: number }[] {
  let recorded: RevenueShare[] = []
  return steps.map((current) => {
    const movements = movementsOf(recorded, current)
    recorded = recordMovements(recorded, movements)
    const kind = movements[0]?.kind ?? 'none'
    const type = kind === 'new' ? 'new_business' : kind
    return { type, delta_minor: movements.reduce((sum, each) => sum + each.deltaMinor, 0) }
  })
}

const share = (name: string, monthlyMinor: number): RevenueShare => ({
  currency: 'USD',
  plan: name,
  monthlyMinor,
})

const changes: Record<string, [before: RevenueShare[], after: RevenueShare[]]> = {
  upgrade: [[share('silver', 3_000)], [share('gold', 5_000)]],
  'second subscription': [[share('silver', 3_000)], [share('silver', 3_000), share('gold', 5_000)]],
  'discount expires': [[share('silver', 2_000)], [share('silver', 3_000)]],
  'cancel only active subscription': [[share('silver', 3_000)], []],
}

const adapters: Record<string, (inputs: Inputs, expected: { series?: { month: string }[] }) => unknown> = {
  mrr_of_subscription(inputs) {
    const sold = inputs as unknown as Sold
    const subscription = atEndOf({ ...sold, start: '2026-01-01' }, '2026-01')
    return { mrr_minor: revenue([subscription as Subscription]) }
  },
  mrr_series(inputs, { series = [] }) {
    const shown = series.map(({ month, ...figures }) => {
      const all = inputs.subscriptions.flatMap((sold) => atEndOf(sold, month) ?? [])
      const known: Record<string, number> = {
        mrr_minor: revenue(all),
        committed_mrr_minor: revenue(all.filter(lasting)),
        trial_mrr_minor: revenue(all.flatMap(afterTrial)),
        trial_committed_mrr_minor: revenue(all.filter(lasting).flatMap(afterTrial)),
      }
      return { month, ...Object.fromEntries(Object.keys(figures).map((name) => [name, known[name]])) }
    })
    return { series: shown }
  },
  mrr_movements({ plans, events }) {
    const held = new Map<string, number>()
    const steps = events.map(({ event, plan: name, interval = 'month', quantity = 1 }) => {
      if (event.startsWith('cancel')) held.delete(name)
      else {
        const { month_minor: month, year_minor: year } = plans[name] as {
          month_minor: number
          year_minor: number
        }
        const each = interval === 'year' ? year : month
        const own = plan(name, { prices: [price(0, { unit: interval, count: 1 }, { seats: String(each) })] })
        const state = newCustomer(at('2026-01-01'), { catalog: catalog({ plans: [own] }) })
        const made = subscribe(state, name, { interval, quantities: { seats: quantity } })
        held.set(name, revenue([made.subscriptions[0] as Subscription]))
      }
      return [...held].map(([key, monthlyMinor]) => share(key, monthlyMinor))
    })
    return { movements: stepped(steps).map((step, index) => ({ n: events[index]?.n, ...step })) }
  },
  classify_movement({ change }) {
    const [before, after] = changes[change] as [RevenueShare[], RevenueShare[]]
    return { type: stepped([before, after])[1]?.type }
  },
  mrr_timeline: (inputs) => ({ mrr_minor: [withSeats(inputs, 'old'), withSeats(inputs, 'new')] }),
}

describe('mrr vectors', () => {
  const run = vectors.cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    expect(adapter(inputs as unknown as Inputs, expected as object)).toEqual(expected)
  })
})
