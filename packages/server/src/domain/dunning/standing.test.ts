import { describe, expect, test } from 'vitest'
import { moneyOf } from '../../../test/support/money-books.ts'
import { beginLife, succeeds, type Definition, type Life } from '../../../test/support/money-life.ts'
import { decideAccess } from '../access/decide.ts'
import type { ChargeOutcome } from '../payments/model.ts'

const declined = (kind: 'soft' | 'hard' = 'soft'): ChargeOutcome => ({
  status: 'declined',
  kind,
  reason: 'no',
})

const selling = (policies: object): Definition => ({
  operator: { timeZone: 'UTC' },
  plans: {
    essential: {
      prices: { XOF: { month: 15_000 } },
      policies: { retries: { afterDays: [2, 4] }, ...policies },
    },
  } as Definition['plans'],
  addOns: { insights: { kind: 'recurring', prices: { XOF: { month: 500 } } } },
})

const steps = {
  dunning: {
    steps: [
      { afterDays: 1, access: 'warned' },
      { afterDays: 3, letter: 'friendly' },
      { afterDays: 5, access: 'read_only' },
      { afterDays: 7, access: 'blocked' },
      { afterDays: 20, action: 'cancel' },
    ],
  },
}

const accessOf = ({ world }: Life) => decideAccess(world.state)
const openInvoice = ({ world }: Life) => moneyOf(world).invoices.find(({ status }) => status === 'open')
const happened = ({ world }: Life, type: string) =>
  world.events
    .filter((event) => event.type === type)
    .map(({ occurredAt }) => new Date(occurredAt).toISOString())

describe('a pause for what is unpaid', () => {
  const pausing = {
    dunning: {
      steps: [
        { afterDays: 7, access: 'blocked' },
        { afterDays: 10, action: 'pause' },
      ],
    },
  }

  const overdue = () => {
    const life = beginLife('2026-06-01', selling(pausing), { pays: null })
    life.subscribe('essential')
    return life
  }

  test('begins no period, and charges from the payment on', () => {
    const life = overdue()
    life.moveTo('2026-08-16T12:00:00Z')
    expect(life.totals()).toEqual(['2026-06-01 15000'])
    expect(life.subscription().status).toBe('paused')
    expect(accessOf(life)).toEqual({ level: 'blocked', reason: 'payment_required' })
    life.receive(openInvoice(life)?.id as string, 15_000)
    expect(life.subscription().status).toBe('active')
    expect(accessOf(life)).toEqual({ level: 'full', reason: 'ok' })
    expect(life.lines()).toEqual(['plan essential 7500 2026-08-16/2026-09-01'])
  })

  test('ends within its period at no further charge', () => {
    const life = overdue()
    life.moveTo('2026-06-20')
    life.receive(openInvoice(life)?.id as string, 15_000)
    expect(life.subscription().status).toBe('active')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 15000', '2026-07-01 15000'])
  })

  test('is no affair of one that somebody paused before', () => {
    const life = overdue()
    life.moveTo('2026-06-03')
    life.pause()
    life.moveTo('2026-06-20')
    life.receive(openInvoice(life)?.id as string, 15_000)
    expect(life.subscription().status).toBe('paused')
  })

  test('goes on while something of it is due', () => {
    const life = overdue()
    life.moveTo('2026-06-20')
    life.receive(openInvoice(life)?.id as string, 14_999)
    expect(life.subscription().status).toBe('paused')
  })
})

