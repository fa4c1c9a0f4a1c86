import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moneyOf } from '../../../test/support/money-books.ts'
import { beginLife, signed, type Definition, type Life } from '../../../test/support/money-life.ts'
import { Refusal } from '../../refusal.ts'
import { isLive } from '../subscriptions/model.ts'
import { DAY_MS, HOUR_MS, localDaysBetween } from '../time/index.ts'
import { amountDueMinor, type InvoiceLine } from './model.ts'
import { runs } from '../../../test/proof/support/random.ts'

const sold = (month: number, seat: string, policies: object) => ({
  prices: {
    XOF: { month: { amountMinor: month, perUnit: { seats: seat } }, year: { amountMinor: month * 10 } },
  },
  policies,
})

const definition = (proration: 'second' | 'day', quantityChange: string, modules: string): Definition => {
  const policies = { proration, quantityChange, modules }
  return {
    operator: { address: { line1: '1 rue A', city: 'Paris', country: 'FR' } },
    plans: {
      small: sold(1000, '333', policies),
      large: sold(7777, '101.5', policies),
      free: { prices: { XOF: { month: 0, year: 0 } }, policies },
    } as Definition['plans'],
    addOns: { module: { kind: 'recurring', prices: { XOF: { month: 501, year: 5010 } } } },
    bundles: { all: { addOns: ['module'], prices: { XOF: { month: 400, year: 4000 } } } },
    taxes: { vat: { country: 'FR', percent: 19.25 } },
    coupons: { OFF: { percentOff: 33, periods: 2 }, LESS: { amountOff: { XOF: 250 }, periods: 'forever' } },
  }
}

type Step = (life: Life) => void

const when = fc.constantFrom('now' as const, 'period_end' as const)
const someTime = fc
  .tuple(fc.integer({ min: 0, max: 45 }), fc.integer({ min: 0, max: 23 }))
  .map(([days, hours]) => days * DAY_MS + hours * HOUR_MS)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: someTime.map(
      (by): Step =>
        (life) =>
          life.moveTo(life.world.state.now + by),
    ),
  },
  fc
    .record({
      plan: fc.constantFrom('small', 'large', 'free'),
      interval: fc.constantFrom('month', 'month', 'year'),
      when,
    })
    .map(
      (wanted): Step =>
        (life) =>
          life.change({ ...wanted, currency: 'XOF' }),
    ),
  fc.record({ quantities: fc.record({ seats: fc.integer({ min: 0, max: 5 }) }), when }).map(
    (wanted): Step =>
      (life) =>
        life.change(wanted),
  ),
  fc.integer({ min: 1, max: 3 }).map(
    (quantity): Step =>
      (life) =>
        life.putAddOn('module', quantity),
  ),
  when.map(
    (at): Step =>
      (life) =>
        life.removeAddOn('module', at),
  ),
  fc.constant<Step>((life) => life.putBundle('all')),
  when.map(
    (at): Step =>
      (life) =>
        life.removeBundle('all', at),
  ),
  fc.constantFrom('OFF', 'LESS').map(
    (coupon): Step =>
      (life) =>
        life.redeem(coupon),
  ),
  fc.constant<Step>((life) => life.pause()),
  fc.constant<Step>((life) => life.resume()),
  fc.tuple(when, fc.boolean()).map(
    ([at, credit]): Step =>
      (life) =>
        life.subscription().cancelAt === null ? life.cancel(at, credit) : undefined,
  ),
  fc.constantFrom('small', 'large').map(
    (plan): Step =>
      (life) =>
        life.subscribe(plan, { currency: 'XOF' }),
  ),
)

const terms = fc.record({
  proration: fc.constantFrom('second' as const, 'day' as const),
  quantityChange: fc.constantFrom('next_period', 'prorate', 'raise_now'),
  modules: fc.constantFrom('now', 'next_invoice'),
  timeZone: fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York'),
  start: fc.constantFrom('2026-01-31T09:30:00Z', '2026-03-28T23:30:00Z', '2028-02-29'),
  pays: fc.boolean(),
})

type Given = typeof terms extends fc.Arbitrary<infer Value> ? Value : never

/** What isn't possible in a state is refused, and then nothing has happened. */
function attempt(life: Life, act: Step): void {
  try {
    act(life)
  } catch (error) {
    if (error instanceof Refusal || (error instanceof Error && error.message === 'Nothing is live')) return
    throw error
  }
}

function lived(given: Given, steps: Step[], look: (life: Life) => void = () => {}): Life {
  const { proration, quantityChange, modules, start, timeZone, pays } = given
  const life = beginLife(start, definition(proration, quantityChange, modules), {
    timeZone,
    ...(pays ? {} : { pays: null }),
  })
  life.subscribe('small', { currency: 'XOF' })
  for (const each of steps) {
    attempt(life, each)
    look(life)
  }
  return life
}

const steps = fc.array(step, { minLength: 1, maxLength: 25 })
const sumOf = (amounts: number[]) => amounts.reduce((sum, minor) => sum + minor, 0)
const RUNS = { numRuns: runs(150) }

function expectAddedUp(life: Life): void {
  for (const { invoice, lines } of life.documents()) {
    const of = (figure: (line: InvoiceLine) => number) => sumOf(lines.map(figure))
    expect(invoice.totalMinor).toBe(invoice.subtotalMinor - invoice.discountMinor + invoice.taxMinor)
    expect(invoice.totalMinor - invoice.taxMinor).toBe(of(({ netMinor }) => netMinor))
    expect(invoice.taxMinor).toBe(of(({ taxes }) => sumOf(taxes.map(({ taxMinor }) => taxMinor))))
    expect(invoice.totalMinor).toBeGreaterThanOrEqual(0)
    expect(amountDueMinor(invoice)).toBeGreaterThanOrEqual(0)
  }
}

