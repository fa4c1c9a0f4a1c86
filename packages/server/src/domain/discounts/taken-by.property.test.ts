import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginLife, type Definition, type Kept, type Life } from '../../../test/support/money-life.ts'
import { HOUR_MS } from '../time/index.ts'
import { runs } from '../../../test/proof/support/random.ts'

const CALLS = 1

const allPolicies = [
  { upgrade: 'now', downgrade: 'now', quantityChange: 'prorate' },
  { upgrade: 'now', downgrade: 'now', quantityChange: 'raise_now', modules: 'now' },
  { upgrade: 'now', downgrade: 'now', quantityChange: 'raise_now', modules: 'next_invoice' },
] as const

/** Plans that charge afterwards too, or leave what is added to the next invoice. */
const billedLater = (
  { amountOff, percentOff, periods }: Pick<Story, 'amountOff' | 'percentOff' | 'periods'>,
  policies: Story['policies'],
): Definition => {
  const components = { calls: { feature: 'calls', model: { perUnit: '5' } } }
  const perUnit = { seats: '333.3' }
  return {
    features: { calls: { kind: 'meter' } },
    plans: {
      small: { prices: { USD: { month: { amountMinor: 1000, perUnit, components } } }, policies },
      large: { prices: { USD: { month: { amountMinor: 6900, perUnit, minimumMinor: 9000 } } }, policies },
    },
    addOns: { module: { kind: 'recurring', prices: { USD: { month: 700 } } } },
    coupons: {
      AMOUNT: { amountOff: { USD: amountOff }, periods },
      MODULE: { amountOff: { USD: amountOff }, periods, appliesTo: ['module'] },
      PERCENT: { percentOff: Math.max(percentOff, 1), periods: 'forever' },
    },
  }
}

type Act =
  | { act: 'move'; hours: number }
  | { act: 'plan'; plan: 'small' | 'large' }
  | { act: 'seats'; seats: number }
  | { act: 'use'; amount: number }
  | { act: 'module' | 'redeem' }

const stories = fc.record({
  acts: fc.array(
    fc.oneof(
      fc.record({ act: fc.constant('move' as const), hours: fc.integer({ min: 50, max: 400 }) }),
      fc.record({
        act: fc.constant('plan' as const),
        plan: fc.constantFrom('small' as const, 'large' as const),
      }),
      fc.record({ act: fc.constant('seats' as const), seats: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ act: fc.constant('use' as const), amount: fc.integer({ min: 100, max: 2000 }) }),
      fc.constantFrom<Act>({ act: 'module' }, { act: 'redeem' }),
    ),
    { minLength: 8, maxLength: 20 },
  ),
  amountOff: fc.integer({ min: 100, max: 12_000 }),
  percentOff: fc.constantFrom(0, 50),
  periods: fc.constantFrom(1 as const, 3 as const, 'forever' as const),
  policies: fc.constantFrom(...allPolicies),
  coupon: fc.constantFrom('AMOUNT', 'MODULE'),
  /** One of a percentage always is. */
  fromStart: fc.boolean(),
})
type Story = typeof stories extends fc.Arbitrary<infer Each> ? Each : never

function run(life: Life, step: Act, coupon: string): void {
  const { periodStart: windowStart, periodEnd: windowEnd, addOns } = life.subscription()
  const { state, unbilled } = life.world
  if (step.act === 'move') life.moveTo(life.world.state.now + step.hours * HOUR_MS)
  else if (step.act === 'plan') life.change({ plan: step.plan, when: 'now' })
  else if (step.act === 'seats') life.change({ quantities: { seats: step.seats }, when: 'now' })
  else if (step.act === 'redeem' && state.money?.discounts.length === 0) life.redeem(coupon)
  else if (step.act === 'module')
    if (addOns.length === 0) life.putAddOn('module')
    else life.removeAddOn('module')
  else if (step.act === 'use') {
    const known = unbilled.windows.find((each) => each.windowStart === windowStart)
    const used = (known?.used ?? 0) + step.amount
    life.use({ windows: [{ feature: CALLS, windowStart, windowEnd, used, billed: 0 }] })
  }
}

/** What amounts took in each period, net of what was given back. */
function takenByPeriod(documents: readonly Kept[], percentOff: number): number[] {
  const taken: number[] = []
  for (const { invoice, lines } of documents) {
    if (invoice.periodStart !== null) taken.push(0)
    const sign = invoice.kind === 'invoice' ? 1 : -1
    const amountMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0)
    const byAmountsMinor = invoice.discountMinor - (amountMinor * percentOff) / 100
    taken[taken.length - 1] = (taken.at(-1) ?? 0) + sign * byAmountsMinor
  }
  return taken
}

describe('whatever is charged afterwards, or waits', () => {
  test('an amount is never taken off more than once in its period', () => {
    fc.assert(
      fc.property(stories, ({ acts: all, amountOff, percentOff, periods, policies, coupon, fromStart }) => {
        const life = beginLife('2026-01-31', billedLater({ amountOff, percentOff, periods }, policies))
        const coupons = percentOff !== 0 ? [coupon, 'PERCENT'] : fromStart ? [coupon] : []
        life.subscribe('small', { quantities: { seats: 2 }, coupons })
        for (const step of all) run(life, step, coupon)
        // each line rounds its percentage by itself
        const rounded = percentOff === 0 ? 0 : all.length * 4
        for (const takenMinor of takenByPeriod(life.documents(), percentOff))
          expect(takenMinor).toBeLessThanOrEqual(amountOff + rounded)
      }),
      { numRuns: runs(200) },
    )
  })
})