describe('access, by what is unpaid', () => {
  test('access never revoked: it goes down with the steps, and the end comes last', () => {
    const life = beginLife('2026-06-01', selling(steps), { pays: null })
    life.subscribe('essential')
    const seen = [1, 2, 5, 6, 7, 8, 20, 21].map((day) => {
      life.moveTo(Date.UTC(2026, 5, day))
      return `${day} ${accessOf(life).level}`
    })
    expect(seen).toEqual([
      '1 full',
      '2 warned',
      '5 warned',
      '6 read_only',
      '7 read_only',
      '8 blocked',
      '20 blocked',
      '21 blocked',
    ])
    expect(life.subscription()).toMatchObject({ status: 'canceled', endReason: 'not_paid' })
  })

  test.each([2, 6, 8])('or never restored after payment: it is whole again at once, from day %i', (day) => {
    let pays: 'no' | 'yes' = 'no'
    const life = beginLife('2026-06-01', selling(steps), {
      pays: (attempt) => (pays === 'yes' ? succeeds(attempt) : declined('hard')),
    })
    life.subscribe('essential')
    life.moveTo(Date.UTC(2026, 5, day))
    expect(accessOf(life).level).not.toBe('full')
    pays = 'yes'
    life.receive(openInvoice(life)?.id as string, 15_000)
    expect(accessOf(life)).toMatchObject({ level: 'full', reason: 'ok' })
    expect(openInvoice(life)).toBeUndefined()
    // nothing of the paid invoice comes any more
    const known = life.world.events.length
    life.moveTo(Date.UTC(2026, 5, 29))
    expect(life.world.events.length).toBe(known)
  })

  test('a part payment leaves the steps where they are', () => {
    const life = beginLife('2026-06-01', selling(steps), { pays: null })
    life.subscribe('essential')
    life.moveTo('2026-06-08')
    life.receive(openInvoice(life)?.id as string, 14_999)
    expect(accessOf(life).level).toBe('blocked')
    life.receive(openInvoice(life)?.id as string, 1)
    expect(accessOf(life).level).toBe('full')
  })

  test.each([
    [14_899, 'blocked'],
    [14_900, 'full'],
  ])('what the plan calls negligible may be missing: paid %i of 15,000, access is %s', (paid, level) => {
    const life = beginLife(
      '2026-06-01',
      selling({ ...steps, failure: { negligible: { XOF: 100, EUR: 9_000 } } }),
      {
        pays: null,
      },
    )
    life.subscribe('essential')
    life.moveTo('2026-06-08')
    expect(accessOf(life).level).toBe('blocked')
    life.receive(openInvoice(life)?.id as string, paid)
    expect(accessOf(life).level).toBe(level)
    life.moveTo('2026-06-29')
    expect(life.subscription().status).toBe(level === 'full' ? 'active' : 'canceled')
    // it stays owed
    expect(life.owed()).toBe(15_000 - paid)
  })

  test('nothing is negligible where nothing was paid', () => {
    const life = beginLife('2026-06-01', selling({ ...steps, failure: { negligible: { XOF: 15_000 } } }), {
      pays: null,
    })
    life.subscribe('essential')
    life.moveTo('2026-06-08')
    expect(accessOf(life).level).toBe('blocked')
  })

  test('the worst of several invoices holds until the last of them is paid', () => {
    const life = beginLife(
      '2026-06-01',
      selling({ dunning: { steps: [{ afterDays: 1, access: 'limited' }] } }),
      {
        pays: null,
      },
    )
    life.subscribe('essential')
    life.moveTo('2026-07-02')
    const [first, second] = moneyOf(life.world).invoices
    life.receive(first?.id as string, 15_000)
    expect(accessOf(life).level).toBe('limited')
    life.receive(second?.id as string, 15_000)
    expect(accessOf(life).level).toBe('full')
  })
})

describe('modules of whoever does not pay', () => {
  test.each([
    ['off', 'restore', [], ['insights']],
    ['off', 'by_hand', [], []],
    ['keep', 'restore', ['insights'], ['insights']],
  ] as const)('%s, and when it is paid %s', (modules, modulesWhenPaid, without, after) => {
    const life = beginLife('2026-06-01', selling({ failure: { graceDays: 3, modules, modulesWhenPaid } }), {
      pays: null,
    })
    life.subscribe('essential', { addOns: ['insights'] })
    life.moveTo('2026-06-05')
    const keys = () => life.subscription().addOns.map(({ addOn }) => addOn.key)
    expect(keys()).toEqual(without)
    life.receive(openInvoice(life)?.id as string, 15_500)
    expect(keys()).toEqual(after)
    life.moveTo('2026-06-30')
    // what was paid for until the end of the period is not charged again
    expect(life.documents()).toHaveLength(1)
  })
})

