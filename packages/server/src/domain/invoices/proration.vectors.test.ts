import { Big } from 'big.js'
import { describe, expect, test } from 'vitest'
import { beginLife, type Life } from '../../../test/support/money-life.ts'
import { at } from '../../../test/support/customer-world.ts'
import vectors from '../../../test/vectors/proration.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import { addLocalDays, localDaysBetween, periodContaining, type Interval } from '../time/index.ts'
import { fractionOf } from './proration.ts'

interface Inputs {
  [field: string]: unknown
  start: string
  end: string | null
  target_date: string
  billing_day: number
  interval: 'month' | 'quarter' | 'year'
  price_minor: number
  from: string
  to: string
  price_from_minor: number
  price_to_minor: number
  interval_from: 'month' | 'year'
  interval_to: 'month' | 'year'
  period_start: string
  period_end: string
  change_at: string
  fraction_remaining: string
  discount_from: Coupon
  discount_to: Coupon
  components: { price_minor: number; role: 'credit_old' | 'charge_new' }[]
}

type Coupon = { type: 'pct'; value: string } | { type: 'fixed'; value: number }

/** The period began on its own day and was cut short by a new one, and is part of what it was to be. */
const CUT_SHORT = new Set(['pro-kb-bcd-future-effective'])

const UTC = 'UTC'
/** Enough that rounding to a whole unit doesn't show in nine decimals. */
const MUCH = 10 ** 12

const intervalOf = (name: Inputs['interval']): Interval =>
  name === 'quarter' ? { unit: 'month', count: 3 } : { unit: name, count: 1 }
const nameOf = (name: Inputs['interval']) => (name === 'quarter' ? '3 months' : name)

/** The boundary of a schedule with this billing day, at `start` or the last before it. */
function boundaryBefore({ start, billing_day, interval }: Inputs): number {
  const { unit, count } = intervalOf(interval)
  const first = periodContaining(at(start), { unit, count }, at(start), UTC, billing_day)
  if (new Date(at(start)).getUTCDate() === billing_day) return at(start)
  return earlier(first.end, interval)
}

function earlier(instant: number, interval: Inputs['interval']): number {
  const date = new Date(instant)
  const months = interval === 'quarter' ? 3 : interval === 'year' ? 12 : 1
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, date.getUTCDate())
}

const dayByDay = { downgrade: 'now', proration: 'day' } as const
const toTheSecond = { downgrade: 'now', proration: 'second' } as const

/** One plan at a price for one interval, counted in days; `startAt` sets the billing day. */
function subscribed(start: string, startAt: number, interval: Inputs['interval'], price: number): Life {
  const name = nameOf(interval)
  const life = beginLife(start, {
    plans: { essential: { prices: { USD: { [name]: price } }, policies: dayByDay } },
  })
  life.subscribe('essential', { interval: name, startAt })
  return life
}

const sumOf = (life: Life) =>
  life
    .documents()
    .flatMap(({ invoice, lines }) =>
      lines.map((line) => (invoice.kind === 'invoice' ? 1 : -1) * line.amountMinor),
    )
    .reduce((sum, minor) => sum + minor, 0)

const partOf = (amountMinor: number) => new Big(amountMinor).div(MUCH).round(9, Big.roundHalfUp).toFixed(9)

function cycles(inputs: Inputs) {
  const life = subscribed(inputs.start, boundaryBefore(inputs), inputs.interval, MUCH)
  life.moveTo(inputs.target_date)
  const end = inputs.end === null ? null : at(inputs.end)
  // what is known there from the start, that it ends, is decided here when it happens
  if (end !== null && end <= life.subscription().periodEnd) {
    if (end < at(inputs.target_date)) return cancelled(inputs, end)
    life.moveTo(end)
    life.cancel('now', true)
  }
  return { cycles_9dp: partOf(sumOf(life)) }
}

function cancelled(inputs: Inputs, end: number) {
  const life = subscribed(inputs.start, boundaryBefore(inputs), inputs.interval, MUCH)
  life.moveTo(end)
  life.cancel('now', true)
  life.moveTo(inputs.target_date)
  return { cycles_9dp: partOf(sumOf(life)) }
}

function partAmount(id: string, { from, to, interval, price_minor }: Inputs) {
  const whole = CUT_SHORT.has(id) ? at(from) : earlier(at(to), interval)
  const life = subscribed(from, whole, interval, price_minor)
  if (CUT_SHORT.has(id)) {
    life.moveTo(to)
    life.cancel('now', true)
  }
  return { amount_minor: sumOf(life) }
}

function partFraction({ from, to, interval, full_from, full_to }: Inputs) {
  if (typeof full_from === 'string') {
    const whole = { start: at(full_from), end: at(full_to as string) }
    return { fraction: textOf(fractionOf({ start: at(from), end: at(to) }, whole, 'day', UTC)) }
  }
  const life = subscribed(from, at(from), interval, MUCH)
  life.moveTo(to)
  life.cancel('now', true)
  return { fraction_9dp: partOf(sumOf(life)) }
}

function textOf({ numerator, denominator }: { numerator: number; denominator: number }): string {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  const by = divisor(numerator, denominator)
  return `${numerator / by}/${denominator / by}`
}

