import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addOn, at, catalog, newCustomer, plan, subscribe } from '../../../test/support/customer-world.ts'
import { Refusal } from '../../refusal.ts'
import type { CustomerMoney } from '../customers/money.ts'
import { settle } from '../customers/reconcile.ts'
import type { CustomerChange, CustomerState } from '../customers/state.ts'
import type { Discount } from '../discounts/model.ts'
import { changeTerms, putAddOn, removeAddOn } from '../subscriptions/change.ts'
import { planDue } from '../subscriptions/due.ts'
import { activate, cancel, pause } from '../subscriptions/lifecycle.ts'
import { resume } from '../subscriptions/resume.ts'
import { isLive, type Subscription } from '../subscriptions/model.ts'
import { resolveTerms } from '../subscriptions/terms.ts'
import { DAY_MS } from '../time/index.ts'
import { movementsOfState, revenueOf } from './monthly-revenue.ts'
import { recordMovements, type RevenueMovement } from './movements.ts'

const price = (currency: string, interval: 'week' | 'month' | 'year', amountMinor: number) => ({
  currency,
  interval,
  intervalCount: 1,
  amountMinor,
  perUnit: { seats: '33.4' },
  components: [],
  minimumMinor: null,
})
const priced = (amountMinor: number) => [
  price('XOF', 'month', amountMinor),
  price('XOF', 'year', 10 * amountMinor),
  price('USD', 'week', amountMinor),
]
const sms = addOn('sms', { prices: priced(77) })
const own = catalog({
  plans: [
    plan('free'),
    plan('basic', { prices: priced(1_000), trial: { days: 5, onEnd: 'activate' } }),
    plan('pro', { prices: priced(4_999), trial: { days: 5, onEnd: 'expire' } }),
  ],
  addOns: [sms],
})

interface World {
  state: CustomerState
  movements: RevenueMovement[]
}
type Command = (world: World) => void

function apply(world: World, { state, events }: CustomerChange): void {
  const { after } = settle(world.state, { state, events })
  const movements = movementsOfState(after)
  world.movements.push(...movements)
  world.state = { ...after, revenue: recordMovements(after.revenue, movements) }
}

function advance(world: World, days: number): void {
  const now = world.state.now + days * DAY_MS
  for (let due = planDue(world.state, now); due !== null; due = planDue(world.state, now)) apply(world, due)
  world.state = { ...world.state, now }
}

function live({ state }: World): Subscription {
  const found = state.subscriptions.find(isLive)
  if (found === undefined) throw new Refusal('subscription_not_found')
  return found
}

const when = fc.constantFrom('now' as const, 'period_end' as const)
const terms = fc.record({
  plan: fc.constantFrom('free', 'basic', 'pro'),
  interval: fc.constantFrom('month', 'year', 'week'),
  currency: fc.constantFrom('XOF', 'USD'),
  quantities: fc.record({ seats: fc.integer({ min: 0, max: 9 }) }),
})
const discount = (percent: number): Discount => ({
  id: 'di_1',
  coupon: { percentOff: String(percent), amountOff: {}, appliesTo: [] } as unknown as Discount['coupon'],
  subscription: null,
  redeemedAt: 0,
  periodsLeft: null,
  heldUntil: null,
})

/** Nothing is billed here: of money only the discounts are looked at. */
const moneyWith = (discounts: Discount[]) =>
  ({ invoices: [], attempts: [], methods: [], discounts }) as unknown as CustomerMoney

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.nat(50).map(
      (days): Command =>
        (world) =>
          advance(world, days),
    ),
  },
  {
    weight: 2,
    arbitrary: terms.map(
      ({ plan: key, quantities }): Command =>
        (world) => {
          const { subscriptions } = subscribe(world.state, key, key === 'free' ? {} : { quantities })
          apply(world, { state: { ...world.state, subscriptions }, events: [] })
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(terms, when).map(
      ([asked, moment]): Command =>
        (world) => {
          const quantities = asked.plan === 'free' ? {} : asked.quantities
          const next = resolveTerms(world.state.catalog, { ...asked, quantities }, null)
          apply(world, changeTerms(world.state, live(world), next, moment))
        },
    ),
  },
  when.map(
    (moment): Command =>
      (world) =>
        apply(world, cancel(world.state, live(world), moment)),
  ),
  fc.constant<Command>((world) => apply(world, pause(world.state, live(world), null))),
  fc.constant<Command>((world) => apply(world, resume(world.state, live(world)))),
  fc.constant<Command>((world) => apply(world, activate(world.state, live(world)))),
  fc.integer({ min: 1, max: 3 }).map(
    (quantity): Command =>
      (world) =>
        apply(world, putAddOn(world.state, live(world), sms, quantity)),
  ),
  when.map(
    (moment): Command =>
      (world) =>
        apply(world, removeAddOn(world.state, live(world), 'sms', moment)),
  ),
  fc.constantFrom([], [10], [50, 7]).map(
    (percentages): Command =>
      (world) => {
        const money = moneyWith(percentages.map(discount))
        apply(world, { state: { ...world.state, money }, events: [] })
      },
  ),
)

test('the movements of a customer sum to its revenue at every moment of its life', () => {
  let moved = 0
  fc.assert(
    fc.property(fc.array(commands, { minLength: 15, maxLength: 40, size: 'max' }), (steps) => {
      const money = moneyWith([])
      const world: World = { state: newCustomer(at('2026-01-31'), { catalog: own, money }), movements: [] }
      for (const step of steps) {
        try {
          step(world)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
        }
        const current = revenueOf(world.state)
        for (const { currency, plan: key, monthlyMinor } of world.state.revenue) {
          const told = world.movements.filter((each) => each.currency === currency && each.plan === key)
          expect(told.reduce((sum, each) => sum + each.deltaMinor, 0)).toBe(monthlyMinor)
          const now = current.find((each) => each.currency === currency && each.plan === key)
          expect(monthlyMinor).toBe(now?.monthlyMinor ?? 0)
        }
        for (const each of current) expect(world.state.revenue).toContainEqual(each)
      }
      moved += world.movements.length
    }),
  )
  // of lives in which nothing is ever paid nothing would be proved
  expect(moved).toBeGreaterThan(100)
})
