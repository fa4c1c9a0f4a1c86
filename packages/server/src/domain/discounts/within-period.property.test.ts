import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginLife, signed, type Definition, type Life } from '../../../test/support/money-life.ts'
import { HOUR_MS } from '../time/index.ts'
import { runs } from '../../../test/proof/support/random.ts'

const policies = { quantityChange: 'prorate', upgrade: 'now', downgrade: 'now' } as const
const priced = (amountMinor: number, each: string) => ({
  prices: { USD: { month: { amountMinor, perUnit: { seats: each } } } },
  policies,
})
const definition = (amountOff: number, percentOff: number, periods: 1 | 'forever'): Definition => ({
  plans: { small: priced(1000, '333.3'), large: priced(6900, '250') },
  addOns: { module: { kind: 'recurring', prices: { USD: { month: 700 } } } },
  coupons: {
    AMOUNT: { amountOff: { USD: amountOff }, periods },
    ...(percentOff === 0 ? {} : { PERCENT: { percentOff, periods } }),
  },
})

type Act =
  | { act: 'move'; hours: number }
  | { act: 'seats'; more: number }
  | { act: 'plan'; plan: 'small' | 'large' }
  | { act: 'redeem' }

const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('move' as const), hours: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ act: fc.constant('seats' as const), more: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      act: fc.constant('plan' as const),
      plan: fc.constantFrom('small' as const, 'large' as const),
    }),
    fc.constant<Act>({ act: 'redeem' }),
  ),
  { maxLength: 10 },
)
const stories = fc.record({
  acts,
  amountOff: fc.integer({ min: 1, max: 12_000 }),
  percentOff: fc.constantFrom(0, 10, 50, 100),
  periods: fc.constantFrom(1 as const, 'forever' as const),
  seats: fc.integer({ min: 1, max: 9 }),
  fromStart: fc.boolean(),
})

const EACH = { small: 333.3, large: 250 }

/** What more seats cost for the rest of the period, before discounts. */
function worthOf(life: Life, more: number): number {
  const { plan, periodStart, periodEnd } = life.subscription()
  const rest = (periodEnd - life.world.state.now) / (periodEnd - periodStart)
  return EACH[plan.key as keyof typeof EACH] * more * rest
}

function run(life: Life, step: Act): void {
  const { seats = 1 } = life.subscription().quantities
  if (step.act === 'move') life.moveTo(life.world.state.now + step.hours * HOUR_MS)
  else if (step.act === 'seats') life.change({ quantities: { seats: seats + step.more } })
  else if (step.act === 'plan') life.change({ plan: step.plan, when: 'now' })
  else if (life.world.state.money?.discounts.length === 0)
    life.redeem(...life.world.catalog.coupons.map(({ key }) => key))
}

const documentsSince = (life: Life, count: number) => life.documents().slice(count)

describe('whatever is redeemed, and whenever', () => {
  test('more seats cost what they cost at most and never pay a customer, and an amount is never taken off more than once in its period', () => {
    fc.assert(
      fc.property(stories, ({ acts: all, amountOff, percentOff, periods, seats, fromStart }) => {
        const life = beginLife('2026-01-31', definition(amountOff, percentOff, periods))
        const coupons = fromStart ? ['AMOUNT', ...(percentOff === 0 ? [] : ['PERCENT'])] : []
        life.subscribe('small', { quantities: { seats }, addOns: ['module'], coupons })
        const { periodEnd } = life.subscription()
        for (const step of all) {
          const made = life.documents().length
          const worth = step.act === 'seats' ? worthOf(life, step.more) : 0
          run(life, step)
          if (life.subscription().periodEnd !== periodEnd) break
          for (const { invoice } of documentsSince(life, made))
            if (step.act === 'seats') {
              expect(signed(invoice)).toBeGreaterThanOrEqual(0)
              expect(signed(invoice)).toBeLessThanOrEqual(worth + 2)
            }
          const takenMinor = life
            .documents()
            .reduce(
              (sum, { invoice }) => sum + (invoice.kind === 'invoice' ? 1 : -1) * invoice.discountMinor,
              0,
            )
          if (percentOff === 0) expect(takenMinor).toBeLessThanOrEqual(amountOff)
        }
      }),
      { numRuns: runs(300) },
    )
  })
})