/** What a change gives back and what it charges, of the last document. */
function movement(life: Life) {
  const { invoice, lines } = life.last()
  const sign = invoice.kind === 'invoice' ? 1 : -1
  const of = (given: boolean) =>
    lines
      .filter(({ kind }) => (kind === 'credit') === given)
      .map(({ amountMinor, discountMinor }) => sign * (amountMinor - discountMinor))
  const sum = (amounts: number[]) => amounts.reduce((total, minor) => total + minor, 0)
  return { credits: of(true), charges: of(false), credit: 0 - sum(of(true)), charge: sum(of(false)) }
}

const dateTime = (instant: number) => new Date(instant).toISOString().replace('.000', '')

function planChange(inputs: Inputs) {
  const { price_from_minor, price_to_minor, interval_from, interval_to, period_start, period_end } = inputs
  const life = beginLife(period_start, {
    plans: {
      old: { prices: { USD: { [interval_from]: price_from_minor } }, policies: toTheSecond },
      new: { prices: { USD: { [interval_to]: price_to_minor } }, policies: toTheSecond },
    },
  })
  life.subscribe('old', { interval: interval_from })
  life.moveTo(inputs.change_at)
  life.change({ plan: 'new', interval: interval_to, when: 'now' })
  const { credit, charge } = movement(life)
  const { periodStart, periodEnd } = life.subscription()
  const whole = { start: at(period_start), end: at(period_end) }
  return {
    credit_minor: credit,
    charge_minor: charge,
    fraction: textOf(fractionOf({ start: at(inputs.change_at), end: whole.end }, whole, 'second', UTC)),
    new_period: { start: dateTime(periodStart), end: dateTime(periodEnd) },
  }
}

/** A new anchor within the same interval is an end, without credit, and a new beginning. */
function resetAnchor({ period_start, change_at, price_from_minor, price_to_minor }: Inputs) {
  const life = beginLife(period_start, {
    plans: {
      old: { prices: { USD: { month: price_from_minor } } },
      new: { prices: { USD: { month: price_to_minor } } },
    },
  })
  life.subscribe('old')
  life.moveTo(change_at)
  life.cancel('now')
  life.subscribe('new')
  const { credit, charge } = movement(life)
  const { periodStart, periodEnd } = life.subscription()
  return {
    credit_minor: credit,
    charge_minor: charge,
    new_period: { start: dateTime(periodStart), end: dateTime(periodEnd) },
  }
}

/** The first coupon is for what was agreed on before; the second is redeemed with the change. */
function discountedChange(inputs: Inputs) {
  const coupon = (given: Coupon) =>
    given.type === 'pct' ? { percentOff: Number(given.value) } : { amountOff: { USD: given.value } }
  const life = beginLife(inputs.period_start, {
    plans: {
      old: { prices: { USD: { month: inputs.price_from_minor } }, policies: toTheSecond },
      new: { prices: { USD: { month: inputs.price_to_minor } }, policies: toTheSecond },
    },
    coupons: {
      BEFORE: { ...coupon(inputs.discount_from), appliesTo: ['old'] },
      AFTER: coupon(inputs.discount_to),
    },
  })
  life.subscribe('old', { coupons: ['BEFORE'] })
  life.moveTo(inputs.change_at)
  life.change({ plan: 'new', when: 'now', coupons: ['AFTER'] })
  const { credit, charge } = movement(life)
  return { credit_minor: credit, charge_minor: charge }
}

/** A period of so many days, and a plan whose parts are components. */
function componentChanges({ period_start, period_end, change_at, components }: Inputs) {
  const interval = `${localDaysBetween(at(period_start), at(period_end), UTC)} days`
  const pricesOf = (role: string) => ({
    USD: {
      [interval]: {
        components: Object.fromEntries(
          components
            .filter((each) => each.role === role)
            .map(({ price_minor }, index) => [`part${index}`, { model: { flat: price_minor } }]),
        ),
      },
    },
  })
  const life = beginLife(period_start, {
    plans: {
      old: { prices: pricesOf('credit_old'), policies: dayByDay },
      new: { prices: pricesOf('charge_new'), policies: dayByDay },
    },
  })
  life.subscribe('old', { interval })
  life.moveTo(change_at)
  life.change({ plan: 'new', when: 'now' })
  const { credits, charges, credit, charge } = movement(life)
  return { lines_minor: [...credits, ...charges], net_minor: charge - credit }
}

function fractionChange({ price_from_minor, price_to_minor, fraction_remaining }: Inputs) {
  const [numerator = 1, denominator = 1] = fraction_remaining.split('/').map(Number)
  const start = at('2026-06-01')
  const changed = planChange({
    price_from_minor,
    price_to_minor,
    interval_from: 'month',
    interval_to: 'month',
    period_start: '2026-06-01',
    period_end: '2026-07-01',
    change_at: dateTime(addLocalDays(start, 30 - (30 * numerator) / denominator, UTC)),
  } as Inputs)
  const { credit_minor, charge_minor } = changed
  return { credit_minor, charge_minor, net_minor: charge_minor - credit_minor }
}

const adapters: Record<string, (inputs: Inputs, id: string) => unknown> = {
  billing_cycles_until_target: cycles,
  proration_fraction: partFraction,
  prorated_amount: (inputs, id) => partAmount(id, inputs),
  plan_change: planChange,
  plan_change_reset_anchor: resetAnchor,
  plan_change_with_discount: discountedChange,
  component_changes: componentChanges,
  plan_change_fraction: fractionChange,
}

describe('proration vectors', () => {
  const run = vectors.cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (id, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    const answer = adapter(inputs as unknown as Inputs, id)
    expect(answer).not.toEqual({})
    // some say the same figure in other words, too
    expect(expected).toMatchObject(answer as object)
  })
})
