import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at } from '../../../test/support/customer-world.ts'
import { beginLife, signed, type Definition } from '../../../test/support/money-life.ts'
import { DAY_MS, HOUR_MS } from '../time/index.ts'
import { runs } from '../../../test/proof/support/random.ts'

const CALLS = 1
const BYTES = 2

const tiers = [
  { upTo: 50, unitMinor: '3' },
  { upTo: 200, unitMinor: '1.5', flatMinor: '40' },
  { unitMinor: '0.7' },
]
const counting = (feature: string, model: object, freeUnits = 0) => ({ feature, freeUnits, model })
const monthly = (components: object, minimumMinor?: number) => ({
  prices: {
    USD: { month: { amountMinor: 700, components, ...(minimumMinor === undefined ? {} : { minimumMinor }) } },
  },
})

const definition = {
  features: { calls: { kind: 'meter' }, bytes: { kind: 'meter', scale: 1 } },
  plans: {
    graduated: monthly({ calls: counting('calls', { graduated: tiers }, 10) }, 1500),
    volume: monthly({
      calls: counting('calls', { volume: tiers }),
      bytes: counting('bytes', { package: { size: 10, packageMinor: '95' } }),
    }),
    percentage: monthly(
      { bytes: counting('bytes', { percentage: { percent: 2.9, fixedMinor: '30', minimumMinor: 100 } }, 5) },
      900,
    ),
    plain: monthly({}),
    tried: {
      ...monthly({ calls: counting('calls', { perUnit: '0.333' }) }, 1000),
      trial: { days: 9, onEnd: 'activate' },
    },
  },
} as unknown as Definition

const plans = ['graduated', 'volume', 'percentage', 'plain', 'tried'] as const
type Plan = (typeof plans)[number]

interface Story {
  first: Plan
  /** The hour at which it was used, and how many hours later it is told. */
  uses: { feature: number; hour: number; amount: number; late: number }[]
  changes: { hour: number; plan: Plan; when: 'now' | 'period_end' }[]
  endHour: number
}

const hours = fc.integer({ min: 1, max: 100 * 24 })

const stories: fc.Arbitrary<Story> = fc.record({
  first: fc.constantFrom(...plans),
  uses: fc.array(
    fc.record({
      feature: fc.constantFrom(CALLS, BYTES),
      hour: hours,
      amount: fc.integer({ min: 1, max: 120 }),
      late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 29 * 24 })),
    }),
    { maxLength: 25 },
  ),
  changes: fc.array(
    fc.record({
      hour: hours,
      plan: fc.constantFrom(...plans),
      when: fc.constantFrom('now' as const, 'period_end' as const),
    }),
    { maxLength: 4 },
  ),
  endHour: fc.integer({ min: 10, max: 110 * 24 }),
})

/** All that was charged, once nothing more can come. */
function chargedIn({ first, uses, changes, endHour }: Story, isLate: boolean): number {
  const start = at('2026-01-31')
  const life = beginLife('2026-01-31', definition)
  life.subscribe(first, { currency: 'USD' })
  const isActive = () => life.subscription().status === 'active'
  const acts = [
    ...changes.map(({ hour, plan, when }) => ({
      hour,
      run: () => isActive() && life.change({ plan, when }),
    })),
    { hour: endHour, run: () => life.cancel('now') },
    // half an hour off, so that nothing is used at the very moment of a change
    ...uses
      .filter(({ hour }) => hour < endHour)
      .map(({ feature, hour, amount, late }) => ({
        hour: hour + 0.5 + (isLate ? late : 0),
        run: () => life.tell(feature, start + (hour + 0.5) * HOUR_MS, amount),
      })),
  ].sort((one, other) => one.hour - other.hour)
  for (const { hour, run } of acts) {
    life.moveTo(start + hour * HOUR_MS)
    run()
  }
  life.moveTo(life.world.state.now + 100 * DAY_MS)
  return life.documents().reduce((sum, { invoice }) => sum + signed(invoice), 0)
}

/** Under a plan that counts nothing, and then under one that goes on from there. */
const BEFORE_IT_WAS_COUNTED: Story[] = [
  {
    first: 'plain',
    uses: [
      { feature: CALLS, hour: 1, amount: 1, late: 9 },
      { feature: CALLS, hour: 1, amount: 33, late: 0 },
      { feature: CALLS, hour: 2, amount: 17, late: 0 },
    ],
    changes: [{ hour: 2, plan: 'volume', when: 'now' }],
    endHour: 10,
  },
  {
    first: 'plain',
    uses: [
      { feature: CALLS, hour: 1417, amount: 1, late: 2 },
      { feature: CALLS, hour: 1416, amount: 10, late: 2 },
    ],
    changes: [{ hour: 1417, plan: 'graduated', when: 'now' }],
    endHour: 1418,
  },
  {
    first: 'graduated',
    uses: [
      { feature: CALLS, hour: 1, amount: 43, late: 2 },
      { feature: CALLS, hour: 2, amount: 8, late: 0 },
    ],
    changes: [
      { hour: 2, plan: 'volume', when: 'now' },
      { hour: 3, plan: 'graduated', when: 'now' },
    ],
    endHour: 10,
  },
]

describe('use that is told late', () => {
  test('costs what it would have cost in time, whatever its order, the plans and the end', () => {
    fc.assert(
      fc.property(stories, (story) => {
        expect(chargedIn(story, true)).toBe(chargedIn(story, false))
      }),
      { numRuns: runs(400), examples: BEFORE_IT_WAS_COUNTED.map((story) => [story]) },
    )
  })
})
