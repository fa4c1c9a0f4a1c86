import { describe, expect, test } from 'vitest'
import { beginLife, type Life } from '../../../test/support/money-life.ts'
import vectors from '../../../test/vectors/seats.json' with { type: 'json' }

interface Part {
  fixed_minor: number
  seat_minor: number
  seats: number
}

interface Inputs {
  period_start: string
  change_at: string
  seat_price_now_minor: number
  seat_price_after_renewal_minor: number
  seats_from: number
  seats_to: number
  fixed_minor: number
  seat_price_minor: number
  discount: { value: string }
  old: Part
  new: Part
  unit_price_minor: number
  events: { at?: string; decided_at?: string; quantity: number }[]
}

const policies = { downgrade: 'period_end', quantityChange: 'prorate' } as const
const perSeat = (fixed: number, seat: number) => ({
  prices: { USD: { month: { amountMinor: fixed, perUnit: { seats: String(seat) } } } },
  policies,
})

const day = (instant: number) => new Date(instant).toISOString().slice(0, 10)

/** Signed amounts of the last document after discounts: what is given back, what is charged. */
function movement(life: Life) {
  const { invoice, lines } = life.last()
  const sign = invoice.kind === 'invoice' ? 1 : -1
  const of = (given: boolean) =>
    lines
      .filter(({ kind }) => (kind === 'credit') === given)
      .map(({ amountMinor, discountMinor }) => sign * (amountMinor - discountMinor))
  const credits = of(true).map((minor) => 0 - minor)
  const charges = of(false)
  const sum = (amounts: number[]) => amounts.reduce((total, minor) => total + minor, 0)
  return { credits, charges, net: sum(charges) - sum(credits) }
}

const HALF = { start: '2025-06-01T00:00:00Z', change: '2025-06-16T00:00:00Z' }

const adapters: Record<string, (inputs: Inputs) => unknown> = {
  seat_change_with_pending_plan(inputs) {
    const life = beginLife(inputs.period_start, {
      plans: {
        now: perSeat(0, inputs.seat_price_now_minor),
        after: perSeat(0, inputs.seat_price_after_renewal_minor),
      },
    })
    life.subscribe('now', { quantities: { seats: inputs.seats_from } })
    life.change({ plan: 'after', when: 'period_end' })
    life.moveTo(inputs.change_at)
    life.change({ quantities: { seats: inputs.seats_to } })
    const { net } = movement(life)
    life.moveTo(life.subscription().periodEnd)
    return {
      proration_minor: Math.abs(net),
      direction: net > 0 ? 'debit' : 'credit',
      renewal_amount_minor: life.last().invoice.totalMinor,
    }
  },
  seat_change_composed_discount({ fixed_minor, seat_price_minor, seats_from, seats_to, discount }) {
    const life = beginLife(HALF.start, {
      plans: { team: perSeat(fixed_minor, seat_price_minor) },
      coupons: { OFF: { percentOff: Number(discount.value), periods: 'forever' } },
    })
    life.subscribe('team', { quantities: { seats: seats_from }, coupons: ['OFF'] })
    life.moveTo(HALF.change)
    life.change({ quantities: { seats: seats_to } })
    return { proration_minor: movement(life).net }
  },
  plan_change_composed_discount(inputs) {
    const life = beginLife(HALF.start, {
      plans: {
        old: perSeat(inputs.old.fixed_minor, inputs.old.seat_minor),
        new: perSeat(inputs.new.fixed_minor, inputs.new.seat_minor),
      },
      coupons: { OFF: { percentOff: Number(inputs.discount.value), periods: 'forever' } },
    })
    life.subscribe('old', { quantities: { seats: inputs.old.seats }, coupons: ['OFF'] })
    life.moveTo(HALF.change)
    life.change({ plan: 'new', when: 'now' })
    const { credits, charges } = movement(life)
    return { credits_minor: credits, charges_minor: charges }
  },
  seat_renewals({ unit_price_minor, events }) {
    const [first, second] = events
    const life = beginLife(first?.at as string, { plans: { team: perSeat(0, unit_price_minor) } })
    life.subscribe('team', { quantities: { seats: first?.quantity as number } })
    life.moveTo(second?.decided_at as string)
    life.change({ quantities: { seats: second?.quantity as number }, when: 'period_end' })
    life.moveTo(life.subscription().periodEnd)
    return {
      invoices: life.documents().map(({ invoice }) => ({
        start: day(invoice.periodStart as number),
        end: day(invoice.periodEnd as number),
        amount_minor: invoice.totalMinor,
      })),
    }
  },
}

describe('seat vectors', () => {
  // what seats cost by themselves is asked of the price models
  const cases = vectors.cases.filter(({ kind }) => kind !== 'subscription_amount' && kind !== 'seat_amount')

  test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    expect(adapter(inputs as unknown as Inputs)).toEqual(expected)
  })
})