/** Debits less credits of one account over all entries. */
const account = (life: Life, name: string) =>
  sumOf(
    life.world.entries.flatMap(({ postings }) =>
      postings.filter((each) => each.account === name).map(({ amountMinor }) => amountMinor),
    ),
  )

describe('whatever a subscription goes through', () => {
  test('I-4 each document is its lines plus tax less discounts, and the books agree with what is open', () => {
    fc.assert(
      fc.property(terms, steps, (given, acts) => {
        const life = lived(given, acts)
        life.moveTo(life.world.state.now + 40 * DAY_MS)
        expectAddedUp(life)
        for (const { postings } of life.world.entries) {
          expect(sumOf(postings.map(({ amountMinor }) => amountMinor))).toBe(0)
        }
        expect(account(life, 'receivable')).toBe(life.owed())
        expect(0 - account(life, 'customer_credit')).toBe(life.balance('XOF'))
        expect(new Set(life.world.entries.map(({ cause }) => cause)).size).toBe(life.world.entries.length)
      }),
      RUNS,
    )
  })

  test('I-2 a period is opened once, and the same moment again yields nothing', () => {
    fc.assert(
      fc.property(terms, steps, (given, acts) => {
        const life = lived(given, acts)
        const opened = life
          .documents()
          // two changes at one moment both begin there, each giving back the one before
          .filter(({ invoice }) => invoice.reason === 'period')
          .map(({ invoice }) => `${invoice.subscription} ${invoice.periodStart}`)
        expect(new Set(opened).size).toBe(opened.length)
        // what a resumption made due by itself comes first
        life.moveTo(life.world.state.now)
        const known = life.documents().length
        life.moveTo(life.world.state.now)
        const settled = life.documents().length
        life.moveTo(life.world.state.now)
        expect([settled, life.documents().length]).toEqual([known, known])
      }),
      RUNS,
    )
  })

  test('no stretch is charged twice or skipped: what runs covers each part until the period is over, once', () => {
    fc.assert(
      fc.property(terms, steps, (given, acts) => {
        lived(given, acts, ({ world }) => {
          const live = world.state.subscriptions.find(isLive)
          if (live?.status !== 'active') return
          expect(live.billedUntil).toBe(live.periodEnd)
          const running = moneyOf(world).running.filter(
            ({ subscription, service, stoppedAt }) =>
              subscription === live.number && stoppedAt === null && service.end > world.state.now,
          )
          const plans = running.filter(({ kind }) => kind === 'plan')
          // by the day nothing is charged for what is left of the last one
          const daysLeft = localDaysBetween(world.state.now, live.periodEnd, given.timeZone)
          const isLastDay = given.proration === 'day' && daysLeft === 0
          if (live.plan.key === 'free' || (isLastDay && plans.length === 0)) expect(plans).toEqual([])
          else {
            expect(plans.map(({ reference, service }) => [reference, service.end])).toEqual([
              [live.plan.key, live.periodEnd],
            ])
          }
        })
      }),
      RUNS,
    )
  })

  test('what is charged less what is given back within a period is the price weighted by time', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 1, max: 30 * 24 - 1 }), { minLength: 1, maxLength: 8 })
    const plans = ['small', 'large'] as const
    fc.assert(
      fc.property(hours, fc.constantFrom(...plans), (moments, first) => {
        const life = beginLife('2026-06-01', {
          plans: {
            small: { prices: { XOF: { month: 1000 } } },
            large: { prices: { XOF: { month: 7777 } } },
          },
        })
        life.subscribe(first)
        const ordered = moments.toSorted((one, other) => one - other)
        let plan = first
        let at = 0
        let exact = 0
        const price = { small: 1000, large: 7777 }
        for (const hour of ordered) {
          exact += price[plan] * (hour - at)
          at = hour
          plan = plan === 'small' ? 'large' : 'small'
          life.moveTo(Date.UTC(2026, 5, 1) + hour * HOUR_MS)
          life.change({ plan, when: 'now' })
        }
        exact += price[plan] * (720 - at)
        const charged = sumOf(life.documents().map(({ invoice }) => signed(invoice)))
        expect(Math.abs(charged - exact / 720)).toBeLessThanOrEqual(ordered.length)
      }),
      RUNS,
    )
  })

  test('ST-8 a preview is what is then charged, also when it is agreed to later', () => {
    const change = fc.record({ plan: fc.constantFrom('small', 'large'), when })
    fc.assert(
      fc.property(terms, steps, change, fc.integer({ min: 0, max: 900 }), (given, acts, wanted, later) => {
        const life = lived(given, acts)
        attempt(life, () => {
          const at = life.world.state.now
          const preview = life.previewChange({ ...wanted, currency: 'XOF' })
          const known = life.documents().length
          const due = life.world.state.head.dueAt
          const now = at + later * 1000
          if (due > now) life.world.state = { ...life.world.state, now }
          life.changeAsOf(at, { ...wanted, currency: 'XOF' })
          const figures = (
            documents: readonly { invoice: { totalMinor: number }; lines: readonly InvoiceLine[] }[],
          ) =>
            documents.map(({ invoice, lines }) => [
              invoice.totalMinor,
              lines.map(({ amountMinor, netMinor, service }) => [amountMinor, netMinor, service]),
            ])
          expect(figures(life.documents().slice(known))).toEqual(
            figures(preview.after.money?.documents ?? []),
          )
        })
      }),
      RUNS,
    )
  })
})
