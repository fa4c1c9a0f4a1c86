import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moneyOf } from '../../../test/support/money-books.ts'
import { beginLife, type Definition, type Life } from '../../../test/support/money-life.ts'
import { HOUR_MS } from '../time/index.ts'
import { runs } from '../../../test/proof/support/random.ts'

const CALLS = 1
const prices = { dear: 5, cheap: 2, free: 0 }
type Plan = keyof typeof prices

const counting = (minor: number) => ({
  USD: {
    month: {
      amountMinor: 700,
      ...(minor === 0
        ? {}
        : { components: { calls: { feature: 'calls', model: { perUnit: String(minor) } } } }),
    },
  },
})

const definition: Definition = {
  features: { calls: { kind: 'meter' } },
  plans: {
    dear: { prices: counting(prices.dear) },
    cheap: { prices: counting(prices.cheap) },
    free: { prices: counting(prices.free) },
  } as Definition['plans'],
}

type Act =
  | { act: 'use'; amount: number }
  | { act: 'move'; hours: number }
  | { act: 'change'; plan: Plan; when: 'now' | 'period_end' }
  | { act: 'pause' | 'resume' }

const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('use' as const), amount: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ act: fc.constant('move' as const), hours: fc.integer({ min: 0, max: 400 }) }),
    fc.record({
      act: fc.constant('change' as const),
      plan: fc.constantFrom<Plan>('dear', 'cheap', 'free'),
      when: fc.constantFrom('now' as const, 'period_end' as const),
    }),
    fc.constantFrom<Act>({ act: 'pause' }, { act: 'resume' }),
  ),
  { minLength: 1, maxLength: 30 },
)

/** Uses count in the window of the period they are made in; answers what they come to, each at the price of its moment. */
function live(life: Life, all: readonly Act[]): number {
  const used = new Map<number, number>()
  let worth = 0
  for (const step of all) {
    const { plan, periodStart, periodEnd, status } = life.subscription()
    if (step.act === 'move') life.moveTo(life.world.state.now + step.hours * HOUR_MS)
    else if (step.act === 'pause' && status === 'active') life.pause()
    else if (step.act === 'resume' && status === 'paused') life.resume()
    else if (step.act === 'change' && status === 'active') life.change({ plan: step.plan, when: step.when })
    else if (step.act === 'use' && status === 'active') {
      const sum = (used.get(periodStart) ?? 0) + step.amount
      used.set(periodStart, sum)
      const window = { feature: CALLS, windowStart: periodStart, windowEnd: periodEnd, used: sum, billed: 0 }
      life.use({ windows: [window] })
      worth += step.amount * prices[plan.key as Plan]
    }
  }
  return worth
}

const chargedFor = (life: Life, kind: string) =>
  life
    .documents()
    .flatMap(({ invoice, lines }) =>
      lines
        .filter((line) => line.kind === kind)
        .map(({ amountMinor }) => (invoice.kind === 'invoice' ? 1 : -1) * amountMinor),
    )
    .reduce((sum, minor) => sum + minor, 0)

describe('what is charged afterwards', () => {
  test('is each use once, at the price of the plan that it was made under, whatever is changed', () => {
    fc.assert(
      fc.property(acts, fc.constantFrom<Plan>('dear', 'cheap', 'free'), (all, first) => {
        const life = beginLife('2026-01-31T10:00:00Z', definition)
        life.subscribe(first)
        const worth = live(life, all)
        if (life.subscription().status === 'paused') life.resume()
        life.cancel('now')
        expect(moneyOf(life.world).items.filter(({ invoice }) => invoice === null)).toEqual([])
        expect(chargedFor(life, 'usage')).toBe(worth)
      }),
      { numRuns: runs(300) },
    )
  })
})

describe('prices that hold their tax', () => {
  const amounts = fc.record({
    month: fc.integer({ min: 1, max: 99_999 }),
    large: fc.integer({ min: 1, max: 99_999 }),
    percent: fc.constantFrom(5.5, 18, 19.25, 20),
    off: fc.integer({ min: 0, max: 100 }),
    currency: fc.constantFrom('XOF', 'EUR', 'KWD'),
    day: fc.integer({ min: 1, max: 28 }),
    seats: fc.integer({ min: 0, max: 3 }),
  })

  test('come to what is written on them, less the discount, and what is given back to a part of it with its tax', () => {
    fc.assert(
      fc.property(amounts, ({ month, large, percent, off, currency, day, seats }) => {
        const sold = (amountMinor: number) => ({
          prices: { [currency]: { month: { amountMinor, perUnit: { seats: '333.3' } } } },
          taxInclusive: true,
          policies: { quantityChange: 'prorate' as const },
        })
        const life = beginLife('2026-01-31', {
          operator: { address: { line1: '1 rue A', city: 'Paris', country: 'FR' } },
          taxes: { vat: { country: 'FR', percent } },
          plans: { small: sold(month), large: sold(large) },
          coupons: { OFF: { percentOff: off, periods: 1 } },
        } as Definition)
        life.subscribe('small', {
          currency,
          quantities: { seats },
          ...(off === 0 ? {} : { coupons: ['OFF'] }),
        })
        life.moveTo(`2026-02-${String(day).padStart(2, '0')}T11:11:11Z`)
        life.change({ quantities: { seats: 3 - seats } })
        life.change({ plan: 'large', when: 'now' })
        life.cancel('now', true)
        for (const { invoice, lines } of life.documents()) {
          const gross = lines.reduce(
            (sum, { amountMinor, discountMinor }) => sum + amountMinor - discountMinor,
            0,
          )
          expect(invoice.totalMinor).toBe(gross)
          expect(invoice.totalMinor).toBe(invoice.subtotalMinor - invoice.discountMinor + invoice.taxMinor)
          expect(Math.abs(invoice.taxMinor * (100 + percent) - gross * percent)).toBeLessThanOrEqual(
            100 + percent,
          )
        }
      }),
      { numRuns: runs(200) },
    )
  })
})
