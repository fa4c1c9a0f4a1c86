import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moneyOf } from '../../../test/support/money-books.ts'
import { beginLife, succeeds, type Definition, type Life } from '../../../test/support/money-life.ts'
import { adjustBalance } from '../customers/adjust-balance.ts'
import { decideAccess } from '../access/decide.ts'
import { unchanged } from '../customers/state.ts'
import { markUncollectible } from '../invoices/give-up.ts'
import { amountDueMinor } from '../invoices/model.ts'
import { DAY_MS } from '../time/index.ts'
import { startAttempt } from './attempts.ts'
import type { ChargeOutcome } from './model.ts'
import { runs } from '../../../test/proof/support/random.ts'

const sold = (month: number) => ({
  prices: { XOF: { month } },
  policies: {
    upgrade: 'now',
    downgrade: 'now',
    dunning: { steps: [{ afterDays: 5, access: 'blocked' }] },
  },
})
const definition = {
  operator: { timeZone: 'UTC' },
  plans: { basic: sold(30_000), pro: sold(90_000) },
} as unknown as Definition

const declined: ChargeOutcome = { status: 'declined', kind: 'soft', reason: 'no' }

let made = 0
const newId = (prefix: string) => `${prefix}_given_${(made += 1)}`
const give = (life: Life, amountMinor: number) =>
  life.save(adjustBalance(life.world.state, { currency: 'XOF', amountMinor, reason: 'sorry' }, newId))
const account = ({ world }: Life, name: string) =>
  world.entries
    .flatMap(({ postings }) => postings)
    .reduce((sum, each) => (each.account === name ? sum + each.amountMinor : sum), 0)
const dues = ({ world }: Life) =>
  moneyOf(world)
    .invoices.filter(({ status }) => status === 'open')
    .map(amountDueMinor)

/** Two periods that nobody paid: 30,000 of June and 30,000 of July. */
function unpaid(): Life {
  const life = beginLife('2026-06-01', definition, { pays: null })
  life.subscribe('basic')
  life.moveTo('2026-07-02')
  return life
}

describe('the balance of a customer', () => {
  test.each([
    [10_000, [20_000, 30_000], 0],
    [30_000, [30_000], 0],
    [45_000, [15_000], 0],
    [60_000, [], 0],
    [60_001, [], 1],
  ])('%i pays what is open, the oldest first', (amountMinor, left, rest) => {
    const life = unpaid()
    give(life, amountMinor)
    expect(dues(life)).toEqual(left)
    expect(life.balance('XOF')).toBe(rest)
    expect(account(life, 'receivable')).toBe(life.owed())
    expect(0 - account(life, 'customer_credit')).toBe(rest)
    expect(decideAccess(life.world.state).level).toBe(left.length === 2 ? 'blocked' : 'full')
  })

  test('waits while a charge may have happened, and pays when its outcome says no', () => {
    const life = beginLife('2026-06-01', definition, { pays: () => null })
    life.subscribe('basic')
    life.moveTo('2026-06-01')
    const [attempt] = life.startAttempts()
    give(life, 50_000)
    expect(dues(life)).toEqual([30_000])
    life.hear(attempt as NonNullable<typeof attempt>, declined)
    expect(dues(life)).toEqual([])
    expect(life.balance('XOF')).toBe(20_000)
  })

  test('paid by the balance, what was to be charged is called off; of a part the rest is asked anew', () => {
    const life = beginLife('2026-06-01', definition, { pays: () => null })
    life.subscribe('basic')
    life.moveTo('2026-06-01')
    const [first] = moneyOf(life.world).attempts
    give(life, 10_000)
    expect(moneyOf(life.world).attempts).toEqual([])
    life.moveTo(life.world.state.now)
    expect(moneyOf(life.world).attempts).toMatchObject([{ amountMinor: 20_000 }])
    expect(moneyOf(life.world).attempts[0]?.id).not.toBe(first?.id)
    expect(startAttempt(moneyOf(life.world).attempts[0] as never, 0)).not.toBeNull()
  })

  test('another currency pays nothing', () => {
    const life = unpaid()
    const euros = { currency: 'EUR', amountMinor: 99_000, reason: '' }
    life.save(adjustBalance(life.world.state, euros, newId))
    expect(dues(life)).toEqual([30_000, 30_000])
    expect(life.balance('EUR')).toBe(99_000)
  })

  test('of what was given up and then credited nothing is left to spend', () => {
    const life = beginLife('2026-06-01', definition, { pays: null })
    life.subscribe('basic')
    life.moveTo('2026-06-02')
    life.change({ plan: 'pro', when: 'now' })
    life.moveTo('2026-06-03')
    life.change({ plan: 'basic', when: 'now' })
    life.moveTo('2026-06-04')
    const tools = { newId, versions: { addOn: () => null, bundle: () => null, plan: () => null } }
    for (const { id } of moneyOf(life.world).invoices) {
      const invoice = moneyOf(life.world).invoices.find((each) => each.id === id)
      if (invoice?.status === 'open')
        life.save(markUncollectible(unchanged(life.world.state), invoice, tools))
    }
    life.cancel('now', true)
    life.moveTo('2026-06-05')
    expect(life.balance('XOF')).toBe(0)
    expect(account(life, 'receivable')).toBe(0)
    expect(0 - account(life, 'customer_credit')).toBe(0)
  })
})

type Step = (life: Life) => void

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map(
    (days): Step =>
      (life) =>
        life.moveTo(life.world.state.now + days * DAY_MS),
  ),
  fc
    .record({
      plan: fc.constantFrom('basic', 'pro'),
      when: fc.constantFrom('now' as const, 'period_end' as const),
    })
    .map(
      (wanted): Step =>
        (life) =>
          life.change(wanted),
    ),
  fc.boolean().map(
    (credit): Step =>
      (life) =>
        life.cancel('now', credit),
  ),
  fc.constant<Step>((life) => life.subscribe('basic')),
)
const gift: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 70_000 }).map(
  (amountMinor): Step =>
    (life) =>
      give(life, amountMinor),
)

function lived(acts: readonly Step[], look: (life: Life) => void, answers: readonly boolean[]): void {
  let asked = 0
  const life = beginLife('2026-06-01', definition, {
    pays: (attempt) => (answers[(asked += 1) % answers.length] === true ? succeeds(attempt) : declined),
  })
  life.subscribe('basic')
  for (const act of acts) {
    try {
      act(life)
    } catch (error) {
      // what isn't possible in a state is refused, and then nothing has happened
      if (!(error instanceof Error)) throw error
    }
    life.moveTo(life.world.state.now)
    look(life)
  }
}

describe('at rest', () => {
  test('nobody has a balance and owes in the same currency', () => {
    const acts = fc.array(fc.oneof({ weight: 4, arbitrary: step }, gift), { minLength: 3, maxLength: 20 })
    const answers = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(acts, answers, (given, paid) => {
        lived(
          given,
          (life) => {
            expect(Math.min(life.owed(), life.balance('XOF'))).toBe(0)
            expect(account(life, 'receivable')).toBe(life.owed())
            expect(0 - account(life, 'customer_credit')).toBe(life.balance('XOF'))
          },
          paid,
        )
      }),
      { numRuns: runs(200) },
    )
  })

  test('who never paid has nothing to spend', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), (given) => {
        lived(given, (life) => expect(life.balance('XOF')).toBe(0), [false])
      }),
      { numRuns: runs(200) },
    )
  })
})
