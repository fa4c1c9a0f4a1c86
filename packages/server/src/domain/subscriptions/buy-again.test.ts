import { describe, expect, test } from 'vitest'
import { at } from '../../../test/support/customer-world.ts'
import { beginLife, type Definition, type Life } from '../../../test/support/money-life.ts'
import { boughtAgain, buyAgain, requireStartNow, takesPurchases, type Purchase } from './buy-again.ts'
import type { Subscription } from './model.ts'
import { resolveTerms } from './terms.ts'

const policies = { purchaseWhileLive: 'append' } as const
const seats = (amountMinor: number) => ({ amountMinor, perUnit: { seats: '100' } })
const definition: Definition = {
  plans: {
    tier: { prices: { EUR: { month: seats(7500), year: seats(75_000) }, USD: { month: 8000 } }, policies },
    small: { prices: { EUR: { month: 3000 } }, policies },
    calendar: { prices: { EUR: { month: 3000 } }, policies: { ...policies, anchor: 'calendar' } },
    once: { prices: { EUR: { month: 3000 } } },
  },
  addOns: { module: { kind: 'recurring', prices: { EUR: { month: 1000 } } } },
}

function subscribed(start = '2026-03-10T10:00:00Z'): Life {
  const life = beginLife(start, definition)
  life.subscribe('tier', { currency: 'EUR', quantities: { seats: 3 }, addOns: ['module'] })
  return life
}

interface Wanted {
  plan?: string
  interval?: string
  currency?: string
  quantities?: Record<string, number>
}

function purchase(
  life: Life,
  { plan = 'tier', interval = 'month', currency = 'EUR', quantities = {} }: Wanted,
): Purchase {
  const terms = resolveTerms(life.world.catalog, { plan, interval, currency, quantities }, null)
  return { terms, addOns: [], bundles: [] }
}

describe('a live subscription', () => {
  test.each<[string, Partial<Subscription>, boolean]>([
    ['that runs', {}, true],
    ['that waits for its payment', { status: 'incomplete' }, false],
    ['in its trial', { status: 'trialing' }, false],
    ['that is paused', { status: 'paused' }, false],
    ['that the provider renews', { authority: 'provider' }, false],
  ])('%s takes purchases: %o %s', (_, fields, expected) => {
    const life = subscribed()
    expect(takesPurchases({ ...life.subscription(), ...fields })).toBe(expected)
  })

  test('takes none where its plan refuses them', () => {
    const life = beginLife('2026-03-10', definition)
    life.subscribe('once')
    expect(takesPurchases(life.subscription())).toBe(false)
  })
})

describe('bought again', () => {
  test.each<[string, Wanted, string, string, string]>([
    // what is bought, in which zone, and the period that begins on 20 March at 09:00 UTC
    ['the same', {}, 'UTC', '2026-03-20T09:00:00Z', '2026-04-20T09:00:00Z'],
    ['another plan', { plan: 'small' }, 'UTC', '2026-03-20T09:00:00Z', '2026-04-20T09:00:00Z'],
    ['for a year', { interval: 'year' }, 'UTC', '2026-03-20T09:00:00Z', '2027-03-20T09:00:00Z'],
    ['on the calendar', { plan: 'calendar' }, 'UTC', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    // summer time begins on 29 March
    ['in another zone', {}, 'Europe/Paris', '2026-03-20T09:00:00Z', '2026-04-20T08:00:00Z'],
  ])('%s begins its period anew', (_, wanted, timeZone, start, end) => {
    const life = subscribed()
    const next = boughtAgain(life.subscription(), purchase(life, wanted), {
      at: at('2026-03-20T09:00:00Z'),
      timeZone,
    })
    expect([next.periodEnd, next.timeZone]).toEqual([at(end), timeZone])
    if (wanted.plan !== 'calendar') expect(next.periodStart).toBe(at(start))
    expect([next.number, next.id, next.startAt]).toEqual([
      life.subscription().number,
      life.subscription().id,
      life.subscription().startAt,
    ])
  })

  test('it has what was bought and nothing else, and goes on: what was to end or to change is called off', () => {
    const life = subscribed()
    life.change({ plan: 'small', when: 'period_end' })
    life.cancel('period_end')
    const live = life.subscription()
    expect([live.scheduledChange?.plan.key, live.cancelAt]).toEqual(['small', live.periodEnd])
    const next = boughtAgain(live, purchase(life, { quantities: { seats: 5 } }), {
      at: life.world.state.now,
      timeZone: 'UTC',
    })
    expect(next).toMatchObject({
      plan: { key: 'tier' },
      quantities: { seats: 5 },
      addOns: [],
      bundles: [],
      scheduledChange: null,
      cancelAt: null,
      canceledAt: null,
    })
  })

  test('in another currency is refused', () => {
    const life = subscribed()
    const begins = { at: life.world.state.now, timeZone: 'UTC' }
    const buy = () => boughtAgain(life.subscription(), purchase(life, { currency: 'USD' }), begins)
    expect(buy).toThrow(expect.objectContaining({ code: 'currency_change' }))
  })

  test.each([
    ['nothing is paid yet: it is billed with the change', null, null],
    [
      'an invoice has paid: nothing is billed',
      { by: 'inv_9', at: at('2026-03-19T23:00:00Z'), timeZone: 'UTC' },
      'inv_9',
    ],
  ] as const)('where %s', (_, paid, paidBy) => {
    const life = subscribed()
    life.moveTo('2026-03-20T09:00:00Z')
    const live = life.subscription()
    const change = buyAgain(life.world.state, live, purchase(life, {}), paid)
    const next = change.state.subscriptions.find(({ number }) => number === live.number)
    const begins = paid?.at ?? at('2026-03-20T09:00:00Z')
    expect(change.boughtAgain).toEqual({ paidBy })
    expect(next?.periodStart).toBe(begins)
    expect(next?.billedUntil).toBe(paid === null ? live.billedUntil : next?.periodEnd)
    expect(change.events).toMatchObject([
      {
        type: 'subscription.changed',
        payload: { boughtAgain: true, previousPlan: 'tier', previousQuantities: { seats: 3 } },
      },
    ])
  })
})

test.each([
  [null, null],
  ['2026-03-10', null],
  ['2026-03-09', 'invalid_request'],
  ['2026-03-11', 'invalid_request'],
] as const)('what is bought again with startAt %s: %s', (startAt, code) => {
  const ask = () => requireStartNow({ now: at('2026-03-10') }, startAt === null ? null : at(startAt))
  if (code === null) expect(ask).not.toThrow()
  else expect(ask).toThrow(expect.objectContaining({ code }))
})