describe('retries and steps', () => {
  test('retries and access steps scheduled apart and crossing each other: in flight, neither comes', () => {
    const life = beginLife(
      '2026-06-01',
      selling({ dunning: { steps: [{ afterDays: 2, access: 'blocked' }] } }),
      {
        pays: ({ createdAt }) => (createdAt < Date.UTC(2026, 5, 3) ? declined() : null),
      },
    )
    life.subscribe('essential')
    life.moveTo('2026-06-10')
    // the retry of the third is out with the provider, and the step of the same moment waits for its answer
    const [attempt] = moneyOf(life.world).attempts
    expect(attempt).toMatchObject({ status: 'created', createdAt: Date.UTC(2026, 5, 3) })
    expect(accessOf(life).level).toBe('full')
    expect(life.world.state.head.collectionDueAt).toBe(Infinity)
  })

  test('a payment in flight ignored by the next step: declined, the step is taken; paid, it never is', () => {
    for (const [outcome, level] of [
      ['declined', 'blocked'],
      ['succeeded', 'full'],
    ] as const) {
      const life = beginLife(
        '2026-06-01',
        selling({ dunning: { steps: [{ afterDays: 2, access: 'blocked' }] } }),
        {
          pays: () => null,
        },
      )
      life.subscribe('essential')
      life.moveTo('2026-06-10')
      const [attempt] = life.startAttempts()
      life.moveTo('2026-06-11')
      expect(accessOf(life).level).toBe('full')
      life.hear(
        attempt as never,
        outcome === 'declined' ? declined('hard') : (succeeds(attempt as never) as ChargeOutcome),
      )
      life.moveTo('2026-06-11')
      expect(accessOf(life).level).toBe(level)
    }
  })

  test('retrying hard declines: one attempt, and none after it', () => {
    let asked = 0
    const life = beginLife('2026-06-01', selling({ failure: { access: 'full' } }), {
      pays: () => {
        asked += 1
        return declined('hard')
      },
    })
    life.subscribe('essential')
    life.moveTo('2026-06-30')
    expect(asked).toBe(1)
  })

  test('soft ones are tried as often as the policy says', () => {
    const life = beginLife('2026-06-01', selling({ failure: { access: 'full' } }), { pays: () => declined() })
    life.subscribe('essential')
    life.moveTo('2026-06-30')
    expect(happened(life, 'payment.failed')).toEqual([
      '2026-06-01T00:00:00.000Z',
      '2026-06-03T00:00:00.000Z',
      '2026-06-05T00:00:00.000Z',
    ])
  })

  test('redelivered failure events advancing the schedule: the same news again changes nothing', () => {
    const life = beginLife('2026-06-01', selling({}), { pays: () => null })
    life.subscribe('essential')
    life.moveTo('2026-06-01')
    const [attempt] = life.startAttempts()
    life.hear(attempt as never, declined())
    const { state, events } = life.world
    const [known, told] = [moneyOf({ state }).invoices, events.length]
    for (let again = 0; again < 3; again += 1) {
      life.hear({ ...(attempt as object), status: 'declined' } as never, declined())
    }
    expect(moneyOf(life.world).invoices).toEqual(known)
    expect(life.world.events.length).toBe(told)
  })

  test('a step of the policy charges again, also after the last retry', () => {
    const life = beginLife(
      '2026-06-01',
      selling({ retries: { afterDays: [] }, dunning: { steps: [{ afterDays: 9, action: 'retry' }] } }),
      { pays: () => declined() },
    )
    life.subscribe('essential')
    life.moveTo('2026-06-30')
    expect(happened(life, 'payment.failed')).toEqual(['2026-06-01T00:00:00.000Z', '2026-06-10T00:00:00.000Z'])
  })
})
